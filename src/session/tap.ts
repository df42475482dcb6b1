/**
 * What listens to a session: log, recording, event stream. Each has what it needs to know in `Tap` and knows nothing of
 * the others. Only the contract.
 *
 * Bytes are lent: whoever keeps them copies them before the call returns. A tap that loses nothing says when it has no room,
 * and the port is not read meanwhile; one that may drop always has room, and counts what it drops.
 */
import type { SessionEvent } from "./session-event.js";

export interface Tap {
  /** `bytes[0..end)` arrived from the port at `atUs` of the session's monotonic clock. */
  rx?(bytes: Uint8Array, end: number, atUs: number): void;
  /** The port took `bytes[start..end)`. */
  tx?(bytes: Uint8Array, start: number, end: number, atUs: number): void;
  /** The screen was given this, after every view. */
  shown?(bytes: Uint8Array, atUs: number): void;
  event?(event: SessionEvent, atUs: number): void;
  /** Whether more may come now. It takes what comes all the same. */
  readonly hasRoom: boolean;
  /** Set by the session: to be called when there is room again. */
  onRoom: () => void;
  /** Resolves when all is kept, or `limitMs` are up, or nothing can be kept any more. */
  settle(limitMs: number): Promise<void>;
  /** Gives back what it holds, after a last try that does not wait. At once, never throws, safe to call twice. */
  close(): void;
}
