/**
 * What doctor says of a port: one thing that is wrong, how it was seen, and what to type. Pure; knows the codes and
 * the exit status they make, not how anything is found.
 */
import { statusOf } from "../errors.js";

/**
 * problem: the port does not open, or not for this user alone. warning: it opens, and bytes may not go as they
 * should. note: good to know, nothing is wrong.
 */
export type Severity = "problem" | "warning" | "note";

/** Every code a finding can have, and what it means. Programs match on these; none is ever renamed. */
export const FINDING_CODES = {
  "no-port": "there is no serial port at all",
  "no-such-port": "there is nothing of this name",
  "dangling-link": "the name is a link to what is not there",
  "no-node": "the kernel has the port, /dev has no file for it",
  unreachable: "a directory on the way may not be searched",
  "not-a-device": "the name belongs to a file that is no device",
  "not-a-tty": "the device is no tty",
  "not-a-serial-port": "a terminal of the system's own, no port",
  "no-uart": "no UART is fitted behind the name",
  group: "the port's group is not the user's",
  "group-later": "the user has joined the group, this login has not",
  permission: "mode or owner keep the user out",
  refused: "the kernel refuses what the permissions allow",
  "open-failed": "a trial open failed",
  "open-waits": "a trial open did not come back",
  held: "another process has the port",
  exclusive: "the port is for someone's exclusive use (TIOCEXCL)",
  login: "a login runs on the port",
  "own-terminal": "the port is the terminal doctor runs on",
  "stale-lock": "a lock file was left behind",
  "lock-unreadable": "a lock file does not say whose it is",
  "lock-directory": "no lock file can be made",
  console: "the kernel writes its messages to the port",
  "modem-manager": "ModemManager may take the port for a modem",
  "brltty-took": "brltty took the adapter away",
  brltty: "brltty may take the adapter for a Braille display",
  "no-driver": "a USB adapter has no driver",
  "driver-gone": "the running kernel's modules are gone from the disk",
  "user-driver": "a program drives the USB adapter itself",
  "not-authorized": "the USB device is not allowed in",
  "no-devices-here": "a container, a virtual machine or WSL sees only devices that are passed in",
  unplugged: "the adapter was unplugged",
  reconnects: "the adapter keeps falling off the bus",
  "over-current": "the USB port's power was cut",
  "usb-errors": "the kernel logged errors of the adapter or its cable",
  "driver-errors": "the kernel logged that the driver failed at something",
  "input-overrun": "the kernel logged lost input",
  counterfeit: "the driver does not know the chip",
  "speed-zero": "the speed is 0: hung up",
  "speeds-differ": "input and output speed differ",
  "receiver-off": "CREAD is off: nothing is received",
  echo: "what arrives is sent back",
  "line-editing": "what arrives waits for an end of line",
  translations: "bytes are changed on their way",
  frame: "a frame other than eight bits without parity",
  "line-discipline": "bytes go to another part of the kernel",
  "cts-low": "RTS/CTS is on and CTS is low: nothing is sent",
  stuck: "bytes wait in the queue and do not move",
  "nothing-connected": "no line of the other end is up",
  "waits-for-carrier": "programs wait for a carrier that is not there",
  "framing-errors": "frames were read wrong",
  "parity-errors": "parity was read wrong",
  overruns: "bytes were lost in the receiver",
  "buffer-overruns": "bytes were lost in the kernel's buffer",
  breaks: "breaks were received",
  latency: "the adapter holds bytes back for milliseconds",
  autosuspend: "the adapter may be put to sleep",
  "no-fifo": "the UART has no FIFO",
} as const;
export type FindingCode = keyof typeof FINDING_CODES;

/** The codes under which a port is someone else's. */
const HELD: readonly FindingCode[] = ["held", "exclusive", "login", "own-terminal"];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** A clause without a full stop, such as `it belongs to group dialout`. Foreign text stands in it as found. */
  readonly what: string;
  /** The source that shows it: a file, a call, a line of the kernel's. */
  readonly seen?: string;
  /** What no command can do, such as another cable. */
  readonly advice?: string;
  /** A command that works when it is copied. */
  readonly type?: string;
  /** The port it is about, where several are looked at. */
  readonly port?: string;
}

/** A check that was not made, why, and what makes it. */
export interface Unlooked {
  readonly what: string;
  readonly why: string;
  /** Absent where nothing can be done about it. */
  readonly type?: string;
}

/** 0 where nothing keeps the port from opening, 3 where something does, 4 where it is only held. */
export function statusOfFindings(findings: readonly Finding[]): number {
  const problems = findings.filter(({ severity }) => severity === "problem");
  if (problems.length === 0) return 0;
  return statusOf(problems.every(({ code }) => HELD.includes(code)) ? "busy" : "open-failed");
}

const BY_WEIGHT: readonly Severity[] = ["problem", "warning", "note"];

/** The worst first; otherwise as they were found. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return BY_WEIGHT.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** A word as a shell takes it, or undefined where it has control characters: no one should copy those. */
export function shellWord(word: string): string | undefined {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(word)) return undefined;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `type` of a finding from words of a command and names that others chose; nothing where one cannot be copied. */
export function command(parts: TemplateStringsArray, ...words: readonly string[]): { type?: string } {
  const quoted = words.map(shellWord);
  if (quoted.includes(undefined)) return {};
  return { type: parts.map((part, at) => part + (quoted[at] ?? "")).join("") };
}
