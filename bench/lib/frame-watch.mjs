/**
 * Frames as a terminal gets them, and keys that are typed into a line of them: counted, timed. Pure but for what types. Knows how
 * a frame ends (mode 2026 of the terminals' common control sequences) and how the input line looks.
 */

const END = "\x1b[?2026l";
const LABEL = "> ";
/** No even part of the time between two frames. */
const KEY_EVERY_MS = 97;
/** A key that was not seen so long is not waited for any more, but counts. */
const KEY_LIMIT_MS = 2000;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** What empties the line. */
const ERASE = "\x15";

export class FrameWatch {
  #type;
  #tail = "";
  /** What was typed before is erased with the first key. */
  #text = LETTERS;
  #typedAt = 0;
  #isWaiting = false;
  #frames = 0;
  #firstAt = 0;
  #lastAt = 0;
  #longestMs = 0;
  #keysMs = [];

  /** @param {(text: string) => void} type */
  constructor(type) {
    this.#type = type;
  }

  /** Types the next key, if it is time for it. */
  tick(now) {
    if (this.#isWaiting && now < this.#typedAt + KEY_LIMIT_MS) return;
    if (now < this.#typedAt + KEY_EVERY_MS) return;
    if (this.#isWaiting) this.#keysMs.push(now - this.#typedAt);
    const isFull = this.#text.length === LETTERS.length;
    const letter = LETTERS[isFull ? 0 : this.#text.length];
    this.#text = isFull ? letter : this.#text + letter;
    this.#isWaiting = true;
    this.#typedAt = now;
    this.#type(isFull ? ERASE + letter : letter);
  }

  /** What came on the screen. */
  see(text, now) {
    const all = this.#tail + text;
    for (let at = all.indexOf(END); at !== -1; at = all.indexOf(END, at + 1)) this.#frame(now);
    // The line with the key is in a frame that has ended.
    const line = `${LABEL}${this.#text}`;
    const end = all.lastIndexOf(END);
    if (this.#isWaiting && end !== -1 && all.lastIndexOf(line, end) !== -1) {
      this.#keysMs.push(now - this.#typedAt);
      this.#isWaiting = false;
    }
    this.#tail = end === -1 ? all : all.slice(end + END.length);
  }

  #frame(now) {
    if (this.#frames++ === 0) this.#firstAt = now;
    else this.#longestMs = Math.max(this.#longestMs, now - this.#lastAt);
    this.#lastAt = now;
  }

  result() {
    return {
      frames: this.#frames - 1,
      ms: this.#lastAt - this.#firstAt,
      longestMs: this.#longestMs,
      keysMs: this.#keysMs,
    };
  }
}
