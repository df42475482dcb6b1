/**
 * Those who listen to a session, as one. Knows who they are and that one without room holds the port; not what they do with
 * what they hear.
 */
import type { SessionEvent } from "./session-event.js";
import type { Tap } from "./tap.js";

export class Taps {
  /** Told when there may be room again. */
  onRoom: () => void = () => {};
  #taps: readonly Tap[] = [];

  add(tap: Tap): void {
    this.#taps = [...this.#taps, tap];
    tap.onRoom = () => this.onRoom();
  }

  /** Takes it out: what it has heard it keeps. */
  remove(tap: Tap): void {
    if (!this.#taps.includes(tap)) return;
    this.#taps = this.#taps.filter((one) => one !== tap);
    tap.onRoom = () => {};
    this.onRoom(); // it may have been the one without room
  }

  get isEmpty(): boolean {
    return this.#taps.length === 0;
  }

  get hasRoom(): boolean {
    for (const tap of this.#taps) if (!tap.hasRoom) return false;
    return true;
  }

  rx(bytes: Uint8Array, end: number, atUs: number): void {
    for (const tap of this.#taps) tap.rx?.(bytes, end, atUs);
  }

  tx(bytes: Uint8Array, start: number, end: number, atUs: number): void {
    for (const tap of this.#taps) tap.tx?.(bytes, start, end, atUs);
  }

  shown(bytes: Uint8Array, atUs: number): void {
    for (const tap of this.#taps) tap.shown?.(bytes, atUs);
  }

  event(event: SessionEvent, atUs: number): void {
    for (const tap of this.#taps) tap.event?.(event, atUs);
  }

  /** Resolves when all have kept what they heard, or `limitMs` are up. */
  async settle(limitMs: number): Promise<void> {
    await Promise.all(this.#taps.map((tap) => tap.settle(limitMs)));
  }

  close(): void {
    for (const tap of this.#taps) tap.close();
  }
}
