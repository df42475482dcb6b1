/**
 * What a session is given, and what it ends with. Only shapes.
 */
import type { MapRule } from "../bytes/map-rules.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import type { Clock } from "./clock.js";
import type { PacingOptions } from "./pacing.js";
import type { Prompt } from "./prompt.js";
import type { SessionControls } from "./session-controls.js";
import type { Taps } from "./taps.js";
import type { UserTerminal } from "./terminal.js";
import type { InputMode } from "./typing.js";
import type { ViewOptions } from "./view.js";

/** "expectation": an echo or a prompt did not come in time. */
export type EndReason =
  | "quit"
  | "input-ended"
  | "idle"
  | "output-closed"
  | "lost"
  | "stopped"
  | "expectation"
  | "error";

export interface SessionEnd {
  readonly reason: EndReason;
  /** Bytes for the port that it did not take or send in time. */
  readonly unsent: number;
  /** Bytes from the port that the output did not take in time. */
  readonly undelivered: number;
  readonly received: number;
  readonly sent: number;
  /** With reasons "error" and "expectation", and where there is more to say of "lost". */
  readonly error?: unknown;
}

/** How loud a line of robin's own is: told unless --quiet, always told, told under -v. */
export type Say = (level: "notice" | "warning" | "detail", text: string) => void;

export interface SessionOptions {
  readonly input: ByteSource;
  readonly output: ByteSink;
  /** The user's terminal, where input is one: keys may wait in a queue, and there is a window size. */
  readonly terminal?: UserTerminal | undefined;
  /** Whether output is a terminal, which can be cleared and whose cursor stands somewhere. */
  readonly outputIsTerminal?: boolean;
  /** The escape key's byte; absent: every byte goes to the port. */
  readonly escapeKey?: number | undefined;
  readonly echo?: boolean;
  /** How the screen shows what is received, and the echo. Absent: as it is. */
  readonly view?: ViewOptions;
  /** What is typed, or piped in, is mapped so before it is sent. */
  readonly omap?: readonly MapRule[];
  /** How a person types. Default "char": each key is sent as it is. */
  readonly inputMode?: InputMode;
  /** How fast it is sent, and what is waited for. Absent: as fast as the port takes it. */
  readonly pacing?: PacingOptions;
  /** Who else hears what goes by. */
  readonly taps?: Taps;
  readonly clock?: Clock;
  /** How long to wait at the end for bytes on their way, in ms; after the end of input, for one to move. Default 2000. */
  readonly drainMs?: number;
  /** End after so long without a byte either way, in ms. Absent: never. */
  readonly idleExitMs?: number | undefined;
  readonly say?: Say;
  /** How long the break of its key is, ms; absent: the usual length. */
  readonly breakMs?: number | undefined;
  /** What the suspend key does; absent: there is no such key. */
  readonly suspend?: (() => void) | undefined;
  /** What keys do that needs more than a session; absent: those keys say so. */
  readonly controls?: SessionControls | undefined;
  /** Whether neither way is read before the first `lend`. */
  readonly isLent?: boolean;
  /** Makes the one-line prompt, where there is a terminal to draw it on. */
  readonly prompt?: Prompt | undefined;
}
