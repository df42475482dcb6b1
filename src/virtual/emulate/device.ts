/**
 * What an emulated device is: the words that it is written in. Knows no port, no clock and no file; play-device.ts
 * brings a device to life, run-device.ts puts it on a line.
 */

/** What can be printed: text, sent as UTF-8, or bytes as they are. */
export type Printable = string | Uint8Array;

/** What a handler gives back. While the promise of `start`, `byte` or `on` is pending, what is received waits for it. */
export type Handled = void | Promise<void>;

/** A line that is waited for, exactly or by a regular expression, and what the device does about it. */
export type LineHandler<State> = readonly [
  line: string | RegExp,
  /** A line to print, or what to do. `match` is the regular expression's, or the line as its first element. */
  answer: string | ((d: DeviceContext<State>, match: RegExpExecArray) => Handled),
];

/** A device, as a module exports it: `export default device({...})`. Every key may be left out. */
export interface DeviceDefinition<State> {
  /** What messages and events call it; the file's name if there is none. */
  readonly name?: string;
  /** What it remembers: made anew when it is started and at each `restart`. Stands before the handlers that use it. */
  readonly state?: () => State;
  /** What ends a line that it prints, and what it echoes for a line end: CR LF if nothing else is said. */
  readonly newline?: string;
  /** Whether it sends back what it receives, as a shell or a modem does. Not by itself. */
  readonly echo?: boolean;
  /** Bits a second, of which a byte takes ten: it prints no faster. As fast as it is read, if nothing is said. */
  readonly bps?: number;
  /**
   * Power is on: print, set timers, or hold a whole dialogue of `waitFor` and `print`. Until it is over, `byte` and `on`
   * get nothing: what is received goes to `waitFor`, or waits.
   */
  start?(d: DeviceContext<State>): Handled;
  /** One received byte, 0..255, before it becomes part of a line. `true`: it is taken, and part of no line. */
  byte?(d: DeviceContext<State>, byte: number): boolean | Handled;
  /**
   * Received lines, without what ends them (CR, LF or CR LF). The first that fits counts; a line that fits none is
   * forgotten. Backspace and DEL erase. A line holds 4096 bytes, what is more is dropped.
   */
  readonly on?: readonly LineHandler<State>[];
  /** A program has opened the port. What was printed before is lost, as on a cable that nobody has plugged in. */
  opened?(d: DeviceContext<State>): Handled;
  /** The last program that had the port open has closed it. */
  closed?(d: DeviceContext<State>): Handled;
}

/** What a device's handlers are given. */
export interface DeviceContext<State> {
  /** What `state` of the definition made. */
  state: State;
  /** Whether received bytes are sent back. `restart` sets it as the definition has it. */
  echo: boolean;
  /** Milliseconds since power was on, or since `restart`. */
  readonly uptimeMs: number;
  /**
   * Sends text or bytes. Something iterable is asked for its next piece only when the line has room and nothing else is to be
   * printed, so it may be endless. What 1 MiB of printed text does not hold is dropped, and told.
   * Throws RangeError where 1024 of them wait already.
   */
  print(what: Printable | Iterable<Printable>): void;
  /** Sends a line. */
  println(text?: string): void;
  /**
   * Resolves when `what` has been received, looked for after every byte; the match's `input` is all that was received since
   * the call. Rejects after `timeoutMs`. Bytes that somebody waits for are not given to `byte` and `on`; of those that fit
   * nothing, the last 4096 characters are kept.
   */
  waitFor(what: string | RegExp, options?: WaitOptions): Promise<RegExpExecArray>;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Calls `action` once, after `ms` milliseconds (1 at least). The result takes it back. */
  after(ms: number, action: () => Handled): () => void;
  /** Calls `action` every `ms` milliseconds (1 at least), and skips what it was late for. The result ends it. */
  every(ms: number, action: () => Handled): () => void;
  /** Starts anew: a new state, no timer, nobody waiting; received bytes that nobody has looked at yet stay. */
  restart(): void;
  /** As if the device were unplugged and plugged in again: every program that has the port open gets a hang-up. */
  hangUp(): void;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
}

/**
 * Says that `definition` is a device, so that an editor knows its words:
 *
 *     import { device } from "robin-serial";
 *     export default device({
 *       on: [["AT", "OK"], [/^ECHO (.*)/, (d, [, text]) => d.println(text)]],
 *     });
 */
export function device<State>(definition: DeviceDefinition<State>): DeviceDefinition<State> {
  return definition;
}
