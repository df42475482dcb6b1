/**
 * Settings, refusals and modem lines in the words that users read: `115200 8N1, no flow control`. Pure.
 */
import type {
  ActualSettings,
  BreakHandling,
  ErrorHandling,
  FlowControl,
  LineSettings,
  ModemLine,
  ModemLines,
  Parity,
  Refusal,
} from "./port.js";
import { describeRs485 } from "./tty/rs485.js";

const FLOW_WORDS: Readonly<Record<FlowControl, string>> = {
  hardware: "RTS/CTS flow control",
  software: "XON/XOFF flow control",
  none: "no flow control",
};

/** The letter of a parity in `8N1`. */
export const PARITY_LETTERS: Readonly<Record<Parity, string>> = {
  none: "N",
  even: "E",
  odd: "O",
  mark: "M",
  space: "S",
};

const HANDLING_WORDS: Readonly<Record<ErrorHandling | BreakHandling | "null", string>> = {
  drop: "dropped",
  mark: "marked",
  pass: "passed",
  interrupt: "an interrupt",
  null: "read as NUL",
};

/** What is known of a line's settings, and nothing of what is not, nor of what stands as everybody expects it. */
export function describeLine(settings: LineSettings | ActualSettings): string {
  const { bps, flow, crnl, vmin, vtime, onError, onBreak, rs485, lowLatency } = settings;
  const stands = "translations" in settings;
  const parts: (string | false)[] = [];
  parts.push([bps !== undefined && `${bps}`, describeFrame(settings)].filter(Boolean).join(" "));
  parts.push(flow !== undefined && describeFlow(flow, stands ? settings.xonXoff : undefined));
  parts.push(crnl === true && "CR with each newline");
  parts.push(vmin !== undefined && vmin !== 1 && `VMIN ${vmin}`);
  parts.push(vtime !== undefined && vtime !== 0 && `VTIME ${vtime}`);
  const isShown = (handling: string | undefined) =>
    handling !== undefined && !(stands && handling === "pass");
  parts.push(isShown(onError) && `errors ${HANDLING_WORDS[onError!]}`);
  parts.push(isShown(onBreak) && `breaks ${HANDLING_WORDS[onBreak!]}`);
  parts.push(rs485 !== undefined && (!stands || rs485.enabled) && describeRs485(rs485));
  parts.push(lowLatency !== undefined && (!stands || lowLatency) && `${lowLatency ? "" : "no "}low latency`);
  if (stands && settings.translations.length > 0) {
    parts.push(`as found: ${settings.translations.join(" ")}`);
  }
  return parts.filter(Boolean).join(", ");
}

function describeFrame({ databits, parity, stopbits }: LineSettings | ActualSettings): string {
  if (databits !== undefined && parity !== undefined && stopbits !== undefined) {
    return `${databits}${PARITY_LETTERS[parity]}${stopbits}`;
  }
  return [
    databits !== undefined && `${databits} data bits`,
    parity !== undefined && `parity ${parity}`,
    stopbits !== undefined && `${stopbits} stop bits`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** With the flags of XON/XOFF by name where not all of them stand, or some beside RTS/CTS. */
function describeFlow(flow: FlowControl, xonXoff: readonly string[] = []): string {
  const words = FLOW_WORDS[flow];
  if (flow === "hardware" && xonXoff.length > 0) return `${words} and ${xonXoff.join(" ")}`;
  const isPart = flow === "software" && (xonXoff.length === 1 || xonXoff.length === 2);
  return isPart ? `${words} (${xonXoff.join(" ")} only)` : words;
}

/** `CSIZE CS7, it stands at CS8`, or `dtr on: no such line (…)`: after "the driver did not take". */
export function describeRefusal({ setting, asked, took, why }: Refusal): string {
  return why === undefined ? `${setting} ${asked}, it stands at ${took}` : `${setting} ${asked}: ${why}`;
}

export function onOff(on: boolean): string {
  return on ? "on" : "off";
}

/** `DTR on, RTS on, CTS off, …` */
export function describeModemLines(lines: ModemLines): string {
  return (Object.keys(lines) as ModemLine[])
    .map((name) => `${name.toUpperCase()} ${lines[name] ? "on" : "off"}`)
    .join(", ");
}
