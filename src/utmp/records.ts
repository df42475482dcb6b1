/**
 * struct utmp of glibc's bits/utmp.h, the record of the login databases: from bytes to plain values. Pure: knows both
 * layouts of 64-bit Linux, not where the databases are nor how they are shown.
 */
import { isUtf8 } from "node:buffer";
import { formatIpv4, formatIpv6 } from "../bytes/ip-address.js";

/** ut_type by its value, 0 to 9. */
export const UTMP_TYPES = [
  "EMPTY",
  "RUN_LVL",
  "BOOT_TIME",
  "NEW_TIME",
  "OLD_TIME",
  "INIT_PROCESS",
  "LOGIN_PROCESS",
  "USER_PROCESS",
  "DEAD_PROCESS",
  "ACCOUNTING",
] as const;
export type UtmpType = (typeof UTMP_TYPES)[number];

/** Where the text of a record stands: offset and size in bytes, the same in both layouts. */
const TEXT_FIELDS = { line: [8, 32], id: [40, 4], user: [44, 32], host: [76, 256] } as const;
export type UtmpTextField = keyof typeof TEXT_FIELDS;

/** One record as it stands in the file; which members mean something depends on the type (utmp(5)). */
export interface UtmpRecord {
  readonly type: UtmpType;
  readonly pid: number;
  /** The tty without `/dev/`, such as `ttyS0` or `pts/3`. At most 32 bytes. */
  readonly line: string;
  /** The inittab id, or the end of the tty's name. At most 4 bytes. */
  readonly id: string;
  readonly user: string;
  /** Where the login came from; for RUN_LVL and BOOT_TIME the kernel's release. Written by others: not to be trusted. */
  readonly host: string;
  /** Of a DEAD_PROCESS: the signal that ended it and its exit code. */
  readonly exit: { readonly termination: number; readonly status: number };
  readonly session: number;
  /** Since the epoch, and 0..999999. */
  readonly seconds: number;
  readonly microseconds: number;
  /** The other end's IPv4 or IPv6 address; absent if it is all zeros. An IPv6 address of one word looks like IPv4. */
  readonly address?: string;
  /** The bytes of the text members that are not UTF-8: those have U+FFFD in their text. */
  readonly notUtf8?: Readonly<Partial<Record<UtmpTextField, Uint8Array>>>;
}

/**
 * Bytes of a record. 384 where 32-bit and 64-bit programs share the file (__WORDSIZE_TIME64_COMPAT32: x86-64, also 32-bit
 * ARM): session and time have 32 bits, the seconds unsigned since glibc 2.40. 400 elsewhere (arm64, riscv64): 64 bits.
 */
export type UtmpRecordSize = 384 | 400;

/** Every size of a piece of a file that splits no record is a multiple of this. */
export const UTMP_PIECE = 9600;

/** The size of this machine's records. */
export function nativeRecordSize(arch: string = process.arch): UtmpRecordSize {
  return ["arm64", "riscv64", "loong64"].includes(arch) ? 400 : 384;
}

export interface DecodedUtmp {
  readonly records: UtmpRecord[];
  /** Bytes behind the last record: part of one that is cut off, or everything from the first that can be none. */
  readonly rest: number;
  /** The ut_type at the start of the rest, where there is no such type. */
  readonly impossibleType?: number;
}

/** All records from the start of `bytes`, up to the first that can be none. */
export function decodeUtmp(bytes: Uint8Array, size: UtmpRecordSize = recordSize(bytes)): DecodedUtmp {
  const records: UtmpRecord[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; ; at += size) {
    const rest = bytes.length - at;
    if (rest < size) return { records, rest };
    const type = view.getInt16(at, true);
    if (UTMP_TYPES[type] === undefined) return { records, rest, impossibleType: type };
    records.push(decodeRecord(bytes, view, at, size, UTMP_TYPES[type]));
  }
}

/**
 * The size of the records at the start of a file: this machine's, unless more of them make sense in the other one. A file
 * of another board is as good as one's own.
 */
export function recordSize(bytes: Uint8Array, native: UtmpRecordSize = nativeRecordSize()): UtmpRecordSize {
  const other = native === 384 ? 400 : 384;
  return sensibleShare(bytes, other) > sensibleShare(bytes, native) ? other : native;
}

/** How many of the whole records have a type, a session of 32 bits and microseconds: 0..1. */
function sensibleShare(bytes: Uint8Array, size: UtmpRecordSize): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = Math.floor(bytes.length / size);
  let sensible = 0;
  for (let at = 0; at < whole * size; at += size) {
    const { session, microseconds } = numbers(view, at, size);
    const hasType = UTMP_TYPES[view.getInt16(at, true)] !== undefined;
    if (hasType && session === (session | 0) && microseconds >= 0 && microseconds < 1_000_000) sensible++;
  }
  return whole === 0 ? 0 : sensible / whole;
}

function decodeRecord(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  size: UtmpRecordSize,
  type: UtmpType,
): UtmpRecord {
  const notUtf8: Partial<Record<UtmpTextField, Uint8Array>> = {};
  const text = (field: UtmpTextField) => {
    const [offset, length] = TEXT_FIELDS[field];
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset + at + offset, length);
    const end = whole.indexOf(0); // a member that is full has no NUL; behind one anything may stand
    const used = end === -1 ? whole : whole.subarray(0, end);
    if (!isUtf8(used)) notUtf8[field] = new Uint8Array(used);
    return used.toString("utf8");
  };
  const addressAt = at + (size === 384 ? 348 : 360);
  const address = formatAddress(bytes.subarray(addressAt, addressAt + 16));
  const record = {
    type,
    pid: view.getInt32(at + 4, true),
    line: text("line"),
    id: text("id"),
    user: text("user"),
    host: text("host"),
    exit: { termination: view.getInt16(at + 332, true), status: view.getInt16(at + 334, true) },
    ...numbers(view, at, size),
    ...(address === undefined ? {} : { address }),
  };
  return Object.keys(notUtf8).length === 0 ? record : { ...record, notUtf8 };
}

/** The members whose size differs. */
function numbers(view: DataView, at: number, size: UtmpRecordSize) {
  if (size === 384) {
    return {
      session: view.getInt32(at + 336, true),
      seconds: view.getUint32(at + 340, true),
      microseconds: view.getInt32(at + 344, true),
    };
  }
  return {
    session: Number(view.getBigInt64(at + 336, true)),
    seconds: Number(view.getBigInt64(at + 344, true)),
    microseconds: Number(view.getBigInt64(at + 352, true)),
  };
}

/** ut_addr_v6: IPv4 if only the first of its four words is set (utmp(5)). */
function formatAddress(bytes: Uint8Array): string | undefined {
  const isSet = bytes.map((byte) => byte && 1);
  if (!isSet.includes(1)) return undefined;
  return isSet.includes(1, 4) ? formatIpv6(bytes) : formatIpv4(bytes);
}
