/** A pty whose master the test plays: the device behind a port, or the user in front of a terminal. */
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { openPty } from "../../src/tty/pty.js";
import { errno } from "../../src/tty/sys-error.js";
import { getTermios, setTermios, type Termios } from "../../src/tty/termios.js";
import { until } from "./until.js";

export class TestPty {
  readonly path: string;
  readonly master: number;
  /** The test's own descriptor of the slave: settings outlive every other user of it. */
  readonly slave: number;
  /** Everything the master has read so far. */
  received = Buffer.alloc(0);
  #open = true;
  #slaveOpen = true;
  readonly #chunk = Buffer.alloc(65536);

  constructor() {
    const { master, path } = openPty();
    this.master = master;
    this.path = path;
    this.slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  }

  /** Reads what is there. */
  drain(): void {
    const chunks = [this.received];
    for (let n = read(this.master, this.#chunk); n > 0; n = read(this.master, this.#chunk)) {
      chunks.push(Buffer.from(this.#chunk.subarray(0, n)));
    }
    if (chunks.length > 1) this.received = Buffer.concat(chunks);
  }

  /** Waits until what was read satisfies `test` (or contains a text). Returns all of it. */
  async expect(
    test: string | RegExp | ((text: string, bytes: Buffer) => boolean),
    timeoutMs?: number,
  ): Promise<string> {
    const holds = (text: string) =>
      typeof test === "string"
        ? text.includes(test)
        : test instanceof RegExp
          ? test.test(text)
          : test(text, this.received);
    try {
      await until(
        `${test} on ${this.path}`,
        () => {
          this.drain();
          return holds(this.received.toString("latin1"));
        },
        timeoutMs,
      );
    } catch (error) {
      throw new Error(
        `${(error as Error).message}; there was ${JSON.stringify(this.received.toString("latin1").slice(-600))}`,
      );
    }
    return this.received.toString("latin1");
  }

  /** Forgets what was read. */
  clear(): void {
    this.drain();
    this.received = Buffer.alloc(0);
  }

  /** Writes all of it, as the other side takes it. */
  async write(bytes: Uint8Array | string): Promise<void> {
    const all = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    let at = 0;
    await until(`${this.path} to take ${all.length} bytes`, () => {
      while (at < all.length) {
        const n = write(this.master, all, at, all.length);
        if (n === -errno.EAGAIN) return false;
        if (n < 0) throw new Error(`write ${this.path}: errno ${-n}`);
        at += n;
      }
      return true;
    });
  }

  get termios(): Termios {
    return getTermios(this.slave);
  }

  set termios(termios: Termios) {
    setTermios(this.slave, termios);
  }

  /** Hangs up: the master goes. */
  hangUp(): void {
    if (this.#open) close(this.master);
    this.#open = false;
  }

  /** Lets go of the test's own slave. */
  closeSlave(): void {
    if (this.#slaveOpen) close(this.slave);
    this.#slaveOpen = false;
  }

  close(): void {
    this.hangUp();
    this.closeSlave();
  }
}
