/**
 * `name:value` and `name=value`, one or several in a line, with units: `a:1,b:2`, `temp: 21.5 C hum: 40 %`. Pure. A line with
 * anything else in it has none: it is a sentence, or a log.
 */
import { cleanName, NUMBER, numberAt, parseNumber, type Value } from "./value.js";

/** A word of a name has a letter: `12:30` is a time. */
const WORD = String.raw`[\p{N}]*[\p{L}_][\p{L}\p{N}_.\-/%°#()\[\]+]*`;
/** A sentence may end in a number too ("Hit any key to stop autoboot: 3"). */
const NAME = `${WORD}(?: [\\p{L}\\p{N}_.\\-/%°#()\\[\\]+]+){0,2}`;
/** Not the x of 0x1f, and no second number. */
const UNIT = String.raw`(?![xX][\da-fA-F])[\p{L}%°'"*$€][\p{L}\p{N}%°'"*/^²³·.$€_\-]{0,11}`;

/** Between commas a name may be of some words. */
const ONE = new RegExp(`^(${NAME})\\s*[:=]\\s*(${NUMBER})(?:\\s*(${UNIT}))?$`, "iu");
/** Between blanks it is a word: what stands before it is the unit of the value before. */
const NEXT = new RegExp(
  `\\s*(${WORD})\\s*[:=]\\s*(${NUMBER})(?:\\s*(${UNIT})(?!\\S*\\s*[:=]))?(?=\\s|$)`,
  "iuy",
);

const BETWEEN = /[,;\t|]/;

/** The values of `line`, or undefined where it is not made of pairs alone. */
export function parsePairs(line: string): Value[] | undefined {
  if (!line.includes(":") && !line.includes("=")) return undefined;
  const values: Value[] = [];
  for (const part of line.split(BETWEEN)) {
    const text = part.trim();
    if (text !== "" && !readPart(text, values)) return undefined;
  }
  return values.length === 0 ? undefined : values;
}

function readPart(text: string, into: Value[]): boolean {
  const one = ONE.exec(text);
  if (one) {
    into.push(pair(one));
    return true;
  }
  NEXT.lastIndex = 0;
  while (NEXT.lastIndex < text.length) {
    const next = NEXT.exec(text);
    if (!next) return false;
    into.push(pair(next));
  }
  return true;
}

function pair([, name, text, unit]: RegExpExecArray): Value {
  return numberAt(cleanName(name!), parseNumber(text!)!, text!, unit);
}
