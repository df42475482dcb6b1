/**
 * The keys behind the escape key: one table, from which the help, the manual page and the session come.
 * Knows what each key does to a session and a port; not how the key was found in what was typed.
 */
import { formatCaret } from "../bytes/caret.js";
import { parseTimeFormat, TIME_FORMATS } from "../bytes/time-format.js";
import { RobinError } from "../errors.js";
import { describeLine, describeModemLines, describeRefusal } from "../port/describe.js";
import type { ActualSettings, Port } from "../port/port.js";
import type { Session } from "./session.js";
import type { SessionControls } from "./session-controls.js";
import type { Say, SessionOptions } from "./session-options.js";

/** The session in which keys are pressed. */
export type KeySession = Pick<Session, "breakMs" | "end" | "fail" | "ways">;

type KeyOptions = Pick<SessionOptions, "controls" | "escapeKey" | "say" | "suspend" | "terminal">;

interface KeyContext extends KeyOptions {
  readonly session: KeySession;
  readonly port: Port;
  readonly say: Say;
  /** Marks so far. */
  marks: number;
}

interface Key {
  readonly key: string;
  readonly does: string;
  /** Whether it has to have the device's screen: a view closes first. */
  readonly needsScreen?: boolean;
  /** What it does, at once. */
  readonly run?: (context: KeyContext) => void | Promise<void>;
  /** What it does with the port, after the key before it is done: the second `+` starts from the first one's speed. */
  readonly control?: (context: KeyContext) => Promise<void>;
  /** The same between what was typed before and what is typed later. `before`: the keys before it. */
  readonly inTurn?: (context: KeyContext, before: Promise<void>) => Promise<void>;
}

/** How long DTR is held low by the pulse key: long enough for the reset circuits of common boards. */
const PULSE_MS = 100;

/** For how long a port may take nothing of what a break has to come after. */
const STANDSTILL_MS = 2000;

/** The speeds that the next and previous keys go through, bits a second: those with a symbol (termios(3)). */
const STANDARD_SPEEDS: readonly number[] = [
  50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400,
  460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000,
];

export const KEYS: readonly Key[] = [
  { key: "q", does: "quit", run: ({ session }) => session.end("quit"), needsScreen: true },
  { key: "?", does: "list the keys, and show how the session stands", run: showMenu },
  { key: "b", does: "send a break", inTurn: sendBreak },
  {
    key: "s",
    does: "show the settings, asked for and actual, modem lines and counters",
    control: showSettings,
  },
  { key: "d", does: "toggle DTR", control: (context) => toggleLine(context, "dtr") },
  { key: "r", does: "toggle RTS", control: (context) => toggleLine(context, "rts") },
  { key: "p", does: "pulse DTR, which resets many boards", control: pulseDtr },
  { key: "+", does: "next standard speed", control: (context) => changeSpeed(context, nextSpeed) },
  { key: "-", does: "previous standard speed", control: (context) => changeSpeed(context, previousSpeed) },
  { key: "f", does: "discard both queues, what arrived and what is not sent", control: discardQueues },
  { key: "e", does: "local echo", run: toggleEcho },
  { key: "x", does: "hex view", run: toggleHex },
  { key: "t", does: "next timestamp format", run: nextTimestamp },
  { key: "l", does: "log on or off", control: async (context) => controlsOf(context)?.toggleLog() },
  { key: "m", does: "put a mark in log and recording", run: putMark },
  {
    key: "!",
    does: "run a command with the port as its stdin and stdout",
    run: runCommand,
    needsScreen: true,
  },
  { key: ":", does: "change an option by its name, as in :bps 9600", run: changeOption, needsScreen: true },
  { key: "o", does: "set up: change what the session does, seen at once", run: showSetup, needsScreen: true },
  { key: "w", does: "tell the far shell this window's size (stty rows R cols C)", run: tellWindowSize },
  { key: "c", does: "clear the screen", run: ({ session }) => session.ways.clear(), needsScreen: true },
  // After the keys before it: a break would last as long as robin is stopped.
  {
    key: "z",
    does: "suspend robin; the port stays open",
    control: async (context) => context.suspend?.(),
    needsScreen: true,
  },
];

/**
 * The keys of one session. The function presses the key of a byte: false when it has no meaning, and so is to be
 * passed on.
 */
export function createKeys(
  session: KeySession,
  options: KeyOptions & { readonly port: Port },
): (byte: number) => boolean {
  const context: KeyContext = { ...options, session, say: options.say ?? (() => {}), marks: 0 };
  let before = Promise.resolve();
  const failed = (error: unknown) => {
    const isEnd = !(error instanceof RobinError) || (error.code === "lost" && !context.port.presence);
    if (!isEnd) context.say("warning", error.message);
    else session.fail(error);
  };
  return (byte) => {
    const key = KEYS.find((one) => one.key.charCodeAt(0) === byte);
    if (key === undefined) return false;
    const { run, control, inTurn } = key;
    if (run) (async () => run(context))().catch(failed);
    if (control) before = before.then(() => control(context)).catch(failed);
    if (inTurn) before = inTurn(context, before).catch(failed);
    return true;
  };
}

/** The keys that change the speed, as a user types them; undefined where there is no escape key. */
export function speedKeys(escapeKey: number | undefined): string | undefined {
  if (escapeKey === undefined) return undefined;
  const prefix = formatCaret(escapeKey);
  return `${prefix} + and ${prefix} -`;
}

/** The list that `?` shows. */
export function listKeys(escapeKey: number): string {
  const prefix = formatCaret(escapeKey);
  const rows = KEYS.map(({ key, does }) => `  ${prefix} ${key}  ${does}`);
  rows.push(`  ${prefix} ${prefix}  send ${prefix} itself`);
  return ["keys", ...rows].join("\n");
}

async function sendBreak(context: KeyContext, before: Promise<void>): Promise<void> {
  const { port, say, session } = context;
  const { breakMs } = session;
  await whenTaken(context, async () => {
    await before;
    await port.sendBreak(breakMs);
  });
  session.ways.tell({ event: "break", way: "tx", ...(breakMs === undefined ? {} : { ms: breakMs }) });
  say("notice", `break sent on ${port.path}${breakMs === undefined ? "" : `, ${breakMs} ms`}`);
}

/** Does something in its turn. Rejects when that does not come because the port takes nothing any more. */
function whenTaken({ port, session }: KeyContext, action: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let sentBefore = -1;
    let hasBegun = false;
    const takeBack = session.ways.inTurn(async () => {
      hasBegun = true;
      clearTimeout(timer);
      await action().then(resolve, reject);
    });
    const look = () => {
      const { sent } = session.ways.counts;
      if (sent > sentBefore) {
        sentBefore = sent;
        timer = setTimeout(look, STANDSTILL_MS);
        timer.unref(); // the session may end meanwhile
        return;
      }
      takeBack();
      const why = "the bytes before it are not taken; flow control may hold them";
      reject(new RobinError("unsent", `send a break on ${port.path}: ${why}`));
    };
    if (!hasBegun) look();
  });
}

async function showSettings({ port, say, session }: KeyContext): Promise<void> {
  const rows = [`settings of ${port.path}`];
  rows.push(`  asked for  ${describeLine(port.asked) || "nothing: as it stands"}`);
  rows.push(`  actual     ${describeLine(await port.settings())}`);
  rows.push(`  lines      ${await port.modemLines().then(describeModemLines, (e: Error) => e.message)}`);
  const { received, sent } = session.ways.counts;
  rows.push(`  session    ${received} bytes received, ${sent} bytes sent`);
  const counters = port.counters();
  if (counters) {
    const text = Object.entries(counters).map(
      ([name, value]) => `${name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)} ${value}`,
    );
    rows.push(`  driver     ${text.join(", ")}`);
  }
  say("notice", rows.join("\n"));
}

async function toggleLine({ port, say, session }: KeyContext, line: "dtr" | "rts"): Promise<void> {
  const on = !(await port.modemLines())[line];
  await port.setModemLine(line, on);
  session.ways.tell({ event: "lines", lines: await port.modemLines() });
  say("notice", `${line.toUpperCase()} is ${on ? "on" : "off"}`);
}

async function pulseDtr({ port, say, session }: KeyContext): Promise<void> {
  const lines = await port.modemLines();
  const before = lines.dtr;
  await port.setModemLine("dtr", !before);
  session.ways.tell({ event: "lines", lines: { ...lines, dtr: !before } });
  await new Promise((resolve) => setTimeout(resolve, PULSE_MS));
  await port.setModemLine("dtr", before);
  session.ways.tell({ event: "lines", lines });
  say("notice", `DTR was ${before ? "off" : "on"} for ${PULSE_MS} ms`);
}

function nextSpeed(bps: number): number | undefined {
  return STANDARD_SPEEDS.find((speed) => speed > bps);
}

function previousSpeed(bps: number): number | undefined {
  return STANDARD_SPEEDS.findLast((speed) => speed < bps);
}

async function changeSpeed(
  { port, say, session }: KeyContext,
  choose: (bps: number) => number | undefined,
): Promise<void> {
  const before: ActualSettings = await port.settings();
  const bps = choose(before.bps);
  if (bps === undefined) return say("notice", `${before.bps} bps is the last standard speed this way`);
  const [refusal] = await port.configure({ bps });
  session.ways.tell({
    event: "settings",
    settings: await port.settings(),
    ...(refusal && { refused: [refusal] }),
  });
  if (refusal) say("warning", `${port.path} did not take ${describeRefusal(refusal)}`);
  else say("notice", `${bps} bps`);
}

async function discardQueues({ port, say, session }: KeyContext): Promise<void> {
  const keys = session.ways.discardTyped();
  await port.discard();
  say("notice", `both queues discarded${keys > 0 ? `, and ${keys} bytes that were not sent yet` : ""}`);
}

function toggleEcho({ say, session }: KeyContext): void {
  session.ways.echo = !session.ways.echo;
  say("notice", `local echo is ${session.ways.echo ? "on" : "off"}`);
}

async function showMenu(context: KeyContext): Promise<void> {
  if (await context.controls?.showMenu()) return;
  if (context.escapeKey !== undefined) context.say("notice", listKeys(context.escapeKey));
}

async function showSetup(context: KeyContext): Promise<void> {
  await controlsOf(context)?.showSetup();
}

function tellWindowSize({ say, session, terminal }: KeyContext): void {
  const size = terminal?.windowSize();
  if (!size || size.rows === 0) return say("warning", "this terminal's size is not known");
  session.ways.type(`stty rows ${size.rows} cols ${size.columns}\r`);
}

function toggleHex({ say, session }: KeyContext): void {
  const hex = !session.ways.view.hex;
  session.ways.changeView({ hex });
  say("notice", `hex view is ${hex ? "on" : "off"}`);
}

/** Through the formats that have a name, and off behind the last one. */
function nextTimestamp({ say, session }: KeyContext): void {
  const names = TIME_FORMATS.map(({ name }) => name);
  const now = session.ways.view.timestamp?.name;
  const next = now === undefined ? names[0] : names[names.indexOf(now) + 1];
  say("notice", `timestamps: ${next ?? "off"}`);
  session.ways.changeView({ timestamp: next === undefined ? undefined : parseTimeFormat(next) });
}

function putMark(context: KeyContext): void {
  context.marks++;
  const text = `mark ${context.marks}`;
  context.session.ways.tell({ event: "mark", text });
  context.say("notice", text);
}

function controlsOf({ controls, say }: KeyContext): SessionControls | undefined {
  if (controls === undefined) say("warning", "this session has no log, no commands and no options to change");
  return controls;
}

async function runCommand(context: KeyContext): Promise<void> {
  await controlsOf(context)?.runCommand();
}

async function changeOption(context: KeyContext): Promise<void> {
  await controlsOf(context)?.change();
}
