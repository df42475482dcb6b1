/**
 * The main command: opens the port, takes the terminal, runs the session, says how it ended. Knows the order of
 * these steps and the words; every step is another file's.
 */
import { fstatSync, statSync } from "node:fs";
import { formatCaret } from "../bytes/caret.js";
import type { ParmrkOptions } from "../bytes/parmrk.js";
import { RobinError } from "../errors.js";
import { describeLine, describeRefusal } from "../port/describe.js";
import { portPath } from "../port/open.js";
import type { Port } from "../port/port.js";
import { Session } from "../session/session.js";
import { DEMO } from "../virtual/demo/demo.js";
import type { WayOut } from "../way-out.js";
import type { ConnectConfig } from "./config.js";
import { isTerminal } from "./is-terminal.js";
import { openLastingPort, tellPresence } from "./lasting-port.js";
import { sharedScreen } from "./shared-screen.js";
import { handleSignals } from "./signals.js";
import { closedNotes, openStdio } from "./stdio.js";
import { tellEnd } from "./tell-end.js";
import { type Words, wantsColor } from "./words.js";

/** Reverse video and its end (console_codes(4), SGR 7 and 27). */
const REVERSE = ["\x1b[7m", "\x1b[27m"] as const;

/** Runs a session from start to end. Resolves with the exit status; everything taken is registered in `wayOut`. */
export async function connectCommand(config: ConnectConfig, words: Words, wayOut: WayOut): Promise<number> {
  const interactive = isTerminal(0) && !config.raw;
  const signals = handleSignals(wayOut, (text) => words.detail(text));
  refuseOwnTerminal(config.port);

  const port = await openLastingPort(config, interactive, words);
  wayOut.add(() => void port.close());
  tellRefusals(port, words);
  tellPresence(port, words, (device) => tellRefusals(device, words));

  const stdio = openStdio();
  const { terminal } = stdio;
  const session = new Session(port, {
    input: stdio.input,
    output: stdio.output,
    terminal,
    outputIsTerminal: isTerminal(1),
    escapeKey: terminal ? config.escapeKey : undefined,
    echo: config.echo,
    drainMs: config.drainMs,
    idleExitMs: config.idleExitMs,
    breakMs: config.breakMs,
    marks: marksFor(config),
    say: (level, text) => words[level](text),
    suspend: terminal && signals.suspend,
  });
  words.attach(stdio.words, terminal && sharedScreen(session, terminal.newline()));
  if (terminal) {
    wayOut.add(() => terminal.giveBack());
    terminal.take();
  }
  signals.watch(session, terminal);
  for (const note of closedNotes()) words.notice(note);
  try {
    if (interactive) await greet(port, config, words);
    else words.detail(`connected to ${port.path}: ${describeLine(await port.settings())}`);
  } catch (error) {
    // Lost already: the session ends by that, or waits for it to come back.
    if (!(error instanceof RobinError && error.code === "lost")) throw error;
  }

  const end = await session.ended;
  if (terminal) terminal.giveBack();
  return tellEnd(end, {
    path: port.path,
    drainMs: config.drainMs,
    interactive,
    terminal: terminal !== undefined,
    outputIsTerminal: isTerminal(1),
    signal: signals.received(),
    words,
  });
}

/** How the kernel's marks are shown, where they were asked for and there is a screen; anywhere else they pass as they are. */
function marksFor({ settings, raw, color }: ConnectConfig): ParmrkOptions | undefined {
  const { onError, onBreak } = settings;
  if (raw || !isTerminal(1) || (onError !== "mark" && onBreak !== "mark")) return undefined;
  const breaks = onBreak === undefined || onBreak === "mark";
  const isColored = wantsColor({ color, isTerminal: () => isTerminal(1), env: process.env });
  return isColored ? { breaks, around: REVERSE } : { breaks };
}

/** A port that is the terminal robin runs on would talk to itself. */
function refuseOwnTerminal(name: string): void {
  if (name === DEMO || !isTerminal(0)) return;
  let same = false;
  try {
    same = statSync(portPath(name)).rdev === fstatSync(0).rdev;
  } catch {
    return; // opening it says why
  }
  if (same)
    throw new RobinError("open-failed", `open ${portPath(name)}: it is the terminal that robin runs on`);
}

function tellRefusals(port: Port, words: Words): void {
  for (const refusal of port.refusals) {
    words.warning(`set up ${port.path}: the driver did not take ${describeRefusal(refusal)}`);
  }
}

async function greet(port: Port, config: ConnectConfig, words: Words): Promise<void> {
  const settings = await port.settings();
  words.notice(`connected to ${port.path}: ${describeLine(settings)}`);
  if (config.escapeKey === undefined)
    return words.notice("there is no escape key: only a signal ends this session");
  const key = formatCaret(config.escapeKey);
  words.notice(`${key} ? lists the keys, ${key} q quits`);
}
