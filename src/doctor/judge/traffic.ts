/**
 * Judges what went over a port: bytes that do not move, and what the driver counted as wrong. Pure. The counters are
 * those of TIOCGICOUNT (tty_ioctl(4)), since the driver was loaded.
 */
import type { LineCounters } from "../../tty/modem-lines.js";
import { hasFlag } from "../../tty/termios.js";
import type { Facts, LineFacts } from "../facts.js";
import type { Finding, FindingCode, Severity } from "../finding.js";

export function judgeTraffic({ port }: Facts): Finding[] {
  if (!port?.line) return [];
  const { counters, how } = port.line;
  return [...queue(port.line), ...(counters ? judgeCounters(counters, how) : [])];
}

function queue({ unsent, termios, lines, how }: LineFacts): Finding[] {
  const [first, later] = unsent ?? [0, 0];
  if (later === 0 || later < first) return [];
  const why =
    termios && hasFlag(termios, "CRTSCTS") && lines?.cts === false
      ? "CTS is off"
      : termios && hasFlag(termios, "IXON")
        ? "the other end may have sent XOFF"
        : undefined;
  return [
    {
      code: "stuck",
      severity: "warning",
      what: `${later} ${later === 1 ? "byte waits" : "bytes wait"} to be sent and ${later === 1 ? "does" : "do"} not move${why === undefined ? "" : `: ${why}`}`,
      seen: `TIOCOUTQ, ${how}`,
    },
  ];
}

interface CounterRow {
  readonly counter: keyof LineCounters;
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly one: string;
  readonly many: string;
  /** What it most often comes from. */
  readonly mostly: string;
}

const COUNTERS: readonly CounterRow[] = [
  {
    counter: "frame",
    code: "framing-errors",
    severity: "warning",
    one: "framing error",
    many: "framing errors",
    mostly: "most often the wrong speed",
  },
  {
    counter: "parity",
    code: "parity-errors",
    severity: "warning",
    one: "parity error",
    many: "parity errors",
    mostly: "most often the wrong parity or number of data bits",
  },
  {
    counter: "overrun",
    code: "overruns",
    severity: "warning",
    one: "overrun",
    many: "overruns",
    mostly: "the receiver was not emptied in time, and bytes are lost: flow control or a lower speed helps",
  },
  {
    counter: "bufOverrun",
    code: "buffer-overruns",
    severity: "warning",
    one: "buffer overrun",
    many: "buffer overruns",
    mostly: "no program read in time, and bytes are lost",
  },
  {
    counter: "brk",
    code: "breaks",
    severity: "note",
    one: "break",
    many: "breaks",
    mostly: "sent on purpose, a much lower speed at the other end, or a line that is not connected",
  },
];

function judgeCounters(counters: LineCounters, how: string): Finding[] {
  return COUNTERS.filter(({ counter }) => counters[counter] > 0).map(
    ({ counter, code, severity, one, many, mostly }) => ({
      code,
      severity,
      what: `${counters[counter]} ${counters[counter] === 1 ? one : many} since the driver was loaded: ${mostly}`,
      seen: `counters, ${how}`,
    }),
  );
}
