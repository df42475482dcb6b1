/**
 * Gathers what is known of one port. Opens it only where `open` asks for that, or where it does nothing: see line.ts.
 * What could not be looked at is told with the reason; nothing throws.
 */
import { fstatSync } from "node:fs";
import { describeDevice, devicePorts } from "../../port/discovery/discover.js";
import { attribute, textOf } from "../../port/discovery/sysfs.js";
import { parseTtyDrivers, ttyDriverOf } from "../../port/discovery/tty-drivers.js";
import { whyNoLibc } from "../../tty/abi.js";
import { readUtmp, UTMP_PATH } from "../../utmp/file.js";
import type { LineFacts, LoginFacts, NodeFacts, PortFacts, TrialOpen } from "../facts.js";
import { command, type Unlooked } from "../finding.js";
import { messagesOf } from "../judge/kernel-log.js";
import { lookByOpening, lookThroughHolder } from "./line.js";
import { readFlocks, readLockFiles } from "./locks.js";
import type { DoctorRoots, Machine } from "./machine.js";
import { readNode } from "./node.js";
import { type Processes, parseStat } from "./processes.js";
import { parseUartRow } from "./uart-row.js";
import { usbOf } from "./usb.js";

export interface GatherOptions {
  /** Open the port where nothing else tells its settings. */
  readonly open: boolean;
  /** The likeliest of several names for one that is not there. */
  readonly nearest?: (name: string, names: readonly string[]) => string | undefined;
}

export interface Gathered {
  readonly port: PortFacts;
  readonly unlooked: readonly Unlooked[];
}

/** `path` stands in full, as the user named it. */
export async function gatherPort(
  path: string,
  machine: Machine,
  roots: DoctorRoots,
  { open, nearest }: GatherOptions,
): Promise<Gathered> {
  const { processes, facts } = machine;
  const unlooked: Unlooked[] = [...machine.unlooked];
  const found = readNode(path, facts.groups, roots.root);
  const name = found.realPath.replace(`${roots.dev}/`, "");
  const number = found.node?.kind === "character device" ? numberOf(found.node) : undefined;
  const driver = number === undefined ? undefined : driverOf(number, roots, unlooked);
  const isPty = driver !== undefined && driver !== false && driver.type.startsWith("pty");
  const holders = processes.holders(number === undefined ? `${path} (deleted)` : found.realPath, number);
  const usb = usbOf(name, roots);
  const port: PortFacts = {
    path,
    ...found,
    ...(found.presence === "present" ? {} : missing(path, roots, nearest)),
    ...(driver === undefined ? {} : { driver }),
    isPty,
    isOwnTerminal: number !== undefined && !!driver && ownTerminals(roots).includes(number),
    ...withInfo(found.realPath, roots),
    ...(usb ? { usb } : {}),
    ...numbers(name, roots),
    holders,
    flocks: readFlocks(found.realPath, roots, processes),
    lockFiles: readLockFiles(
      [path, found.realPath].filter((one) => one.startsWith(`${roots.dev}/`)),
      facts.lockDirectories,
      processes,
      (pid) => holders.some((holder) => holder.pid === pid),
    ),
    logins: readLogins(name, processes, unlooked),
    isConsole: (textOf(`${roots.proc}/consoles`) ?? "")
      .split("\n")
      .some((row) => row.split(/\s/)[0] === name),
    messages: messagesOf(name, usb?.device, machine.log),
  };
  if (facts.unseenProcesses > 0) {
    unlooked.push({
      what: `what ${facts.unseenProcesses} processes of other users have open`,
      why: "only root may see that",
      ...asRoot(path),
    });
  }
  // Only of these is it known what an open does.
  if (!driver || !["serial", "pty:slave"].includes(driver.type)) return { port, unlooked };
  const { line, trial } = await lineOf(port, roots, open, unlooked);
  return { port: { ...port, ...(line ? { line } : {}), ...(trial ? { trial } : {}) }, unlooked };
}

/** sudo has a PATH of its own, in which a Node that a user has installed for himself is not. */
export function asRoot(path: string, node = process.execPath): { type?: string } {
  if (/^(\/usr(\/local)?)?\/s?bin\//.test(node)) return command`sudo robin doctor ${path}`;
  return command`sudo env "PATH=$PATH" robin doctor ${path}`;
}

function numberOf({ major, minor }: NodeFacts): string {
  return `${major}:${minor}`;
}

function driverOf(number: string, { proc }: DoctorRoots, unlooked: Unlooked[]): PortFacts["driver"] {
  const text = textOf(`${proc}/tty/drivers`);
  if (text === undefined) {
    unlooked.push({ what: "whether it is a tty", why: "/proc/tty/drivers cannot be read" });
    return undefined;
  }
  const driver = ttyDriverOf(number, parseTtyDrivers(text));
  return driver ? { name: driver.name, type: driver.type } : false;
}

function missing(
  path: string,
  roots: DoctorRoots,
  nearest: GatherOptions["nearest"],
): Pick<PortFacts, "others" | "nearest" | "missingNode"> {
  const others = devicePorts(roots).map((port) => port.path);
  const meant = nearest?.(path, others);
  const number = attribute(
    `${roots.sys}/class/tty/${path.replace(`${roots.dev}/`, "").replaceAll("/", "!")}`,
    "dev",
  );
  const [major, minor] = (number ?? "").split(":").map(Number);
  return {
    others,
    ...(meant === undefined ? {} : { nearest: meant }),
    ...(major === undefined || minor === undefined ? {} : { missingNode: { major, minor } }),
  };
}

function withInfo(realPath: string, roots: DoctorRoots): Pick<PortFacts, "info"> {
  const info = describeDevice(realPath, roots);
  return info ? { info } : {};
}

/** Of a UART (serial core) and of an FT232 (ftdi_sio). */
function numbers(name: string, { sys }: DoctorRoots): Pick<PortFacts, "uartType" | "latencyTimerMs"> {
  const tty = `${sys}/class/tty/${name}`;
  const uartType = attribute(tty, "type");
  const latency = attribute(`${tty}/device`, "latency_timer");
  return {
    ...(uartType === undefined ? {} : { uartType: Number(uartType) }),
    ...(latency === undefined ? {} : { latencyTimerMs: Number(latency) }),
  };
}

/** The terminals that doctor itself runs on: its standard descriptors and its controlling terminal. */
function ownTerminals({ proc }: DoctorRoots): string[] {
  const own = [0, 1, 2].flatMap((fd) => {
    try {
      const stats = fstatSync(fd);
      const number = `${(stats.rdev >>> 8) & 0xfff}:${(stats.rdev & 0xff) | ((stats.rdev >>> 12) & 0xfff00)}`;
      return stats.isCharacterDevice() ? [number] : [];
    } catch {
      return []; // closed
    }
  });
  const controlling = parseStat(textOf(`${proc}/self/stat`) ?? "")?.terminal;
  return controlling === undefined ? own : [...own, controlling];
}

/** Login records of a line whose processes live; a crash leaves those of dead ones behind. */
function readLogins(line: string, processes: Processes, unlooked: Unlooked[]): LoginFacts[] {
  const logins: LoginFacts[] = [];
  try {
    for (const { type, pid, line: at, user } of readUtmp(UTMP_PATH)) {
      if (at !== line || (type !== "LOGIN_PROCESS" && type !== "USER_PROCESS")) continue;
      const process = processes.find(pid);
      if (process) logins.push({ process, user, waiting: type === "LOGIN_PROCESS" });
    }
  } catch (error) {
    unlooked.push({ what: "login records", why: (error as Error).message });
  }
  return logins;
}

async function lineOf(
  port: PortFacts,
  roots: DoctorRoots,
  open: boolean,
  unlooked: Unlooked[],
): Promise<{ line?: LineFacts; trial?: TrialOpen }> {
  const why = whyNoLibc();
  if (why !== undefined) {
    unlooked.push({ what: "settings, lines and counters", why });
    return {};
  }
  const borrowed = await lookThroughHolder(port.realPath, port.holders);
  if (borrowed) return { line: borrowed };
  const shared = port.holders.some(({ fds }) => fds.length > 0);
  if (open || (port.isPty && shared)) return lookByOpening(port.realPath, shared);
  const row = uartRow(port, roots);
  if (!port.access?.read || !port.access.write) return row ? { line: row } : {}; // an open would not do either
  unlooked.push({
    what: row ? "settings" : "settings, lines and counters",
    why: port.isPty
      ? "opening and closing it would hang up its other end"
      : "opening it raises DTR and RTS, which resets many boards",
    ...command`robin doctor --open ${port.path}`,
  });
  return row ? { line: row } : {};
}

function uartRow(
  { uartType, node, driver, realPath }: PortFacts,
  { proc }: DoctorRoots,
): LineFacts | undefined {
  const number = /\d+$/.exec(realPath)?.[0];
  if (uartType === undefined || !node || !driver || number === undefined) return undefined;
  const file = `${proc}/tty/driver/${driver.name}`;
  const row = parseUartRow(textOf(file) ?? "", Number(number));
  return row && { how: file, ...row };
}
