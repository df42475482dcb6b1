/**
 * Settings as stty(1) of GNU coreutils prints them for people to read. Pure; knows stty's order, words and wrapping.
 */
import type { WindowSize } from "../tty/ioctl.js";
import { getControl, hasFlag, lineSpeeds, type Termios } from "../tty/termios.js";
import { FLAGS, type FlagName } from "../tty/termios-names.js";
import { formatCharacter } from "./values.js";
import { CHARACTER_WORDS, FLAG_ORDER, UNKNOWN_TO_STTY } from "./words.js";

/** What `stty speed` prints: one number, or input and output where they differ. */
export function formatSpeed(termios: Termios): string {
  const { ispeed, ospeed } = lineSpeeds(termios);
  return ispeed === ospeed ? `${ospeed}` : `${ispeed} ${ospeed}`;
}

/** The words of one field's flags, as they stand. */
function flagWords(termios: Termios, names: readonly FlagName[]): string[] {
  return names.flatMap((name) => {
    const word = name.toLowerCase();
    if (hasFlag(termios, name)) return [word];
    return FLAGS[name].choiceOf === undefined ? [`-${word}`] : [];
  });
}

/**
 * Everything, as `stty -a` prints it on a terminal `width` columns wide, with what stty cannot say: speeds without a
 * symbol, an input speed of its own, and the flags of UNKNOWN_TO_STTY where they are set.
 */
export function formatAll(termios: Termios, size: WindowSize, width: number): string {
  const { ispeed, ospeed } = lineSpeeds(termios);
  const characters = Object.entries(CHARACTER_WORDS).filter(([word]) => word !== "min" && word !== "time");
  const [min, time] = [getControl(termios, "VMIN"), getControl(termios, "VTIME")];
  const paragraphs = [
    [
      ispeed === ospeed ? `speed ${ospeed} baud;` : `ispeed ${ispeed} baud; ospeed ${ospeed} baud;`,
      `rows ${size.rows}; columns ${size.columns};`,
      `line = ${termios.line};`,
    ],
    [
      ...characters.map(([word, name]) => `${word} = ${formatCharacter(getControl(termios, name))};`),
      `min = ${min}; time = ${time};`,
    ],
    ...FLAG_ORDER.map(([field, names]) => {
      const others = UNKNOWN_TO_STTY.filter((name) => FLAGS[name].field === field && hasFlag(termios, name));
      return flagWords(termios, [...names, ...others]);
    }),
  ];
  return paragraphs.map((words) => `${wrap(words, width)}\n`).join("");
}

/** Joins by spaces, and by a newline where a word would reach beyond `width` columns. */
function wrap(words: readonly string[], width: number): string {
  let text = "";
  let column = 0;
  for (const word of words) {
    const fits = column + 1 + word.length <= width;
    text += column === 0 ? word : fits ? ` ${word}` : `\n${word}`;
    column = column > 0 && fits ? column + 1 + word.length : word.length;
  }
  return text;
}
