/**
 * What a hub wants of a port. Only the contract: `VirtualPort` has it all, and a port in memory can.
 */
import type { ByteSink, ByteSource } from "../../port/ends.js";

export interface HubPort {
  readonly name: string;
  /** Where programs open it. */
  readonly path: string;
  readonly link: string | undefined;
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** The speed that its program has set. */
  readonly bps: number;
  onHolder: (isOpen: boolean) => void;
  /** Discards what was given and not read; the number of bytes, as far as it is known. */
  discardUnread(): number;
  /** Hangs up every holder; `onHolder(false)` follows. */
  hangUp(): void;
}
