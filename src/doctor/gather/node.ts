/**
 * The file that a port's name leads to: is it there, what is it, may this user open it. Knows stat(2) and access(2);
 * opens nothing.
 */
import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Group, nameOf } from "../../port/groups.js";
import type { NodeFacts, PortFacts } from "../facts.js";

type Found = Pick<PortFacts, "realPath" | "presence" | "because" | "node" | "access">;

export function readNode(path: string, groups: readonly Group[], root: string): Found {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    return whyNot(path, (error as NodeJS.ErrnoException).code ?? "");
  }
  const realPath = realpathSync(path);
  const owner = nameOf(stats.uid, root);
  const group = groups.find(({ gid }) => gid === stats.gid);
  return {
    realPath,
    presence: "present",
    node: {
      kind: kindOf(stats),
      uid: stats.uid,
      gid: stats.gid,
      mode: stats.mode & 0o7777,
      ...(owner === undefined ? {} : { owner }),
      ...(group === undefined ? {} : { group }),
      major: (stats.rdev >>> 8) & 0xfff,
      minor: (stats.rdev & 0xff) | ((stats.rdev >>> 12) & 0xfff00),
    },
    access: { read: may(path, constants.R_OK), write: may(path, constants.W_OK) },
  };
}

function whyNot(path: string, code: string): Found {
  if (code === "EACCES") {
    const closed = closedDirectory(dirname(path));
    return { realPath: path, presence: "unreachable", ...(closed === undefined ? {} : { because: closed }) };
  }
  try {
    if (lstatSync(path).isSymbolicLink()) {
      return { realPath: path, presence: "dangling", because: readlinkSync(path) };
    }
  } catch {
    // not there at all
  }
  return { realPath: path, presence: "absent" };
}

/** The first directory from the top that may not be searched. */
function closedDirectory(directory: string): string | undefined {
  const above = dirname(directory);
  const higher = above === directory ? undefined : closedDirectory(above);
  if (higher !== undefined) return higher;
  return may(directory, constants.X_OK) ? undefined : directory;
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function kindOf(stats: Stats): NodeFacts["kind"] {
  if (stats.isCharacterDevice()) return "character device";
  if (stats.isDirectory()) return "directory";
  if (stats.isBlockDevice()) return "block device";
  if (stats.isSocket()) return "socket";
  return stats.isFIFO() ? "pipe" : "regular file";
}
