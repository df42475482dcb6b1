/**
 * RS-485 settings: how what was asked goes together with what stands, how the two compare, and the words for them. Pure.
 * The kernel's struct is tty/serial-struct.ts.
 */
import { onOff } from "../describe.js";
import type { Refusal, Rs485 } from "../port.js";

export type Rs485State = Readonly<Required<Rs485>>;

export const NO_RS485: Rs485State = {
  enabled: false,
  rtsOnSend: false,
  rtsAfterSend: false,
  rxDuringTx: false,
  terminate: false,
  delayBeforeMs: 0,
  delayAfterMs: 0,
};

/** The words of each field, in the order in which they are shown; numbers are milliseconds. */
export const RS485_WORDS = [
  ["rts-on-send", "rtsOnSend"],
  ["rts-after-send", "rtsAfterSend"],
  ["rx-during-tx", "rxDuringTx"],
  ["terminate", "terminate"],
  ["delay-before", "delayBeforeMs"],
  ["delay-after", "delayAfterMs"],
] as const satisfies readonly (readonly [word: string, key: keyof Rs485])[];

/**
 * `found` with what was asked. RTS after sending is the opposite of RTS while sending where only one of them was asked for;
 * where neither was and the two are alike, RTS is on while sending, as recent kernels choose too.
 */
export function withRs485(found: Rs485State, asked: Rs485): Rs485State {
  const all = { ...found, ...asked };
  if (!asked.enabled) return all;
  const { rtsOnSend, rtsAfterSend } = asked;
  if (rtsOnSend !== undefined) return { ...all, rtsAfterSend: rtsAfterSend ?? !rtsOnSend };
  if (rtsAfterSend !== undefined) return { ...all, rtsOnSend: !rtsAfterSend };
  return all.rtsOnSend === all.rtsAfterSend ? { ...all, rtsOnSend: true, rtsAfterSend: false } : all;
}

/** Every field of `took` that is not as in `wanted`; that it is off where it should be on says all. */
export function compareRs485(wanted: Rs485State, took: Rs485State): Refusal[] {
  if (wanted.enabled !== took.enabled) {
    return [{ setting: "RS-485", asked: onOff(wanted.enabled), took: onOff(took.enabled) }];
  }
  if (!wanted.enabled) return []; // a driver may forget the rest
  return RS485_WORDS.filter(([, key]) => wanted[key] !== took[key]).map(([word, key]) => ({
    setting: `RS-485 ${word}`,
    asked: valueText(wanted[key]),
    took: valueText(took[key]),
  }));
}

/** `RS-485 (rts-on-send, delay-before 1 ms)`, or `no RS-485`. */
export function describeRs485(settings: Rs485): string {
  if (!settings.enabled) return "no RS-485";
  const words = RS485_WORDS.flatMap(([word, key]) => {
    const value = settings[key];
    if (typeof value === "number") return value > 0 ? [`${word} ${value} ms`] : [];
    return value ? [word] : [];
  });
  return words.length > 0 ? `RS-485 (${words.join(", ")})` : "RS-485";
}

function valueText(value: boolean | number): string {
  return typeof value === "number" ? `${value} ms` : onOff(value);
}
