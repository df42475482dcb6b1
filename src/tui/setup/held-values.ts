/**
 * What holds in a running session, by the options' names: from the driver where it says so, from the session where keys change
 * it, else from what was said. Pure.
 */
import { formatCaret } from "../../bytes/caret.js";
import type { ActualSettings, LineSettings, Rs485 } from "../../port/port.js";
import type { SessionSnapshot } from "../../session/session-face.js";
import type { FieldValue } from "./form.js";
import { OFF } from "./option.js";

type Settings = LineSettings | ActualSettings;
type Read<From> = (from: From) => string | undefined;

const onOff = (is: boolean | undefined) => (is === undefined ? undefined : is ? "on" : OFF);
const text = (value: string | number | undefined) => (value === undefined ? undefined : String(value));

const LINE: Readonly<Record<string, Read<Settings>>> = {
  bps: ({ bps }) => text(bps),
  flow: ({ flow }) => flow,
  databits: ({ databits }) => text(databits),
  parity: ({ parity }) => parity,
  stopbits: ({ stopbits }) => text(stopbits),
  crnl: ({ crnl }) => onOff(crnl),
  vmin: ({ vmin }) => text(vmin),
  vtime: ({ vtime }) => text(vtime),
  "on-error": ({ onError }) => onError,
  "on-break": ({ onBreak }) => onBreak,
  "low-latency": ({ lowLatency }) => onOff(lowLatency),
  rs485: ({ rs485 }) => rs485Text(rs485),
};

/** What keys and the device change too, so that what was said is not what holds. */
const SESSION: Readonly<Record<string, Read<SessionSnapshot>>> = {
  dtr: ({ lines }) => onOff(lines?.dtr),
  rts: ({ lines }) => onOff(lines?.rts),
  echo: ({ echo }) => onOff(echo),
  hex: ({ view }) => onOff(view.hex === true),
  printable: ({ view }) => onOff(view.printable === true),
  timestamp: ({ view }) => view.timestamp?.name ?? OFF,
  log: ({ log }) => log ?? OFF,
  record: ({ record }) => record ?? OFF,
  escape: ({ escapeKey }) => (escapeKey === undefined ? OFF : formatCaret(escapeKey)),
};

export function heldValue(name: string, snapshot: SessionSnapshot): FieldValue {
  const line = LINE[name];
  if (line) return lineValue(line, snapshot, name !== "rs485");
  const said = optionText(snapshot.options.get(name));
  const read = SESSION[name];
  if (!read) return { text: said };
  const held = read(snapshot);
  const isPattern = (name === "log" || name === "record") && held !== OFF && said !== undefined;
  return { text: held, ...(isPattern && said !== held ? { draft: said } : {}) };
}

/** `compares`: whether what was asked is the whole of it, so that the two can be compared. */
function lineValue(read: Read<Settings>, { asked, actual }: SessionSnapshot, compares: boolean): FieldValue {
  const wanted = read(asked);
  const held = actual && read(actual);
  const differs = compares && wanted !== undefined && held !== undefined && wanted !== held;
  return { text: held ?? wanted, ...(differs ? { asked: wanted } : {}) };
}

function optionText(value: string | number | boolean | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return onOff(Boolean(value));
}

/** As the option --rs485 spells it. */
function rs485Text(rs485: Rs485 | undefined): string | undefined {
  if (rs485 === undefined) return undefined;
  if (!rs485.enabled) return OFF;
  const { rtsOnSend, rtsAfterSend, rxDuringTx, terminate, delayBeforeMs, delayAfterMs } = rs485;
  const words = [
    "on",
    rtsOnSend && "rts-on-send",
    rtsAfterSend && "rts-after-send",
    rxDuringTx && "rx-during-tx",
    terminate && "terminate",
    delayBeforeMs && `delay-before=${delayBeforeMs}`,
    delayAfterMs && `delay-after=${delayAfterMs}`,
  ];
  return words.filter(Boolean).join(",");
}
