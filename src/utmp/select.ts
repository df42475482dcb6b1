/**
 * Which login records getutid(3) and getutline(3) find, as glibc compares them. Pure.
 */
import type { UtmpRecord, UtmpType } from "./records.js";

/** Bytes of ut_id and ut_line: more than that can stand in no record. */
export const ID_SIZE = 4;
export const LINE_SIZE = 32;

const PROCESSES: readonly UtmpType[] = ["INIT_PROCESS", "LOGIN_PROCESS", "USER_PROCESS", "DEAD_PROCESS"];

/** getutid for a process: every record of one with this id. Where one of the two has none, the lines are compared. */
export function matchesId(record: UtmpRecord, id: string): boolean {
  if (!PROCESSES.includes(record.type)) return false;
  return record.id === "" || id === "" ? record.line === "" : record.id === id;
}

/** getutline: the logins on this line, and those that are waited for. */
export function matchesLine(record: UtmpRecord, line: string): boolean {
  return (record.type === "LOGIN_PROCESS" || record.type === "USER_PROCESS") && record.line === line;
}
