/**
 * Settings and modem lines in the words that users read: `115200 8N1, no flow control`. Pure.
 */
import type { ActualSettings, FlowControl, LineSettings, ModemLine, ModemLines, Parity } from "./port.js";

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

/** What is known of a line's settings, and nothing of what is not. */
export function describeLine(settings: LineSettings | ActualSettings): string {
  const { bps, databits, parity, stopbits, flow, crnl, vmin, vtime } = settings;
  const parts: string[] = [];
  const frame =
    databits !== undefined && parity !== undefined && stopbits !== undefined
      ? `${databits}${PARITY_LETTERS[parity]}${stopbits}`
      : [
          databits !== undefined && `${databits} data bits`,
          parity !== undefined && `parity ${parity}`,
          stopbits !== undefined && `${stopbits} stop bits`,
        ]
          .filter(Boolean)
          .join(", ");
  const speed = [bps !== undefined && `${bps}`, frame].filter(Boolean).join(" ");
  if (speed) parts.push(speed);
  if (flow !== undefined) parts.push(FLOW_WORDS[flow]);
  if (crnl) parts.push("CR with each newline");
  if (vmin !== undefined && vmin !== 1) parts.push(`VMIN ${vmin}`);
  if (vtime !== undefined && vtime !== 0) parts.push(`VTIME ${vtime}`);
  if ("translations" in settings && settings.translations.length > 0) {
    parts.push(`as found: ${settings.translations.join(" ")}`);
  }
  return parts.join(", ");
}

/** `DTR on, RTS on, CTS off, …` */
export function describeModemLines(lines: ModemLines): string {
  return (Object.keys(lines) as ModemLine[])
    .map((name) => `${name.toUpperCase()} ${lines[name] ? "on" : "off"}`)
    .join(", ");
}
