/**
 * Which termios fields a bridge changes, and how what stands compares with what was asked. Pure:
 * settings in, settings out. The kernel's side is tty/termios.ts.
 */

import {
  copyTermios,
  getControl,
  hasFlag,
  setControl,
  setFlag,
  setSpeed,
  type Termios,
} from "../../tty/termios.js";
import {
  CONTROL_CHARACTERS,
  type ControlCharacter,
  CSIZE,
  FLAGS,
  type FlagName,
  TYPING_FLAGS,
} from "../../tty/termios-names.js";
import { onOff } from "../describe.js";
import type { ActualSettings, FlowControl, LineSettings, Parity, Refusal } from "../port.js";
import { describeReceivedErrors, marksNothing, setReceivedErrors } from "./received-errors.js";

/**
 * What every bridge needs. Cleared: line editing, echo, signals, and the translations that would be done
 * twice with two ttys in a row. Set: reception, no waiting for a modem, hang-up at the last close.
 * IXON and the rest stay as they are found.
 */
const BRIDGE_CLEARS: readonly FlagName[] = [...TYPING_FLAGS, "ONLCR", "ICRNL"];
const BRIDGE_SETS: readonly FlagName[] = ["HUPCL", "CLOCAL", "CREAD"];

/** Flags that change bytes or hold them back, if they were found set and nobody asked to clear them. */
const TRANSLATIONS: readonly FlagName[] = ["ISTRIP", "INLCR", "IGNCR", "IUCLC"];
const OUTPUT_TRANSLATIONS: readonly FlagName[] = ["OLCUC", "OCRNL", "ONOCR", "ONLRET", "TAB3"];

const XON_XOFF = ["IXON", "IXOFF", "IXANY"] as const;

const FLOW_FLAGS: Readonly<Record<FlowControl, { cflag: boolean; iflag: boolean }>> = {
  hardware: { cflag: true, iflag: false },
  software: { cflag: false, iflag: true },
  none: { cflag: false, iflag: false },
};

const PARITY_FLAGS: Readonly<Record<Parity, { PARENB: boolean; PARODD: boolean; CMSPAR: boolean }>> = {
  none: { PARENB: false, PARODD: false, CMSPAR: false },
  even: { PARENB: true, PARODD: false, CMSPAR: false },
  odd: { PARENB: true, PARODD: true, CMSPAR: false },
  mark: { PARENB: true, PARODD: true, CMSPAR: true },
  space: { PARENB: true, PARODD: false, CMSPAR: true },
};

/** `found` with what a bridge needs. */
export function withBridge(found: Termios): Termios {
  const termios = copyTermios(found);
  for (const name of BRIDGE_CLEARS) setFlag(termios, name, false);
  for (const name of BRIDGE_SETS) setFlag(termios, name);
  setControl(termios, "VMIN", 1);
  setControl(termios, "VTIME", 0);
  return termios;
}

/** `found` with the settings that are given, as far as termios has them; what is not given stays. */
export function withSettings(found: Termios, settings: LineSettings): Termios {
  const termios = copyTermios(found);
  const { bps, flow, databits, parity, stopbits, crnl, vmin, vtime } = settings;
  if (bps !== undefined) setSpeed(termios, bps);
  if (flow !== undefined) {
    setFlag(termios, "CRTSCTS", FLOW_FLAGS[flow].cflag);
    for (const name of XON_XOFF) setFlag(termios, name, FLOW_FLAGS[flow].iflag);
  }
  if (databits !== undefined) setFlag(termios, `CS${databits}`);
  if (parity !== undefined) {
    for (const name of ["PARENB", "PARODD", "CMSPAR"] as const) {
      setFlag(termios, name, PARITY_FLAGS[parity][name]);
    }
  }
  if (stopbits !== undefined) setFlag(termios, "CSTOPB", stopbits === 2);
  if (crnl !== undefined) {
    setFlag(termios, "ONLCR", crnl);
    if (crnl) setFlag(termios, "OPOST");
  }
  if (vmin !== undefined) setControl(termios, "VMIN", vmin);
  if (vtime !== undefined) setControl(termios, "VTIME", vtime);
  setReceivedErrors(termios, settings);
  return termios;
}

/** The same settings in users' words; RS-485 and low latency are no part of termios. */
export function describeTermios(termios: Termios): ActualSettings {
  const parity = (Object.keys(PARITY_FLAGS) as Parity[]).find((name) =>
    name === "none"
      ? !hasFlag(termios, "PARENB")
      : hasFlag(termios, "PARENB") &&
        hasFlag(termios, "PARODD") === PARITY_FLAGS[name].PARODD &&
        hasFlag(termios, "CMSPAR") === PARITY_FLAGS[name].CMSPAR,
  )!;
  const flow = hasFlag(termios, "CRTSCTS")
    ? "hardware"
    : hasFlag(termios, "IXON") || hasFlag(termios, "IXOFF")
      ? "software"
      : "none";
  const opost = hasFlag(termios, "OPOST");
  const received = describeReceivedErrors(termios);
  const translations: readonly FlagName[] = [
    ...TRANSLATIONS,
    ...(marksNothing(received) ? (["PARMRK"] as const) : []),
    ...(opost ? OUTPUT_TRANSLATIONS : []),
  ];
  return {
    bps: termios.ospeed,
    flow,
    databits: ((termios.cflag & CSIZE) / 0o20 + 5) as 5 | 6 | 7 | 8,
    parity,
    stopbits: hasFlag(termios, "CSTOPB") ? 2 : 1,
    crnl: opost && hasFlag(termios, "ONLCR"),
    vmin: getControl(termios, "VMIN"),
    vtime: getControl(termios, "VTIME"),
    ...received,
    xonXoff: XON_XOFF.filter((name) => hasFlag(termios, name)),
    translations: translations.filter((name) => hasFlag(termios, name)),
  };
}

/** Flags that the kernel changes by itself (asm-generic/termbits.h): no promise of a driver. */
const VOLATILE: readonly FlagName[] = ["PENDIN", "FLUSHO"];

/** Every field of `took` that is not as `asked`, by its name in termios(3). */
export function compareTermios(asked: Termios, took: Termios): Refusal[] {
  const refusals: Refusal[] = [];
  if (speedDiffers(asked.ospeed, took.ospeed)) {
    refusals.push({ setting: "speed", asked: `${asked.ospeed}`, took: `${took.ospeed}` });
  } else if (speedDiffers(asked.ispeed, took.ispeed)) {
    refusals.push({ setting: "input speed", asked: `${asked.ispeed}`, took: `${took.ispeed}` });
  }
  for (const name of Object.keys(FLAGS) as FlagName[]) {
    const [wanted, stands] = [hasFlag(asked, name), hasFlag(took, name)];
    if (VOLATILE.includes(name) || wanted === stands) continue;
    const { choiceOf } = FLAGS[name];
    if (choiceOf === undefined) refusals.push({ setting: name, asked: onOff(wanted), took: onOff(stands) });
    else if (wanted) refusals.push({ setting: choiceOf, asked: name, took: chosen(took, choiceOf) });
  }
  for (const name of Object.keys(CONTROL_CHARACTERS) as ControlCharacter[]) {
    const [a, t] = [getControl(asked, name), getControl(took, name)];
    if (a !== t) refusals.push({ setting: name, asked: `${a}`, took: `${t}` });
  }
  if (asked.line !== took.line)
    refusals.push({ setting: "line discipline", asked: `${asked.line}`, took: `${took.line}` });
  return refusals;
}

/**
 * Drivers report the speed that their divisor makes. An asynchronous frame is read right when both ends are
 * within 2 % (the kernel's own tolerance, tty_termios_encode_baud_rate), so that is no refusal.
 */
export function speedDiffers(asked: number, took: number): boolean {
  return Math.abs(asked - took) > asked / 50;
}

function chosen(termios: Termios, choiceOf: string): string {
  const names = Object.keys(FLAGS) as FlagName[];
  return names.find((name) => FLAGS[name].choiceOf === choiceOf && hasFlag(termios, name))!;
}
