/**
 * What a user can do about a port that does not open. Looks at /dev and /etc/group; changes nothing.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { errno, type SysError } from "../tty/sys-error.js";

/** Names that serial drivers give their devices; consoles and ptys are not suggested. */
const SERIAL_NAMES = /^tty(USB|ACM|AMA|XRUSB|GS|THS|mxc|S)\d+$/;

/** A hint for a failed open of `path`, where there is one. */
export function openHint(path: string, error: SysError): string | undefined {
  if (error.errno === errno.EACCES) return permissionHint(path);
  if (error.errno === errno.ENOENT) return otherPorts();
  if (error.errno === errno.EIO || error.errno === errno.ENXIO) {
    return "there is no device behind this name: a pty whose other end is gone, or a UART that is not fitted";
  }
  return undefined;
}

function permissionHint(path: string): string | undefined {
  try {
    const { gid, mode } = statSync(path);
    if ((mode & 0o060) !== 0o060) return `only its owner may use it (mode ${(mode & 0o777).toString(8)})`;
    const row = readFileSync("/etc/group", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .find((fields) => fields[2] === String(gid));
    const group = row?.[0] ?? String(gid);
    const { username } = userInfo();
    return (row?.[3] ?? "").split(",").includes(username)
      ? `it belongs to group ${group}, which ${username} has joined since: log in again`
      : `it belongs to group ${group}: sudo usermod -aG ${group} ${username}, then log in again`;
  } catch {
    return undefined;
  }
}

function otherPorts(): string | undefined {
  try {
    const present = readdirSync("/dev").filter((name) => SERIAL_NAMES.test(name) && !/^ttyS/.test(name));
    return present.length > 0 ? `here are: ${present.map((name) => `/dev/${name}`).join(", ")}` : undefined;
  } catch {
    return undefined;
  }
}
