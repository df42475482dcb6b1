/**
 * Which part of a long line is seen: what fits, and the cursor in it. Pure. Looks only at what may be seen, so that a key in a
 * line of 64 KiB costs no more than in a short one.
 */
import { nextCharacter, previousCharacter, textWidth } from "../bytes/char-width.js";

/** Of the columns, so many stand before the cursor when another part is to be seen. */
const BEFORE_CURSOR = 0.75;
/** Narrower than this there are no marks for what is not seen. */
const LEAST_FOR_MARKS = 8;

/** What is drawn before the cursor, and what behind it. */
export interface SeenLine {
  readonly before: string;
  readonly behind: string;
}

/** A tab is the only control character that a line holds. */
function drawn(character: string): string {
  return character === "\t" ? " " : character;
}

/** How far `columns` reach from `start` on, `stop` at most. */
function reach(text: string, start: number, stop: number, columns: number): number {
  let left = columns;
  let at = start;
  while (at < stop) {
    const end = nextCharacter(text, at);
    left -= textWidth(drawn(text.slice(at, end)));
    if (left < 0) return at;
    at = end;
  }
  return at;
}

/** How far they reach back. */
function reachBack(text: string, cursor: number, columns: number): number {
  let left = columns;
  let at = cursor;
  while (at > 0) {
    const start = previousCharacter(text, at);
    left -= textWidth(drawn(text.slice(start, at)));
    if (left < 0) return at;
    at = start;
  }
  return at;
}

export class LineWindow {
  #from = 0;

  /** `width` columns, 1 at least, are there for the text, and for the cursor behind its end. */
  see(text: string, cursor: number, width: number): SeenLine {
    this.#from = this.#start(text, cursor, width - 1);
    const end = reach(text, this.#from, text.length, width);
    const before = [...characters(text, this.#from, cursor)];
    const behind = [...characters(text, cursor, end)];
    if (width >= LEAST_FOR_MARKS) {
      if (this.#from > 0) before[0] = mark("<", before[0] ?? "");
      if (end < text.length && behind.length > 1) behind.push(mark(">", behind.pop()!));
    }
    return { before: before.join(""), behind: behind.join("") };
  }

  /** Where it begins: at its start if all fits, else where it was if the cursor is seen so. */
  #start(text: string, cursor: number, room: number): number {
    if (reach(text, 0, text.length, room) === text.length) return 0;
    const stays = this.#from === 0 || this.#from < cursor;
    if (stays && reach(text, this.#from, cursor, room) === cursor) return this.#from;
    return reachBack(text, cursor, Math.floor(room * BEFORE_CURSOR));
  }
}

function* characters(text: string, start: number, end: number): Generator<string> {
  for (let at = start; at < end; at = nextCharacter(text, at))
    yield drawn(text.slice(at, nextCharacter(text, at)));
}

function mark(sign: string, instead: string): string {
  return sign + " ".repeat(Math.max(0, textWidth(instead) - 1));
}
