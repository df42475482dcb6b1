/**
 * What hears the bus: a port's listening side, or a recording. Only the contract.
 */

/** Something that gets every message but its own, and may hold the speakers, for a while. */
export interface Ear {
  /** Bytes that it takes now; Infinity where it holds nobody. */
  readonly room: number;
  /** Gets the messages of `bytes[start..ends.at(-1))`, each one up to its end. Takes them, or drops and counts them. */
  give(speaker: string, bytes: Uint8Array, start: number, ends: readonly number[]): void;
  /** Somebody waits for its room, or still does: `onRoom` has to follow, within its patience. */
  waitedFor(): void;
  /** Nobody waits for it any more. */
  released(): void;
  /** Told when it has room again, or holds nobody any more; not from inside `give`. */
  onRoom: () => void;
}
