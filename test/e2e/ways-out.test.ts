/** Whatever ends a session, the port's settings and the user's terminal are as they were, field by field. */

import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENDING_SIGNALS } from "../../src/cli/ending-signals.js";
import { hasFlag, setFlag, type Termios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;

let device: TestPty;
let user: TestPty;
let deviceBefore: Termios;
let userBefore: Termios;

beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  // Something of one's own in both, so that a reset to defaults would be seen.
  for (const pty of [device, user]) {
    const termios = pty.termios;
    setFlag(termios, "ECHOK", false);
    setFlag(termios, "IXANY");
    termios.cc[0] = 0x07;
    termios.cc[5] = 3;
    pty.termios = termios;
  }
  deviceBefore = device.termios;
  userBefore = user.termios;
});
afterEach(() => {
  device.close();
  user.close();
});

async function start(
  args: readonly string[] = [],
  options: Parameters<typeof runRobin>[1] = {},
): Promise<RobinRun> {
  const robin = runRobin(["-b", "57600", "--hwflow", ...args, device.path], {
    stdin: user,
    stdout: user,
    ...options,
  });
  await robin.said("connected");
  await until("both to be set up", () => !hasFlag(user.termios, "ICANON") && device.termios.ospeed === 57600);
  return robin;
}

function expectAllRestored(): void {
  expect(device.termios).toEqual(deviceBefore);
  expect(user.termios).toEqual(userBefore);
}

describe("both terminals are as they were", () => {
  it("after the quit key, status 0", async () => {
    const robin = await start();
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expectAllRestored();
  });

  it("after the end of input, status 0", async () => {
    const robin = runRobin(["-b", "57600", device.path]);
    robin.child.stdin!.end("last words");
    expect(await robin.status).toBe(0);
    await device.expect("last words");
    expectAllRestored();
  });

  it("after --idle-exit of silence, status 0", async () => {
    const robin = await start(["--idle-exit", "100"]);
    expect(await robin.status).toBe(0);
    expectAllRestored();
  });

  it.each([...ENDING_SIGNALS, "SIGPIPE"] as const)("after %s, status 128+n", async (signal) => {
    const robin = await start();
    robin.child.kill(signal);
    expect(await robin.status).toBe(128 + constants.signals[signal]);
    expectAllRestored();
  });

  it("after an uncaught exception, status 1, which is told", async () => {
    const robin = await start([], { env: { NODE_OPTIONS: `--require=${PLANT_FAULT}` } });
    robin.child.kill("SIGUSR2");
    expect(await robin.status).toBe(1);
    expect(robin.stderr).toContain("robin: a fault of robin's own: planted");
    expectAllRestored();
  });

  it("after an unhandled rejection, status 1", async () => {
    const robin = await start([], { env: { NODE_OPTIONS: `--require=${PLANT_FAULT}`, PLANT: "rejection" } });
    robin.child.kill("SIGUSR2");
    expect(await robin.status).toBe(1);
    expectAllRestored();
  });

  it("after a refused setting under --strict, status 3, which names it and what stands", async () => {
    const robin = runRobin(["--strict", "--databits", "7", device.path], { stdin: user, stdout: user });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain("did not take CSIZE CS7, it stands at CS8");
    expectAllRestored();
  });

  it("after a closed stdout, quietly, status 0", async () => {
    const robin = runRobin([device.path], { stdin: user });
    await robin.said("quits");
    robin.child.stdout!.destroy();
    await device.write("nobody reads this");
    expect(await robin.status).toBe(0);
    expect(robin.stderr).not.toMatch(/EPIPE|fault/);
    expectAllRestored();
  });

  it("not at all where only the reader of robin's words is gone: the session goes on", async () => {
    const wrap = ["bash", "-c", 'exec "$@" 2> >(exec true)', "bash"]; // a real pipe: a socket raises no SIGPIPE
    const robin = runRobin([device.path], { stdin: user, stdout: user, wrap });
    await until("the terminal to be raw", () => !hasFlag(user.termios, "ICANON"));
    await user.write("\x1cs\x1cstyped");
    await device.expect("typed");
    await user.write("\x1csmore");
    await device.expect("more");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expectAllRestored();
  });

  it("after the port is lost, status 5: the user's terminal", async () => {
    const robin = await start();
    device.hangUp();
    expect(await robin.status).toBe(5);
    expect(robin.stderr).toContain(`${device.path}: the port was lost`);
    expect(user.termios).toEqual(userBefore);
  });

  it("after the user's terminal is hung up, status 129: the port", async () => {
    const robin = await start([], { ownSession: true });
    user.hangUp();
    expect(await robin.status).toBe(129);
    expect(device.termios).toEqual(deviceBefore);
  });

  it("after the user's terminal is hung up, without SIGHUP as well", async () => {
    const robin = await start();
    user.hangUp();
    expect(await robin.status).toBe(129);
    expect(device.termios).toEqual(deviceBefore);
  });
});

describe("a port that takes no more", () => {
  const flood = async () => {
    await user.write(Buffer.alloc(100_000, "x"));
  };

  it("does not keep the quit key from working: the rest is counted, status 7, in the time of --drain", async () => {
    const robin = await start(["--drain", "100"]);
    await flood();
    await user.write("\x1cq");
    expect(await robin.status).toBe(7);
    expect(robin.stderr).toMatch(/\d{5} bytes were left unsent when --drain 100 ran out/);
    expectAllRestored();
  });

  it("is still read", async () => {
    const robin = await start();
    await flood();
    await device.write("still here");
    await user.expect("still here");
    robin.child.kill("SIGTERM");
    robin.child.kill("SIGTERM");
    await robin.status;
  });

  it("lets a second signal force the way out", async () => {
    const robin = await start(["-v", "--drain", "600000"]);
    await flood();
    robin.child.kill("SIGTERM");
    await robin.said("SIGTERM: leaving");
    robin.child.kill("SIGINT");
    expect(await robin.status).toBe(143);
    expectAllRestored();
  });

  it("gets all of a paste, in order, once it takes bytes again", async () => {
    const robin = await start();
    const paste = Buffer.from(Array.from({ length: 200_000 }, (_, at) => 0x41 + (at % 26)));
    await user.write(paste);
    await user.write("\x1cq");
    await device.expect((_, bytes) => bytes.length >= paste.length);
    expect(device.received.equals(paste)).toBe(true);
    expect(await robin.status).toBe(0);
  });
});

describe("a screen that is stopped", () => {
  it("does not stop the keyboard: quitting works, and nothing is left raw", async () => {
    const robin = await start(["--drain", "100"]);
    // Nobody reads the user's master any more: the screen fills, as after ^S or behind a dead connection.
    await fill(device);
    await user.write("k");
    await device.expect("k");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expectAllRestored();
  });

  it("does not stop robin's own words either", async () => {
    const robin = runRobin(["--drain", "100", device.path], { stdin: user, stdout: user, stderr: user });
    await until("the terminal to be raw", () => !hasFlag(user.termios, "ICANON"));
    await fill(device);
    for (let times = 0; times < 200; times++) await user.write("\x1cs");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expectAllRestored();
  });

  it("behind a pipe is a loss that is told: status 7", async () => {
    const { openSync, closeSync } = await import("node:fs");
    const fifo = `/tmp/robin-fifo-${process.pid}`;
    spawnSync("mkfifo", [fifo]);
    const fd = openSync(fifo, "r+");
    const robin = runRobin(["--drain", "100", device.path], { stdin: user, stdout: fd });
    await robin.said("quits");
    await fill(device);
    await user.write("\x1cq");
    expect(await robin.status).toBe(7);
    expect(robin.stderr).toMatch(/write stdout: \d+ bytes from .* were not taken/);
    closeSync(fd);
    spawnSync("rm", [fifo]);
    expectAllRestored();
  });
});

/** Writes until the line behind the port is full, and robin's screen with it. */
async function fill(pty: TestPty): Promise<void> {
  const { write } = await import("../../src/tty/libc.js");
  const line = Buffer.from(`${"f".repeat(78)}\r\n`);
  let refusals = 0;
  await until("the line to be full", () => {
    for (let at = 0; at < 500; at++) {
      if (write(pty.master, line, 0, line.length) > 0) refusals = 0;
      else refusals++;
    }
    return refusals > 20_000;
  });
}
