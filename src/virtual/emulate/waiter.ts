/**
 * One `waitFor`: looks after every byte whether what it waits for has come, so that the answer does not depend on how the
 * bytes were cut. Pure.
 */
import { StringDecoder } from "node:string_decoder";

/** Characters that are kept of what fitted nothing. */
const KEPT = 4096;

export class Waiter {
  readonly #pattern: RegExp;
  readonly #decoder = new StringDecoder("utf8");
  #seen = "";

  constructor(what: string | RegExp) {
    this.#pattern = typeof what === "string" ? new RegExp(what.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")) : what;
  }

  push(byte: number): RegExpExecArray | undefined {
    const text = this.#decoder.write(Buffer.of(byte));
    if (text === "") return undefined;
    // Twice as much before it is cut: a cut for every byte would copy the text for every byte.
    this.#seen = this.#seen.length >= 2 * KEPT ? this.#seen.slice(-KEPT) + text : this.#seen + text;
    return matchOf(this.#pattern, this.#seen);
  }
}

/** As if there were no flag `g` or `y`, which let one match begin where the last one has ended. */
export function matchOf(pattern: RegExp, text: string): RegExpExecArray | undefined {
  pattern.lastIndex = 0;
  return pattern.exec(text) ?? undefined;
}
