/**
 * A session whose screen is a view: the same port, keys, log and end as a session on a terminal, with the screen's bytes going to
 * whoever draws them. Knows what such a session is made of; not what is drawn, nor who types.
 */
import type { ByteSink, ByteSource } from "../port/ends.js";
import { NOTHING } from "../port/ends.js";
import type { Port } from "../port/port.js";
import type { Prompt } from "../session/prompt.js";
import { Session } from "../session/session.js";
import type { SessionFace } from "../session/session-face.js";
import type { SessionEnd } from "../session/session-options.js";
import type { WindowSize } from "../tty/ioctl.js";
import type { WayOut } from "../way-out.js";
import type { ConnectConfig } from "./config.js";
import { Controls } from "./controls.js";
import { holdPort } from "./held-port.js";
import type { RawArguments } from "./parse.js";
import { createSessionFace } from "./session-face.js";
import type { SessionViews } from "./session-views.js";
import { shownMarks } from "./shown-marks.js";
import { tellEnd } from "./tell-end.js";
import type { Words } from "./words.js";

interface ViewSessionOptions {
  readonly words: Words;
  readonly wayOut: WayOut;
  /** What the options say, for those that change later. */
  readonly values: RawArguments["values"];
  /** Where the device's bytes go, seen through the session's views (hex, timestamps, maps). It may be slow: the port is held then. */
  readonly output: ByteSink;
  /** The size of what shows them, for the key that tells the far shell. */
  readonly windowSize: () => WindowSize | undefined;
  /** What the suspend key does. */
  readonly suspend?: () => void;
  /** Asks for a line, for the keys that do. */
  readonly prompt?: Prompt;
  /** What the keys for menu and setup show. */
  readonly views?: (session: () => Session, face: () => SessionFace) => SessionViews;
  /** Runs a command at the port. */
  readonly run?: (command: string, session: Session, port: Port) => Promise<number>;
}

export interface ViewSession {
  readonly port: Port;
  readonly session: Session;
  readonly face: SessionFace;
  /** Sends bytes as if they were typed. */
  type(bytes: Uint8Array): void;
  /** Waits for the session's end and for what is kept. */
  ended(): Promise<SessionEnd>;
  /** Says how it ended, when no view is in the way any more. Gives the exit status. */
  tell(end: SessionEnd, signal: NodeJS.Signals | undefined): number;
}

/** Rejects with RobinError as opening a port does. */
export async function openViewSession(
  config: ConnectConfig,
  { words, wayOut, values, output, windowSize, suspend, prompt, views, run }: ViewSessionOptions,
): Promise<ViewSession> {
  const held = await holdPort(config, { interactive: true, words, wayOut, eventsTo: undefined });
  const { port, taps, clock, say, keeping } = held;
  const controls: Controls = new Controls({
    ...{ port, keeping, words, values },
    canAsk: prompt !== undefined,
    views: views?.(
      () => session,
      () => face,
    ),
    ...(run ? { run: (command: string) => run(command, session, port) } : {}),
  });
  const session: Session = new Session(port, {
    ...config,
    ...config.sending,
    input: NO_INPUT,
    output,
    terminal: { take: () => {}, giveBack: () => {}, newline: () => "\r\n", windowSize },
    outputIsTerminal: true,
    escapeKey: undefined,
    view: { ...config.view, marks: shownMarks(config), newline: "\r\n" },
    ...{ taps, clock, say, controls, suspend, prompt },
  });
  controls.session = session;
  const face: SessionFace = createSessionFace({
    port,
    session,
    keeping,
    controls,
    escapeKey: () => config.escapeKey,
  });
  return {
    ...{ port, session, face },
    type: (bytes) => session.ways.toPort.type(bytes, 0, bytes.length),
    async ended() {
      const end = await session.ended;
      await held.end(end);
      return end;
    },
    tell: (end, signal) =>
      tellEnd(end, {
        path: port.path,
        drainMs: config.drainMs,
        interactive: true,
        terminal: true,
        outputIsTerminal: true,
        ...{ signal, words },
      }),
  };
}

/** What is typed comes by `type`: the view reads the keys. */
const NO_INPUT: ByteSource = {
  read: () => NOTHING,
  onReady: () => {},
  arm: () => {},
  disarm: () => {},
  close: () => {},
};
