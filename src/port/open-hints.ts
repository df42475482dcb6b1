/**
 * What a user can do about a port that does not open. Looks at the ports that are there and at the groups; changes
 * nothing.
 */
import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { errno, type SysError } from "../tty/sys-error.js";
import { devicePorts, type PortInfo } from "./discovery/discover.js";
import { readGroups, readUser } from "./groups.js";

/** More than these are no help in a line. */
const MOST_NAMED = 8;

/** A hint for a failed open of `path`, where there is one. */
export function openHint(path: string, error: SysError): string | undefined {
  if (error.errno === errno.EACCES) return permissionHint(path);
  if (error.errno === errno.ENOENT) return nameHere(path) ?? otherPorts();
  if (error.errno === errno.EIO || error.errno === errno.ENXIO) {
    return "there is no device behind this name: a pty whose other end is gone, or a UART that is not fitted";
  }
  return undefined;
}

function permissionHint(path: string): string | undefined {
  try {
    const { gid, mode } = statSync(path);
    // To be in group root means far more than a port.
    if ((mode & 0o060) !== 0o060 || gid === 0)
      return `only its owner may use it (mode ${(mode & 0o777).toString(8)})`;
    const group = readGroups().find((one) => one.gid === gid);
    const { name } = readUser();
    if (!group) return `it belongs to group ${gid}, which has no name here: robin doctor ${path} says more`;
    return group.members.includes(name)
      ? `it belongs to group ${group.name}, which ${name} has joined since: log in again`
      : `it belongs to group ${group.name}: sudo usermod -aG ${group.name} ${name}, then log in again`;
  } catch {
    return undefined;
  }
}

/** A bare name is looked up in /dev; who has a link of that name here may mean it. */
function nameHere(path: string): string | undefined {
  const name = basename(path);
  return path === `/dev/${name}` && existsSync(name) ? `for ${name} in this directory: ./${name}` : undefined;
}

function otherPorts(): string | undefined {
  const ports = devicePorts();
  return ports.length > 0 ? namePorts(ports) : undefined;
}

/** The ports that are there, as they can be given instead. */
export function namePorts(ports: readonly PortInfo[]): string {
  if (ports.length > MOST_NAMED) return `${ports.length} ports are here: robin list shows them`;
  const names = ports.map(({ path, bus, vendorId, productId }) =>
    bus === "usb" ? `${path} (usb:${vendorId}:${productId})` : path,
  );
  return `here are: ${names.join(", ")}`;
}
