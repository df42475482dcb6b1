/**
 * Settings of the line and what is received over it: the options' table. Knows spellings and choices; their values are checked and
 * put together by config.ts.
 */
import type { Option } from "./options.js";

const ON_OFF = ["on", "off"] as const;
const PARITIES = ["none", "even", "odd", "mark", "space"] as const;
/** What may become of received errors and breaks. */
const ON_ERROR = ["drop", "mark", "pass"] as const;
const ON_BREAK = ["drop", "mark", "pass", "interrupt"] as const;

export const LINE_OPTIONS: readonly Option[] = [
  {
    name: "bps",
    alias: ["b", "baud"],
    value: "N",
    completes: "speed",
    group: "Line",
    does: "speed in bits a second, any whole number that the driver takes",
    otherwise: "as the port stands",
  },
  {
    name: "hwflow",
    alias: ["h"],
    group: "Line",
    does: "RTS/CTS flow control",
    otherwise: "as the port stands",
  },
  {
    name: "swflow",
    alias: ["s"],
    group: "Line",
    does: "XON/XOFF flow control (IXON, IXOFF and IXANY)",
    otherwise: "as the port stands",
  },
  { name: "noflow", alias: ["n"], group: "Line", does: "no flow control", otherwise: "as the port stands" },
  {
    name: "databits",
    alias: ["d"],
    value: "N",
    choices: ["5", "6", "7", "8"],
    group: "Line",
    does: "data bits of a frame",
    otherwise: "as the port stands",
  },
  {
    name: "parity",
    alias: ["p"],
    value: "KIND",
    choices: PARITIES,
    group: "Line",
    does: "parity bit of a frame",
    otherwise: "as the port stands",
  },
  {
    name: "stopbits",
    value: "N",
    choices: ["1", "2"],
    group: "Line",
    does: "stop bits of a frame",
    otherwise: "as the port stands",
  },
  {
    name: "line",
    value: "FRAME",
    completes: "frame",
    group: "Line",
    does: "the three at once, such as 8N1 or 7E2",
  },
  {
    name: "crnl",
    alias: ["c"],
    group: "Line",
    does: "send CR with each newline (ONLCR, and OPOST without which it does nothing)",
    otherwise: "off",
  },
  { name: "vmin", value: "N", group: "Line", does: "VMIN, 0 to 255 bytes", otherwise: "1" },
  { name: "vtime", value: "N", group: "Line", does: "VTIME, 0 to 255 tenths of a second", otherwise: "0" },
  {
    name: "dtr",
    value: "STATE",
    choices: ON_OFF,
    group: "Line",
    does: "DTR at open",
    otherwise: "as the driver does",
  },
  {
    name: "rts",
    value: "STATE",
    choices: ON_OFF,
    group: "Line",
    does: "RTS at open",
    otherwise: "as the driver does",
  },
  {
    name: "on-error",
    value: "HOW",
    choices: ON_ERROR,
    group: "Line",
    does: "bytes with a parity or framing error: drop them (INPCK, IGNPAR); mark them (INPCK, PARMRK) by FF 00 and the byte, each real FF doubled, which a screen shows as <41?>; pass them as they came",
    otherwise: "as the port stands",
  },
  {
    name: "on-break",
    value: "HOW",
    choices: ON_BREAK,
    group: "Line",
    does: "received breaks: drop them (IGNBRK); mark them (PARMRK) by FF 00 00, each real FF doubled, which a screen shows as <break>; pass a NUL; interrupt (BRKINT), which discards what is in both queues",
    otherwise: "as the port stands",
  },
  {
    name: "break-ms",
    value: "MS",
    group: "Line",
    does: "length of the break that the key b sends, 1 to 60000 milliseconds",
    otherwise: "250, the kernel's usual one",
  },
  {
    name: "rs485",
    value: "CONFIG",
    completes: "rs485",
    group: "Line",
    does: "on, off, or on with words by commas: rts-on-send, rts-after-send, rx-during-tx, terminate (each may have =off), delay-before=MS, delay-after=MS",
    otherwise: "as the port stands",
  },
  {
    name: "low-latency",
    value: "STATE",
    choices: ON_OFF,
    group: "Line",
    does: "pass on what arrives at once (ASYNC_LOW_LATENCY): an FTDI adapter then waits 1 ms, not 16",
    otherwise: "as the port stands",
  },
];
