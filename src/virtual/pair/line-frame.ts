/**
 * What a pty's settings say of the line that it stands in for: speed, frame, flow control. Pure. The kernel keeps a pty
 * at 8 data bits without parity whatever a program asks for (pty_set_termios of drivers/tty/pty.c), so speed and stop
 * bits are what can differ.
 */
import { describeLine } from "../../port/describe.js";
import type { FlowControl, Parity } from "../../port/port.js";
import { hasFlag, lineSpeeds, type Termios } from "../../tty/termios.js";

/** How characters stand on the wire. */
export interface Frame {
  /** Bits a second; 0 (B0) is a line that is hung up. */
  readonly bps: number;
  readonly databits: 5 | 6 | 7 | 8;
  readonly parity: Parity;
  readonly stopbits: 1 | 2;
}

export interface LineSettings extends Frame {
  /** The input speed, where it was set apart from the output speed (CIBAUD). */
  readonly inputBps?: number;
  readonly flow: FlowControl;
}

const DATABITS = { CS5: 5, CS6: 6, CS7: 7, CS8: 8 } as const;

export function lineSettings(termios: Termios): LineSettings {
  const { ispeed, ospeed } = lineSpeeds(termios);
  const size = (["CS5", "CS6", "CS7"] as const).find((name) => hasFlag(termios, name)) ?? "CS8";
  return {
    bps: ospeed,
    ...(ispeed === ospeed ? {} : { inputBps: ispeed }),
    databits: DATABITS[size],
    parity: parityOf(termios),
    stopbits: hasFlag(termios, "CSTOPB") ? 2 : 1,
    flow: hasFlag(termios, "CRTSCTS")
      ? "hardware"
      : hasFlag(termios, "IXON") || hasFlag(termios, "IXOFF")
        ? "software"
        : "none",
  };
}

function parityOf(termios: Termios): Parity {
  if (!hasFlag(termios, "PARENB")) return "none";
  const odd = hasFlag(termios, "PARODD");
  if (hasFlag(termios, "CMSPAR")) return odd ? "mark" : "space";
  return odd ? "odd" : "even";
}

/** How this end sends. */
export function sendingFrame({ bps, databits, parity, stopbits }: LineSettings): Frame {
  return { bps, databits, parity, stopbits };
}

/** How this end listens. */
export function receivingFrame(settings: LineSettings): Frame {
  return { ...sendingFrame(settings), bps: settings.inputBps ?? settings.bps };
}

/** Bits of one character: start, data, parity, stop. */
export function characterBits({ databits, parity, stopbits }: Frame): number {
  return 1 + databits + (parity === "none" ? 0 : 1) + stopbits;
}

export function isSameFrame(one: Frame, other: Frame): boolean {
  return (
    one.bps === other.bps &&
    one.databits === other.databits &&
    one.parity === other.parity &&
    one.stopbits === other.stopbits
  );
}

/** `9600 8N1`. */
export function describeFrame(frame: Frame): string {
  return describeLine(sendingFrame({ ...frame, flow: "none" }));
}
