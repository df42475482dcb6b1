/**
 * The two ends a byte passes between: where bytes come from and where they go, both without waiting.
 * Only the contract; descriptors, streams and memory each have a file of their own.
 */

/** `read` found nothing now; `write` took nothing now. Wait for `ready`. */
export const NOTHING = 0;
/** The source has ended or was hung up; the sink's reader is gone. Final. */
export const GONE = -1;

/** Where bytes come from. */
export interface ByteSource {
  /** Bytes placed at the start of `into` (1..into.length), or NOTHING, or GONE. Throws on a failure. */
  read(into: Uint8Array): number;
  /** Who is told that `read` is worth a try. One listener; set before the first `arm`. */
  onReady(ready: () => void): void;
  /** Asks for one call of the listener. It may be called in vain, never from inside `arm`. */
  arm(): void;
  /** Takes `arm` back. */
  disarm(): void;
  /** A port's: whether its device is gone, asked while it is not read. */
  isHungUp?(): boolean;
  /** Lets go of what the source holds, not of what it was given. */
  close(): void;
}

/** Where bytes go. */
export interface ByteSink {
  /** Bytes taken of `from[start..end)` (which may be changed afterwards), or NOTHING, or GONE. Throws on a failure. */
  write(from: Uint8Array, start: number, end: number): number;
  onReady(ready: () => void): void;
  arm(): void;
  disarm(): void;
  /** Bytes taken that the driver still has, as far as it tells. */
  unsent(): number;
  /** Whether the last of them may still be on their way out, with `unsent` at 0. Soon false. */
  settling?(): boolean;
  close(): void;
}
