/**
 * What serial drivers have beside termios: struct serial_rs485 and struct serial_struct of linux/serial.h, by layout and
 * number (asm-generic/ioctls.h; the same on x86-64 and arm64). Knows no policy.
 * Every function throws SysError: ENOTTY where the driver has no such thing, EINVAL or EPERM where it does not want to.
 */
import { ioctl } from "./libc.js";

const TIOCGSERIAL = 0x541e;
const TIOCSSERIAL = 0x541f;
const TIOCGRS485 = 0x542e;
const TIOCSRS485 = 0x542f;

/** flags, delay_rts_before_send, delay_rts_after_send, and five words for addressing. */
const SERIAL_RS485_SIZE = 32;
/** Up to iomap_base, an unsigned long at offset 64. */
const SERIAL_STRUCT_SIZE = 72;
/** int flags, after type, line, port and irq. */
const SERIAL_STRUCT_FLAGS = 16;
/** linux/tty_flags.h: bit 13. */
const ASYNC_LOW_LATENCY = 0x2000;

/** SER_RS485_ENABLED and the flags after it. */
const RS485_FLAGS = {
  enabled: 0x01,
  rtsOnSend: 0x02,
  rtsAfterSend: 0x04,
  rxDuringTx: 0x10,
  terminate: 0x20,
} as const;
type Rs485Flag = keyof typeof RS485_FLAGS;

/** struct serial_rs485 by name. The delays are milliseconds. */
export interface SerialRs485 extends Readonly<Record<Rs485Flag, boolean>> {
  readonly delayBeforeMs: number;
  readonly delayAfterMs: number;
}

/** The kernel's bytes of `settings`, which stay as in `found` where the interface has no name for them. */
export function encodeRs485(settings: SerialRs485, found: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(found);
  const view = new DataView(bytes.buffer);
  let flags = view.getUint32(0, true);
  for (const [name, bit] of Object.entries(RS485_FLAGS) as [Rs485Flag, number][]) {
    flags = settings[name] ? flags | bit : flags & ~bit;
  }
  view.setUint32(0, flags >>> 0, true);
  view.setUint32(4, settings.delayBeforeMs, true);
  view.setUint32(8, settings.delayAfterMs, true);
  return bytes;
}

export function decodeRs485(bytes: Uint8Array): SerialRs485 {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const flags = view.getUint32(0, true);
  const names = Object.keys(RS485_FLAGS) as Rs485Flag[];
  return {
    ...(Object.fromEntries(names.map((name) => [name, (flags & RS485_FLAGS[name]) !== 0])) as Record<
      Rs485Flag,
      boolean
    >),
    delayBeforeMs: view.getUint32(4, true),
    delayAfterMs: view.getUint32(8, true),
  };
}

/** TIOCGRS485: the kernel's bytes. All zero on a driver of serial_core without RS-485, such as a 16550A's. */
export function getRs485(fd: number): Uint8Array {
  const bytes = new Uint8Array(SERIAL_RS485_SIZE);
  ioctl(fd, TIOCGRS485, bytes);
  return bytes;
}

/** TIOCSRS485. Success says only that the request was understood: read back and compare. */
export function setRs485(fd: number, bytes: Uint8Array): void {
  ioctl(fd, TIOCSRS485, Uint8Array.from(bytes)); // the kernel writes into it what it made of it
}

function getSerial(fd: number): DataView {
  const bytes = new Uint8Array(SERIAL_STRUCT_SIZE);
  ioctl(fd, TIOCGSERIAL, bytes);
  return new DataView(bytes.buffer);
}

/** ASYNC_LOW_LATENCY, by TIOCGSERIAL. */
export function isLowLatency(fd: number): boolean {
  return (getSerial(fd).getInt32(SERIAL_STRUCT_FLAGS, true) & ASYNC_LOW_LATENCY) !== 0;
}

/** The same by TIOCSSERIAL, with everything else as it stands. Any user may do this. */
export function setLowLatency(fd: number, on: boolean): void {
  const serial = getSerial(fd);
  const flags = serial.getInt32(SERIAL_STRUCT_FLAGS, true);
  serial.setInt32(SERIAL_STRUCT_FLAGS, on ? flags | ASYNC_LOW_LATENCY : flags & ~ASYNC_LOW_LATENCY, true);
  ioctl(fd, TIOCSSERIAL, new Uint8Array(serial.buffer));
}
