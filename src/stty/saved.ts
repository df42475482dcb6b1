/**
 * The form of settings that `stty -g` prints and stty reads again: four flag words and glibc's characters, in
 * hexadecimal. It has neither the window size nor the line discipline nor a speed without a symbol. Pure.
 */
import { RobinError } from "../errors.js";
import type { Termios } from "../tty/termios.js";
import { BOTHER, CBAUD, CIBAUD, IBSHIFT } from "../tty/termios-names.js";

/** NCCS of glibc's struct termios (bits/termios-struct.h). The kernel has 19 of them, the others are 0. */
const GLIBC_NCCS = 32;
const KERNEL_NCCS = 19;
const FIELDS = 4 + GLIBC_NCCS;

export type SavedSettings = Pick<Termios, "iflag" | "oflag" | "cflag" | "lflag" | "cc">;

/** What `stty -g` prints, without the newline. */
export function formatSaved({ iflag, oflag, cflag, lflag, cc }: SavedSettings): string {
  const characters = Array.from({ length: GLIBC_NCCS }, (_, at) => (at < KERNEL_NCCS ? cc[at]! : 0));
  return [iflag, oflag, cflag, lflag, ...characters].map((field) => field.toString(16)).join(":");
}

/** Throws RobinError "usage" for what `stty -g` does not print on Linux. */
export function parseSaved(text: string): SavedSettings {
  const refuse = (why: string): never => {
    const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
    throw new RobinError("usage", `setting "${shown}": it is no saved form of this system: ${why}`);
  };
  const texts = text.split(":");
  const odd = texts.find((field) => !/^[0-9a-f]+$/i.test(field));
  if (odd !== undefined) refuse(`"${odd}" is no hexadecimal number`);
  if (texts.length !== FIELDS) refuse(`it has ${texts.length} fields, not ${FIELDS}`);
  const fields = texts.map((field) => Number.parseInt(field, 16));
  for (const [at, field] of fields.entries()) {
    const largest = at < 4 ? 0xffffffff : at < 4 + KERNEL_NCCS ? 0xff : 0;
    if (field > largest)
      refuse(`field ${at + 1} is ${texts[at]}, and can be ${largest.toString(16)} at most`);
  }
  const [iflag, oflag, cflag, lflag] = fields as [number, number, number, number];
  return { iflag, oflag, cflag, lflag, cc: Uint8Array.from(fields.slice(4, 4 + KERNEL_NCCS)) };
}

/** Whether one of the speeds has no symbol, so that a saved form does not say it. */
export function hasUnsaidSpeed({ cflag }: SavedSettings): boolean {
  return (cflag & CBAUD) === BOTHER || (cflag & CIBAUD) >>> IBSHIFT === BOTHER;
}
