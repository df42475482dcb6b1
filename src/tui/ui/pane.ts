/**
 * One port in the full screen: its emulator, its last bytes, its title, what one looks at. Knows what arrives and what is to be
 * seen; not where on the screen it stands, nor what keys do.
 */
import { printable } from "../../bytes/printable.js";
import type { Tap } from "../../session/tap.js";
import type { Size } from "../surface.js";
import { HexRing } from "./hex-ring.js";
import { Lookback } from "./lookback.js";
import type { PanePort } from "./pane-port.js";
import { PaneTerminal } from "./pane-terminal.js";

export interface PaneOptions extends Size {
  /** As the user named it. */
  readonly name: string;
  readonly scrollback: number;
  /** Something in its terminal or its hex pane has changed. */
  readonly onChanged: () => void;
  /** Its title has changed, its state, or where one looks. */
  readonly onStatus: () => void;
  readonly onBell: () => void;
}

/** Everything that garbage may have set, and nothing of what went by: DECSTR and the modes that it leaves (xterm). */
const IN_ORDER =
  "\x1b[?1049l\x1b[!p\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b(B\x1b)B\x0f\x1b[?7h\x1b[0m";

export class Pane {
  readonly name: string;
  readonly terminal: PaneTerminal;
  readonly lookback: Lookback;
  readonly hexRing = new HexRing();
  /** Listens to the session. */
  readonly tap: Tap;
  /** Set when its port is open. */
  port: PanePort | undefined;
  hasHex = false;
  /** Where what is seen of the hex pane ends, while that is not its end. */
  #hexEnd: number | undefined;
  /** What the program on the device calls itself. */
  title = "";
  /** Why nothing comes any more. */
  end: string | undefined;
  readonly #options: PaneOptions;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.name = options.name;
    const { onChanged, onBell, onStatus } = options;
    this.terminal = new PaneTerminal({
      ...options,
      onChanged,
      onAnswer: (text) => this.port?.answer(Buffer.from(text, "latin1")),
      onTitle: (title) => {
        this.title = printable(title);
        onStatus();
      },
      onBell,
    });
    this.lookback = new Lookback(this.terminal, onStatus);
    this.tap = this.#createTap();
  }

  #createTap(): Tap {
    const keep = (way: "rx" | "tx", bytes: Uint8Array, start: number, end: number, atUs: number) => {
      this.hexRing.push(bytes, start, end, way, atUs);
      if (this.hasHex) this.#options.onChanged();
    };
    return {
      rx: (bytes, end, atUs) => keep("rx", bytes, 0, end, atUs),
      tx: (bytes, start, end, atUs) => keep("tx", bytes, start, end, atUs),
      event: (event) => {
        if (event.event === "mark") this.terminal.mark(event.text);
        if (event.event === "lost" || event.event === "back") this.#options.onStatus();
      },
      hasRoom: true,
      onRoom: () => {},
      settle: async () => {},
      close: () => {},
    };
  }

  /** Undoes what garbage has done to the emulator. */
  putInOrder(): void {
    this.lookback.clear();
    this.terminal.act(IN_ORDER);
  }

  /** Back (negative) and forth in the hex pane, which shows so many rows. */
  scrollHex(rows: number, shown: number, bytesPerRow: number): void {
    const most = Math.max(0, this.hexRing.count(bytesPerRow) - shown);
    const back = Math.max(0, Math.min(most, this.hexBack(bytesPerRow) - rows));
    this.#hexEnd = back === 0 ? undefined : this.hexRing.endOf(back, bytesPerRow);
    this.#options.onChanged();
  }

  /** Rows of the hex pane below what is seen of it. */
  hexBack(bytesPerRow: number): number {
    return this.#hexEnd === undefined ? 0 : this.hexRing.rowsBehind(this.#hexEnd, bytesPerRow);
  }

  /** What comes is seen again. */
  toEnd(): void {
    this.#hexEnd = undefined;
    this.terminal.scrollToEnd();
  }

  close(): void {
    this.lookback.close();
    this.terminal.close();
  }
}
