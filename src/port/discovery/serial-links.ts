/**
 * udev's links to serial ports that stay when names change (60-serial.rules). Knows two directories; follows links.
 */
import { namesIn, realPath } from "./sysfs.js";

/** Links by the real path of the port that they lead to. */
export interface LinkTable {
  /** `/dev/serial/by-id/…`: the device, whichever socket it is in. */
  readonly byId: ReadonlyMap<string, string>;
  /** `/dev/serial/by-path/…`: the socket, whatever is in it. */
  readonly byPath: ReadonlyMap<string, string>;
}

export function serialLinks(dev: string): LinkTable {
  return { byId: linksIn(`${dev}/serial/by-id`), byPath: linksIn(`${dev}/serial/by-path`) };
}

/** The first in alphabetical order where several lead to one port. */
function linksIn(directory: string): Map<string, string> {
  const links = new Map<string, string>();
  for (const name of namesIn(directory)) {
    const link = `${directory}/${name}`;
    const port = realPath(link);
    if (port !== undefined && !links.has(port)) links.set(port, link);
  }
  return links;
}
