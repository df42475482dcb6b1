/**
 * A secret typed at a terminal and not seen there. Knows termios, job control and the line discipline's limits; not who
 * asks, nor which signals come.
 */
import { constants } from "node:os";
import { RobinError } from "../errors.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { fdSink, fdSource } from "../port/fd-ends.js";
import { flushQueue, unsentBytes, waitForForeground } from "../tty/ioctl.js";
import {
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDWR,
  open,
  POLLHUP,
  pollNow,
  withSignalIgnored,
} from "../tty/libc.js";
import { errno, SysError } from "../tty/sys-error.js";
import {
  copyTermios,
  encodeTermios,
  getTermios,
  hasFlag,
  setFlag,
  setTermios,
  type Termios,
} from "../tty/termios.js";
import { isForeground } from "./terminal.js";

/**
 * Bytes of the longest secret. The line discipline keeps 4095 of a line and drops the rest without a word (termios(3),
 * canonical mode): whether a line of 4095 is whole, nobody knows.
 */
export const MAX_TYPED = 4094;
/** N_TTY_BUF_SIZE of drivers/tty/n_tty.c: no line is longer, so that one read gives it whole. */
const LINE_SIZE = 4096;
const BACKGROUND =
  "it was hung up, or this is a job in the background that no shell can bring to the foreground";
const NEWLINE = Uint8Array.of(0x0a);

/** `found`, for typing a line unseen: of the echo only the newline's is left. */
export function secretTermios(found: Termios): Termios {
  const termios = copyTermios(found);
  setFlag(termios, "ECHO", false);
  setFlag(termios, "ECHONL");
  // A terminal that was left raw would end no line at Enter.
  setFlag(termios, "ICANON");
  setFlag(termios, "ICRNL");
  return termios;
}

export class SecretTerminal {
  readonly #path: string;
  readonly #fd: number;
  readonly #input: ByteSource;
  readonly #output: ByteSink;
  readonly #prompt: Uint8Array;
  /** What is still to be shown of it. */
  #unshown = new Uint8Array(0);
  #found: Termios | undefined;
  #answer: { resolve(secret: Uint8Array | undefined): void; reject(error: unknown): void } | undefined;

  /** Opens the terminal and changes nothing of it. Throws RobinError "open-failed". */
  constructor(path: string, prompt: Uint8Array) {
    this.#path = path;
    this.#prompt = prompt;
    this.#fd = this.#attempt("open-failed", "open", () =>
      open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
    );
    this.#input = fdSource(this.#fd, { kind: "non-blocking", zero: "end" });
    this.#output = fdSink(this.#fd, { kind: "non-blocking" });
    this.#input.onReady(() => this.#read());
    this.#output.onReady(() => this.#show());
  }

  /**
   * Returns when this process has the terminal: in the background the kernel stops it by SIGTTOU until then. What was
   * typed before is discarded. Throws RobinError "setup-failed" where no shell can bring it to the foreground.
   */
  waitForForeground(): void {
    this.#attempt("setup-failed", "set up", () => {
      waitForForeground(this.#fd);
      flushQueue(this.#fd, "input");
    });
  }

  /** Turns the echo off, makes sure that it is, and shows the prompt. Throws RobinError "setup-failed". */
  take(): void {
    this.#attempt("setup-failed", "set up", () => {
      const now = getTermios(this.#fd);
      this.#found ??= now;
      // A stopped terminal that holds output back would keep TCSAFLUSH waiting for ever; the input was discarded before.
      setTermios(this.#fd, secretTermios(now), unsentBytes(this.#fd) === 0 ? "flush" : "now");
      if (!hasFlag(getTermios(this.#fd), "ECHO")) return;
      throw new RobinError("setup-failed", `set up ${this.#path}: the driver did not turn the echo off`);
    });
    this.#unshown = this.#prompt.slice();
    this.#show();
    this.#input.arm();
  }

  /**
   * The line that is typed, without its newline; ^D ends it too. Whoever gets it wipes it. Undefined after a hang-up.
   * Rejects with RobinError: "lost" for a ^D before anything was typed, "unsupported" for more than MAX_TYPED bytes.
   */
  read(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  /**
   * Gives the terminal back as it was found: at once, and safe to call twice or after a hang-up. What was typed is kept
   * for whoever reads next (it stands behind the secret), or discarded (it is part of one that nobody waits for, and the
   * prompt's line is left).
   */
  giveBack(typed: "keep" | "discard"): void {
    this.#input.disarm();
    this.#output.disarm();
    const found = this.#found;
    if (found === undefined) return;
    this.#found = undefined;
    try {
      // SIGTTOU would stop a job in the background with the echo off.
      withSignalIgnored(constants.signals.SIGTTOU, () => {
        if (this.#hasBeenTaken(found)) return;
        // In the background, as after SIGSTOP, it is typed for the job that has the terminal.
        if (typed === "discard" && isForeground(this.#fd)) {
          flushQueue(this.#fd, "input");
          this.#write(NEWLINE);
        }
        setTermios(this.#fd, found);
      });
    } catch {
      // hung up
    }
  }

  /** Whether a shell has set the terminal up for itself while this job was stopped: then nothing is to be restored. */
  #hasBeenTaken(found: Termios): boolean {
    if (isForeground(this.#fd)) return false;
    const ours = encodeTermios(secretTermios(found));
    return encodeTermios(getTermios(this.#fd)).some((byte, i) => byte !== ours[i]);
  }

  #show(): void {
    const taken = this.#write(this.#unshown);
    this.#unshown = this.#unshown.subarray(taken);
    if (taken >= 0 && this.#unshown.length > 0) this.#output.arm();
  }

  #write(bytes: Uint8Array): number {
    return bytes.length === 0 ? 0 : this.#output.write(bytes, 0, bytes.length);
  }

  #read(): void {
    const line = new Uint8Array(LINE_SIZE);
    // In the background, as behind SIGSTOP and bg, the kernel would stop this process inside the call, time and again, and
    // no other signal would be heard.
    const length = withSignalIgnored(constants.signals.SIGTTIN, () => this.#input.read(line));
    if (length === NOTHING) return this.#input.arm();
    if (length === GONE) return isForeground(this.#fd) ? this.#end() : this.#stop();
    const isEnded = line[length - 1] === NEWLINE[0];
    if (!isEnded) this.#write(NEWLINE);
    const secret = line.subarray(0, isEnded ? length - 1 : length);
    if (secret.length <= MAX_TYPED) return this.#answer?.resolve(secret);
    line.fill(0);
    this.#fail("unsupported", `it is longer than the ${MAX_TYPED} bytes that a terminal's line holds`);
  }

  /** As the kernel would, but where it is seen: the terminal is given back first. */
  #stop(): void {
    process.kill(process.pid, "SIGTSTP");
  }

  #end(): void {
    if ((pollNow(this.#fd, 0) & POLLHUP) !== 0) return this.#answer?.resolve(undefined);
    this.#write(NEWLINE);
    this.#fail("lost", "the input ended before anything was typed");
  }

  #fail(code: "lost" | "unsupported", reason: string): void {
    this.#answer?.reject(new RobinError(code, `read a secret from ${this.#path}: ${reason}`));
  }

  #attempt<T>(code: "open-failed" | "setup-failed", what: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new RobinError(code, `${what} ${this.#path}: ${error.message}`, {
        cause: error,
        hint: error.errno === errno.EIO ? BACKGROUND : undefined,
      });
    }
  }
}
