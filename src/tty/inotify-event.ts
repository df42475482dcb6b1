/**
 * struct inotify_event, as read(2) gives it (inotify(7), linux/inotify.h). Pure; knows bytes and bits, no descriptor.
 */

/** What happened; the bits of `mask`. */
export const IN_ACCESS = 0x1;
export const IN_ATTRIB = 0x4;
export const IN_CLOSE_WRITE = 0x8;
export const IN_CLOSE_NOWRITE = 0x10;
export const IN_OPEN = 0x20;
export const IN_MOVED_FROM = 0x40;
export const IN_MOVED_TO = 0x80;
export const IN_CREATE = 0x100;
export const IN_DELETE = 0x200;
export const IN_DELETE_SELF = 0x400;
export const IN_MOVE_SELF = 0x800;
/** Sent unasked: events were lost (`watch` is -1); the watch is no more, for its file is not or it was removed. */
export const IN_Q_OVERFLOW = 0x4000;
export const IN_IGNORED = 0x8000;
/** For `add` only: fail with ENOTDIR where the path is no directory. */
export const IN_ONLYDIR = 0x1000000;
/** For `add` only: one event, and the watch is no more. */
export const IN_ONESHOT = 0x80000000;

export interface InotifyEvent {
  /** What `add` returned for the path, or -1. */
  readonly watch: number;
  readonly mask: number;
  /** The name in the watched directory; empty where the watched file itself is meant. */
  readonly name: string;
}

/** int wd, uint32_t mask, uint32_t cookie, uint32_t len; then `len` bytes of name with NULs behind. */
const HEADER_BYTES = 16;

/** The events in `bytes`, which hold whole ones: read(2) never cuts one. */
export function decodeEvents(bytes: Uint8Array): InotifyEvent[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: InotifyEvent[] = [];
  for (let at = 0; at + HEADER_BYTES <= buffer.length; ) {
    const start = at + HEADER_BYTES;
    const end = start + buffer.readUInt32LE(at + 12);
    const name = buffer.toString("utf8", start, end).replace(/\0.*$/s, "");
    events.push({ watch: buffer.readInt32LE(at), mask: buffer.readUInt32LE(at + 4), name });
    at = end;
  }
  return events;
}
