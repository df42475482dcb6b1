/**
 * The little language of `robin lines`: words such as `dtr=off,rts=on,100ms,rts=off` to steps, and the sequences for
 * boards that people own. Pure; plays nothing.
 */
import {
  type AnyLine,
  INPUT_LINES,
  type InputLine,
  OUTPUT_LINES,
  type OutputLine,
} from "../../tty/modem-lines.js";

export type Step =
  /** All of `lines` at once: one request where they go the same way. */
  | { readonly kind: "set"; readonly lines: readonly OutputLine[]; readonly to: "on" | "off" | "toggle" }
  /** Inverted for so long, then as before. */
  | { readonly kind: "pulse"; readonly lines: readonly OutputLine[]; readonly ms: number }
  | { readonly kind: "wait"; readonly ms: number };

/** What is wrong with a step. */
export interface StepFault {
  /** The step as it was written. */
  readonly step: string;
  readonly why: string;
  /** The part that is wrong, and what could have been meant. */
  readonly word?: string;
  readonly choices?: readonly string[];
}

const STATES = ["on", "off", "toggle"] as const;
const UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };
/** A day: far below what a timer takes, and nobody means more. */
const LONGEST_MS = 86_400_000;

/** Each word is one step, or several with commas between them. All of them, or what is wrong with the first bad one. */
export function parseSteps(words: readonly string[]): readonly Step[] | StepFault {
  const steps: Step[] = [];
  for (const text of words.flatMap((word) => word.split(","))) {
    const parsed = parseStep(text.trim().toLowerCase());
    if ("why" in parsed) return { ...parsed, step: text };
    steps.push(parsed);
  }
  return steps;
}

type Fault = Omit<StepFault, "step">;

function parseStep(text: string): Step | Fault {
  if (text === "") return { why: "there is nothing between its commas" };
  const equals = text.indexOf("=");
  if (equals === -1) return parseWait(text);
  const lines = parseLines(text.slice(0, equals));
  if ("why" in lines) return lines;
  const value = text.slice(equals + 1);
  const state = STATES.find((one) => one === value);
  if (state !== undefined) return { kind: "set", lines, to: state };
  const [word, time] = value.split(/:(.*)/s) as [string, string?];
  if (word !== "pulse") {
    const why = `"${word}" is not on, off, toggle or pulse:TIME`;
    return { why, word, choices: [...STATES, "pulse"] };
  }
  const ms = time === undefined ? undefined : parseTime(time);
  if (ms === undefined) return { why: "say how long the pulse shall be, as in pulse:100ms" };
  return { kind: "pulse", lines, ms };
}

function parseLines(text: string): readonly OutputLine[] | Fault {
  const lines: OutputLine[] = [];
  for (const word of text.split("+")) {
    if (INPUT_LINES.includes(word as InputLine)) {
      return {
        why: `${word.toUpperCase()} is the device's to drive, the host can set ${listOf(OUTPUT_LINES)}`,
      };
    }
    const line = OUTPUT_LINES.find((one) => one === word);
    if (line === undefined) return { why: `there is no line "${word}"`, word, choices: OUTPUT_LINES };
    if (lines.includes(line)) return { why: `${line.toUpperCase()} stands in it twice` };
    lines.push(line);
  }
  return lines;
}

function parseWait(text: string): Step | Fault {
  const ms = parseTime(text);
  if (ms !== undefined) return { kind: "wait", ms };
  if (/^[\d.]+$/.test(text)) return { why: `write the unit of a time: ${text}ms or ${text}s` };
  if (/^[\d.]/.test(text)) return { why: "a time is a number with us, ms or s, as in 100ms, a day at most" };
  const line = text.split("+").every((word) => OUTPUT_LINES.includes(word as OutputLine));
  if (line) return { why: `say what to do with it: ${text}=on, off, toggle or pulse:100ms` };
  if (INPUT_LINES.includes(text as InputLine)) return parseLines(text) as Fault;
  return {
    why: "a step is LINE=on, off, toggle or pulse:TIME, or a time to wait",
    word: text,
    choices: OUTPUT_LINES.map((name) => `${name}=on`).concat(OUTPUT_LINES.map((name) => `${name}=off`)),
  };
}

function parseTime(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNITS_MS[match[2]!]!;
  return ms <= LONGEST_MS ? ms : undefined;
}

function listOf(names: readonly AnyLine[]): string {
  return names.map((name) => name.toUpperCase()).join(", ");
}

export interface Preset {
  readonly name: string;
  readonly does: string;
  readonly steps: string;
  /** The port is set to this speed first, which the board takes as a sign; it then leaves the bus. */
  readonly touchBps?: number;
}

/**
 * What the vendors' own tools do to these boards.
 *
 * ESP32: esptool's reset.py, HardReset and ClassicReset. Two transistors on the board make EN low while RTS alone is
 * on and GPIO0 low while DTR alone is on, so with both on, as after an open, nothing is held: DTR goes off first.
 * Arduino: avrdude's arduino.c. The capacitor between DTR and RESET wants a quarter of a second to discharge, and
 * the pulse is as short as it can be: a longer one charges it the other way.
 * RP2040: pico-sdk's reset_interface.c (PICO_STDIO_USB_RESET_MAGIC_BAUD_RATE, 1200) starts the bootloader at the
 * speed alone, the Arduino core when DTR falls at that speed; arduino-cli's serialutils.go does both.
 */
export const PRESETS: readonly Preset[] = [
  {
    name: "esp32-reset",
    does: "restarts an ESP32 or ESP8266 with the usual two transistors at DTR and RTS",
    steps: "dtr=off,rts=on,100ms,rts=off",
  },
  {
    name: "esp32-boot",
    does: "restarts an ESP32 or ESP8266 into its ROM bootloader, ready for esptool --before no_reset",
    steps: "dtr=off,rts=on,100ms,dtr=on,rts=off,50ms,dtr=off",
  },
  {
    name: "arduino-reset",
    does: "restarts an Arduino with a capacitor between DTR and RESET (Uno, Nano, Mega) into its bootloader",
    steps: "dtr+rts=off,250ms,dtr+rts=on,100us,dtr+rts=off",
  },
  {
    name: "rp2040-bootsel",
    does: "restarts an RP2040 or RP2350 as the drive that takes UF2 files, where its program has USB serial",
    steps: "dtr=off",
    touchBps: 1200,
  },
];
