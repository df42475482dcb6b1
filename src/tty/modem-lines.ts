/**
 * The lines of a port beside its data: read, set, waited for, and what the driver has counted. Knows requests and bits
 * (asm-generic/ioctls.h, asm-generic/termios.h, linux/serial.h; described in ioctl_tty(2)), and no policy.
 * Every function throws SysError: ENOTTY where the driver has no such thing, EIO after a hang-up.
 */
import { ioctl, ioctlIntOnThread } from "./libc.js";

const TIOCMGET = 0x5415;
const TIOCMBIS = 0x5416;
const TIOCMBIC = 0x5417;
const TIOCMIWAIT = 0x545c;
const TIOCGICOUNT = 0x545d;

/** Modem lines by name: TIOCM_* of asm-generic/termios.h. */
export const MODEM_LINES = {
  dtr: 0x002,
  rts: 0x004,
  cts: 0x020,
  dcd: 0x040,
  ri: 0x080,
  dsr: 0x100,
} as const;
export type ModemLine = keyof typeof MODEM_LINES;
export type ModemLines = Readonly<Record<ModemLine, boolean>>;

/** A UART's general outputs and its loop-back switch, where it has them. */
const EXTRA_LINES = { out1: 0x2000, out2: 0x4000, loop: 0x8000 } as const;
const ALL_LINES = { ...MODEM_LINES, ...EXTRA_LINES } as const;
export type AnyLine = keyof typeof ALL_LINES;
export type AllLines = Readonly<Record<AnyLine, boolean>>;

/** What the host drives, and so may set: tty_tiocmset() of the kernel lets no other bit through. */
export const OUTPUT_LINES = ["dtr", "rts", "out1", "out2", "loop"] as const;
export type OutputLine = (typeof OUTPUT_LINES)[number];
/** What the device drives, and the driver tells changes of. */
export const INPUT_LINES = ["cts", "dsr", "dcd", "ri"] as const;
export type InputLine = (typeof INPUT_LINES)[number];

function readLines<L extends AnyLine>(fd: number, names: readonly L[]): Record<L, boolean> {
  const arg = new Int32Array(1);
  ioctl(fd, TIOCMGET, new Uint8Array(arg.buffer));
  const word = arg[0]!;
  return Object.fromEntries(names.map((name) => [name, (word & ALL_LINES[name]) !== 0])) as Record<
    L,
    boolean
  >;
}

/** The state of every modem line. ENOTTY on a pty, EIO after an unplug. */
export function getModemLines(fd: number): ModemLines {
  return readLines(fd, Object.keys(MODEM_LINES) as ModemLine[]);
}

/** Those, and OUT1, OUT2 and LOOP: false too where the driver knows nothing of them. */
export function getAllLines(fd: number): AllLines {
  return readLines(fd, Object.keys(ALL_LINES) as AnyLine[]);
}

/** Raises or lowers lines, all of them by one request, and touches no other (TIOCMBIS, TIOCMBIC). */
export function setLines(fd: number, lines: readonly OutputLine[], on: boolean): void {
  const bits = Int32Array.of(lines.reduce((word, line) => word | ALL_LINES[line], 0));
  ioctl(fd, on ? TIOCMBIS : TIOCMBIC, new Uint8Array(bits.buffer));
}

export function setModemLine(fd: number, line: "dtr" | "rts", on: boolean): void {
  setLines(fd, [line], on);
}

/**
 * Waits, on a thread of its own, until the device has changed one of its lines (TIOCMIWAIT). False at once where the
 * driver cannot wait or the port is gone: errno stays on the thread, so ask the port. Nothing ends the wait but a
 * change, the loss of the port and the end of the process.
 */
export function waitForInputChange(fd: number): Promise<boolean> {
  return ioctlIntOnThread(
    fd,
    TIOCMIWAIT,
    INPUT_LINES.reduce((word, line) => word | ALL_LINES[line], 0),
  );
}

/** struct serial_icounter_struct: 11 counts and 9 reserved ones, all int. */
function readCounts(fd: number): number[] {
  const counts = new Uint32Array(20); // as the drivers count; the struct says int
  ioctl(fd, TIOCGICOUNT, new Uint8Array(counts.buffer));
  return [...counts];
}

/** What a driver counted since it was loaded: struct serial_icounter_struct of linux/serial.h. */
export interface LineCounters {
  readonly rx: number;
  readonly tx: number;
  readonly frame: number;
  readonly overrun: number;
  readonly parity: number;
  readonly brk: number;
  readonly bufOverrun: number;
}

/** TIOCGICOUNT. ENOTTY where the driver does not count. */
export function getCounters(fd: number): LineCounters {
  const [rx, tx, frame, overrun, parity, brk, bufOverrun] = readCounts(fd).slice(4) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { rx, tx, frame, overrun, parity, brk, bufOverrun };
}

/**
 * How often each line of the device has changed, by the same request. A 16550A counts RI at its trailing edge only, so
 * once for each ring. The numbers wrap at 2^31.
 */
export function getChangeCounts(fd: number): Readonly<Record<InputLine, number>> {
  const [cts, dsr, ri, dcd] = readCounts(fd) as [number, number, number, number];
  return { cts, dsr, dcd, ri };
}
