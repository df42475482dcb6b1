/**
 * The ports that are there while the picker is shown, and what can be known of each without opening it: an open raises DTR and RTS,
 * and resets boards. Knows where to look and how often; not how it is shown.
 */
import { accessSync, constants, fstatSync, statSync } from "node:fs";
import { basename } from "node:path";
import { RobinError } from "../errors.js";
import { byName, type PortInfo } from "../port/discovery/discover.js";
import { withHolders } from "../port/discovery/list-ports.js";
import { followPorts, type PortChange } from "../port/discovery/port-changes.js";
import { type Roots, SYSTEM_ROOTS } from "../port/discovery/roots.js";
import { textOf } from "../port/discovery/sysfs.js";
import { commandOf, type Holder } from "../port/holders.js";
import { openHint } from "../port/open-hints.js";
import { uucpHolder } from "../port/uucp-lock.js";
import { errno, SysError } from "../tty/sys-error.js";
import { readUtmp, UTMP_PATH } from "../utmp/file.js";

/** A port, and what stands in the way of opening it as far as that can be seen. */
export interface SeenPort {
  /** Tells it from a later one of the same path. */
  readonly id: string;
  readonly info: PortInfo;
  /** Whether it has come since the first look. */
  readonly arrivedAtMs: number | undefined;
  readonly holders: readonly Holder[];
  /** A living process that its lock file names. */
  readonly lockedBy: Holder | undefined;
  /** A login that waits on it, or someone who is logged in there. */
  readonly login: Holder | undefined;
  readonly isOwnTerminal: boolean;
  /** The kernel writes its messages there. */
  readonly isConsole: boolean;
  /** Absent where this user may use it; what can be done where there is something. */
  readonly refusal: { readonly hint: string | undefined } | undefined;
}

export interface PortsWatch {
  /** The newest first; those whose age is not known come last, by name. */
  ports(): readonly SeenPort[];
  /** The user is at work: a look at all processes can wait. */
  putOff(): void;
  /** Why ports that come are not seen. */
  readonly problem: string | undefined;
  close(): void;
}

/** How often holders, locks and rights are looked at, ms; more seldom where a look takes long: /proc may be large. */
const LOOK_MS = 2000;
const REST_PER_LOOK = 30;
/** How long no key has to come before the next look, ms: on a machine of 5000 processes it takes half a second. */
const QUIET_MS = 500;

interface Known {
  readonly id: string;
  readonly info: PortInfo;
  readonly arrivedAtMs: number | undefined;
}

interface WatchOptions {
  readonly roots?: Roots;
  /** Monotonic, ms. */
  readonly nowMs?: () => number;
  readonly lookMs?: number;
  /** Where lock files are; the system's directories by default. */
  readonly lockDirectories?: readonly string[];
}

/** Calls `onChange` for what comes and goes, and after each look. The first look is over when it returns. */
export function watchPorts(
  onChange: () => void,
  {
    roots = SYSTEM_ROOTS,
    nowMs = () => performance.now(),
    lookMs = LOOK_MS,
    lockDirectories,
  }: WatchOptions = {},
): PortsWatch {
  const known = new Map<string, Known>();
  let seen: readonly SeenPort[] = [];
  let number = 0;
  let isReady = false;
  let soon: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;

  let quietFromMs = 0;

  const lookWhenQuiet = () => {
    const waitMs = quietFromMs - performance.now();
    if (waitMs > 0) timer = setTimeout(lookWhenQuiet, waitMs);
    else look();
  };
  const look = () => {
    clearTimeout(timer);
    clearImmediate(soon);
    soon = undefined;
    const beganMs = performance.now();
    seen = lookAt([...known.values()], { roots, lockDirectories });
    timer = setTimeout(lookWhenQuiet, Math.max(lookMs, (performance.now() - beganMs) * REST_PER_LOOK));
    if (isReady) onChange();
  };
  const changed = (change: PortChange) => {
    const { event, at, port } = change;
    const { path } = port;
    const id = `${path} ${number++}`;
    if (event === "removed") known.delete(path);
    else if (event === "present") known.set(path, { id, info: port, arrivedAtMs: undefined });
    else known.set(path, { id, info: { ...port, addedAt: port.addedAt ?? at }, arrivedAtMs: nowMs() });
    if (isReady) soon ??= setImmediate(look); // all that came at once is one look
  };
  let following: { close(): void } | undefined;
  let problem: string | undefined;
  try {
    following = followPorts(changed, { roots });
  } catch (error) {
    if (!(error instanceof RobinError)) throw error;
    problem = error.message;
  }
  look();
  isReady = true;
  return {
    ports: () => seen,
    problem,
    putOff() {
      quietFromMs = performance.now() + QUIET_MS;
    },
    close() {
      clearTimeout(timer);
      clearImmediate(soon);
      following?.close();
    },
  };
}

/** Newest first; those whose age is not known last. Equal ones by name. */
function byAge({ info: one }: Known, { info: other }: Known): number {
  return (other.addedAt ?? 0) - (one.addedAt ?? 0) || byName(one, other);
}

type Places = { readonly roots: Roots; readonly lockDirectories: readonly string[] | undefined };

function lookAt(ports: readonly Known[], { roots, lockDirectories }: Places): SeenPort[] {
  if (ports.length === 0) return [];
  const held = new Map(
    withHolders(ports.map(({ info }) => info)).map(({ path, holders }) => [path, holders] as const),
  );
  const consoles = (textOf(`${roots.proc}/consoles`) ?? "").split("\n").map((row) => row.split(/\s/)[0]);
  const logins = readLogins();
  const own = ownTerminal();
  return [...ports].sort(byAge).map(({ id, info, arrivedAtMs }) => ({
    id,
    info,
    arrivedAtMs,
    holders: held.get(info.path) ?? [],
    lockedBy: uucpHolder(info.path, lockDirectories)?.holder,
    login: logins.get(basename(info.path)),
    isOwnTerminal: own !== undefined && deviceOf(info.path) === own,
    isConsole: consoles.includes(basename(info.path)),
    refusal: refusalOf(info.path),
  }));
}

function refusalOf(path: string): SeenPort["refusal"] {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return undefined; // gone: that is told by others
    return { hint: openHint(path, new SysError("open", errno.EACCES)) };
  }
}

/** By the line's name: those whose process lives; a crash leaves records of dead ones behind. */
function readLogins(): Map<string, Holder> {
  const logins = new Map<string, Holder>();
  try {
    for (const { type, pid, line } of readUtmp(UTMP_PATH)) {
      if (type !== "LOGIN_PROCESS" && type !== "USER_PROCESS") continue;
      const command = commandOf(pid);
      if (command !== undefined) logins.set(line, { pid, command });
    }
  } catch {
    // no such file, or another layout: doctor says more
  }
  return logins;
}

function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).rdev;
  } catch {
    return undefined; // gone
  }
}

function ownTerminal(): number | undefined {
  try {
    const stats = fstatSync(0);
    return stats.isCharacterDevice() ? stats.rdev : undefined;
  } catch {
    return undefined; // closed
  }
}
