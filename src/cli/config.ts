/**
 * Raw values to a plain config: every value checked, every contradiction told. Pure; throws RobinError "usage".
 */
import { parseCaret } from "../bytes/caret.js";
import type { MapRule } from "../bytes/map-rules.js";
import { RobinError } from "../errors.js";
import { PARITY_LETTERS } from "../port/describe.js";
import type { BreakHandling, ErrorHandling, FlowControl, LineSettings, Parity } from "../port/port.js";
import { isContradiction } from "../port/tty/received-errors.js";
import type { ViewOptions } from "../session/view.js";
import type { LogOptions } from "../sink/log.js";
import { logOptions, maskOption } from "./log-options.js";
import { mapOptions } from "./map-options.js";
import { OPTIONS, USAGE } from "./options.js";
import type { RawArguments } from "./parse.js";
import { recordOption } from "./record-options.js";
import { rs485Option } from "./rs485-option.js";
import { type SendingConfig, sendingOptions } from "./sending-options.js";
import {
  choiceOption,
  contradiction,
  fail,
  MAX_MS,
  numberOption,
  onOffOption,
  textOption,
  wholeNumber,
} from "./values.js";
import { viewOptions } from "./view-options.js";
import type { ColorMode } from "./words.js";

/** How the screen shows what goes by; what is made of the kernel's marks depends on the screen too. */
type ViewConfig = Omit<ViewOptions, "marks">;

export interface ConnectConfig {
  readonly port: string;
  readonly settings: LineSettings;
  readonly dtr?: boolean;
  readonly rts?: boolean;
  /** How long the break of the key b is, ms; absent: the kernel's usual length. */
  readonly breakMs: number | undefined;
  readonly keep: boolean;
  readonly strict: boolean;
  readonly lock: boolean;
  /** Wait for a port that is not there yet. */
  readonly wait: boolean;
  /** Wait for a lost port; undefined where it depends on the port and on who asks. */
  readonly reconnect: boolean | undefined;
  readonly raw: boolean;
  /** The escape key's byte, if there is one. */
  readonly escapeKey: number | undefined;
  readonly echo: boolean;
  /** For what the screen shows of robin's own making. */
  readonly color: ColorMode;
  /** No frames: what is asked and shown comes line by line. */
  readonly screenReader: boolean;
  readonly drainMs: number;
  readonly idleExitMs: number | undefined;
  readonly view: ViewConfig;
  readonly sending: SendingConfig & { readonly omap: readonly MapRule[] };
  readonly log: LogOptions | undefined;
  /** What is not kept in log, recording and events. */
  readonly mask: RegExp | undefined;
  /** The recording's file. */
  readonly record: string | undefined;
  /** A command that has the port as its stdin and stdout, instead of the user. */
  readonly exec: string | undefined;
}

export interface MessageConfig {
  readonly quiet: boolean;
  readonly verbose: number;
  readonly color: ColorMode;
}

/** `^\`, as in the original robin. */
const DEFAULT_ESCAPE = 0x1c;
const MAX_BREAK_MS = 60_000;
/** What changes bytes on their way, which --raw rules out. */
const VIEWS = [
  ...["hex", "printable", "timestamp", "rx-color", "tx-color", "imap", "omap", "emap", "map", "input"],
];
/** A speed is an unsigned 32-bit number in struct termios2. 0 (B0) would hang up the line. */
const MAX_BPS = 2 ** 32 - 1;

/** Settings whose options have another name. */
const SETTING_OPTIONS: Readonly<Record<string, string>> = {
  flow: "hwflow, --swflow or --noflow",
  onError: "on-error",
  onBreak: "on-break",
  lowLatency: "low-latency",
};

type Values = RawArguments["values"];

export function messageConfig({ values }: RawArguments): MessageConfig {
  const quiet = values.get("quiet") === true;
  const verbose = Number(values.get("verbose") ?? 0);
  if (quiet && verbose > 0) contradiction("quiet", "verbose");
  return { quiet, verbose, color: choiceOption<ColorMode>(values, "color") ?? "auto" };
}

export function connectConfig({ positional, values: said }: RawArguments): ConnectConfig {
  const values = withoutTakenBack(said);
  const [port, bpsText, ...rest] = positional;
  const settings = lineSettings(values, bpsText); // before the port: an option may have eaten it, and says so
  if (port === undefined) {
    throw new RobinError("usage", `no port was named: ${USAGE}`, { hint: "robin demo: needs no hardware" });
  }
  if (rest.length > 0) {
    throw new RobinError("usage", `argument "${rest[0]}": one port and one speed are all: ${USAGE}`);
  }
  const dtr = onOffOption(values, "dtr");
  const rts = onOffOption(values, "rts");
  const raw = values.get("raw") === true;
  const keep = values.get("keep") === true;
  const given = Object.keys(settings)[0] ?? (values.get("strict") === true ? "strict" : undefined);
  if (keep && given !== undefined) contradiction("keep", SETTING_OPTIONS[given] ?? given);
  for (const name of ["escape", "echo", "break-ms", ...VIEWS]) {
    if (raw && values.get(name) !== undefined && values.get(name) !== false) contradiction("raw", name);
  }
  const { imap, omap, emap } = mapOptions(values);
  return {
    port,
    settings,
    ...(dtr === undefined ? {} : { dtr }),
    ...(rts === undefined ? {} : { rts }),
    breakMs: numberOption(values, "break-ms", 1, MAX_BREAK_MS),
    keep,
    strict: values.get("strict") === true,
    lock: values.get("lock") !== false,
    wait: values.get("wait") === true,
    reconnect: values.get("reconnect") as boolean | undefined,
    raw,
    escapeKey: raw ? undefined : escapeKey(values.get("escape")),
    echo: values.get("echo") === true,
    color: choiceOption<ColorMode>(values, "color") ?? "auto",
    screenReader: values.get("screen-reader") === true,
    drainMs: numberOption(values, "drain", 0, MAX_MS) ?? 2000,
    idleExitMs: numberOption(values, "idle-exit", 1, MAX_MS),
    view: { ...viewOptions(values), imap, emap },
    sending: { ...sendingOptions(values), omap },
    log: logOptions(values),
    mask: maskOption(values),
    record: recordOption(values),
    exec: textOption(values, "exec"),
  };
}

/** Without a layer beneath, what is taken back was never said. */
function withoutTakenBack(given: Values): Values {
  if (![...given.values()].includes(false)) return given;
  const isSaid = (name: string) => OPTIONS.find((option) => option.name === name)?.negatable === true;
  return new Map([...given].filter(([name, value]) => value !== false || isSaid(name)));
}

/** Settings of the line by their options. Throws RobinError "usage". */
export function lineSettings(values: Values, positionalBps: string | undefined): LineSettings {
  const bps = speed(values, positionalBps);
  const flow = flowControl(values);
  const frame = lineFrame(values);
  const vmin = numberOption(values, "vmin", 0, 255);
  const vtime = numberOption(values, "vtime", 0, 255);
  const rs485 = values.get("rs485");
  const lowLatency = onOffOption(values, "low-latency");
  return {
    ...(bps === undefined ? {} : { bps }),
    ...(flow === undefined ? {} : { flow }),
    ...frame,
    ...(values.get("crnl") === true ? { crnl: true } : {}),
    ...(vmin === undefined ? {} : { vmin }),
    ...(vtime === undefined ? {} : { vtime }),
    ...receivedErrors(values),
    ...(rs485 === undefined ? {} : { rs485: rs485Option(String(rs485)) }),
    ...(lowLatency === undefined ? {} : { lowLatency }),
  };
}

function receivedErrors(values: Values): Pick<LineSettings, "onError" | "onBreak"> {
  const onError = choiceOption<ErrorHandling>(values, "on-error");
  const onBreak = choiceOption<BreakHandling>(values, "on-break");
  const asked = {
    ...(onError === undefined ? {} : { onError }),
    ...(onBreak === undefined ? {} : { onBreak }),
  };
  if (isContradiction(asked)) {
    const options = "options --on-error mark and --on-break pass";
    throw new RobinError("usage", `${options}: they contradict each other, give one`, {
      hint: "the kernel has one flag for both (PARMRK), so a break is marked too; it can be dropped",
    });
  }
  return asked;
}

function speed(values: Values, positional: string | undefined): number | undefined {
  const option = numberOption(values, "bps", 1, MAX_BPS);
  if (positional === undefined) return option;
  const bps = wholeNumber(positional, 1, MAX_BPS);
  if (bps === undefined) {
    throw new RobinError("usage", `speed "${positional}": it is not a whole number from 1 to ${MAX_BPS}`);
  }
  if (option !== undefined && option !== bps) {
    throw new RobinError("usage", `speeds ${option} and ${bps}: they contradict each other, give one`);
  }
  return bps;
}

function flowControl(values: Values): FlowControl | undefined {
  const flows: readonly [string, FlowControl][] = [
    ["hwflow", "hardware"],
    ["swflow", "software"],
    ["noflow", "none"],
  ];
  const given = flows.filter(([name]) => values.get(name) === true);
  if (given[0] && given[1]) contradiction(given[0][0], given[1][0]);
  return given[0]?.[1];
}

function lineFrame(values: Values): Pick<LineSettings, "databits" | "parity" | "stopbits"> {
  const databits = choiceOption<string>(values, "databits");
  const parity = choiceOption<Parity>(values, "parity");
  const stopbits = choiceOption<string>(values, "stopbits");
  const text = values.get("line");
  if (text === undefined) {
    return {
      ...(databits === undefined ? {} : { databits: Number(databits) as 5 | 6 | 7 | 8 }),
      ...(parity === undefined ? {} : { parity }),
      ...(stopbits === undefined ? {} : { stopbits: Number(stopbits) as 1 | 2 }),
    };
  }
  for (const name of ["databits", "parity", "stopbits"]) if (values.has(name)) contradiction("line", name);
  const match = /^([5-8])([NEOMS])([12])$/i.exec(String(text));
  if (match === null) {
    return fail(
      "line",
      `"${text}" is not data bits 5 to 8, parity N, E, O, M or S, and stop bits 1 or 2, as in 8N1`,
    );
  }
  const letter = match[2]!.toUpperCase();
  return {
    databits: Number(match[1]) as 5 | 6 | 7 | 8,
    parity: (Object.keys(PARITY_LETTERS) as Parity[]).find((name) => PARITY_LETTERS[name] === letter)!,
    stopbits: Number(match[3]) as 1 | 2,
  };
}

/** The escape key's byte for the value of --escape; undefined for --no-escape. Throws RobinError "usage". */
export function escapeKey(value: string | number | boolean | undefined): number | undefined {
  if (value === undefined) return DEFAULT_ESCAPE;
  if (value === false) return undefined;
  const text = String(value);
  const byte = parseCaret(text);
  if (byte !== undefined) return byte;
  const meant = parseCaret(`^${text}`) === undefined ? "" : ` (did you mean ^${text.toUpperCase()}?)`;
  return fail("escape", `"${text}" is no control character, write one as ^A or ^]${meant}`);
}
