/**
 * `robin hub`'s command line to a plain config, checked. Knows options and the file of ports; opens no port.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { RobinError } from "../../errors.js";
import { describeErrno } from "../../tty/sys-error.js";
import { defaultDirectory } from "../../virtual/hub/directory.js";
import type { Frame } from "../../virtual/hub/framer.js";
import type { Overflow } from "../../virtual/hub/listener.js";
import { namedPorts, type PortPlan, planPorts, readPortFile } from "../../virtual/hub/port-list.js";
import { JSON_OPTION } from "../command.js";
import type { Option } from "../options.js";
import type { RawArguments } from "../parse.js";
import { choiceOption, contradiction, fail, MAX_MS, numberOption, wholeNumber } from "../values.js";

const OVERFLOWS: readonly Overflow[] = ["drop-new", "drop-old", "hang-up"];
const DEFAULTS = { queueBytes: 64 * 1024, patienceMs: 100, overflow: "drop-new" } as const;
const LARGEST_QUEUE = 64 * 1024 * 1024;
/** A file of ports that is larger than this is no file of ports. */
const LARGEST_FILE = 1024 * 1024;

export const HUB_OPTIONS: readonly Option[] = [
  {
    name: "dir",
    value: "DIR",
    completes: "directory",
    group: "Options",
    does: "the hub's directory, where its links are; made if its parent exists",
    otherwise: "$XDG_RUNTIME_DIR/robin, or /tmp/robin-UID",
  },
  {
    name: "config",
    value: "FILE",
    completes: "file",
    group: "Options",
    does: "more ports from a file: a line is NAME or NAME LINK, # starts a comment",
  },
  {
    name: "frame",
    value: "RULE",
    completes: ["none", "line", "gap:"],
    group: "Options",
    does: "what is kept whole: line (up to LF), gap:MS (up to so long a silence), none",
    otherwise: "none",
  },
  {
    name: "queue",
    value: "BYTES",
    group: "Options",
    does: "what may wait for one port",
    otherwise: String(DEFAULTS.queueBytes),
  },
  {
    name: "patience",
    value: "MS",
    group: "Options",
    does: "how long a port that reads nothing may hold the others before it counts as stalled",
    otherwise: String(DEFAULTS.patienceMs),
  },
  {
    name: "overflow",
    value: "POLICY",
    choices: OVERFLOWS,
    group: "Options",
    does: "what gives way when a stalled port's queue is full",
    otherwise: DEFAULTS.overflow,
  },
  {
    name: "tap",
    value: "FILE",
    completes: "file",
    group: "Options",
    does: "append everything that is said to FILE, one JSON object a line",
  },
  { name: "status", group: "Options", does: "ask the hub that runs in the directory, and print its ports" },
  JSON_OPTION,
];

export interface HubConfig {
  readonly kind: "hub";
  readonly directory: string;
  /** Nobody has named the directory: it has to be the user's own. */
  readonly isOwn: boolean;
  readonly ports: readonly PortPlan[];
  readonly frame: Frame;
  readonly queueBytes: number;
  readonly patienceMs: number;
  readonly overflow: Overflow;
  readonly tap: string | undefined;
}

export interface StatusConfig {
  readonly kind: "status";
  readonly directory: string;
}

/** Throws RobinError: usage, open-failed. */
export function hubConfig({ positional, values }: RawArguments, usage: string): HubConfig | StatusConfig {
  const dir = path(values, "dir");
  const directory = resolve(dir ?? defaultDirectory(process.env, process.getuid?.() ?? 0));
  if (values.get("status") === true) {
    if (positional.length > 0) {
      const text = `argument "${positional[0]}": --status shows all ports of a hub`;
      throw new RobinError("usage", text, { hint: "--dir DIR names the hub" });
    }
    for (const name of ["config", "frame", "queue", "patience", "overflow", "tap"]) {
      if (values.has(name)) contradiction("status", name);
    }
    return { kind: "status", directory };
  }
  const file = path(values, "config");
  const wanted = [...namedPorts(positional), ...(file === undefined ? [] : readPortFile(read(file), file))];
  if (wanted.length === 0) {
    const where = file === undefined ? usage : `${file} has no lines but comments`;
    throw new RobinError("usage", `no port was named: ${where}`);
  }
  return {
    kind: "hub",
    directory,
    isOwn: dir === undefined,
    ports: planPorts(wanted, directory),
    frame: frameOption(values),
    queueBytes: numberOption(values, "queue", 1, LARGEST_QUEUE) ?? DEFAULTS.queueBytes,
    patienceMs: numberOption(values, "patience", 0, MAX_MS) ?? DEFAULTS.patienceMs,
    overflow: choiceOption<Overflow>(values, "overflow") ?? DEFAULTS.overflow,
    tap: path(values, "tap"),
  };
}

function path(values: RawArguments["values"], option: string): string | undefined {
  const text = values.get(option);
  if (text === undefined) return undefined;
  return text === "" ? fail(option, "a path has one character at least") : String(text);
}

function frameOption(values: RawArguments["values"]): Frame {
  const text = String(values.get("frame") ?? "none");
  if (text === "line" || text === "none") return { kind: text };
  const gapMs = text.startsWith("gap:") ? wholeNumber(text.slice("gap:".length), 1, MAX_MS) : undefined;
  if (gapMs !== undefined) return { kind: "gap", gapMs };
  return fail("frame", `"${text}" is none of line, gap:MS (such as gap:5), none`);
}

function read(file: string): string {
  try {
    const bytes = Buffer.alloc(LARGEST_FILE + 1);
    const size = readInto(file, bytes);
    if (size <= LARGEST_FILE) return bytes.toString("utf8", 0, size);
  } catch (error) {
    const { errno = 0, code } = error as NodeJS.ErrnoException;
    const [, text] = describeErrno(-errno);
    throw new RobinError("open-failed", `read ${file}: ${text} (${code})`, { cause: error });
  }
  throw new RobinError("usage", `read ${file}: it is too large for a list of ports`);
}

/** As much as there is, or fits: /dev/zero has no end. Returns the number of bytes. */
function readInto(file: string, bytes: Buffer): number {
  const fd = openSync(file, "r");
  try {
    let size = 0;
    while (size < bytes.length) {
      const n = readSync(fd, bytes, size, bytes.length - size, null);
      if (n === 0) break;
      size += n;
    }
    return size;
  } finally {
    closeSync(fd);
  }
}
