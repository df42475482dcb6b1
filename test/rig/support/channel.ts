/**
 * A byte channel over a path, without blocking: the far end of a port under test. Knows how to read, write and wait; what
 * the path is, its users know.
 */
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../../src/tty/libc.js";
import { errno } from "../../../src/tty/sys-error.js";
import { until } from "../../support/until.js";

/** The other end of QEMU's usb-serial adapter, /dev/ttyUSB0. */
export const USB0_PEER = "/dev/virtio-ports/u0peer";

const TIMEOUT_MS = 30_000;

/** Text goes one byte a character. */
export function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? Buffer.from(data, "latin1") : data;
}

const opened = new Set<Channel>();

/** Closes what failed tests have left open, so that they fail alone. */
export function closeLeftChannels(): void {
  for (const channel of opened) channel.close();
}

export class Channel {
  readonly fd: number;
  /** Everything read so far. */
  received = Buffer.alloc(0);
  readonly #chunk = Buffer.alloc(65_536);

  constructor(readonly path: string) {
    this.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    opened.add(this);
  }

  /** Reads what is there. Returns how much it was. */
  read(): number {
    const before = this.received.length;
    for (let n = read(this.fd, this.#chunk); n > 0; n = read(this.fd, this.#chunk)) {
      this.received = Buffer.concat([this.received, this.#chunk.subarray(0, n)]);
    }
    return this.received.length - before;
  }

  /** Reads until `test` holds (a text: until it came). */
  async expect(test: string | ((received: Buffer) => boolean), timeoutMs = TIMEOUT_MS): Promise<Buffer> {
    const holds = typeof test === "string" ? () => this.received.includes(test, 0, "latin1") : test;
    await until(
      () =>
        `${test} on ${this.path}; ${this.received.length} bytes came: ${JSON.stringify(this.received.toString("latin1").slice(-200))}`,
      () => {
        this.read();
        return holds(this.received);
      },
      timeoutMs,
    );
    return this.received;
  }

  /** Writes all of it, as the other side takes it. */
  async write(bytes: Uint8Array | string, timeoutMs = TIMEOUT_MS): Promise<void> {
    const all = bytesOf(bytes);
    let at = 0;
    await until(
      () => `${this.path} to take ${all.length} bytes; it took ${at}`,
      () => {
        for (let n = 1; n > 0 && at < all.length; at += Math.max(n, 0)) {
          n = write(this.fd, all, at, all.length);
          if (n < 0 && n !== -errno.EAGAIN) throw new Error(`write ${this.path}: errno ${-n}`);
        }
        return at === all.length;
      },
      timeoutMs,
    );
  }

  /** Forgets what came, and what lies there from before. */
  clear(): void {
    this.read();
    this.received = Buffer.alloc(0);
  }

  close(): void {
    if (opened.delete(this)) close(this.fd); // its number may be another file's by then
  }
}
