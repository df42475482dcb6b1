/**
 * What is to happen later, in order, on a clock that others read. Pure.
 */

interface Timer {
  readonly id: number;
  atMs: number;
  readonly everyMs: number | undefined;
  readonly action: () => void;
}

/** Less would let a device keep the clock from moving on. */
const LEAST_MS = 1;

export class Timers {
  #timers: Timer[] = [];
  #nextId = 0;

  /** Calls `action` `ms` after `nowMs`, and then every `ms` if so. The result takes it back. */
  add(nowMs: number, ms: number, action: () => void, again = false): () => void {
    const afterMs = Number.isNaN(ms) ? LEAST_MS : Math.max(LEAST_MS, ms);
    const id = this.#nextId++;
    this.#timers.push({ id, atMs: nowMs + afterMs, everyMs: again ? afterMs : undefined, action });
    return () => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    };
  }

  /** When the next one is due. */
  get nextMs(): number | undefined {
    return this.#first()?.atMs;
  }

  /** Takes the next one that is due at `nowMs`, whose time was `atMs`. */
  due(nowMs: number): { atMs: number; action: () => void } | undefined {
    const first = this.#first();
    if (first === undefined || first.atMs > nowMs) return undefined;
    const { atMs, everyMs, action } = first;
    if (everyMs === undefined) this.#timers.splice(this.#timers.indexOf(first), 1);
    else first.atMs += everyMs * Math.max(1, Math.ceil((nowMs - atMs) / everyMs));
    return { atMs, action };
  }

  clear(): void {
    this.#timers = [];
  }

  /** Those of the same time in the order in which they were set. */
  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.atMs < first.atMs) first = timer;
    return first;
  }
}
