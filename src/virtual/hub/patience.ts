/**
 * How a listener stands: nobody there, there, or there and stalled. Pure: time is passed in. Knows when somebody began to
 * wait for it and when it last took a byte; neither bytes nor ports.
 *
 *     CLOSED --opened--> OPEN --somebody waits, and for `patienceMs` it takes no byte--> STALLED
 *     STALLED --it takes a byte--> OPEN        any --closed--> CLOSED
 */

export type ListenerState = "closed" | "open" | "stalled";

/** A slow listener is looked at more closely after this part of the patience. */
const SUSPECT_PART = 0.1;

/** What to do about a listener: nothing, look again at a time, or give up on it. */
export type Judgement =
  | { readonly kind: "fine" }
  | { readonly kind: "wait"; readonly untilMs: number; readonly isSuspect: boolean }
  | { readonly kind: "spent" };

export class Patience {
  state: ListenerState = "closed";
  readonly #patienceMs: number;
  #waitedSinceMs: number | undefined;
  #tookAtMs = Number.NEGATIVE_INFINITY;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  opened(): void {
    this.state = "open";
  }

  closed(): void {
    this.state = "closed";
    this.#waitedSinceMs = undefined;
  }

  /** Whether somebody waits for it. */
  get isWaitedFor(): boolean {
    return this.#waitedSinceMs !== undefined;
  }

  /** Somebody waits for it, or still does. */
  waitedFor(atMs: number): void {
    this.#waitedSinceMs ??= atMs;
  }

  /** Nobody waits for it any more. */
  released(): void {
    this.#waitedSinceMs = undefined;
  }

  /** It took a byte: patience starts anew. True where it had stalled. */
  took(atMs: number): boolean {
    this.#tookAtMs = atMs;
    if (this.state !== "stalled") return false;
    this.state = "open";
    return true;
  }

  judge(atMs: number): Judgement {
    if (this.state !== "open" || this.#waitedSinceMs === undefined) return { kind: "fine" };
    const sinceMs = Math.max(this.#waitedSinceMs, this.#tookAtMs);
    const spentMs = sinceMs + this.#patienceMs;
    if (atMs >= spentMs) return { kind: "spent" };
    const suspectMs = sinceMs + this.#patienceMs * SUSPECT_PART;
    const isSuspect = atMs >= suspectMs;
    return { kind: "wait", untilMs: isSuspect ? spentMs : suspectMs, isSuspect };
  }

  /** Patience is at its end: it holds nobody until it takes a byte. */
  stall(): void {
    this.state = "stalled";
    this.#waitedSinceMs = undefined;
  }
}
