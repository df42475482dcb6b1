/**
 * struct termios2 of the kernel: read from a tty, changed by name, written back.
 * Knows layout and requests; which settings a bridge wants is port/tty/settings.ts's to know.
 */
import { ioctl } from "./libc.js";
import {
  BOTHER,
  CBAUD,
  CIBAUD,
  CONTROL_CHARACTERS,
  type ControlCharacter,
  FLAGS,
  type FlagName,
  IBSHIFT,
  SYMBOLIC_SPEEDS,
} from "./termios-names.js";

/** NCCS of the kernel's struct termios2 (asm-generic/termbits.h); glibc's struct termios has 32. */
const NCCS = 19;
/** c_iflag, c_oflag, c_cflag, c_lflag, c_line, c_cc[NCCS], c_ispeed, c_ospeed. */
const TERMIOS2_SIZE = 4 * 4 + 1 + NCCS + 2 * 4;

/** asm-generic/ioctls.h: _IOR/_IOW('T', 0x2A..0x2D, struct termios2), 44 bytes. */
const TCGETS2 = 0x802c542a;
const TCSETS2 = 0x402c542b;
const TCSETSW2 = 0x402c542c;
const TCSETSF2 = 0x402c542d;

/** When new settings hold: at once, after pending output, after that and with pending input discarded. */
export type TermiosAction = "now" | "drain" | "flush";
const REQUESTS: Readonly<Record<TermiosAction, number>> = {
  now: TCSETS2,
  drain: TCSETSW2,
  flush: TCSETSF2,
};

/** The settings of a tty. A plain value: `cc` has NCCS (19) bytes, the speeds are bits a second. */
export interface Termios {
  iflag: number;
  oflag: number;
  cflag: number;
  lflag: number;
  line: number;
  cc: Uint8Array;
  ispeed: number;
  ospeed: number;
}

/** The kernel's bytes of `termios`. */
export function encodeTermios(termios: Termios): Uint8Array {
  const bytes = new Uint8Array(TERMIOS2_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, termios.iflag, true);
  view.setUint32(4, termios.oflag, true);
  view.setUint32(8, termios.cflag, true);
  view.setUint32(12, termios.lflag, true);
  bytes[16] = termios.line;
  bytes.set(termios.cc.subarray(0, NCCS), 17);
  view.setUint32(36, termios.ispeed, true);
  view.setUint32(40, termios.ospeed, true);
  return bytes;
}

/** The settings in the kernel's bytes. */
export function decodeTermios(bytes: Uint8Array): Termios {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    iflag: view.getUint32(0, true),
    oflag: view.getUint32(4, true),
    cflag: view.getUint32(8, true),
    lflag: view.getUint32(12, true),
    line: view.getUint8(16),
    cc: new Uint8Array(bytes.subarray(17, 17 + NCCS)),
    ispeed: view.getUint32(36, true),
    ospeed: view.getUint32(40, true),
  };
}

/** tcgetattr(3), with speeds of any value. Throws SysError: ENOTTY where `fd` is no tty, EIO after a hang-up. */
export function getTermios(fd: number): Termios {
  const bytes = new Uint8Array(TERMIOS2_SIZE);
  ioctl(fd, TCGETS2, bytes);
  return decodeTermios(bytes);
}

/**
 * tcsetattr(3), with speeds of any value. Success says only that the request was understood: read back and
 * compare. "drain" and "flush" wait for output, without bound where the other end holds it.
 */
export function setTermios(fd: number, termios: Termios, action: TermiosAction = "now"): void {
  ioctl(fd, REQUESTS[action], encodeTermios(termios));
}

/** A copy that can be changed without changing the original. */
export function copyTermios(termios: Termios): Termios {
  return { ...termios, cc: termios.cc.slice() };
}

/** Whether a flag stands, or a field of several bits has this value. */
export function hasFlag(termios: Termios, name: FlagName): boolean {
  const { field, mask, value } = FLAGS[name];
  return (termios[field] & mask) >>> 0 === value;
}

/** Sets a flag (or a field of several bits to this value), or clears it. */
export function setFlag(termios: Termios, name: FlagName, on = true): void {
  const { field, mask, value } = FLAGS[name];
  termios[field] = ((termios[field] & ~mask) | (on ? value : 0)) >>> 0;
}

export function getControl(termios: Termios, name: ControlCharacter): number {
  return termios.cc[CONTROL_CHARACTERS[name]]!;
}

/** Sets a control character, or VMIN or VTIME: 0..255. */
export function setControl(termios: Termios, name: ControlCharacter, value: number): void {
  termios.cc[CONTROL_CHARACTERS[name]] = value;
}

/** The speed both ways, 1..4294967295 bits a second: by its symbol where it has one, else BOTHER. */
export function setSpeed(termios: Termios, bps: number): void {
  const symbol = SYMBOLIC_SPEEDS.get(bps) ?? BOTHER;
  termios.cflag = ((termios.cflag & ~(CBAUD | CIBAUD)) | symbol) >>> 0;
  termios.ispeed = bps;
  termios.ospeed = bps;
}

/** The output speed alone: the input speed goes with it, unless it was set apart. 0 (B0) hangs up the line. */
export function setOutputSpeed(termios: Termios, bps: number): void {
  const input = (termios.cflag & CIBAUD) === 0 ? bps : lineSpeeds(termios).ispeed;
  setSpeed(termios, bps);
  if (input !== bps) setInputSpeed(termios, input);
}

/** The input speed alone (CIBAUD, which few drivers know); 0 is "as the output speed". */
export function setInputSpeed(termios: Termios, bps: number): void {
  const { ospeed } = lineSpeeds(termios);
  const isApart = bps !== 0 && bps !== ospeed;
  const symbol = SYMBOLIC_SPEEDS.get(bps) ?? BOTHER;
  termios.cflag = ((termios.cflag & ~CIBAUD) | (isApart ? symbol << IBSHIFT : 0)) >>> 0;
  termios.ispeed = isApart ? bps : ospeed;
}

/**
 * The speeds that the kernel reads out of c_cflag and, where that says BOTHER, out of the speed fields
 * (tty_termios_baud_rate and tty_termios_input_baud_rate of drivers/tty/tty_baudrate.c). Bits a second; 0 is B0.
 */
export function lineSpeeds(termios: Termios): { ispeed: number; ospeed: number } {
  const ospeed = speedOf(termios.cflag & CBAUD, termios.ospeed);
  const apart = (termios.cflag & CIBAUD) >>> IBSHIFT;
  return { ispeed: apart === 0 ? ospeed : speedOf(apart, termios.ispeed), ospeed };
}

function speedOf(symbol: number, bother: number): number {
  if (symbol === BOTHER) return bother;
  for (const [bps, value] of SYMBOLIC_SPEEDS) if (value === symbol) return bps;
  return 0; // all values of the field are symbols
}
