/** What all commands with virtual ports keep, seen by `robin pair`: names told, links given back on every way out. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENDING_SIGNALS } from "../../src/cli/ending-signals.js";
import { flow, setExclusive } from "../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;
const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

let folder: string;
let a: string;
let b: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-life-`);
  [a, b] = [`${folder}/a`, `${folder}/b`];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function startPair(
  options: Parameters<typeof runRobin>[1] = {},
  args: readonly string[] = [],
): Promise<RobinRun> {
  const robin = runRobin(["pair", ...args, a, b], options);
  await until(
    () => `both links; robin said ${robin.stderr}`,
    () => existsSync(a) && existsSync(b),
  );
  return robin;
}

/** A text goes from one end to the other. */
async function expectCable(text = "through"): Promise<void> {
  const [from, to] = [a, b].map((path) => open(path, O_RDWR | O_NOCTTY | O_NONBLOCK));
  try {
    const bytes = Buffer.from(text);
    write(from!, bytes, 0, bytes.length);
    const into = new Uint8Array(100);
    let got = "";
    await until(`${text} at ${b}`, () => {
      const n = read(to!, into);
      if (n > 0) got += Buffer.from(into.subarray(0, n)).toString();
      return got === text;
    });
  } finally {
    close(from!);
    close(to!);
  }
}

function expectNothingLeft(): void {
  expect(readdirSync(folder)).toEqual([]);
}

describe("links", () => {
  it("are printed as soon as they lead to their ports, and are gone with robin", async () => {
    const robin = await startPair();
    await until("the names", () => robin.stdout.toString() === `${a}\n${b}\n`);
    await expectCable();
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(128 + constants.signals.SIGTERM);
    expectNothingLeft();
  });

  it("are taken back on each signal that ends robin, with status 128+n", async () => {
    const ends = ENDING_SIGNALS.filter((signal) => signal !== "SIGUSR1").map(async (signal) => {
      const link = `${folder}/${signal}`;
      const robin = runRobin(["pair", link]);
      await until("the link", () => existsSync(link));
      robin.child.kill(signal);
      return [signal, await robin.status, existsSync(link)];
    });
    expect(await Promise.all(ends)).toEqual(
      ENDING_SIGNALS.filter((signal) => signal !== "SIGUSR1").map((signal) => [
        signal,
        128 + constants.signals[signal],
        false,
      ]),
    );
  });

  it("stay on SIGUSR1, which asks for statistics", async () => {
    const robin = await startPair({}, ["--json"]);
    await expectCable("12345");
    robin.child.kill("SIGUSR1");
    await until("statistics", () => robin.stdout.includes('"statistics"'));
    await expectCable();
    robin.child.kill("SIGHUP");
    expect(await robin.status).toBe(129);
    expectNothingLeft();
  });

  it("are taken back after an uncaught exception, which is told, with status 1", async () => {
    const robin = await startPair({ env: { NODE_OPTIONS: `--require=${PLANT_FAULT}` } });
    robin.child.kill("SIGUSR2");
    expect(await robin.status).toBe(1);
    expect(robin.stderr).toContain("robin: a fault of robin's own: planted");
    expectNothingLeft();
  });

  it("that a killed robin has left are replaced by the next one", async () => {
    const first = await startPair();
    first.child.kill("SIGKILL");
    expect(await first.status).toBe("SIGKILL");
    const before = lstatSync(a).ino;
    const second = runRobin(["pair", a, b]);
    await until("its names", () => second.stdout.includes(b));
    expect(lstatSync(a).ino).not.toBe(before);
    await expectCable();
    second.child.kill("SIGINT");
    expect(await second.status).toBe(130);
    expectNothingLeft();
  });

  it("of a robin that runs are refused to another one, which says whose they are", async () => {
    const first = await startPair();
    const second = runRobin(["pair", `${folder}/c`, a]);
    expect(await second.status).toBe(3);
    expect(second.stderr).toContain(
      `robin: make link ${a}: it is a link already, to ${readlinkSync(a)}, which robin (PID ${first.child.pid}) has`,
    );
    expect(second.stderr).toContain("hint: ");
    await expectCable();
    first.child.kill("SIGTERM");
    await first.status;
    expectNothingLeft();
  });

  it("that four robins want at once are one's, whose other link is there too", async () => {
    symlinkSync("/dev/pts/999999", a);
    const robins = [1, 2, 3, 4].map((n) => runRobin(["pair", `${folder}/${n}`, a]));
    const isOver = (robin: RobinRun) => robin.child.exitCode !== null;
    await until("three to be refused", () => robins.filter(isOver).length === 3);
    const winner = robins.findIndex((robin) => !isOver(robin));
    await until("the winner's names", () => robins[winner]!.stdout.includes(a));
    expect(readdirSync(folder).sort()).toEqual([String(winner + 1), "a"]);
    expect(existsSync(a)).toBe(true);
    robins[winner]!.child.kill("SIGTERM");
    expect((await Promise.all(robins.map(({ status }) => status))).sort()).toEqual([143, 3, 3, 3]);
    expectNothingLeft();
  });
});

describe("a link that cannot be made", () => {
  async function expectRefused(link: string, reason: string): Promise<void> {
    const first = `${a}${reason.length}`; // each its own
    const robin = runRobin(["pair", "--json", first, link]);
    expect(await robin.status).toBe(3);
    const message = `make link ${link}: ${reason}`;
    expect(robin.stderr).toContain(`robin: ${message}`);
    const last = robin.stdout.toString().trimEnd().split("\n").at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ error: { code: "open-failed", message } });
    expect(existsSync(first)).toBe(false); // the other one is taken back
  }

  it("is told of with its reason and status 3: a file, a directory, a missing one", async () => {
    writeFileSync(b, "precious");
    mkdirSync(`${folder}/directory`);
    await Promise.all([
      expectRefused(b, "there is a file already"),
      expectRefused(`${folder}/directory`, "there is a directory already"),
      expectRefused(`${folder}/none/b`, `there is no directory ${folder}/none (ENOENT)`),
    ]);
    expect(readFileSync(b, "utf8")).toBe("precious");
    expect(readdirSync(folder).sort()).toEqual(["b", "directory"]);
  });

  it("is told of where the directory may not be written to", async ({ skip }) => {
    const isRoot = process.getuid?.() === 0;
    const wrap = isRoot ? AS_NOBODY : [];
    const probe = runRobin(["--version"], { wrap });
    if ((await probe.status) !== 0) skip(`robin cannot be run by another user here: ${probe.stderr}`);
    chmodSync(folder, 0o555);
    const robin = runRobin(["pair", a], { wrap });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toBe(`robin: make link ${a}: no permission to write in ${folder} (EACCES)\n`);
    chmodSync(folder, 0o755);
    expectNothingLeft();
  });
});

describe("a cable goes on", () => {
  async function expectEnd(robin: RobinRun): Promise<void> {
    await expectCable();
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    expectNothingLeft();
  }

  it("under another path where a program has left its end in exclusive use", async ({ skip }) => {
    const wrap = process.getuid?.() === 0 ? AS_NOBODY : [];
    const probe = runRobin(["--version"], { wrap });
    if ((await probe.status) !== 0) skip(`robin cannot be run by another user here: ${probe.stderr}`);
    chmodSync(folder, 0o777);
    const robin = await startPair({ wrap }, ["-v"]);
    const before = readlinkSync(a);
    const killed = open(a, O_RDWR | O_NOCTTY | O_NONBLOCK);
    setExclusive(killed, true);
    close(killed);
    await until("another pty", () => readlinkSync(a) !== before);
    await robin.said(
      `${a}: left in exclusive use (TIOCEXCL) by who closed it; behind it is ${readlinkSync(a)} now`,
    );
    await expectEnd(robin);
  });

  it("where the reader of its events has left", async () => {
    const robin = await startPair({}, ["--json"]);
    robin.child.stdout!.destroy();
    await expectCable("one");
    await expectCable("two");
    await expectEnd(robin);
    expect(robin.stderr).not.toMatch(/EPIPE|fault/);
  });

  it("where stdout is closed", async () => {
    await expectEnd(await startPair({ wrap: ["sh", "-c", 'exec "$@" >&-', "sh"] }, ["--json"]));
  });

  it("where the disk is full, which is told once", async () => {
    const wrap = ["sh", "-c", 'exec "$@" >/dev/full', "sh"];
    const robin = await startPair({ wrap }, ["--json"]);
    await expectCable("one");
    await expectEnd(robin);
    expect(robin.stderr.match(/write stdout: no space left on device \(ENOSPC\)/g)).toHaveLength(1);
  });

  it("where the terminal that gets the names and the words is stopped, and a signal ends it all the same", async () => {
    const screen = new TestPty();
    try {
      flow(screen.slave, "stopOutput");
      const robin = await startPair({ stdout: screen, stderr: screen }, ["-v", "--hangup", "10ms"]);
      await expectEnd(robin);
    } finally {
      screen.close();
    }
  });

  it("where nobody reads thousands of events", async () => {
    const robin = await startPair({}, ["--json"]);
    robin.child.stdout!.pause();
    for (let at = 0; at < 3000; at++) close(open(a, O_RDWR | O_NOCTTY | O_NONBLOCK));
    await expectCable();
    robin.child.kill("SIGTERM");
    robin.child.stdout!.resume();
    expect(await robin.status).toBe(143);
    expectNothingLeft();
  });
});
