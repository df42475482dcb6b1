/**
 * What of the settings that were asked for does not stand, in the words of stty(1). Pure.
 */

import type { Refusal } from "../port/port.js";
import { speedDiffers } from "../port/tty/settings.js";
import type { WindowSize } from "../tty/ioctl.js";
import { getControl, hasFlag, lineSpeeds, type Termios } from "../tty/termios.js";
import { CBAUD, CIBAUD, FLAGS, type FlagField, type FlagName } from "../tty/termios-names.js";
import { formatCharacter } from "./values.js";
import { CHARACTER_WORDS } from "./words.js";

const NAMES = Object.keys(FLAGS) as FlagName[];
const FIELDS: readonly FlagField[] = ["cflag", "iflag", "oflag", "lflag"];

/** Every setting of `took` that is not as `asked`; `asked` and `took` of each are settings as stty takes them. */
export function compareSettings(asked: Termios, took: Termios): Refusal[] {
  const refusals = [
    ...compareSpeeds(asked, took),
    ...FIELDS.flatMap((field) => compareBits(asked, took, field)),
  ];
  for (const [word, name] of Object.entries(CHARACTER_WORDS)) {
    const [wanted, stands] = [getControl(asked, name), getControl(took, name)];
    const show = (value: number) => (word === "min" || word === "time" ? `${value}` : formatCharacter(value));
    if (wanted !== stands) {
      refusals.push({ setting: word, asked: `${word} ${show(wanted)}`, took: show(stands) });
    }
  }
  if (asked.line !== took.line) {
    refusals.push({ setting: "line", asked: `line ${asked.line}`, took: `${took.line}` });
  }
  return refusals;
}

/** The same for what was asked of the window size. */
export function compareSizes(asked: Partial<WindowSize>, took: WindowSize): Refusal[] {
  return (["rows", "columns"] as const).flatMap((name) => {
    const wanted = asked[name];
    if (wanted === undefined || wanted === took[name]) return [];
    return [{ setting: name, asked: `${name} ${wanted}`, took: `${took[name]}` }];
  });
}

function compareSpeeds(asked: Termios, took: Termios): Refusal[] {
  const [wanted, stands] = [lineSpeeds(asked), lineSpeeds(took)];
  const refusal = (setting: string, a: number, t: number) =>
    speedDiffers(a, t) ? [{ setting, asked: `${setting} ${a}`, took: `${t}` }] : [];
  if (wanted.ispeed === wanted.ospeed && stands.ispeed === stands.ospeed) {
    return refusal("speed", wanted.ospeed, stands.ospeed);
  }
  return [
    ...refusal("ispeed", wanted.ispeed, stands.ispeed),
    ...refusal("ospeed", wanted.ospeed, stands.ospeed),
  ];
}

function compareBits(asked: Termios, took: Termios, field: FlagField): Refusal[] {
  const refusals: Refusal[] = [];
  let unnamed = ~(field === "cflag" ? CBAUD | CIBAUD : 0);
  for (const name of NAMES.filter((one) => FLAGS[one].field === field)) {
    unnamed &= ~FLAGS[name].mask;
    const [wanted, stands] = [hasFlag(asked, name), hasFlag(took, name)];
    if (wanted === stands) continue;
    const word = name.toLowerCase();
    const { choiceOf } = FLAGS[name];
    const on = { setting: word, asked: word, took: choiceOf ? chosen(took, choiceOf) : `-${word}` };
    if (wanted) refusals.push(on);
    else if (choiceOf === undefined) refusals.push({ setting: word, asked: on.took, took: word });
  }
  const hex = (flags: number) => `0x${((flags & unnamed) >>> 0).toString(16)}`;
  if (hex(asked[field]) !== hex(took[field])) {
    const what = `unnamed bits of c_${field}`; // a saved form may hold them
    refusals.push({ setting: what, asked: `${what} ${hex(asked[field])}`, took: hex(took[field]) });
  }
  return refusals;
}

/** The word that holds of a field of several bits. */
function chosen(termios: Termios, choiceOf: string): string {
  return NAMES.find((name) => FLAGS[name].choiceOf === choiceOf && hasFlag(termios, name))!.toLowerCase();
}
