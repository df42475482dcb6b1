/**
 * The golden pairs of settings.json, worked out from the kernel's header values of termbits.json and not by the
 * code under test: a tty as it is found, a setting, and the fields that change. And termios values at large.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { LineSettings } from "../../src/port/port.js";
import type { Termios } from "../../src/tty/termios.js";
import { FLAGS, type FlagName } from "../../src/tty/termios-names.js";

type Fields = Readonly<Record<string, string | number>>;
interface Golden {
  readonly found: Readonly<Record<string, Fields>>;
  readonly bridge: readonly { readonly found: string; readonly changes: Fields }[];
  readonly settings: readonly {
    readonly found: string;
    readonly settings: LineSettings;
    readonly changes: Fields;
  }[];
}
export const golden = JSON.parse(readFileSync(new URL("./settings.json", import.meta.url), "utf8")) as Golden;

/** The golden file's fields of one tty: flag words as hex numbers, control characters as hex bytes. */
function termios(fields: Fields): Termios {
  const numbers = Object.entries(fields).map(([name, value]) => [
    name,
    name === "cc" ? Uint8Array.from(Buffer.from(String(value), "hex")) : Number(value),
  ]);
  return Object.fromEntries(numbers) as Termios;
}

/** A tty as it is found: a pty, a 16550 (uart), one with every flag set, one with every flag clear. */
export const found = (name: string) => termios(golden.found[name]!);
/** The same with some fields changed. */
export const expected = (name: string, changes: Fields) => termios({ ...golden.found[name], ...changes });

const word = fc.nat(0xffffffff);
/** Any bits at all in any field. */
export const anyTermios: fc.Arbitrary<Termios> = fc.record({
  iflag: word,
  oflag: word,
  cflag: word,
  lflag: word,
  line: fc.nat(255),
  cc: fc.uint8Array({ minLength: 19, maxLength: 19 }),
  ispeed: fc.integer({ min: 1, max: 0xffffffff }),
  ospeed: fc.integer({ min: 1, max: 0xffffffff }),
});
/** The names of flags for which `test` holds. */
export function names(test: (name: FlagName) => boolean): FlagName[] {
  return (Object.keys(FLAGS) as FlagName[]).filter(test);
}
