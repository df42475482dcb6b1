/** `robin pair` as a test runs it: the command, its events, and programs at its two ports. */
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { getTermios, setFlag, setSpeed, setTermios, type Termios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "./robin.js";
import { until } from "./until.js";

export interface Told {
  readonly event: string;
  readonly at: number;
  readonly port?: string;
  // biome-ignore lint/suspicious/noExplicitAny: events are what robin prints
  readonly [key: string]: any;
}

const pairs = new Set<Pair>();
const programs = new Set<Program>();

/** After each test: whatever it has left. */
export async function endPairs(): Promise<void> {
  for (const program of programs) program.close();
  for (const pair of pairs) {
    pair.run.child.kill("SIGKILL");
    await pair.run.status;
  }
  pairs.clear();
}

export class Pair {
  readonly run: RobinRun;
  constructor(args: readonly string[], options: Parameters<typeof runRobin>[1] = {}) {
    this.run = runRobin(["pair", ...args], options);
    pairs.add(this);
  }

  /** All events on stdout so far. */
  get events(): Told[] {
    return parseEvents(this.run.stdout.toString());
  }

  /** Waits for an event that fits. */
  async told(name: string, fits: (event: Told) => boolean = () => true): Promise<Told> {
    return until(
      () => `the event ${name}; there were ${this.run.stdout.toString().slice(-1500)} ${this.run.stderr}`,
      () => this.events.find((event) => event.event === name && fits(event)),
    );
  }

  /** The ports' paths, as the first line of --json has them. */
  async ready(): Promise<[a: string, b: string]> {
    const { ports } = await this.told("ready");
    return [ports[0].path, ports[1].path];
  }

  /** The two names, as they are printed for people. */
  async names(): Promise<[a: string, b: string]> {
    const { run } = this;
    const said = () => `two names; there was ${JSON.stringify(run.stdout.toString())} ${run.stderr}`;
    return until(said, () => {
      const [a, b, rest] = run.stdout.toString().split("\n");
      return a !== undefined && b !== undefined && rest === "" ? ([a, b] as [string, string]) : undefined;
    });
  }

  /** Ends it by a signal, and gives its last statistics. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<Told> {
    this.run.child.kill(signal);
    await this.run.status;
    return this.events.findLast(({ event }) => event === "statistics")!;
  }
}

/** A pair that prints JSON, and a program at each end. */
export async function startPair(...args: string[]): Promise<{ pair: Pair; a: Program; b: Program }> {
  const pair = new Pair(["--json", ...args]);
  const [a, b] = await pair.ready();
  return { pair, a: new Program(a), b: new Program(b) };
}

export function parseEvents(text: string): Told[] {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Told);
}

/** A program that has a port open. */
export class Program {
  readonly path: string;
  readonly fd: number;
  received: Buffer = Buffer.alloc(0);
  readonly #chunk = Buffer.alloc(65536);
  #isOpen = true;

  constructor(path: string) {
    this.path = path;
    this.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    programs.add(this);
  }

  get termios(): Termios {
    return getTermios(this.fd);
  }

  set(change: (termios: Termios) => void): void {
    const { termios } = this;
    change(termios);
    setTermios(this.fd, termios);
  }

  speed(bps: number): void {
    this.set((termios) => setSpeed(termios, bps));
  }

  flag(...[name, on]: [Parameters<typeof setFlag>[1], boolean?]): void {
    this.set((termios) => setFlag(termios, name, on));
  }

  /** Reads what is there. False after a hang-up. */
  drain(): boolean {
    const chunks = [this.received];
    let n = read(this.fd, this.#chunk);
    for (; n > 0; n = read(this.fd, this.#chunk)) chunks.push(Buffer.from(this.#chunk.subarray(0, n)));
    if (chunks.length > 1) this.received = Buffer.concat(chunks);
    return n === -errno.EAGAIN;
  }

  /** Writes what fits of `from[start..]`. Returns how many bytes. */
  put(from: Uint8Array, start = 0): number {
    const n = write(this.fd, from, start, from.length);
    if (n === -errno.EAGAIN) return 0;
    if (n < 0) throw new Error(`write ${this.path}: errno ${-n}`);
    return n;
  }

  /** Writes until nothing fits any more for a while. Returns how many bytes. */
  async fill(from: Uint8Array): Promise<number> {
    let at = 0;
    let quietSince = performance.now();
    await until(`${this.path} to be full`, () => {
      const n = at < from.length ? this.put(from, at) : 0;
      at += n;
      if (n > 0) quietSince = performance.now();
      return performance.now() - quietSince > 150;
    });
    return at;
  }

  /** Waits until so many bytes have come. */
  async gets(count: number): Promise<Buffer> {
    await until(
      () => `${count} bytes at ${this.path}; there are ${this.received.length}`,
      () => {
        this.drain();
        return this.received.length >= count;
      },
    );
    return this.received;
  }

  close(): void {
    if (this.#isOpen) close(this.fd);
    this.#isOpen = false;
    programs.delete(this);
  }
}

/** Sends `bytes` (and `back` the other way at the same time), until the other end has as many as `expects`. */
export async function send(
  from: Program,
  to: Program,
  bytes: Uint8Array,
  { back = new Uint8Array(0), expects = bytes.length }: { back?: Uint8Array; expects?: number } = {},
): Promise<void> {
  let [there, here] = [0, 0];
  await until(
    () => `${expects} bytes; ${there} are sent, ${to.received.length} received, ${here} back`,
    () => {
      for (let turn = 0; turn < 16; turn++) {
        if (there < bytes.length) there += from.put(bytes, there);
        if (here < back.length) here += to.put(back, here);
        to.drain();
        from.drain();
      }
      return there === bytes.length && to.received.length >= expects && from.received.length >= back.length;
    },
  );
}
