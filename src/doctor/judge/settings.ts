/**
 * Judges the settings of a port: what no peer can talk with, and what changes bytes on their way. Pure. The flags are
 * those of termios(3), the words those of stty(1).
 */
import { describeTermios } from "../../port/tty/settings.js";
import type { ModemLines } from "../../tty/modem-lines.js";
import { hasFlag, type Termios } from "../../tty/termios.js";
import type { Facts } from "../facts.js";
import { command, type Finding, type FindingCode, type Severity } from "../finding.js";

/** A port's settings, and what else decides what they mean. */
interface Standing {
  readonly termios: Termios;
  readonly lines?: ModemLines | undefined;
  readonly discipline: number;
  /** Whether another program works with them now. */
  readonly inUse: boolean;
}

interface SettingsCheck {
  readonly code: FindingCode;
  /** Of what matters only while a program works with the port, a note where none does. */
  readonly severity: Severity | "while in use";
  /** The finding's text, or undefined where all is well. */
  readonly what: (standing: Standing) => string | undefined;
  readonly seen: (standing: Standing) => string;
  /** What to give to robin termios, one word or several. */
  readonly setting?: (standing: Standing) => string;
}

/** Line disciplines of linux/tty.h; what is not here is told by its number. */
const DISCIPLINES: ReadonlyMap<number, string> = new Map([
  [1, "SLIP"],
  [2, "mouse"],
  [3, "PPP"],
  [5, "AX.25"],
  [15, "Bluetooth HCI"],
  [17, "SLCAN"],
  [18, "PPS"],
  [21, "GSM 07.10"],
  [27, "null"],
]);

const robinClears = ({ inUse }: Standing) =>
  inUse ? "" : " (robin switches that off while it is connected)";

const CHECKS: readonly SettingsCheck[] = [
  {
    code: "line-discipline",
    severity: "warning",
    what: ({ discipline }) =>
      discipline === 0
        ? undefined
        : `its line discipline is ${DISCIPLINES.get(discipline) ?? `number ${discipline}`}, until the program that attached it ends: the kernel takes the bytes for itself`,
    seen: ({ discipline }) => `TIOCGETD: ${discipline}`,
  },
  {
    code: "speed-zero",
    severity: "warning",
    what: ({ termios }) =>
      termios.ospeed === 0 ? "the speed is 0, which means hung up: no byte goes either way" : undefined,
    seen: () => "B0",
    setting: () => "115200",
  },
  {
    code: "speeds-differ",
    severity: "warning",
    what: ({ termios: { ispeed, ospeed } }) =>
      ospeed === 0 || ispeed === 0 || ispeed === ospeed
        ? undefined
        : `it receives at ${ispeed} bps and sends at ${ospeed} bps`,
    seen: ({ termios: { ispeed, ospeed } }) => `ispeed ${ispeed}, ospeed ${ospeed}`,
    setting: ({ termios }) => `${termios.ospeed}`,
  },
  {
    code: "receiver-off",
    severity: "while in use",
    what: (standing) =>
      hasFlag(standing.termios, "CREAD")
        ? undefined
        : `the receiver is off: nothing arrives${standing.inUse ? "" : " (robin switches it on)"}`,
    seen: () => "-cread",
    setting: () => "cread",
  },
  {
    code: "cts-low",
    severity: "warning",
    what: ({ termios, lines }) =>
      hasFlag(termios, "CRTSCTS") && lines?.cts === false
        ? "RTS/CTS flow control is on and CTS is off: nothing is sent until the other end raises it"
        : undefined,
    seen: () => "crtscts, CTS off",
    setting: () => "-crtscts",
  },
  {
    code: "echo",
    severity: "while in use",
    what: (standing) =>
      hasFlag(standing.termios, "ECHO")
        ? `what the device sends is sent back to it${robinClears(standing)}`
        : undefined,
    seen: ({ termios }) => (hasFlag(termios, "ICANON") ? "echo, icanon" : "echo"),
    setting: ({ termios }) => (hasFlag(termios, "ICANON") ? "-echo -icanon" : "-echo"),
  },
  {
    code: "line-editing",
    severity: "while in use",
    // A port as the kernel makes it has both, and one note says enough.
    what: (standing) =>
      hasFlag(standing.termios, "ICANON") && (standing.inUse || !hasFlag(standing.termios, "ECHO"))
        ? `what arrives waits for the end of its line, and some bytes count as editing keys${robinClears(standing)}`
        : undefined,
    seen: () => "icanon",
    setting: () => "-icanon",
  },
  {
    code: "translations",
    severity: "warning",
    what: ({ termios }) => {
      const { translations } = describeTermios(termios);
      return translations.length > 0 ? "bytes are changed or left out on their way" : undefined;
    },
    seen: ({ termios }) => words(describeTermios(termios).translations),
    setting: ({ termios }) =>
      describeTermios(termios)
        .translations.map((name) => (name === "TAB3" ? "tab0" : `-${name.toLowerCase()}`))
        .join(" "),
  },
  {
    code: "frame",
    severity: "note",
    what: ({ termios }) => {
      const { databits, parity } = describeTermios(termios);
      return databits === 8 && parity === "none"
        ? undefined
        : `a frame has ${databits} data bits and ${parity === "none" ? "no" : parity} parity; most devices want 8N1`;
    },
    seen: ({ termios }) =>
      `cs${describeTermios(termios).databits}${hasFlag(termios, "PARENB") ? ", parenb" : ""}`,
    setting: () => "cs8 -parenb",
  },
  {
    code: "waits-for-carrier",
    severity: "note",
    what: ({ termios, lines }) =>
      !hasFlag(termios, "CLOCAL") && lines?.dcd === false
        ? "programs that open it wait for a carrier that is not there (robin does not)"
        : undefined,
    seen: () => "-clocal, DCD off",
    setting: () => "clocal",
  },
  {
    code: "nothing-connected",
    severity: "note",
    what: ({ lines }) =>
      lines && !lines.cts && !lines.dsr && !lines.dcd
        ? "no line of the other end is on: it is off, not connected, or on a cable of three wires"
        : undefined,
    seen: () => "CTS, DSR and DCD off",
  },
];

export function judgeSettings({ port }: Facts): Finding[] {
  const { termios, lines, discipline = 0, how } = port?.line ?? {};
  if (!port || !termios) return [];
  const standing: Standing = { termios, lines, discipline, inUse: port.holders.length > 0 };
  return CHECKS.flatMap((check): Finding[] => {
    const what = check.what(standing);
    if (what === undefined) return [];
    const severity = check.severity !== "while in use" ? check.severity : standing.inUse ? "warning" : "note";
    return [
      {
        code: check.code,
        severity,
        what,
        seen: `${check.seen(standing)}, ${how}`,
        ...setTo(port.path, check.setting?.(standing)),
      },
    ];
  });
}

function setTo(path: string, setting: string | undefined): { type?: string } {
  if (setting === undefined) return {};
  const { type } = command`robin termios ${path}`;
  return type === undefined ? {} : { type: `${type} ${setting}` };
}

function words(names: readonly string[]): string {
  return names.map((name) => name.toLowerCase()).join(" ");
}
