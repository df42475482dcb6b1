/**
 * Which ports a hub has: names from the command line and from a file. Pure. Knows what a name may be; opens nothing.
 */
import { join } from "node:path";
import { RobinError } from "../../errors.js";
import { LOCK_NAME } from "./directory.js";
import { SOCKET_NAME } from "./status-socket.js";

/** A port to make: its name, and the path of its link. */
export interface PortPlan {
  readonly name: string;
  readonly link: string;
}

const OWN_NAMES: readonly string[] = [SOCKET_NAME, LOCK_NAME];

/** NAME_MAX of linux/limits.h. */
const NAME_BYTES = 255;

/** Why `name` can be no port's, or undefined. */
export function whyNoName(name: string): string | undefined {
  if (name === "") return "a name has one character at least";
  if (/[\s\p{Cc}]/u.test(name)) return "a name has neither spaces nor control characters";
  if (name.includes("/")) return "a name is no path: it has no slash";
  if (name === "." || name === "..") return "it is a directory's name";
  if (OWN_NAMES.includes(name)) return "a file of the hub's own has this name";
  if (Buffer.byteLength(name) > NAME_BYTES) return `a name has ${NAME_BYTES} bytes at most`;
  return undefined;
}

/** Where something was named, for messages: `argument "a b"`, `ports.conf:3: "a b"`. */
interface Wanted {
  readonly where: string;
  readonly name: string;
  readonly link: string | undefined;
}

/** The lines of a file: `NAME` or `NAME LINK`, `#` starts a comment. `path` is for messages. Throws RobinError: usage. */
export function readPortFile(text: string, path: string): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [name, link, ...more] = line
      .replace(/(^|\s)#.*$/s, "")
      .trim()
      .split(/\s+/);
    if (name === undefined || name === "") continue;
    const where = `${path}:${index + 1}`;
    if (more.length > 0) {
      throw new RobinError(
        "usage",
        `${where}: "${more[0]}": a line is NAME or NAME LINK, and this is a third word`,
      );
    }
    wanted.push({ where, name, link });
  }
  return wanted;
}

/** Names from the command line. */
export function namedPorts(names: readonly string[]): Wanted[] {
  return names.map((name) => ({ where: "argument", name, link: undefined }));
}

/** The ports of a hub in `directory`, where links stand unless their path is absolute. Throws RobinError: usage. */
export function planPorts(wanted: readonly Wanted[], directory: string): PortPlan[] {
  const names = new Set<string>();
  const links = new Set<string>();
  return wanted.map(({ where, name, link }) => {
    const refuse = (why: string) => new RobinError("usage", `${where} "${name}": ${why}`);
    const why = whyNoName(name);
    if (why !== undefined) throw refuse(why);
    if (names.has(name)) throw refuse("this name was given before");
    const path = link?.startsWith("/") ? link : join(directory, link ?? name);
    if (links.has(path)) throw refuse(`another port has the link ${path}`);
    if (OWN_NAMES.some((own) => path === join(directory, own)))
      throw refuse("a file of the hub's own is there");
    names.add(name);
    links.add(path);
    return { name, link: path };
  });
}
