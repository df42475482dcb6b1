/**
 * A command's terminal as a port: what the command prints arrives, what is sent is typed. Knows when the command's last
 * bytes have been read; not how it was started, nor what becomes of its exit status.
 */
import { RobinError } from "../../errors.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import { fdSink, fdSource } from "../../port/fd-ends.js";
import type { Port } from "../../port/port.js";
import { describeTermios } from "../../port/tty/settings.js";
import type { CommandTerminal } from "./command-terminal.js";

/** More than a pty holds (some 20 KiB): what comes behind that was printed after the command's end, by others. */
const LAST_BYTES = 64 * 1024;

export interface MasterPortOptions {
  /** Sees each chunk `[0..end)` that is read. */
  readonly onRead?: ((chunk: Uint8Array, end: number) => void) | undefined;
  /** Whether an output that takes nothing may keep the last bytes: then the session's --drain decides. */
  readonly mayLoseLast: boolean;
}

export interface MasterPort extends Port {
  /** Bytes that the terminal took. */
  readonly taken: number;
  /** The command has ended: what it printed is read, and then the source is GONE. */
  commandEnded(): void;
  /** Another way to type. Closed with the port: it takes nothing then. */
  newSink(): ByteSink;
  /** Hangs the terminal up at once. Safe to call twice. */
  hangUp(): void;
}

export function masterPort(terminal: CommandTerminal, options: MasterPortOptions): MasterPort {
  const { path, master } = terminal;
  const sinks: ByteSink[] = [];
  let isOpen = true;
  const newSink = (): ByteSink => {
    const sink = fdSink(master, { kind: "non-blocking" });
    sinks.push(sink);
    // Of a closed descriptor's number another file may be had.
    return { ...sink, write: (from, start, end) => (isOpen ? sink.write(from, start, end) : GONE) };
  };
  const source = createSource(terminal, options);
  const own = newSink();
  let taken = 0;

  const hangUp = () => {
    if (!isOpen) return;
    isOpen = false;
    source.close();
    for (const sink of sinks) sink.close();
    terminal.hangUp();
  };
  async function control<T>(what: string, action: () => T): Promise<T> {
    if (!isOpen) throw new RobinError("lost", `${what} ${path}: the command has ended`);
    return action();
  }
  const refuse = (what: string, why: string) =>
    control(what, () => {
      throw new RobinError("unsupported", `${what} ${path}: ${why}`);
    });
  const noLine = "a command's terminal has no line";

  return {
    path,
    driver: "tty",
    abilities: { restore: false, leaveAsFound: true, readBack: true },
    asked: {},
    refusals: [],
    source,
    sink: {
      ...own,
      write(from, start, end) {
        const count = own.write(from, start, end);
        if (count > 0) taken += count;
        return count;
      },
    },
    get taken() {
      return taken;
    },
    settings: () => control("read settings of", () => describeTermios(terminal.termios)),
    configure: () => refuse("set up", "its settings are the command's"),
    modemLines: () => refuse("read modem lines of", noLine),
    setModemLine: (line) => refuse(`set ${line.toUpperCase()} of`, noLine),
    sendBreak: () => refuse("send a break on", noLine),
    discard: () => control("discard the queues of", () => terminal.discard()),
    counters: () => undefined,
    restore: () => {},
    commandEnded: source.commandEnded,
    newSink,
    hangUp,
    async close() {
      hangUp();
    },
  };
}

/** What the command prints. Its end comes when the command has ended and nothing of it is left, not before. */
function createSource(
  terminal: CommandTerminal,
  { onRead, mayLoseLast }: MasterPortOptions,
): ByteSource & { commandEnded(): void } {
  const inner = fdSource(terminal.master, { kind: "non-blocking", zero: "look" });
  let ready = () => {};
  let isArmed = false;
  let hasEnded = false;
  let isClosed = false;
  let left = LAST_BYTES;
  const wake = () => {
    if (!isArmed) return;
    isArmed = false;
    ready();
  };
  inner.onReady(wake);
  return {
    read(into) {
      if (left <= 0 || isClosed) return GONE;
      const n = inner.read(into);
      if (n > 0) {
        if (hasEnded) left -= n;
        onRead?.(into, n);
        return n;
      }
      return hasEnded ? GONE : NOTHING;
    },
    onReady(listener) {
      ready = listener;
    },
    arm() {
      isArmed = true;
      // After the end nothing more may come, and nothing would wake.
      if (hasEnded) setImmediate(wake);
      else inner.arm();
    },
    disarm() {
      isArmed = false;
      inner.disarm();
    },
    isHungUp: () => hasEnded && mayLoseLast,
    close() {
      isClosed = true;
      isArmed = false;
      inner.close();
    },
    commandEnded() {
      hasEnded = true;
      setImmediate(wake);
    },
  };
}
