/**
 * Packet mode of a pty's master (ioctl_tty(2), TIOCPKT): every read begins with one byte that says what was done at the
 * slave. Knows the request and the byte; not who reads.
 *
 * A byte of 0 has data behind it; any other stands alone, and until it is read the master has POLLPRI, which is
 * select(2)'s exceptional condition. Conditions that arise before that are joined in one byte, the later of two opposites
 * in place of the earlier. What raises each on Linux is measured in docs/notes/ptys.md.
 */
import { ioctl } from "./libc.js";

const TIOCPKT = 0x5420; // asm-generic/ioctls.h
const TIOCGPKT = 0x80045438; // _IOR('T', 0x38, int)

/** The control byte in front of data: TIOCPKT_DATA of asm-generic/ioctls.h. */
export const PACKET_DATA = 0;

/** The bits of the control byte: TIOCPKT_FLUSHREAD and following, asm-generic/ioctls.h. */
export const PACKET_CONDITIONS = {
  /** What waited for the slave's reader was discarded. */
  flushRead: 0x01,
  /** What the slave's writer had sent was discarded. */
  flushWrite: 0x02,
  /** The slave's output was stopped. */
  stop: 0x04,
  /** It goes on. */
  start: 0x08,
  /** The slave no longer stops at ^S and starts at ^Q: IXON is off, or its characters are others. */
  noStop: 0x10,
  /** It does. */
  doStop: 0x20,
  /** With EXTPROC set at the slave: its settings were set, to others or the same. */
  ioctl: 0x40,
} as const;

export type PacketCondition = keyof typeof PACKET_CONDITIONS;

/** What a control byte (0..255) tells, in the order of its bits; nothing where data follow. */
export function decodePacketControl(byte: number): readonly PacketCondition[] {
  const names = Object.keys(PACKET_CONDITIONS) as PacketCondition[];
  return names.filter((name) => (byte & PACKET_CONDITIONS[name]) !== 0);
}

/** Turns packet mode on or off, for all who read `master`. Throws SysError: ENOTTY where it is no master. */
export function setPacketMode(master: number, on: boolean): void {
  ioctl(master, TIOCPKT, new Uint8Array(Int32Array.of(on ? 1 : 0).buffer));
}

/** Whether `master` is in packet mode. Throws SysError: ENOTTY where it is no master. */
export function isPacketMode(master: number): boolean {
  const on = new Int32Array(1);
  ioctl(master, TIOCGPKT, new Uint8Array(on.buffer));
  return on[0] !== 0;
}
