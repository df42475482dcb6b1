/** A running hub, and programs at its ports as the tests play them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { until } from "../support/until.js";

export interface HubStatus {
  readonly pid: number;
  readonly ports: readonly {
    readonly name: string;
    readonly path: string;
    readonly link: string;
    readonly open: boolean;
    readonly state: string;
    readonly holders: readonly { pid: number; command: string }[];
    readonly queued: number;
    readonly received: number;
    readonly sent: number;
    readonly dropped: number;
    readonly bps: number;
  }[];
}

type HubEvent = Record<string, unknown> & { event: string; port?: string };

export interface HubRun extends Omit<RobinRun, "status"> {
  readonly ended: RobinRun["status"];
  readonly dir: string;
  link(name: string): string;
  /** The events so far. */
  events(): HubEvent[];
  /** Waits for an event of a port. */
  told(event: string, port?: string): Promise<HubEvent>;
  /** What it has counted at a port by now, asked by SIGUSR1, which takes no process. */
  counts(name: string): Promise<{ received: number; sent: number; dropped: number; queued: number }>;
  status(name: string): Promise<HubStatus["ports"][number]>;
  /** Ends it in order, with status 143. */
  end(): Promise<void>;
}

const roots = new Set<string>();

/** A directory of the test's own, in which hubs make theirs. */
export function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "robin-hub-"));
  roots.add(root);
  return root;
}

export function removeRoots(): void {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
  roots.clear();
}

export async function startHub(
  names: readonly string[],
  args: readonly string[] = [],
  dir = join(newRoot(), "bus"),
): Promise<HubRun> {
  const robin = runRobin(["hub", "--json", "--dir", dir, ...args, ...names], { stdin: "ignore" });
  const events = () =>
    robin.stdout
      .toString()
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as HubEvent);
  const { status: ended, ...run } = robin;
  const counted = (name: string) =>
    events().filter(({ event, port }) => event === "statistics" && port === name);
  const hub: HubRun = {
    ...run,
    ended,
    get stdout() {
      return robin.stdout;
    },
    get stderr() {
      return robin.stderr;
    },
    dir,
    link: (name: string) => join(dir, name),
    events,
    told: (event: string, port?: string) =>
      until(
        () => `${event} of ${port}; there was ${robin.stdout} ${robin.stderr}`,
        () => events().find((one) => one.event === event && one.port === port),
      ),
    status: async (name: string) => (await askStatus(dir)).ports.find((one) => one.name === name)!,
    counts: async (name: string) => {
      const before = counted(name).length;
      robin.child.kill("SIGUSR1");
      return (await until("statistics", () => counted(name)[before])) as never;
    },
    end: async () => {
      robin.child.kill("SIGTERM");
      await ended;
    },
  };
  await hub.told("ready");
  return hub;
}

export async function askStatus(dir: string): Promise<HubStatus> {
  const robin = runRobin(["hub", "--status", "--json", "--dir", dir], { stdin: "ignore" });
  const status = await robin.status;
  if (status !== 0) throw new Error(`hub --status: ${status} ${robin.stderr}`);
  return JSON.parse(robin.stdout.toString()) as HubStatus;
}

/** Memory of a process, in KiB. */
export function residentKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
}

const programs = new Set<Program>();

export function endPrograms(): void {
  for (const program of programs) program.close();
}

/** A program that has a port open. */
export class Program {
  readonly fd: number;
  heard = Buffer.alloc(0);
  /** Bytes read, where they are not kept. */
  count = 0;
  readonly #buffer = Buffer.alloc(65536);
  readonly #look: ((bytes: Buffer) => void) | undefined;

  /** `look` gets what is read instead of `heard`; the bytes are gone after it. */
  constructor(path: string, look?: (bytes: Buffer) => void) {
    this.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    this.#look = look;
    programs.add(this);
  }

  /** One read of at most `most` bytes. Returns how many, 0 where there are none, below 0 on an error. */
  read(most = this.#buffer.length): number {
    const n = read(this.fd, this.#buffer.subarray(0, most));
    if (n <= 0) return n;
    const bytes = this.#buffer.subarray(0, n);
    this.count += n;
    if (this.#look) this.#look(bytes);
    else this.heard = Buffer.concat([this.heard, bytes]);
    return n;
  }

  /** Reads all there is. */
  readAll(): void {
    while (this.read() > 0);
  }

  /** What the port takes at once. Returns how many bytes. */
  write(bytes: Uint8Array | string): number {
    const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    return Math.max(0, write(this.fd, all, 0, all.length));
  }

  /** Reads until the text is there. */
  async hears(text: string): Promise<void> {
    await until(
      () => `"${text}"; it heard ${JSON.stringify(this.heard.toString().slice(-500))}`,
      () => {
        this.readAll();
        return this.heard.toString().includes(text);
      },
    );
  }

  close(): void {
    if (programs.delete(this)) close(this.fd);
  }
}

/** Writes all of `bytes` piece by piece, and lets the others read in between. */
export async function speak(speaker: Program, bytes: Uint8Array, others: readonly Program[]): Promise<void> {
  let at = 0;
  await until(
    () => `${bytes.length} bytes to be taken, ${at} were`,
    () => {
      for (let n = 1; n > 0 && at < bytes.length; at += n) {
        n = speaker.write(bytes.subarray(at, at + 4096));
        for (const other of others) other.readAll();
      }
      return at === bytes.length;
    },
  );
}
