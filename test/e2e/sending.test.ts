/** Typing by lines, the prompt, and pacing, in the built command. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { screenOf } from "../support/screen.js";
import { TestPty } from "../support/test-pty.js";

const SIZE = { rows: 12, columns: 60 };
let device: TestPty;
let user: TestPty;
let home: string;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  setWindowSize(user.slave, SIZE);
  home = mkdtempSync(join(tmpdir(), "robin-sending-"));
});
afterEach(() => {
  device.close();
  user.close();
  rmSync(home, { recursive: true, force: true });
});

/** The history's file. */
function saved(): string | undefined {
  const path = join(home, "robin", "history");
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function start(...args: string[]): Promise<RobinRun> {
  const robin = runRobin([...args, device.path], {
    stdin: user,
    stdout: user,
    stderr: user,
    env: { XDG_STATE_HOME: home },
  });
  await user.expect("quits");
  user.clear();
  return robin;
}

/** The last row of the user's screen that is not empty. */
async function lastRow(): Promise<string | undefined> {
  return (await screenOf(user.received, SIZE)).at(-1);
}

async function untilRow(row: string): Promise<void> {
  for (let last = await lastRow(); last !== row; last = await lastRow()) {
    const { length } = user.received;
    await user.expect(() => user.received.length > length);
  }
}

describe("a line that is edited here", () => {
  it("is sent at Enter, and stays readable while the device prints", async () => {
    const robin = await start("--input", "line");
    await device.write("login: ");
    await user.expect("login: ");
    await user.write("rot\x1b[Do");
    await untilRow("login: root");
    await device.write("\r\n[  9.1] usb 1-1: new\r\nlogin: ");
    await user.expect("new");
    await untilRow("login: root");
    await user.write("\r");
    await device.expect("root\r");
    expect(device.received.toString()).toBe("root\r");
    await user.write("half\x03");
    await device.expect("\x03");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });
});

describe("the prompt", () => {
  it("leaves no trace when Esc gives it up, and takes no key afterwards", async () => {
    const robin = await start();
    await device.write("login: ");
    await untilRow("login:");
    await user.write("\x1c:bps");
    await untilRow(": bps");
    await device.write("late");
    await user.write("\x1b");
    await untilRow("login: late");
    await user.write("x");
    await device.expect("x");
    expect(device.received.toString()).toBe("x");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("knows what was typed there in an earlier session, and nothing that was typed for the device", async () => {
    for (const row of [":", ": echo on"]) {
      const robin = await start("--input", "line");
      await user.write("secret\r");
      await device.expect("secret\r");
      await user.write("\x1c:");
      await untilRow(":");
      // The file is read meanwhile.
      do {
        const { length } = user.received;
        await user.write("\x1b[A");
        await user.expect(() => user.received.length > length);
      } while ((await lastRow()) !== row);
      await user.write("\x15echo on\r");
      await user.expect(() => saved() === "options echo on\n");
      await user.write("\x1cq");
      expect(await robin.status).toBe(0);
      device.clear();
      user.clear();
    }
  });
});

describe("the pace", () => {
  it("of --send-wait is the device's prompt, and the answer to the last line is shown", async () => {
    const robin = runRobin(["--send-wait", "^> $", device.path]);
    robin.child.stdin!.end("one\ntwo\n");
    for (const line of ["one\n", "two\n"]) {
      await device.expect(line);
      expect(device.received.toString()).toBe(line);
      device.clear();
      await device.write(`answer to ${line}\r\n> `);
    }
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toMatch(/answer to two\n\r\n> $/);
  });

  it.each([
    ["stays open", false],
    ["has ended", true],
  ])("that a device does not keep is status 6, where the input %s", async (_, hasEnded) => {
    const robin = runRobin(["--send-wait", "^> $", "--send-timeout", "100", device.path]);
    robin.child.stdin!.write("one\n");
    if (hasEnded) robin.child.stdin!.end();
    expect(await robin.status).toBe(6);
    expect(robin.stderr).toContain(`send to ${device.path}: no prompt came within 100 ms`);
  });

  it("of --send-echo is the device's echo, byte by byte", async () => {
    const robin = runRobin(["--send-echo", device.path]);
    robin.child.stdin!.end("print 1\rreset\r");
    for (const byte of "print 1\rreset\r") {
      await device.expect(byte);
      expect(device.received.toString()).toBe(byte);
      device.clear();
      await device.write(byte === "\r" ? "\r\n" : byte);
    }
    expect(await robin.status).toBe(0);
  });

  it("of --send-line-delay is kept to the end, however short --drain is", async () => {
    const robin = runRobin(["--send-line-delay", "400ms", "--drain", "50", device.path]);
    const startMs = performance.now();
    robin.child.stdin!.end("one\ntwo\n");
    await device.expect("two\n");
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(400);
    expect(await robin.status).toBe(0);
  });
});
