/**
 * What a command was given and has not read: the rest of its pipe, and then what came after its end. Knows the pipe and a
 * bound; not when the command ends.
 */
import { NOTHING } from "../port/ends.js";
import { close, O_CLOEXEC, O_NONBLOCK, O_RDONLY, open, read, setNonBlocking } from "../tty/libc.js";

/** A pipe's usual room (pipe(7)), for what arrives while the command does something else. More waits at the port. */
const PIPE_BYTES = 64 * 1024;

export class Unread {
  readonly #fd: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #hasEnded = false;
  #isOpen = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isFull(): boolean {
    return this.#length >= PIPE_BYTES;
  }

  /** Reads what is in the pipe, by a description of our own: others may still wait on the command's. */
  takeRest(): void {
    this.#hasEnded = true;
    if (!this.#isOpen) return;
    let own: number;
    try {
      own = open(`/proc/self/fd/${this.#fd}`, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    } catch {
      setNonBlocking(this.#fd, true); // no /proc
      own = this.#fd;
    }
    const chunk = new Uint8Array(PIPE_BYTES);
    for (let n = read(own, chunk); n > 0 && !this.isFull; n = read(own, chunk)) this.add(chunk, 0, n);
    if (own !== this.#fd) close(own);
  }

  /** Returns how many bytes there was room for. */
  add(from: Uint8Array, start: number, end: number): number {
    const count = Math.min(end - start, PIPE_BYTES - this.#length);
    if (count <= 0) return NOTHING;
    this.#parts.push(from.slice(start, start + count));
    this.#length += count;
    return count;
  }

  take(): Uint8Array {
    const all = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return all;
  }

  close(): void {
    if (this.#isOpen) close(this.#fd);
    this.#isOpen = false;
  }
}
