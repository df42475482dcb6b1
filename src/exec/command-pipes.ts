/**
 * The two pipes that stand for the port at a command: its stdin and its stdout, and our ends of them. Knows what waits in them
 * and when they are at their end; not which command has them.
 *
 * Pipes and no pty: receivers of Xmodem and Ymodem flush their terminal's input behind each answer, when the next block may be
 * there already, and senders of Zmodem flush both queues behind their last word. A pipe refuses that (ENOTTY), so nothing is
 * lost. Pipes and no socket: /dev/stdin and /dev/stdout can be opened.
 */
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { fdSink, fdSource } from "../port/fd-ends.js";
import { unreadBytes } from "../tty/ioctl.js";
import { close, openPipe, setNonBlocking, setPipeSize } from "../tty/libc.js";
import { Unread } from "./unread.js";

/** What a command has printed counts as sent to it, and it waits for an answer for some seconds: the least there is, a page. */
const STDOUT_BYTES = 4096;
/** Bytes taken at once: no more than the line sends in so long, for what is taken waits here and not in the pipe. */
const TAKE_MS = 250;
const MIN_TAKE = 64;

export interface CommandPipes {
  /** The command's ends, as descriptors to be inherited. */
  readonly stdin: number;
  readonly stdout: number;
  /** What it prints. GONE after `commandEnded`, when what it had printed by then is read: not at the end of its stdout. */
  readonly source: ByteSource;
  /** What it reads. Takes some more after its end, which then is part of what it has not read. */
  readonly sink: ByteSink;
  /** The command has its ends: ours of them are closed, but for what it leaves unread. */
  inherited(): void;
  /** It has ended. Processes that it has left may still hold its ends, and are not waited for. */
  commandEnded(): void;
  /** What it was given and has not read; once it has ended. */
  leftover(): Uint8Array;
  /** The end of its input, and nobody who takes its output any more. Safe to call twice. */
  hangUp(): void;
  /** Lets go of everything. Safe to call twice. */
  close(): void;
}

/** `bps`: the port's speed, bits a second; undefined where it has none. */
export function commandPipes(bps: number | undefined): CommandPipes {
  const input = openPipe();
  const output = openOutput(input);
  setNonBlocking(input.writable, true);
  setNonBlocking(output.readable, true);
  const kept = new Unread(input.readable);
  const source = commandOutput(output.readable, takeAtOnce(bps));
  const sink = commandInput(input.writable, kept);
  let hasStdout = true;
  const hangUp = () => {
    source.close();
    sink.close();
  };
  const inherited = () => {
    if (hasStdout) close(output.writable);
    hasStdout = false;
  };
  return {
    stdin: input.readable,
    stdout: output.writable,
    source,
    sink,
    inherited,
    commandEnded() {
      kept.takeRest();
      source.commandEnded();
      sink.look();
    },
    leftover: () => kept.take(),
    hangUp,
    close() {
      hangUp();
      inherited();
      kept.close();
    },
  };
}

function openOutput(input: { readable: number; writable: number }) {
  try {
    const output = openPipe();
    try {
      setPipeSize(output.writable, STDOUT_BYTES);
    } catch {
      // a kernel that keeps its own size: only slow lines have a longer wait
    }
    return output;
  } catch (error) {
    close(input.readable);
    close(input.writable);
    throw error;
  }
}

function takeAtOnce(bps: number | undefined): number {
  if (bps === undefined) return STDOUT_BYTES;
  const bytesPerMs = bps / 10 / 1000;
  return Math.max(MIN_TAKE, Math.min(STDOUT_BYTES, Math.floor(bytesPerMs * TAKE_MS)));
}

function commandOutput(fd: number, atOnce: number): ByteSource & { commandEnded(): void } {
  const inner = fdSource(fd, { kind: "non-blocking", zero: "end" });
  let ready = () => {};
  let isArmed = false;
  let isAtEnd = false;
  let isClosed = false;
  /** Bytes that were printed when the command ended; undefined while it runs. */
  let left: number | undefined;
  const wake = () => {
    if (!isArmed) return;
    isArmed = false;
    ready();
  };
  inner.onReady(wake);
  return {
    read(into) {
      if (isClosed || left === 0) return GONE;
      const most = Math.min(into.length, atOnce, left ?? atOnce);
      const n = isAtEnd ? GONE : inner.read(most < into.length ? into.subarray(0, most) : into);
      if (n > 0) {
        if (left !== undefined) left -= n;
        return n;
      }
      isAtEnd = n === GONE;
      return left === undefined ? NOTHING : GONE;
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      isArmed = true;
      if (left !== undefined || isClosed) setImmediate(wake);
      else if (!isAtEnd) inner.arm(); // a pipe at its end is always ready
    },
    disarm() {
      isArmed = false;
      inner.disarm();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      inner.close();
      close(fd);
      setImmediate(wake);
    },
    commandEnded() {
      left = isClosed ? 0 : unreadBytes(fd);
      setImmediate(wake);
    },
  };
}

function commandInput(fd: number, kept: Unread): ByteSink & { look(): void } {
  const inner = fdSink(fd, { kind: "non-blocking" });
  let ready = () => {};
  let isArmed = false;
  let isClosed = false;
  const wake = () => {
    if (!isArmed) return;
    isArmed = false;
    ready();
  };
  inner.onReady(wake);
  return {
    write(from, start, end) {
      if (kept.hasEnded) return kept.add(from, start, end);
      return isClosed ? GONE : inner.write(from, start, end);
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      isArmed = true;
      if (!kept.hasEnded) inner.arm();
      else if (!kept.isFull) setImmediate(wake);
    },
    disarm() {
      isArmed = false;
      inner.disarm();
    },
    unsent: () => 0,
    close() {
      if (isClosed) return;
      isClosed = true;
      inner.close();
      close(fd);
    },
    look() {
      inner.disarm();
      setImmediate(wake);
    },
  };
}
