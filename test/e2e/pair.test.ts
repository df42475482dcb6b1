/** `robin pair` with nothing asked: two ports that any two programs can use, and not a byte lost. */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endPairs, Pair, Program, parseEvents, send, startPair } from "../support/pair.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { lacking } from "./partners/partners.js";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "robin-pair-"));
});
afterEach(async () => {
  await endPairs();
  rmSync(dir, { recursive: true });
});

const MIB5 = 5_000_000;
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const XON = 0x11;
const XOFF = 0x13;
/** Bytes that no flow control takes for itself. */
const plain = (count: number) => randomBytes(count).map((byte) => byte | 0x80);

const NO_BASH = lacking("bash") ?? "";

/** A bare cable, and what may stand between the ends without harm to a byte. */
const WIRES: readonly string[][] = [[""], ["--strict-line"], ["--delay=5", "--jitter=5"]];

describe("the bytes", () => {
  it("are the same at the other end, 5 MB each way at once", async () => {
    const { pair, a, b } = await startPair();
    const [there, back] = [randomBytes(MIB5), randomBytes(MIB5)];
    await send(a, b, there, { back });
    expect(hash(b.received)).toBe(hash(there));
    expect(hash(a.received)).toBe(hash(back));
    const { ports } = await pair.end();
    expect(ports).toMatchObject([
      { port: "a", sent: MIB5, received: MIB5, waiting: 0, dropped: 0, lost: 0 },
      { port: "b", sent: MIB5, received: MIB5, waiting: 0 },
    ]);
  });

  it.each(WIRES)(
    "wait while the reader does nothing (%s): the sender is held, and nothing is lost",
    async (...args) => {
      const { pair, a, b } = await startPair(...args.filter(Boolean));
      const all = randomBytes(2_000_000);
      const sent = await a.fill(all);
      expect(sent).toBeLessThan(1_500_000); // what is on its way has a bound
      await send(a, b, all.subarray(sent), { expects: all.length });
      expect(hash(b.received)).toBe(hash(all));
      const { ports } = await pair.end();
      expect(ports).toMatchObject([{ sent: all.length, waiting: 0 }, { received: all.length }]);
    },
  );

  it("of the other direction go on while one end is held", async () => {
    const { a, b } = await startPair();
    await a.fill(new Uint8Array(2_000_000));
    b.put(Buffer.from("still here"));
    expect((await a.gets(10)).toString()).toBe("still here");
  });

  it.each([
    ["a", ""],
    ["b", ""],
    ["a", "--strict-line"],
    ["b", "--delay=5"],
  ])("stop at ^S and go on at ^Q where IXON is set at %s (%s), and none is lost", async (name, ...args) => {
    const { a, b } = await startPair(...args.filter(Boolean));
    const [sender, stopper] = name === "a" ? [a, b] : [b, a];
    sender.flag("IXON");
    const all = plain(2_000_000);
    let sent = 0;
    let quietSince = performance.now();
    stopper.put(Uint8Array.of(XOFF));
    // The kernel holds the sender's writes when the ^S has crossed, and what is on its way arrives.
    await until("the sender to be stopped, with a reader that takes all", () => {
      const before = stopper.received.length;
      stopper.drain();
      const n = sender.put(all, sent);
      sent += n;
      if (n > 0 || stopper.received.length > before) quietSince = performance.now();
      return performance.now() - quietSince > 150;
    });
    expect(sent).toBeLessThan(all.length);
    stopper.put(Uint8Array.of(XON));
    await send(sender, stopper, all.subarray(sent), { expects: all.length });
    expect(hash(stopper.received)).toBe(hash(all));
    expect(sender.received.length).toBe(0); // ^S and ^Q are for the driver, not for the program
  });

  it("of a program that leaves are still delivered, and wait for one that comes", async () => {
    const { a, b } = await startPair();
    const [pathB, late] = [b.path, plain(4000)];
    b.close();
    a.put(late);
    a.close();
    const reader = new Program(pathB);
    expect(hash(await reader.gets(late.length))).toBe(hash(late));
  });
});

describe("the ports", () => {
  it("are printed as two names that can be opened", async () => {
    const pair = new Pair([]);
    const names = await pair.names();
    for (const name of names) expect(name).toMatch(/^\/dev\/pts\/\d+$/);
    const [a, b] = names.map((name) => new Program(name)) as [Program, Program];
    await send(a, b, Buffer.from("hello"));
    expect(b.received.toString()).toBe("hello");
  });

  it("have the links that were asked for, and take them back at the end", async () => {
    const [linkA, linkB] = [join(dir, "A"), join(dir, "B")];
    const pair = new Pair([linkA, linkB]);
    expect(await pair.names()).toEqual([linkA, linkB]);
    const [a, b] = [new Program(linkA), new Program(linkB)];
    await send(a, b, Buffer.from("hello"));
    pair.run.child.kill("SIGINT");
    expect(await pair.run.status).toBe(130);
    expect(existsSync(linkA) || existsSync(linkB)).toBe(false);
  });

  it("take back the first link when the second cannot be made", async () => {
    const linkA = join(dir, "A");
    const pair = new Pair([linkA, join(dir, "none", "B")]);
    expect(await pair.run.status).toBe(3);
    expect(pair.run.stderr).toMatch(/^robin: make link .*none\/B: there is no directory/);
    expect(existsSync(linkA)).toBe(false);
  });
});

describe("the events", () => {
  it("tell who opens and closes, what is set, and how much moved", async () => {
    const { pair, a, b } = await startPair();
    await pair.told("open", ({ port }) => port === "a");
    a.speed(57600);
    a.flag("CSTOPB");
    a.flag("CRTSCTS");
    const set = await pair.told("settings", ({ flow }) => flow === "hardware");
    expect(set).toMatchObject({ port: "a", bps: 57600, databits: 8, parity: "none", stopbits: 2 });
    await send(a, b, Buffer.from("hello"));
    a.close();
    await pair.told("close", ({ port }) => port === "a");
    pair.run.child.kill("SIGUSR1");
    const statistics = await pair.told("statistics");
    expect(statistics.ports).toMatchObject([
      { port: "a", sent: 5, received: 0 },
      { port: "b", sent: 0, received: 5 },
    ]);
    expect(statistics.uptime).toBeGreaterThan(0);
    await pair.end();
    expect(pair.events.filter(({ event }) => event === "statistics")).toHaveLength(2);
    for (const { at } of pair.events) expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
  });

  it("go to a file, which is emptied first, while names go to stdout", async () => {
    const file = join(dir, "events");
    for (const round of [1, 2]) {
      const pair = new Pair([`--events=${file}`, join(dir, "A")]);
      await pair.names();
      expect(pair.run.stdout.toString(), `round ${round}`).toMatch(/^\/.*\/A\n\/dev\/pts\/\d+\n$/);
      new Program(join(dir, "A")).close();
      await until("an open", () => readFileSync(file, "utf8").includes('"open"'));
      pair.run.child.kill();
      await pair.run.status;
      const events = parseEvents(readFileSync(file, "utf8"));
      expect(events[0]).toMatchObject({ event: "ready" });
      expect(events.at(-1)).toMatchObject({ event: "statistics" });
      expect(events.filter(({ event }) => event === "ready")).toHaveLength(1);
    }
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it("go to a descriptor that robin was started with", async () => {
    const file = join(dir, "three");
    const pair = new Pair(["--events=3"], { wrap: ["sh", "-c", `exec "$@" 3>${file}`, "sh"] });
    await until("ready", () => existsSync(file) && readFileSync(file, "utf8").includes('"ready"'));
    pair.run.child.kill();
    await pair.run.status;
    expect(parseEvents(readFileSync(file, "utf8")).map(({ event }) => event)).toEqual([
      "ready",
      "statistics",
    ]);
  });

  it.skipIf(NO_BASH)(`go to a program that bash has started for them${NO_BASH}`, async () => {
    const file = join(dir, "first");
    const wrap = ["bash", "-c", `exec "$@" 5> >(head -n 1 >${file})`, "bash"]; // bash keeps a second descriptor of the pipe
    const pair = new Pair(["--events=5"], { wrap });
    await until(
      () => `ready; ${pair.run.stderr}`,
      () => existsSync(file) && readFileSync(file, "utf8").includes('"ready"'),
    );
    pair.run.child.kill();
    expect(await pair.run.status).toBe(143);
  });

  it("go to stdout without a value, names and all", async () => {
    const pair = new Pair(["--events", join(dir, "A")]);
    const { ports } = await pair.told("ready");
    expect(ports[0]).toMatchObject({ name: "a", link: join(dir, "A"), path: readlinkSync(join(dir, "A")) });
    await pair.end();
    expect(pair.events.map(({ event }) => event)).toEqual(["ready", "statistics"]);
  });

  it("are words on stderr for people, with a table at the end and on SIGUSR1", async () => {
    const link = join(dir, "A");
    const pair = new Pair([link]);
    await pair.names();
    pair.run.child.kill("SIGUSR1");
    await pair.run.said(
      /^robin: after \d+\.\d s\n {2}bytes +sent {2}received\n {2}\S+\/A +0 +0\n {2}\/dev\/pts\/\d+ +0 +0\n/,
    );
    pair.run.child.kill("SIGTERM");
    expect(await pair.run.status).toBe(143);
    expect(pair.run.stderr.match(/^robin: after/gm)).toHaveLength(2);
  });
});

describe("what is typed wrong", () => {
  it.each<[string[], number, RegExp]>([
    [["--drop", "5"], 2, /^robin: option --drop: "5" is more than 1: write 5% for 5 in a hundred\n/],
    [["--stall", "5s"], 2, /^robin: option --stall: "5s" does not say when: write 5s@30s\n/],
    [["A", "B", "C"], 2, /^robin: argument "C": robin pair takes two links at most\n/],
    [["A", "A"], 2, /^robin: argument "A": both ends cannot have the same link\n/],
    [["--events=99"], 2, /^robin: option --events: descriptor 99 is not open\n {2}hint: the shell opens it/],
    [["--events="], 2, /^robin: option --events: the name of the file is empty\n/],
    [["--events=/none/x"], 3, /^robin: write events to \/none\/x: no such file or directory/],
    [["--events=/tmp"], 3, /^robin: write events to \/tmp: /],
    [["--pase"], 2, /did you mean --pace\?/],
  ])("%j is one clear line", async (args, status, says) => {
    const run = runRobin(["pair", ...args]);
    expect(await run.status).toBe(status);
    expect(run.stderr).toMatch(says);
    expect(run.stdout.toString()).toBe("");
  });

  it("descriptors that are Node's own, or nobody's, are not written to", async () => {
    const fds = Array.from({ length: 9 }, (_, at) => at + 3);
    const runs = fds.map((fd) => runRobin(["pair", `--events=${fd}`]));
    for (const run of runs) {
      expect(await run.status).toBe(2);
      expect(run.stderr).toMatch(/descriptor \d+ is (not open|open for reading only)\n/);
    }
  });

  it("a descriptor that is open for reading only is told", async () => {
    const file = openSync("/dev/null", "r");
    const run = runRobin(["pair", "--events=0"], { stdin: file });
    expect(await run.status).toBe(2);
    expect(run.stderr).toContain("descriptor 0 is open for reading only");
    closeSync(file);
  });
});

describe("an idle pair", () => {
  const ticks = (pid: number) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]); // utime and stime, proc_pid_stat(5)
  };

  /** How often it went on after waiting (proc_pid_status(5)). */
  const wakes = (pid: number) =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))![1]);

  it("takes no time: bare with both ports open, or with looks at settings and nobody there to set any", async () => {
    const bare = new Pair([join(dir, "A"), join(dir, "B")]);
    await bare.names();
    for (const name of ["A", "B"]) new Program(join(dir, name));
    const { pair: open } = await startPair("--pace", "--strict-line");
    const { pair: left, a, b } = await startPair("--pace", "--strict-line");
    a.close();
    b.close();
    const pids = [bare, left, open].map(({ run }) => run.child.pid!);
    await new Promise((resolve) => setTimeout(resolve, 1200)); // the start is over, and its cache is written
    const before = pids.map((pid) => ({ ticks: ticks(pid), wakes: wakes(pid) }));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const used = pids.map((pid, at) => ({
      ticks: ticks(pid) - before[at]!.ticks,
      wakes: wakes(pid) - before[at]!.wakes,
    }));
    for (const { ticks: of100, wakes: times } of used.slice(0, 2)) {
      expect(of100).toBeLessThanOrEqual(1);
      expect(times).toBeLessThanOrEqual(4);
    }
    expect(used[2]!.ticks).toBeLessThanOrEqual(4); // it looks every 50 ms
    expect(used[2]!.wakes).toBeLessThanOrEqual(60);
  });
});
