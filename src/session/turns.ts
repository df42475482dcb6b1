/**
 * What has its turn between bytes: a break, a command. Knows places in a stream of bytes and whose turn it is; not how bytes
 * are moved.
 */

interface Turn {
  /** How many bytes were written when its turn has come. */
  at: number;
  hasBegun: boolean;
  readonly run: () => Promise<void>;
}

export class Turns {
  readonly #turns: Turn[] = [];
  readonly #onEnd: () => void;

  /** `onEnd` is told after each one: bytes may go on. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get count(): number {
    return this.#turns.length;
  }

  /** Where bytes stop for the next one; undefined where there is none. */
  get at(): number | undefined {
    return this.#turns[0]?.at;
  }

  /** Calls `run` when `at` bytes are written. `take` is to be called. The result takes it back, if it has not begun. */
  insert(at: number, run: () => Promise<void>): () => void {
    const turn = { at, hasBegun: false, run };
    this.#turns.push(turn);
    return () => {
      if (!turn.hasBegun) this.#end(turn);
    };
  }

  /** `written` bytes are written: begins the next one, if its turn has come. */
  take(written: number): void {
    const turn = this.#turns[0];
    if (turn === undefined || turn.hasBegun || turn.at > written) return;
    turn.hasBegun = true;
    const end = () => this.#end(turn);
    turn.run().then(end, end);
  }

  /** So many bytes went past all of them. */
  shift(bytes: number): void {
    for (const turn of this.#turns) turn.at += bytes;
  }

  /** What was in front of them was given up: their turn comes at `written`. */
  bring(written: number): void {
    for (const turn of this.#turns) turn.at = written;
  }

  #end(turn: Turn): void {
    const at = this.#turns.indexOf(turn);
    if (at !== -1) this.#turns.splice(at, 1);
    this.#onEnd();
  }
}
