/**
 * The main command: opens the port, takes the terminal, runs the session, says how it ended. Knows the order of
 * these steps and the words; every step is another file's.
 */
import { fstatSync, statSync } from "node:fs";
import { formatCaret } from "../bytes/caret.js";
import { RobinError } from "../errors.js";
import { describeLine } from "../port/describe.js";
import { portPath } from "../port/open.js";
import type { Port } from "../port/port.js";
import { Session } from "../session/session.js";
import type { SessionFace } from "../session/session-face.js";
import { looksOf } from "../tui/looks.js";
import { DEMO } from "../virtual/demo/demo.js";
import type { CommandContext } from "./command.js";
import { type ConnectConfig, connectConfig } from "./config.js";
import { Controls } from "./controls.js";
import { runGuest } from "./exec.js";
import { holdPort } from "./held-port.js";
import { isTerminal } from "./is-terminal.js";
import { Overlay } from "./overlay.js";
import type { RawArguments } from "./parse.js";
import { terminalPrompt } from "./prompt.js";
import { sessionEventsOption } from "./record-options.js";
import { saveSession } from "./save-session.js";
import { sessionArguments } from "./session-arguments.js";
import { createSessionFace } from "./session-face.js";
import { sessionViews } from "./session-views.js";
import { sharedScreen } from "./shared-screen.js";
import { shownMarks } from "./shown-marks.js";
import { handleSignals } from "./signals.js";
import { closedNotes, openScreen, openStdio } from "./stdio.js";
import { tellEnd } from "./tell-end.js";
import { hasStage } from "./view-stage.js";
import type { Words } from "./words.js";

/** How long the history of the prompt may take at the end. */
const HISTORY_MS = 200;
/** Runs a session from start to end. Resolves with the exit status; everything taken is registered in `wayOut`. */
export async function connectCommand(given: RawArguments, context: CommandContext): Promise<number> {
  const { words, wayOut } = context;
  const namesPort = given.positional.length > 0 || typeof given.values.get("profile") === "string";
  if (!namesPort && given.values.get("raw") !== true && hasStage()) {
    const { pickPort } = await import("./picker.js");
    const picked = await pickPort(given, context);
    return picked === undefined ? 0 : connectCommand(picked, context);
  }
  const signals = handleSignals(wayOut, (text) => words.detail(text));
  const args = await sessionArguments(given, words);
  const config = connectConfig(args);
  const interactive = isTerminal(0) && !config.raw;
  refuseOwnTerminal(config.port);
  const eventsTo = sessionEventsOption(args.values);

  const held = await holdPort(config, { interactive, words, wayOut, eventsTo });
  const { port, taps, clock, say, keeping } = held;
  const stdio = openStdio();
  const overlay =
    stdio.terminal && isTerminal(1)
      ? new Overlay({ words, terminal: stdio.terminal, openScreen })
      : undefined;
  const terminal = overlay?.terminal ?? stdio.terminal;
  const { drainMs } = config;
  let command: Promise<unknown> = Promise.resolve();
  const run = (line: string) => {
    const running = runGuest(session, line, {
      port,
      terminal,
      interactive: interactive && config.exec === undefined, // with --exec it speaks for itself
      words,
      signals,
      wayOut,
      drainMs,
    });
    command = running.catch(() => {}); // who asked for it is told
    return running;
  };
  const canAsk = terminal !== undefined && isTerminal(2);
  const looks = looksOf(process.env, config);
  const views =
    overlay &&
    sessionViews({
      ...{ overlay, looks, words },
      session: () => session,
      face: () => face,
      saveProfile: (name) =>
        saveSession(name, { positional: [config.port], values: controls.values }, process),
    });
  const controls: Controls = new Controls({ port, keeping, words, values: args.values, canAsk, run, views });
  const prompt =
    terminal && canAsk
      ? terminalPrompt({ words, terminal, atLineStart: () => session.ways.atLineStart })
      : undefined;
  const session: Session = new Session(port, {
    ...config,
    ...config.sending,
    input: stdio.input,
    output: stdio.output,
    terminal,
    outputIsTerminal: isTerminal(1),
    escapeKey: terminal ? config.escapeKey : undefined,
    view: { ...config.view, marks: shownMarks(config), newline: terminal?.newline() },
    isLent: config.exec !== undefined,
    taps,
    clock,
    say,
    suspend: terminal && signals.suspend,
    controls,
    prompt: prompt?.ask,
  });
  controls.session = session;
  const face: SessionFace = createSessionFace({
    port,
    session,
    keeping,
    controls,
    escapeKey: () => session.ways.toPort.escapeKey,
  });
  words.attach(stdio.words, terminal && sharedScreen(session.ways, terminal.newline()));
  if (terminal) {
    wayOut.add(() => overlay?.leave(session));
    wayOut.add(() => terminal.giveBack()); // first: a view may stand over what the device has drawn
    terminal.take();
  }
  signals.watch(session, terminal);
  if (config.exec === undefined) for (const note of closedNotes()) words.notice(note);
  try {
    if (interactive && config.exec === undefined) await greet(port, config, words);
    else words.detail(`connected to ${port.path}: ${describeLine(await port.settings())}`);
  } catch (error) {
    // Lost already: the session ends by that, or waits for it to come back.
    if (!(error instanceof RobinError && error.code === "lost")) throw error;
  }
  const commandStatus = config.exec === undefined ? 0 : await run(config.exec);
  // Nobody is left who would wait for a device that is away.
  if (config.exec !== undefined) session.end(port.presence?.isThere === false ? "lost" : "input-ended");

  const end = await session.ended;
  if (signals.received() === undefined) await command; // none is left behind at a port that is gone
  terminal?.giveBack();
  overlay?.leave(session);
  await held.end(end);
  await prompt?.settle(HISTORY_MS);
  const status = tellEnd(end, {
    path: port.path,
    drainMs,
    interactive: interactive && config.exec === undefined,
    terminal: terminal !== undefined && config.exec === undefined,
    outputIsTerminal: isTerminal(1),
    signal: signals.received(),
    words,
  });
  return status === 0 ? commandStatus : status;
}

/** A port that is the terminal robin runs on would talk to itself. */
export function refuseOwnTerminal(name: string): void {
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

async function greet(port: Port, config: ConnectConfig, words: Words): Promise<void> {
  const settings = await port.settings();
  words.notice(`connected to ${port.path}: ${describeLine(settings)}`);
  if (config.escapeKey === undefined)
    return words.notice("there is no escape key: only a signal ends this session");
  const key = formatCaret(config.escapeKey);
  words.notice(`${key} ? lists the keys, ${key} q quits`);
}
