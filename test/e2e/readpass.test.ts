/** `robin readpass` at a terminal: what it gives, what the terminal shows, and how it leaves it. */

import { constants } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENDING_SIGNALS } from "../../src/cli/ending-signals.js";
import { flow } from "../../src/tty/ioctl.js";
import { POLLIN, pollNow, read } from "../../src/tty/libc.js";
import { hasFlag, setFlag, type Termios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;
const ONLY_BUNDLED = new URL("../support/only-bundled.cjs", import.meta.url).pathname;

let user: TestPty;
let before: Termios;
beforeEach(() => {
  user = new TestPty();
  // Something of one's own, so that a reset to defaults would be seen.
  const termios = user.termios;
  setFlag(termios, "ECHOK", false);
  setFlag(termios, "IXANY");
  termios.cc[5] = 3;
  user.termios = termios;
  before = user.termios;
});
afterEach(() => user.close());

const echoIsOff = () => !hasFlag(user.termios, "ECHO");

/** Runs until it waits for the secret. */
async function ask(
  args: readonly string[] = [],
  options: Parameters<typeof runRobin>[1] = {},
): Promise<RobinRun> {
  const robin = runRobin(["readpass", ...args], { stdin: user, ownSession: true, ...options });
  await user.expect("enter password: ");
  return robin;
}

/** What a shell that edits lines itself would find on the terminal: half a line too. */
function left(): string {
  const editing = user.termios;
  setFlag(editing, "ICANON", false);
  user.termios = editing;
  if ((pollNow(user.slave, POLLIN) & POLLIN) === 0) return ""; // robin's start made the description block
  const bytes = new Uint8Array(256);
  return Buffer.from(bytes.subarray(0, read(user.slave, bytes))).toString();
}

async function shown(): Promise<string> {
  user.drain();
  return user.received.toString("latin1");
}

describe("robin readpass", () => {
  it("writes the secret alone to stdout, and the terminal shows none of it", async () => {
    const robin = await ask();
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    expect(robin.stderr).toBe("");
    expect(await shown()).toBe("enter password: \r\n");
    expect(user.termios).toEqual(before);
  });

  it("has the echo off but for newlines, and changes nothing else, before it shows the prompt", async () => {
    const robin = await ask();
    const asked = { ...before };
    setFlag(asked, "ECHO", false);
    setFlag(asked, "ECHONL");
    expect(user.termios).toEqual(asked);
    await user.write("\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("\n"); // empty is a secret too
  });

  it("shows the prompt that is asked for", async () => {
    const robin = runRobin(["readpass", "--prompt", "PIN für 1: "], { stdin: user, ownSession: true });
    await user.expect(Buffer.from("PIN für 1: ").toString("latin1"));
    await user.write("1234\n");
    expect(await robin.status).toBe(0);
    expect(await shown()).toBe(Buffer.from("PIN für 1: \r\n").toString("latin1"));
  });

  it("takes any bytes, and lines are edited as the terminal does", async () => {
    const robin = await ask();
    await user.write(Buffer.from("wrong\x15p\u00e4ss\u2713w x\x7f\x7f\xff", "utf8"));
    await user.write(Uint8Array.of(0x16, 0x00, 0xfe, 0x0a)); // ^V^@, which is a NUL, and no UTF-8
    expect(await robin.status).toBe(0);
    const expected = Buffer.concat([Buffer.from("p\u00e4ss\u2713w\u00ff"), Buffer.from([0, 0xfe, 0x0a])]);
    expect(robin.stdout).toEqual(expected);
    expect(await shown()).toBe("enter password: \r\n");
  });

  it("takes what was typed before ^D", async () => {
    const robin = await ask();
    await user.write("s3cret\x04");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    expect(await shown()).toBe("enter password: \r\n");
    expect(user.termios).toEqual(before);
  });

  it("takes a secret as long as the terminal can tell that it is whole", async () => {
    const robin = await ask();
    const secret = "0123456789".repeat(410).slice(0, 4094);
    await user.write(`${secret}\n`);
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe(`${secret}\n`);
  });

  it.each([4095, 4096, 9000])("refuses one of %i bytes, which the terminal may have cut", async (length) => {
    const robin = await ask();
    await user.write("x".repeat(length));
    await user.write("\n");
    expect(await robin.status).toBe(3);
    expect(robin.stdout.length).toBe(0);
    expect(robin.stderr).toBe(
      "robin: read a secret from /dev/tty: it is longer than the 4094 bytes that a terminal's line holds\n",
    );
    expect(user.termios).toEqual(before);
  });

  it("discards what was typed before the prompt, and keeps what is typed behind the secret", async () => {
    await user.write("too early\n");
    const robin = await ask();
    await user.write("s3cret\nnext command\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    expect(left()).toBe("next command\n");
    expect(await shown()).not.toContain("next");
  });

  it("asks at a terminal that was left raw, and leaves it so", async () => {
    const raw = user.termios;
    for (const name of ["ICANON", "ECHO", "ICRNL", "OPOST"] as const) setFlag(raw, name, false);
    user.termios = raw;
    const robin = await ask();
    await user.write("s3cret\r");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    expect(user.termios).toEqual(raw);
  });

  it("loads nothing of the portable driver", async () => {
    const robin = await ask([], { env: { NODE_OPTIONS: `--require ${ONLY_BUNDLED}` } });
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toBe("");
  });

  it("warns that the secret will be seen where stdout is a terminal", async () => {
    const robin = runRobin(["readpass"], { stdin: user, stdout: user, ownSession: true });
    await user.expect("enter password: ");
    expect(robin.stderr).toBe("robin: stdout is a terminal: the secret will be seen on it\n");
    await user.write("seen\n");
    expect(await robin.status).toBe(0);
    await user.expect("\r\nseen\r\n");
  });
});

describe("robin readpass gives the terminal back, half a secret is discarded", () => {
  it.each(ENDING_SIGNALS)("after %s, status 128+n", async (signal) => {
    const robin = await ask();
    await user.write("half a sec");
    await until("the echo to be off", echoIsOff);
    robin.child.kill(signal);
    expect(await robin.status).toBe(128 + constants.signals[signal]);
    expect(user.termios).toEqual(before);
    expect(left()).toBe("");
    expect({ stdout: robin.stdout.toString(), stderr: robin.stderr }).toEqual({ stdout: "", stderr: "" });
    expect(await shown()).toBe("enter password: \r\n");
  });

  it.each([
    ["^C", "\x03", 130],
    ["^\\", "\x1c", 131],
  ])("after %s, status 128+n", async (_, key, status) => {
    const robin = await ask();
    await user.write(`half a sec${key}`);
    expect(await robin.status).toBe(status);
    expect(user.termios).toEqual(before);
    expect(left()).toBe("");
    expect(await shown()).toBe("enter password: \r\n");
  });

  it("after two signals at once", async () => {
    const robin = await ask();
    robin.child.kill("SIGTERM");
    robin.child.kill("SIGINT");
    expect([128 + 15, 128 + 2]).toContain(await robin.status);
    expect(user.termios).toEqual(before);
  });

  it("after ^D with nothing typed, status 5", async () => {
    const robin = await ask();
    await user.write("\x04");
    expect(await robin.status).toBe(5);
    expect(robin.stdout.length).toBe(0);
    expect(robin.stderr).toBe(
      "robin: read a secret from /dev/tty: the input ended before anything was typed\n",
    );
    expect(await shown()).toBe("enter password: \r\n");
    expect(user.termios).toEqual(before);
  });

  it("after a fault that nobody expects, status 1", async () => {
    const robin = await ask([], { env: { NODE_OPTIONS: `--require ${PLANT_FAULT}` } });
    await user.write("half a sec");
    robin.child.kill("SIGUSR2");
    expect(await robin.status).toBe(1);
    expect(robin.stderr).toContain("planted");
    expect(user.termios).toEqual(before);
    expect(left()).toBe("");
  });

  it("after a hang-up it ends, status 129", async () => {
    const robin = await ask();
    user.closeSlave();
    user.hangUp();
    expect(await robin.status).toBe(129);
    expect({ stdout: robin.stdout.toString(), stderr: robin.stderr }).toEqual({ stdout: "", stderr: "" });
  });

  it("on a terminal whose output is stopped, where not even the prompt can be shown", async () => {
    flow(user.slave, "stopOutput");
    const robin = runRobin(["readpass"], { stdin: user, ownSession: true });
    await until("the echo to be off", echoIsOff);
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    expect(user.termios).toEqual(before);
    flow(user.slave, "startOutput");
    expect(await shown()).not.toContain("enter");
  });

  it("shows the prompt when a stopped terminal goes on", async () => {
    flow(user.slave, "stopOutput");
    const robin = runRobin(["readpass"], { stdin: user, ownSession: true });
    await until("the echo to be off", echoIsOff);
    flow(user.slave, "startOutput");
    await user.expect("enter password: ");
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
  });
});
