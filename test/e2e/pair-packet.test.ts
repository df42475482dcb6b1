/** `robin pair --packet`: a program with a descriptor on which a test raises exceptional conditions. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readlinkSync, rmSync, statSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { flow, flushQueue } from "../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { getTermios, hasFlag, setSpeed, setTermios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { until } from "../support/until.js";

const EXAMPLE = new URL("../../examples/select-exceptional.py", import.meta.url).pathname;
const hasPython = spawnSync("python3", ["--version"]).status === 0;

let folder: string;
let link: string;
let fds: number[];
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-packet-`);
  link = `${folder}/port`;
  fds = [];
});
afterEach(() => {
  for (const fd of fds) close(fd);
  rmSync(folder, { recursive: true, force: true });
});

const shell = (script: string, ...options: string[]) =>
  runRobin(["pair", "--packet", ...options, "--", "sh", "-c", script]);
const openPort = (path: string) => {
  const fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  fds.push(fd);
  return fd;
};
const events = (robin: RobinRun): { event: string; [key: string]: unknown }[] =>
  robin.stdout
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe("a command with the master of a pty in packet mode", () => {
  it("is the example of a test of select's exceptional conditions, which passes", async ({ skip }) => {
    if (!hasPython) skip("there is no python3 here");
    const robin = runRobin(["pair", "--packet", "--", "python3", EXAMPLE]);
    expect([await robin.status, robin.stderr]).toEqual([0, expect.stringMatching(/Ran 5 tests[\s\S]*OK/)]);
  });

  it("has it as descriptor 3, which waits, and knows the port by its name or its link", async () => {
    const robin = shell(
      `echo $ROBIN_MASTER_FD $ROBIN_PORT $(readlink /proc/self/fd/3); grep -E '^(flags|tty-index)' /proc/self/fdinfo/3; stat -c 'made %.9Z' $ROBIN_PORT`,
    );
    expect(await robin.status).toBe(0);
    const [, path, index] = /^3 (\/dev\/pts\/(\d+)) \/dev\/ptmx$/m.exec(robin.stdout.toString())!;
    const [, made] = /^made (\d+\.\d+)$/m.exec(robin.stdout.toString())!;
    expect(madeAt(path!)).not.toBe(made); // gone with robin; its number may be another test's by now
    const [, flags] = /^flags:\s+(\d+)$/m.exec(robin.stdout.toString())!;
    expect(Number.parseInt(flags!, 8) & O_NONBLOCK).toBe(0);
    expect(robin.stdout.toString()).toMatch(new RegExp(`^tty-index:\\s+${index}$`, "m"));

    const linked = shell(`echo $ROBIN_PORT; readlink $ROBIN_PORT`, link);
    expect(await linked.status).toBe(0);
    expect(linked.stdout.toString()).toMatch(new RegExp(`^${link}\n/dev/pts/\\d+\n$`));
    expect(existsSync(link)).toBe(false);
  });

  it("reads there what users of the port write, over their openings and closings, and what they do", async () => {
    // A packet a line; dd takes one read(2) at a time.
    const packets = `for n in 1 2 3 4; do dd bs=100 count=1 status=none <&3 | od -An -tx1; done`;
    const robin = shell(packets, link);
    await until(
      () => `the link; robin said ${robin.stderr}`,
      () => existsSync(link),
    );
    for (const [text, packet] of [
      ["one", " 00 6f 6e 65\n"],
      ["two", " 00 74 77 6f\n"],
    ] as const) {
      const fd = openPort(link);
      write(fd, Buffer.from(text), 0, 3);
      await until(text, () => robin.stdout.includes(packet));
      close(fds.pop()!);
    }
    const fd = openPort(link);
    flushQueue(fd, "both");
    await until("the flush", () => robin.stdout.toString().includes(" 03\n"));
    flow(fd, "stopOutput");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe(" 00 6f 6e 65\n 00 74 77 6f\n 03\n 04\n");
  });

  it("starts with a port that is raw and stops at ^S", async () => {
    const robin = shell("exec sleep 60", link);
    await until(
      () => `the link; robin said ${robin.stderr}`,
      () => existsSync(link),
    );
    const termios = getTermios(openPort(link));
    expect(["ICANON", "ECHO", "ISIG", "IXON"].map((name) => hasFlag(termios, name as "IXON"))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    robin.child.kill("SIGTERM");
    await robin.status;
  });

  it("gives robin its exit status, or 128 and its signal", async () => {
    const [status, signal] = await Promise.all([shell("exit 37").status, shell("kill -KILL $$").status]);
    expect([status, signal]).toEqual([37, 128 + constants.signals.SIGKILL]);
  });

  it("gets robin's signals, and robin its end by them; the link is taken back", async () => {
    const robin = shell(`trap 'echo told; exit 3' TERM; echo ready; while :; do sleep 0.01; done`, link);
    await until("the command", () => robin.stdout.includes("ready"));
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(3);
    expect(robin.stdout.toString()).toBe("ready\ntold\n");
    expect(existsSync(link)).toBe(false);

    const killed = shell("echo ready; exec sleep 60", link);
    await until("the command", () => killed.stdout.includes("ready"));
    killed.child.kill("SIGINT");
    expect(await killed.status).toBe(128 + constants.signals.SIGINT);
    expect(existsSync(link)).toBe(false);
  });

  it("is told of by events under --json, its own output between them", async () => {
    const robin = shell(`echo '{"event":"mine"}'; exit 4`, "--json", link);
    expect(await robin.status).toBe(4);
    expect(events(robin)).toMatchObject([
      { event: "ready", ports: [{ name: "a", path: expect.stringMatching(/^\/dev\/pts/), link }] },
      { event: "mine" },
      { event: "exit", port: "a", status: 4 },
    ]);
  });

  it("that cannot be run is told of, and leaves no link", async () => {
    const none = runRobin(["pair", "--packet", link, "--", "/nowhere/program"]);
    expect(await none.status).toBe(3);
    expect(none.stderr).toBe("robin: run /nowhere/program: no such file or directory (ENOENT)\n");
    expect(existsSync(link)).toBe(false);
    const long = runRobin(["pair", "--packet", link, "--", folder]);
    expect(await long.status).toBe(3);
    expect(long.stderr).toContain(`run ${folder}: permission denied (EACCES)`);
    expect(existsSync(link)).toBe(false);
  });
});

describe("a pair in packet mode", () => {
  it("passes bytes as ever, and tells what is done at its ports", async () => {
    const [a, b] = [`${folder}/a`, `${folder}/b`];
    const robin = runRobin(["pair", "--packet", "--json", a, b]);
    await until("the pair", () => robin.stdout.includes("\n"));
    const [from, to] = [openPort(a), openPort(b)];
    expect(readlinkSync(a)).not.toBe(readlinkSync(b));
    const got: number[] = [];
    const into = new Uint8Array(65536);
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at & 0xff));
    let at = 0;
    await until("all bytes", () => {
      if (at < bytes.length) at += Math.max(0, write(from, bytes, at, bytes.length));
      for (let n = read(to, into); n > 0; n = read(to, into)) got.push(...into.subarray(0, n));
      return got.length >= bytes.length;
    });
    expect(Buffer.from(got).equals(bytes)).toBe(true);

    const packets = () => events(robin).filter(({ event }) => event === "packet");
    flushQueue(from, "input");
    await until("the flush", () => packets().length === 1);
    const termios = getTermios(to);
    setSpeed(termios, 57600);
    setTermios(to, termios);
    await until("the settings", () => packets().length === 2);
    expect(packets()).toEqual([
      { event: "packet", at: expect.any(Number), port: "a", conditions: ["flushRead"] },
      { event: "packet", at: expect.any(Number), port: "b", conditions: ["ioctl"] },
    ]);
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
  });
});

/** When the slave at `path` was made, in seconds as stat(1) prints them; undefined where there is none. */
function madeAt(path: string): string | undefined {
  const ns = statSync(path, { bigint: true, throwIfNoEntry: false })?.ctimeNs;
  return ns === undefined
    ? undefined
    : `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")}`;
}
