/**
 * What a port is to the rest of robin, whichever driver is beneath. The contract suite in test/contract/
 * holds every driver to it. Knows no descriptor and no library.
 */
import type { ByteSink, ByteSource } from "./ends.js";
import type { LineSource } from "./lines/watch.js";

export type FlowControl = "hardware" | "software" | "none";
export type Parity = "none" | "even" | "odd" | "mark" | "space";
export type ModemLine = "dtr" | "rts" | "cts" | "dsr" | "dcd" | "ri";
export type ModemLines = Readonly<Record<ModemLine, boolean>>;
/**
 * What becomes of a byte that came with a parity or framing error: nothing; FF, 00 and the byte, with each real FF doubled
 * (PARMRK of termios(3)); the byte as it came.
 */
export type ErrorHandling = "drop" | "mark" | "pass";
/**
 * What becomes of a received break: nothing; FF 00 00, with each real FF doubled; a NUL byte; both queues discarded and
 * SIGINT to the foreground group, if the port is somebody's controlling terminal (BRKINT of termios(3)).
 */
export type BreakHandling = "drop" | "mark" | "pass" | "interrupt";

/** RS-485 as the driver does it: struct serial_rs485 of linux/serial.h. What is absent is left as the port stands. */
export interface Rs485 {
  readonly enabled: boolean;
  /** RTS while sending, and after it: one is the opposite of the other, or the transceiver is never switched. */
  readonly rtsOnSend?: boolean;
  readonly rtsAfterSend?: boolean;
  readonly rxDuringTx?: boolean;
  /** Bus termination, where the board can switch it. */
  readonly terminate?: boolean;
  /** Between RTS and the first bit, and between the last bit and RTS, in ms. */
  readonly delayBeforeMs?: number;
  readonly delayAfterMs?: number;
}

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
  /** The kernel has one flag to mark both: with `onError` "mark" a break that is to pass is marked as well. */
  readonly onError?: ErrorHandling;
  readonly onBreak?: BreakHandling;
  readonly rs485?: Rs485;
  /** ASYNC_LOW_LATENCY of linux/tty_flags.h. An FTDI adapter then waits 1 ms and not 16 before it passes on few bytes. */
  readonly lowLatency?: boolean;
}

type Extras = "onError" | "rs485" | "lowLatency";

/** What the port says of itself, in the same words. */
export type ActualSettings = Required<Omit<LineSettings, Extras>> & {
  /** "null": a NUL byte in its place, which INPCK alone does. */
  readonly onError: ErrorHandling | "null";
  /** Absent where the driver has no such thing. */
  readonly rs485?: Readonly<Required<Rs485>>;
  readonly lowLatency?: boolean;
  /** The flags of XON/XOFF flow control that stand: IXON, IXOFF, IXANY. All three, or none, where robin set them. */
  readonly xonXoff: readonly string[];
  /** Flags that still change or hold back bytes, by their names in termios(3). */
  readonly translations: readonly string[];
};

/** A setting that the driver did not take. */
export interface Refusal {
  readonly setting: string;
  readonly asked: string;
  /** What stands instead. */
  readonly took: string;
  /** Why nothing does, where the driver or device has no such thing. */
  readonly why?: string;
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

/** The coming and going of the device behind a port that outlives it. */
export interface Presence {
  readonly isThere: boolean;
  /** Told of each loss (undefined) and each return (the device, opened and set up again). */
  onChange(listener: (device: Port | undefined) => void): void;
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
  /** Where the port waits for its device to come back instead of being lost. */
  readonly presence?: Presence;
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** Reads the settings from the driver. */
  settings(): Promise<ActualSettings>;
  /** Changes what is given and nothing else; says what was not taken. */
  configure(settings: LineSettings): Promise<readonly Refusal[]>;
  modemLines(): Promise<ModemLines>;
  /** To be told when a line changes (watchLines of lines/watch.ts), where the driver may tell; not while the device is away. */
  readonly lineSource?: LineSource | undefined;
  setModemLine(line: "dtr" | "rts", on: boolean): Promise<void>;
  /**
   * A break of `durationMs` (1 or more; without it, 0.25 to 0.5 s), after what was written before it; the sink takes
   * nothing meanwhile. A close or `restore` ends it. Rejects with "unsent" where what was written before it does not leave.
   */
  sendBreak(durationMs?: number): Promise<void>;
  /** Discards what arrived and was not read, and what was written and not sent. */
  discard(): Promise<void>;
  /** What the driver counted, where it counts; undefined elsewhere. */
  counters(): Readonly<Record<string, number>> | undefined;
  /** Gives back the settings found at open, at once. Safe to call twice, and after a hang-up. */
  restore(): void;
  /** Restores, discards what is still unsent (closing would wait for it), gives the locks back and closes. */
  close(): Promise<void>;
}
