/**
 * What a port is to the rest of robin, whichever driver is beneath. The contract suite in test/contract/
 * holds every driver to it. Knows no descriptor and no library.
 */
import type { ByteSink, ByteSource } from "./ends.js";

export type FlowControl = "hardware" | "software" | "none";
export type Parity = "none" | "even" | "odd" | "mark" | "space";
export type ModemLine = "dtr" | "rts" | "cts" | "dsr" | "dcd" | "ri";
export type ModemLines = Readonly<Record<ModemLine, boolean>>;

/** What the user asked for. A key that is absent is left as the port stands. */
export interface LineSettings {
  /** Bits a second, both ways: a whole number 1..4294967295. */
  readonly bps?: number;
  readonly flow?: FlowControl;
  readonly databits?: 5 | 6 | 7 | 8;
  readonly parity?: Parity;
  readonly stopbits?: 1 | 2;
  /** Send CR with each newline: ONLCR, and OPOST without which it does nothing. Default false. */
  readonly crnl?: boolean;
  /** VMIN, 0..255 bytes. Default 1. */
  readonly vmin?: number;
  /** VTIME, 0..255 tenths of a second. Default 0. */
  readonly vtime?: number;
}

/** What the port says of itself, in the same words. */
export type ActualSettings = { readonly [K in keyof LineSettings]-?: LineSettings[K] } & {
  /** Flags that still change or hold back bytes, by their names in termios(3). */
  readonly translations: readonly string[];
};

/** A setting that the driver did not take. */
export interface Refusal {
  readonly setting: string;
  readonly asked: string;
  /** What stands instead, or why nothing does. */
  readonly took: string;
}

/** What a driver can do beyond moving bytes. */
export interface Abilities {
  /** Gives the port back the settings it was found with. */
  readonly restore: boolean;
  /** Leaves what was not asked for as it stands. */
  readonly leaveAsFound: boolean;
  /** Reads the settings back, so that a refusal is seen. */
  readonly readBack: boolean;
}

/**
 * An open port. `source` and `sink` move bytes and never wait; the rest is control. A function whose
 * driver or device has no such thing rejects with RobinError "unsupported".
 */
export interface Port {
  readonly path: string;
  readonly driver: "tty" | "serialport" | "memory";
  readonly abilities: Abilities;
  /** Settings asked for at open, and later by `configure`. */
  readonly asked: LineSettings;
  /** What the driver did not take at open. */
  readonly refusals: readonly Refusal[];
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** Reads the settings from the driver. */
  settings(): Promise<ActualSettings>;
  /** Changes what is given and nothing else; says what was not taken. */
  configure(settings: LineSettings): Promise<readonly Refusal[]>;
  modemLines(): Promise<ModemLines>;
  setModemLine(line: "dtr" | "rts", on: boolean): Promise<void>;
  /** A break of 0.25 to 0.5 s, after what was written before it. */
  sendBreak(): Promise<void>;
  /** Discards what arrived and was not read, and what was written and not sent. */
  discard(): Promise<void>;
  /** What the driver counted, where it counts; undefined elsewhere. */
  counters(): Readonly<Record<string, number>> | undefined;
  /** Gives back the settings found at open, at once. Safe to call twice, and after a hang-up. */
  restore(): void;
  /** Restores, discards what is still unsent (closing would wait for it), gives the locks back and closes. */
  close(): Promise<void>;
}
