/** The built command with ROBIN_DRIVER=serialport, as on a system without the libc layer. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { write } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { noise } from "./traffic.js";

const env = { ROBIN_DRIVER: "serialport" };
const LOST = 5;

/** Writes to the port's device end until it takes no more for a while. */
async function fill(pty: TestPty): Promise<void> {
  const chunk = noise(4096, 2);
  let looks = 0;
  await until(`${pty.path} to be full`, () => {
    looks = write(pty.master, chunk, 0, chunk.length) === -errno.EAGAIN ? looks + 1 : 0;
    return looks === 50;
  });
}

/** Processor time over time of a process, in the second from now on. */
async function shareOfProcessor(pid: number): Promise<number> {
  const spentMs = () => {
    // proc_pid_stat(5): utime and stime are fields 14 and 15, in ticks of 10 ms; field 2 may hold spaces
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const [before, startMs] = [spentMs(), performance.now()];
  await until("a second to pass", () => performance.now() - startMs > 1000);
  return (spentMs() - before) / (performance.now() - startMs);
}

describe("robin on the portable driver", () => {
  let pty: TestPty;
  let robin: RobinRun | undefined;
  beforeEach(() => {
    pty = new TestPty();
  });
  afterEach(async () => {
    robin?.child.kill("SIGKILL");
    await robin?.status;
    robin = undefined;
    pty.close();
  });
  const run = (args: readonly string[], options: Parameters<typeof runRobin>[1] = {}) => {
    robin = runRobin(args, { env, ...options });
    return robin;
  };
  const connected = async (args: readonly string[] = [], options: Parameters<typeof runRobin>[1] = {}) => {
    const started = run(["-v", "-b", "115200", ...args, pty.path], options);
    await started.said("connected");
    return started;
  };

  test("bridges all bytes both ways, and ends with status 5 when the line is hung up", async () => {
    const { child, ...rest } = await connected();
    const bytes = noise(200_000, 1);
    const [there, back] = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
    child.stdin?.write(there);
    await Promise.all([
      pty.write(back),
      pty.expect((_, received) => received.length >= there.length),
      until("all of it on stdout", () => robin!.stdout.length >= back.length),
    ]);
    expect(pty.received.equals(there)).toBe(true);
    expect(robin!.stdout.equals(back)).toBe(true);
    pty.hangUp();
    expect(await rest.status).toBe(LOST);
    expect(robin!.stderr).toContain(`bridge ${pty.path}: the port was lost`);
  });

  test("sends what is left at the end of input, and ends with status 0", async () => {
    const { child, status } = await connected();
    child.stdin?.end("the end");
    expect(await status).toBe(0);
    await pty.expect("the end");
  });

  test("does not load the libc layer, and without the variable does not load serialport", async () => {
    const loaded = (pid: number | undefined) => readFileSync(`/proc/${pid}/maps`, "utf8");
    const portable = await connected();
    expect(loaded(portable.child.pid)).toContain("bindings-cpp");
    expect(loaded(portable.child.pid)).not.toContain("koffi");
    portable.child.stdin?.end();
    await portable.status;
    const other = await connected([], { env: {} });
    expect(loaded(other.child.pid)).toContain("koffi");
    expect(loaded(other.child.pid)).not.toContain("serialport/node_modules");
  });

  test("burns no processor time while its screen is stopped, nor after a hang-up behind that", async () => {
    const { child, status } = await connected(["--drain", "3000"]);
    child.stdout?.pause(); // nobody reads the screen, so robin stops reading the port
    await fill(pty);
    child.stdin?.write("x".repeat(100_000)); // it has to wait, and after that bindings-cpp alone would spin
    await pty.expect((_, received) => received.length >= 100_000);
    expect(await shareOfProcessor(child.pid!)).toBeLessThan(0.3);

    pty.hangUp();
    child.stdin?.write("x"); // by which it sees the hang-up, for it does not read
    expect(await shareOfProcessor(child.pid!)).toBeLessThan(0.3);
    expect(child.exitCode).toBeNull();
    child.stdout?.resume();
    expect(await status).toBe(LOST);
    expect(robin!.stdout.length).toBeGreaterThan(4096); // what was read before it
  });

  test("says that it chose a speed where none was asked for", async () => {
    const { stderr, said } = run(["-v", pty.path]);
    expect(stderr).toBe("");
    await said(`set up ${pty.path}: the driver did not take speed as it stands, it stands at 9600`);
    await said("8N1, no flow control");
  });

  test.each([
    ["--strict", "does not see which settings a port refuses"],
    ["--keep", "changes every setting of a port that it opens"],
  ])("refuses %s with status 3 and a hint", async (option, why) => {
    const { status } = run([option, pty.path]);
    expect(await status).toBe(3);
    expect(robin!.stderr).toContain(
      `robin: open ${pty.path}: the portable driver ${why}\n  hint: leave ${option} out`,
    );
    expect(robin!.stderr).toContain("ROBIN_DRIVER=serialport");
  });

  test("runs demo: in memory", async () => {
    const { child, status } = run(["demo:", "--idle-exit", "500"]);
    child.stdin?.end("help\n");
    expect(await status).toBe(0);
    expect(`${robin!.stdout}`).toMatch(/demo> help\r\n {2}help +list the commands/);
  });

  test("has the escape key on a terminal, which it gives back", async () => {
    const user = new TestPty();
    const before = user.termios;
    const { status } = run(["-b", "115200", pty.path], { stdin: user, stdout: user, stderr: user });
    await user.expect("^\\ ? lists the keys");
    await user.write("typed\x1cq");
    expect(await status).toBe(0);
    await pty.expect("typed");
    expect(user.termios).toEqual(before);
    user.close();
  });
});
