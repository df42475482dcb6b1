/** A port of a hub in memory: the test is the program behind it. */
import { type ByteSink, type ByteSource, NOTHING } from "../../../src/port/ends.js";
import { createWaiter } from "../../../src/port/waiter.js";
import type { HubPort } from "../../../src/virtual/hub/hub-port.js";

/** What the pty itself takes before it is full. */
const KERNEL_BYTES = 16;

export class FakePort implements HubPort {
  readonly link = undefined;
  readonly bps = 9600;
  onHolder: (isOpen: boolean) => void = () => {};
  hangUps = 0;
  /** What the program has read. */
  heard = "";
  /** How often the hub has looked for room. */
  writes = 0;
  #said = Buffer.alloc(0);
  #unread = "";
  readonly #canRead = createWaiter(() => this.#said.length > 0);
  readonly #canWrite = createWaiter(() => this.#unread.length < KERNEL_BYTES);

  constructor(readonly name: string) {}

  get path(): string {
    return `/fake/${this.name}`;
  }

  readonly source: ByteSource = {
    ...this.#canRead.end,
    read: (into) => {
      if (this.#said.length === 0) return NOTHING;
      const n = this.#said.copy(into);
      this.#said = this.#said.subarray(n);
      return n;
    },
  };
  readonly sink: ByteSink = {
    ...this.#canWrite.end,
    write: (from, start, end) => {
      this.writes++;
      const taken = Math.min(end - start, KERNEL_BYTES - this.#unread.length);
      this.#unread += Buffer.from(from.subarray(start, start + taken)).toString("latin1");
      return taken;
    },
    unsent: () => 0,
  };

  /** The program writes. */
  say(text: string): void {
    this.#said = Buffer.concat([this.#said, Buffer.from(text, "latin1")]);
    this.#canRead.look();
  }

  /** What the program has written and the hub has not read. */
  get unheard(): number {
    return this.#said.length;
  }

  /** The program reads up to `count` bytes. */
  read(count = Number.POSITIVE_INFINITY): void {
    this.heard += this.#unread.slice(0, count);
    this.#unread = this.#unread.slice(count);
    this.#canWrite.look();
  }

  get unread(): number {
    return this.#unread.length;
  }

  discardUnread(): number {
    const count = this.#unread.length;
    this.#unread = "";
    return count;
  }

  hangUp(): void {
    this.hangUps++;
    this.#unread = "";
    this.onHolder(false);
  }
}
