/**
 * What a view may know of a session, and ask of it. Only shapes: a view sees a snapshot and its commands, never a port.
 */
import type { ActualSettings, LineSettings, ModemLines, Refusal } from "../port/port.js";
import type { ViewOptions } from "./view.js";

export interface SessionSnapshot {
  readonly path: string;
  /** False while the device is away and the port waits for it. */
  readonly isThere: boolean;
  readonly asked: LineSettings;
  /** As the driver says; undefined before the first look, and while the device is away. */
  readonly actual: ActualSettings | undefined;
  /** Undefined where the port has no such lines. */
  readonly lines: ModemLines | undefined;
  /** What the driver counts, where it does. */
  readonly counters: Readonly<Record<string, number>> | undefined;
  /** Bytes since the session began, and in the second before the last look. */
  readonly received: number;
  readonly sent: number;
  readonly receivedPerSecond: number;
  readonly sentPerSecond: number;
  /** Bytes typed that the port has not taken; bytes for the screen that wait behind a view, and those given up there. */
  readonly unsent: number;
  readonly kept: number;
  readonly dropped: number;
  /** Paths of what is open. */
  readonly log: string | undefined;
  readonly record: string | undefined;
  readonly echo: boolean;
  readonly view: ViewOptions;
  /** What the command line and every change since say, by the options' long names. */
  readonly options: ReadonlyMap<string, string | number | boolean>;
  readonly uptimeMs: number;
  /** The escape key's byte, if there is one. */
  readonly escapeKey: number | undefined;
}

/** What became of a change. */
export interface ChangeResult {
  readonly refusals: readonly Refusal[];
}

export interface SessionFace {
  /** As it was at the last look, with counts of now. */
  snapshot(): SessionSnapshot;
  /** Reads settings, lines and counters from the port again. Never rejects. */
  look(): Promise<SessionSnapshot>;
  /** Presses a key of the table behind the escape key: false where there is none. */
  press(key: string): boolean;
  /** Changes an option, as `:` does: `bps 9600`, `echo off`. Rejects with RobinError: its message says what was wrong. */
  change(text: string): Promise<ChangeResult>;
}
