/**
 * Whether a descriptor is a terminal. Not through node:tty where the libc layer is there: loading that loads Node's
 * sockets and streams with it, 8 ms of a start.
 */
import { createRequire } from "node:module";
import { whyNoLibc } from "../tty/abi.js";
import { isatty } from "../tty/libc.js";

const require = createRequire(import.meta.url);

export function isTerminal(fd: number): boolean {
  if (whyNoLibc() === undefined) return isatty(fd);
  return (require("node:tty") as typeof import("node:tty")).isatty(fd);
}
