/** The escape key, typed at a terminal in front of the built command. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unreadBytes } from "../../src/tty/ioctl.js";
import { hasFlag } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let user: TestPty;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
});
afterEach(() => {
  device.close();
  user.close();
});

async function start(...args: string[]): Promise<RobinRun> {
  const robin = runRobin([...args, device.path], { stdin: user, stdout: user, stderr: user });
  await user.expect("quits");
  return robin;
}

describe("the escape key", () => {
  it("quits with q, from the same read or alone", async () => {
    for (const cut of [["\x1cq"], ["\x1c", "q"]]) {
      user.clear();
      const robin = await start();
      for (const part of cut) {
        await user.write(part);
        await until("the part to be read", () => unread(user) === 0);
      }
      expect(await robin.status).toBe(0);
      await user.expect(`closed ${device.path}`);
    }
  });

  it("gives the same bytes for every cut of what is typed", async () => {
    const typed = Buffer.from("ab\x1c\x1ccd\x1ck\x1cy.");
    const robin = await start("--noflow");
    for (let cut = 0; cut <= typed.length; cut++) {
      device.clear();
      await user.write(typed.subarray(0, cut));
      await until("the first part to be read", () => unread(user) === 0);
      await user.write(typed.subarray(cut));
      await device.expect(".");
      expect(device.received.toString("latin1"), `cut at ${cut}`).toBe("ab\x1ccdky.");
    }
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("passes every other byte of a keyboard, ^C ^S ^Q ^V ^Z and the high ones included", async () => {
    const typed = Buffer.from(
      Array.from({ length: 256 }, (_, value) => value).filter((value) => value !== 0x1c),
    );
    const robin = await start("--noflow");
    await user.write(typed);
    await device.expect((_, bytes) => bytes.length >= typed.length);
    expect(device.received).toEqual(typed);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("can be another key, and then ^\\ is a byte like any other", async () => {
    const robin = await start("--escape", "^a");
    await user.write("\x1cq\x01\x01.");
    await device.expect(".");
    expect(device.received.toString("latin1")).toBe("\x1cq\x01.");
    await user.write("\x01q");
    expect(await robin.status).toBe(0);
  });

  it("does not exist with --no-escape", async () => {
    const robin = runRobin(["--no-escape", device.path], { stdin: user, stdout: user, stderr: user });
    await user.expect("no escape key");
    await user.write("\x1cq.");
    await device.expect(".");
    expect(device.received.toString("latin1")).toBe("\x1cq.");
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
  });

  it("does not exist with --raw, which says nothing either", async () => {
    const robin = runRobin(["--raw", "--noflow", device.path], { stdin: user, stdout: user, stderr: user });
    await until("the terminal to be raw", () => !hasFlag(user.termios, "ICANON"));
    await user.write("\x1cq.");
    await device.expect(".");
    expect(device.received.toString("latin1")).toBe("\x1cq.");
    await device.write("answer");
    await user.expect("answer");
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    user.drain();
    expect(user.received.toString()).toBe("answer");
  });
});

describe("the keys", () => {
  it("? lists every key on stderr where nothing can be drawn, not to the port", async () => {
    const robin = runRobin([device.path], { stdin: user, stdout: user, env: { TERM: "dumb" } });
    await robin.said("quits");
    await user.write("\x1c?");
    await robin.said(/\^\\ z {2}suspend/);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    device.drain();
    expect(device.received.length).toBe(0);
  });

  it("s shows what was asked for and what stands", async () => {
    const robin = runRobin(["-b", "19200", "-s", device.path], { stdin: user, stdout: user });
    await robin.said("quits");
    await user.write("\x1cs");
    await robin.said(/asked for {2}19200, XON\/XOFF flow control\n/);
    await robin.said(/actual {5}19200 8N1, XON\/XOFF flow control\n/);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("+ and - go through the standard speeds", async () => {
    const robin = runRobin(["-b", "9600", device.path], { stdin: user, stdout: user });
    await robin.said("quits");
    await user.write("\x1c+");
    await robin.said("19200 bps");
    expect(device.termios.ospeed).toBe(19200);
    await user.write("\x1c-\x1c-");
    await robin.said("4800 bps");
    expect(device.termios.ospeed).toBe(4800);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("d, r and p say that a pty has no modem lines, and the session goes on", async () => {
    const robin = await start();
    await user.write("\x1cd\x1cr\x1cp");
    await user.expect(/(the device has no such thing[\s\S]*){3}/);
    await user.write("on");
    await device.expect("on");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("b says that a pty has no line to hold, and bytes typed after it arrive", async () => {
    const robin = await start();
    await user.write("\x1cbx");
    await user.expect(`send a break on ${device.path}: a pty has no line to hold`);
    await device.expect("x");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("e shows what is typed, and no longer after a second time", async () => {
    const robin = await start();
    await user.write("\x1ceseen\x1ceunseen");
    await device.expect("seenunseen");
    await user.expect("local echo is off");
    expect(user.received.toString()).toMatch(/local echo is on\r\nseen\r\nrobin: local/);
    expect(user.received.toString()).not.toContain("unseen");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("f discards what the port has not taken", async () => {
    const robin = await start("--noflow");
    await user.write(Buffer.alloc(64 * 1024, "x")); // more than a pty holds
    await user.write("\x1cf");
    await user.expect(/both queues discarded, and \d+ bytes that were not sent/);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("w types this window's size at the far shell", async () => {
    const { setWindowSize } = await import("../../src/tty/ioctl.js");
    setWindowSize(user.slave, { rows: 33, columns: 101 });
    const robin = await start();
    await user.write("\x1cw");
    await device.expect("stty rows 33 cols 101\r");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("c clears the screen, and writes nothing where stdout is no screen", async () => {
    const robin = await start();
    await user.write("\x1cc");
    await user.expect("\x1b[H\x1b[2J");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);

    const piped = runRobin([device.path], { stdin: user });
    await piped.said("quits");
    await user.write("\x1cc\x1cq");
    expect(await piped.status).toBe(0);
    expect(piped.stdout.length).toBe(0);
  });
});

/** Bytes that were typed and that robin has not read yet. */
function unread(pty: TestPty): number {
  return unreadBytes(pty.slave);
}
