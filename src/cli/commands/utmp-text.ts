/**
 * A login record as text and as JSON. Pure; knows which facts a record of each type has.
 */
import { printable } from "../../bytes/printable.js";
import type { UtmpRecord, UtmpTextField, UtmpType } from "../../utmp/records.js";

const WITH_LINE: readonly UtmpType[] = ["LOGIN_PROCESS", "USER_PROCESS", "DEAD_PROCESS"];
const WITH_PROCESS: readonly UtmpType[] = ["INIT_PROCESS", ...WITH_LINE];
const WITH_USER: readonly UtmpType[] = ["USER_PROCESS", "LOGIN_PROCESS", "RUN_LVL", "BOOT_TIME"];

/** What stands above the records of a file. */
export function utmpHeading(path: string): string {
  return `${printable(path)}:\n====================\n`;
}

/** The lines of one record and an empty one. What others wrote is made harmless for a screen. */
export function utmpText(record: UtmpRecord): string {
  const { type } = record;
  const lines = [`${type.padEnd(13)}:${WITH_LINE.includes(type) ? ` line: ${printable(record.line)}` : ""}`];
  if (WITH_PROCESS.includes(type)) {
    lines.push(` pid: ${String(record.pid).padStart(6)} id: ${printable(record.id).padStart(4)}`);
  }
  lines.push(`  time: ${utcTime(record)}`);
  if (WITH_USER.includes(type)) lines.push(`  user: ${printable(record.user)}`);
  if (type === "USER_PROCESS") {
    if (record.session !== 0) lines.push(`  sess: ${record.session}`);
    lines.push(`  host: ${printable(record.host)}`);
    if (record.address !== undefined) {
      lines.push(`  ${record.address.includes(":") ? "IPV6" : "IPV4"}: ${record.address}`);
    }
  }
  if (type === "DEAD_PROCESS") lines.push(`  exit: ${record.exit.termination}:${record.exit.status}`);
  return `${lines.join("\n")}\n\n`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** asctime(gmtime()) and the microseconds: `Fri Feb 13 23:31:30 2009.000005`. */
function utcTime({ seconds, microseconds }: UtmpRecord): string {
  const fraction = String(microseconds).padStart(6, "0");
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds}.${fraction}`; // 64 bits of seconds hold more than any calendar
  const day = String(date.getUTCDate()).padStart(2);
  const clock = date.toISOString().slice(-13, -5);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}.${fraction}`;
}

/** A record for programs, all members as they stand in the file; `base64` has the text that is not UTF-8. */
export function utmpJson(file: string, record: UtmpRecord) {
  const { type, pid, id, line, user, host, session, address, exit, notUtf8 = {} } = record;
  const base64 = (Object.keys(notUtf8) as UtmpTextField[]).map((field) => [
    field,
    Buffer.from(notUtf8[field]!).toString("base64"),
  ]);
  return {
    file,
    type,
    pid,
    id,
    line,
    user,
    host,
    session,
    ...(address === undefined ? {} : { address }),
    exit,
    at: (record.seconds * 1_000_000 + record.microseconds) / 1_000_000,
    ...(base64.length === 0 ? {} : { base64: Object.fromEntries(base64) as Record<string, string> }),
  };
}
