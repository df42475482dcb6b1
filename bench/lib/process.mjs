/**
 * What the kernel tells of a process, threads included (proc(5)). Knows no program.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second, the unit of the times in /proc/PID/stat: USER_HZ of asm-generic/param.h. */
const TICKS_PER_SECOND = 100;

/** The fields of /proc/PID/stat from the third (state) on: the second may hold blanks and brackets. */
function statFields(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** User and system time so far, in clock ticks. */
export function cpuTicks(pid) {
  const fields = statFields(pid);
  return Number(fields[11]) + Number(fields[12]);
}

/** The same in seconds. */
export function cpuSeconds(pid) {
  return cpuTicks(pid) / TICKS_PER_SECOND;
}

/** Whether the process has ended, waited for or not. */
export function hasEnded(pid) {
  try {
    return ["Z", "X"].includes(statFields(pid)[0]);
  } catch {
    return true;
  }
}

function statusNumber(path, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(path, "latin1"))?.[1]);
}

/** Resident memory in MB (10^6 bytes). */
export function residentMb(pid) {
  return (statusNumber(`/proc/${pid}/status`, "VmRSS") * 1024) / 1e6;
}

/** How often a thread of the process went to sleep of its own accord, which is how often one was woken. */
export function sleeps(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const counts = threads.map((tid) =>
    statusNumber(`/proc/${pid}/task/${tid}/status`, "voluntary_ctxt_switches"),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
