/**
 * Options of a running session, changed by their long names: `bps 9600`, `echo off`, `no-hex`. Values are read as on the command
 * line, by the same table and the same checks. Knows which options can change and what each does then; not how the user is asked.
 */
import { RobinError } from "../errors.js";
import { describeLine, describeRefusal } from "../port/describe.js";
import type { LineSettings, Port, Refusal } from "../port/port.js";
import type { Session } from "../session/session.js";
import { type ConnectConfig, connectConfig, lineSettings, messageConfig } from "./config.js";
import type { Keeping } from "./keeping.js";
import { didYouMean } from "./nearest.js";
import { OPTIONS, type Option } from "./options.js";
import { parseArguments, type RawArguments } from "./parse.js";
import { shownMarks } from "./shown-marks.js";
import type { Words } from "./words.js";

type Values = RawArguments["values"];

export interface LiveContext {
  readonly port: Port;
  readonly session: Session;
  readonly keeping: Keeping;
  readonly words: Words;
  /** What the command line and the changes so far say. */
  readonly values: Values;
}

/**
 * What an option does in a running session. `config` is what holds from now on, `change` what was said; the result is what the
 * driver did not take.
 */
type Change = (
  context: LiveContext,
  config: ConnectConfig,
  change: Values,
) => void | Promise<void> | Promise<readonly Refusal[]>;

export interface LiveChange {
  /** What all options say now. */
  readonly values: Values;
  readonly refusals: readonly Refusal[];
}

const LINE = [
  ...["bps", "hwflow", "swflow", "noflow", "databits", "parity", "stopbits", "line", "crnl", "vmin", "vtime"],
  ...["on-error", "on-break", "rs485", "low-latency"],
];
/** What each of these changes of the view: what keys have made of the rest stays. */
const VIEW: Readonly<Record<string, keyof ConnectConfig["view"]>> = {
  ...{ imap: "imap", emap: "emap", hex: "hex", printable: "printable", timestamp: "timestamp" },
  ...{ "rx-color": "rxColor", "tx-color": "txColor" },
};
const PACING = ["send-delay", "send-line-delay", "send-echo", "send-wait", "send-timeout"];
const LOG = ["log", "log-tap", "log-mode", "log-size", "log-every", "log-keep"];

const CHANGES: readonly { readonly names: readonly string[]; readonly change: Change }[] = [
  { names: LINE, change: changeLine },
  { names: ["dtr"], change: (context, { dtr }) => setLine(context, "dtr", dtr === true) },
  { names: ["rts"], change: (context, { rts }) => setLine(context, "rts", rts === true) },
  {
    names: ["echo"],
    change: ({ session }, { echo }) => {
      session.ways.echo = echo;
    },
  },
  ...Object.entries(VIEW).map(([name, key]) => ({
    names: [name],
    change: ({ session }: LiveContext, { view }: ConnectConfig) =>
      session.ways.changeView({ [key]: view[key] }),
  })),
  {
    names: ["input"],
    change: ({ session }, { sending: { inputMode } }) => session.ways.changeSending({ inputMode }),
  },
  {
    names: PACING,
    change: ({ session }, { sending: { pacing } }) => session.ways.changeSending({ pacing }),
  },
  {
    names: ["omap"],
    change: ({ session }, { sending: { omap } }) => session.ways.changeSending({ omap }),
  },
  {
    names: ["map"],
    change: ({ session }, { view: { imap }, sending: { omap } }) => {
      session.ways.changeView({ imap });
      session.ways.changeSending({ omap });
    },
  },
  { names: LOG, change: ({ keeping }, { log }) => keeping.changeLog(log) },
  {
    names: ["record"],
    change: ({ keeping, session }, { record }) => keeping.changeRecord(record, session.ways.counts),
  },
  { names: ["mask"], change: ({ keeping }, { mask }) => keeping.changeMask(mask) },
  {
    names: ["break-ms", "drain", "idle-exit"],
    change: ({ session }, { breakMs, drainMs, idleExitMs }) => session.tune({ breakMs, drainMs, idleExitMs }),
  },
  { names: ["escape"], change: ({ session }, { escapeKey }) => session.ways.setEscapeKey(escapeKey) },
  {
    names: ["quiet", "verbose", "color"],
    change: ({ words, values }) => words.change(messageConfig({ positional: [], values })),
  },
];

/** One of these at a time: the last one that was said. */
export const EXCLUSIVE: readonly (readonly string[])[] = [
  ["hwflow", "swflow", "noflow"],
  ["line", "databits", "parity", "stopbits"],
  ["quiet", "verbose"],
];

/** Options that can change, for whoever completes their names. */
export const LIVE_OPTIONS: readonly Option[] = OPTIONS.filter(({ name }) => changeOf(name) !== undefined);

function changeOf(name: string): Change | undefined {
  return CHANGES.find(({ names }) => names.includes(name))?.change;
}

/** Does what `text` says, and says what it did. Rejects with RobinError: usage, and what the port says. */
export async function changeOption(text: string, context: LiveContext): Promise<LiveChange> {
  const [, word = "", value] = /^\s*(?:--)?([^\s=]+)(?:(?:\s*=\s*|\s+)(.*?))?\s*$/s.exec(text) ?? [];
  if (word === "") return { values: context.values, refusals: [] };
  const { option, isNegated } = findOption(word);
  const { name } = option;
  const change = changeOf(name);
  if (change === undefined) {
    throw new RobinError("usage", `option ${name}: it is for a session's start, and cannot be changed later`);
  }
  const isOff = isNegated || isOffWord(option, value);
  const said = isOff ? new Map([[name, false]]) : onValues(option, value);
  const values = merged(withLog(context), said, name);
  const config = connectConfig({ positional: ["-"], values });
  const refusals = (await change({ ...context, values }, config, said)) ?? [];
  if (change !== changeLine) context.words.notice(`${name} ${isOff ? "off" : (value ?? "on")}`);
  return { values, refusals };
}

/** What holds so far, with a log that a key began. */
function withLog({ values, keeping }: LiveContext): Values {
  const { logPattern } = keeping;
  return values.has("log") || logPattern === undefined ? values : new Map(values).set("log", logPattern);
}

function findOption(word: string): { option: Option; isNegated: boolean } {
  const find = (text: string) =>
    OPTIONS.find(({ name, alias = [] }) => name === text || (text.length > 1 && alias.includes(text)));
  const [option, positive] = [find(word), word.startsWith("no-") ? find(word.slice(3)) : undefined];
  const found = option ?? positive;
  if (found) return { option: found, isNegated: option === undefined };
  const names = LIVE_OPTIONS.map(({ name }) => name);
  throw new RobinError("usage", `option ${word}: there is no such option${didYouMean(word, names)}`);
}

function isOffWord(option: Option, value: string | undefined): boolean {
  return value === "off" && canBeOff(option);
}

/** Whether `off` takes it back: where that is none of its own values. */
export function canBeOff({ name, choices }: Option): boolean {
  return !choices?.includes("off") && (name === "crnl" || !LINE.includes(name));
}

function onValues({ name, value: placeholder, usual }: Option, value: string | undefined): Values {
  if (placeholder === undefined && value !== undefined && value !== "on") {
    throw new RobinError("usage", `option ${name}: "${value}" is neither on nor off`);
  }
  if (placeholder !== undefined && value === undefined && usual === undefined) {
    throw new RobinError("usage", `option ${name}: it needs a value (${placeholder})`);
  }
  const isBare = placeholder === undefined || value === undefined;
  return parseArguments([isBare ? `--${name}` : `--${name}=${value}`]).values;
}

function merged(before: Values, change: Values, name: string): Values {
  const values = new Map(before);
  for (const other of EXCLUSIVE.find((names) => names.includes(name)) ?? []) values.delete(other);
  if (change.get("log") === false) for (const other of LOG) values.delete(other);
  for (const [key, value] of change) {
    // Without the key there is an escape key, and no other option.
    if (value === false && key !== "escape") values.delete(key);
    else values.set(key, value);
  }
  return values;
}

async function setLine({ port, session }: LiveContext, line: "dtr" | "rts", on: boolean): Promise<void> {
  await port.setModemLine(line, on);
  session.ways.tell({ event: "lines", lines: await port.modemLines() });
}

async function changeLine(
  context: LiveContext,
  config: ConnectConfig,
  change: Values,
): Promise<readonly Refusal[]> {
  const { port, session, words } = context;
  const settings: LineSettings =
    change.get("crnl") === false ? { crnl: false } : lineSettings(change, undefined);
  const refused = await port.configure(settings);
  const actual = await port.settings();
  session.ways.tell({ event: "settings", settings: actual, ...(refused.length > 0 ? { refused } : {}) });
  session.ways.changeView({ marks: shownMarks(config) });
  for (const refusal of refused) {
    words.warning(`set up ${port.path}: the driver did not take ${describeRefusal(refusal)}`);
  }
  if (refused.length === 0) words.notice(describeLine(actual));
  return refused;
}
