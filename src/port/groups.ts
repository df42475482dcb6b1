/**
 * Who the user is and which groups there are. Knows passwd(5) and group(5), in /etc and where systems keep what they
 * ship.
 */
import { userInfo } from "node:os";
import { textOf } from "./discovery/sysfs.js";

export interface User {
  readonly uid: number;
  /** The number again where no file has a name. */
  readonly name: string;
  /** Effective and supplementary groups of this process. */
  readonly gids: readonly number[];
}

/** A row of /etc/group, or of /usr/lib/group where systems keep the groups that they ship (nss-altfiles). */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
  readonly file: string;
}

/** Who runs this process; `root` stands before /etc and /usr/lib. */
export function readUser(root = ""): User {
  const uid = process.getuid?.() ?? 0;
  const gids = [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])];
  const name = nameOf(uid, root) ?? (root === "" ? nameElsewhere() : undefined) ?? String(uid);
  return { uid, name, gids: [...new Set(gids)] };
}

/** Of a user whom the C library knows from a directory service (nsswitch.conf(5)). */
function nameElsewhere(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** A user's name by its number. */
export function nameOf(uid: number, root = ""): string | undefined {
  for (const file of ["/etc/passwd", "/usr/lib/passwd"]) {
    for (const line of (textOf(`${root}${file}`) ?? "").split("\n")) {
      const [name, , number] = line.split(":");
      if (name && number === String(uid)) return name;
    }
  }
  return undefined;
}

/** The groups of both files; those of /etc/group come first. */
export function readGroups(root = ""): Group[] {
  return ["/etc/group", "/usr/lib/group"].flatMap((file) =>
    parseGroups(textOf(`${root}${file}`) ?? "", file),
  );
}

export function parseGroups(text: string, file: string): Group[] {
  return text.split("\n").flatMap((line) => {
    const [name, , gid, members] = line.split(":");
    if (!name || gid === undefined || !/^\d+$/.test(gid)) return [];
    return [{ name, gid: Number(gid), members: (members ?? "").split(",").filter(Boolean), file }];
  });
}
