/**
 * `--events[=FD|FILE]`: where a command writes its events. Knows which descriptors are the caller's; not what is written.
 */
import { constants, fstatSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { RobinError } from "../errors.js";
import { accessMode } from "../tty/libc.js";
import { errno, SysError } from "../tty/sys-error.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { wholeNumber } from "./values.js";

const STDOUT = 1;
const MOST_DESCRIPTOR = 2 ** 31 - 1;

export const EVENTS_OPTION: Option = {
  name: "events",
  value: "FD|FILE",
  completes: "file",
  usual: "1",
  group: "Options",
  does: "write events as JSON, one object a line: to a descriptor that robin was started with, or to a file, which is emptied first; without a value to stdout",
  otherwise: "off",
};

/** The descriptor that events go to, or undefined. Throws RobinError: usage, open-failed. */
export function eventsDescriptor(values: RawArguments["values"]): number | undefined {
  const text = values.get("events");
  if (text === undefined) return undefined;
  const name = String(text);
  if (name === "") throw new RobinError("usage", "option --events: the name of the file is empty");
  if (name === "-") return STDOUT;
  if (!/^\d+$/.test(name)) return openFile(name);
  const fd = wholeNumber(name, 0, MOST_DESCRIPTOR);
  if (fd === undefined) throw new RobinError("usage", `option --events: ${name} is no descriptor`);
  return inherited(fd);
}

function openFile(path: string): number {
  // Not to wait for the reader of a FIFO, and never to get a terminal that controls this process.
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOCTTY, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_NONBLOCK, 0o666);
  } catch (error) {
    const cause = new SysError("open", -((error as NodeJS.ErrnoException).errno ?? 0));
    const hint = cause.errno === errno.ENXIO ? "a FIFO has to be opened by its reader first" : undefined;
    throw new RobinError("open-failed", `write events to ${path}: ${cause.message}`, { cause, hint });
  }
}

function inherited(fd: number): number {
  const refuse = (why: string) => {
    const hint = `the shell opens it: robin … --events=${fd} ${fd}>FILE`;
    return new RobinError("usage", `option --events: descriptor ${fd} ${why}`, { hint });
  };
  if (!isOpen(fd) || isOwn(fd)) throw refuse("is not open");
  if (!accessMode(fd).writable) throw refuse("is open for reading only");
  return fd;
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

/**
 * Node's own: what it waits with, and pipes of which it has both ends. What is written there would break it. Two
 * descriptors of one end are the caller's: bash keeps its own of `5> >(program)` open.
 */
function isOwn(fd: number): boolean {
  const target = (one: string | number) => {
    try {
      return readlinkSync(`/proc/self/fd/${one}`);
    } catch {
      return "";
    }
  };
  const its = target(fd);
  if (its.startsWith("anon_inode:")) return true;
  if (fd <= 2 || !its.startsWith("pipe:")) return false;
  return readdirSync("/proc/self/fd").some(
    (one) => Number(one) !== fd && Number(one) > 2 && target(one) === its && accessMode(Number(one)).readable,
  );
}
