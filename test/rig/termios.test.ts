/** `robin termios` on real drivers: what they take, what they refuse, and what flow control holds back. */
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { formatAll } from "../../src/stty/format.js";
import { parseSettings } from "../../src/stty/parse.js";
import { formatSaved } from "../../src/stty/saved.js";
import { unsentBytes } from "../../src/tty/ioctl.js";
import {
  copyTermios,
  getTermios,
  hasFlag,
  setFlag,
  setTermios,
  type Termios,
} from "../../src/tty/termios.js";
import { applied, printedAll, sttyTermios, sttyWidth } from "../golden/real-stty.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";

const TIMEOUT_MS = 30_000;
let ends: { end: SerialEnd; termios: Termios }[] = [];
afterEach(() => {
  // All settings first: with CLOCAL off, the other end's close is a loss of carrier and hangs the port up.
  for (const { end, termios } of ends) setTermios(end.fd, termios);
  for (const { end } of ends) end.close();
  ends = [];
});

function opened(path: string, settings = {}): SerialEnd {
  const end = new SerialEnd(path, settings);
  ends.push({ end, termios: end.termios });
  return end;
}

async function termios(...args: string[]) {
  const run = runRobin(["termios", ...args]);
  return { status: await run.status, out: run.stdout.toString(), said: run.stderr };
}

test("settings of UARTs and of an adapter are printed as stty prints them", async () => {
  const width = sttyWidth(80);
  for (const path of [...UARTS, "/dev/ttyUSB0"]) {
    const { fd } = opened(path);
    for (const any of fc.sample(sttyTermios, 5)) {
      const wanted = copyTermios(any);
      setFlag(wanted, "CLOCAL"); // or the other UART's speed of 0 hangs this one up
      setTermios(fd, wanted);
      const stands = { ...getTermios(fd) };
      stands.lflag &= ~0o40000; // PENDIN: stty has no word for it
      expect([formatAll(stands, { rows: 0, columns: 0 }, width).trimEnd()]).toEqual(
        printedAll([{ path }], 80),
      );
    }
  }
});

test("settings of the line do to a UART what stty does with them", () => {
  const [theirs, ours] = UARTS.map((path) => opened(path)) as [SerialEnd, SerialEnd];
  const words =
    "parenb -parenb parodd cmspar cs5 cs6 cs7 cs8 cstopb -cread clocal -hupcl crtscts evenp -evenp oddp pass8 -pass8";
  const speeds = "50 134.5 9600 57600 115200 230400 4000000 0";
  const start = parsed("sane raw evenp 19200", theirs.termios);
  const differing: unknown[] = [];
  for (const word of `${words} litout -litout raw cooked sane ${speeds}`.split(" ")) {
    for (const { fd } of [theirs, ours]) setTermios(fd, start);
    applied([[theirs, [word]]]);
    setTermios(ours.fd, parsed(word, start));
    const [left, right] = [theirs, ours].map((end) => formatSaved(end.termios));
    if (left !== right) differing.push({ word, left, right });
  }
  expect(differing).toEqual([]);
});

test("what a 16550A takes is set, and what it refuses is named: status 3", async () => {
  opened("/dev/ttyS1");
  const { status, out, said } = await termios("ttyS1", "230400", "cs7", "parenb", "cmspar", "speed");
  expect(said).toBe("robin: set up /dev/ttyS1: the driver did not take speed 230400 (9600 stands)\n");
  expect([status, out]).toEqual([3, "9600\n"]);
  expect(execFileSync("stty", ["-a", "-F", "/dev/ttyS1"], { encoding: "utf8" })).toMatch(
    /^parenb -parodd cmspar cs7 /m,
  );
  expect((await termios("ttyS1", "ispeed", "300")).said).toContain("did not take ispeed 300 (9600 stands)");
});

test("a speed without a symbol stands on an adapter", async () => {
  expect(await termios("ttyUSB0", "250000", "speed")).toEqual({ status: 0, out: "250000\n", said: "" });
});

test("the lines that another program has lowered stay low, where stty raises them", async () => {
  const [a, b] = UARTS.map((path) => opened(path)) as [SerialEnd, SerialEnd];
  const openers = [
    { open: () => execFileSync("stty", ["-F", a.path, "ixany"]), raises: true },
    { open: () => termios(a.path, "-ixany"), raises: false },
  ];
  for (const { open, raises } of openers) {
    a.setLine("dtr", false);
    a.setLine("rts", false);
    await until("the lines to fall", () => !b.lines.dsr && !b.lines.cts, TIMEOUT_MS);
    await open();
    expect(a.lines).toMatchObject({ dtr: raises, rts: raises });
    expect(hasFlag(a.termios, "IXANY")).toBe(raises);
  }
});

test("output that flow control holds is waited for, but not for ever, and ^C ends the wait", async () => {
  const [a, b] = [opened(UARTS[0], { flow: "hardware" }), opened(UARTS[1])];
  b.setLine("rts", false);
  await until("CTS to fall", () => !a.lines.cts, TIMEOUT_MS);
  await a.write(Buffer.alloc(100, "x"));
  await until("some to be held", () => unsentBytes(a.fd) > 0, TIMEOUT_MS);
  const held = unsentBytes(a.fd);
  const before = a.termios;

  const bounded = await termios(a.path, "--drain", "100", "ixany", "-parenb");
  expect(bounded.said).toMatch(
    new RegExp(
      `^robin: set up ${a.path}: ${held} bytes wait to be sent, .* no setting was changed\n  hint: .*--when now`,
    ),
  );
  expect(bounded.status).toBe(3);
  expect(a.termios).toEqual(before);
  expect(unsentBytes(a.fd)).toBe(held);

  const stopped = runRobin(["termios", a.path, "--drain", "600000", "ixany"]);
  await waiting(stopped.child.pid!, a.path);
  stopped.child.kill("SIGINT");
  expect(await stopped.status).toBe("SIGINT");
  expect(a.termios).toEqual(before);

  expect(await termios(a.path, "--when", "now", "ixany")).toEqual({ status: 0, out: "", said: "" });
  expect(hasFlag(a.termios, "IXANY")).toBe(true);
  expect(unsentBytes(a.fd)).toBe(held);

  const patient = runRobin(["termios", a.path, "--drain", "600000", "-ixany"]);
  await waiting(patient.child.pid!, a.path);
  b.setLine("rts", true);
  expect(await patient.status).toBe(0);
  expect(unsentBytes(a.fd)).toBe(0);
  expect(hasFlag(a.termios, "IXANY")).toBe(false);
  await b.expect("x".repeat(100));
});

/** Waits until a process has `path` open and several threads: the one that drains is there. */
async function waiting(pid: number, path: string): Promise<void> {
  await until(
    `process ${pid} to wait for ${path}`,
    () => readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === path),
    TIMEOUT_MS,
  );
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}

function parsed(words: string, from: Termios): Termios {
  const termios = copyTermios(from);
  parseSettings(words.split(" ")).change?.(termios);
  return termios;
}
