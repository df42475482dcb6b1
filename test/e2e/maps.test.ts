/** Character maps in a session of the built command. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setFlag } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";

let device: TestPty;
let user: TestPty;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  // A terminal that makes CR LF of LF itself would hide what becomes of it.
  const { termios } = user;
  setFlag(termios, "OPOST", false);
  user.termios = termios;
});
afterEach(() => {
  device.close();
  user.close();
});

/** Starts a session at a terminal; `end` quits it. */
async function start(...args: string[]): Promise<() => Promise<void>> {
  const robin = runRobin([...args, device.path], { stdin: user, stdout: user, stderr: user });
  await user.expect("quits");
  user.clear();
  return async () => {
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  };
}

describe("character maps", () => {
  it.each([
    ["--imap", "lfcrlf,spchex,8bithex", "boot\n\x1b[2J\xff\r\n.", "boot\r\n[1b][2J[ff]\r\r\n."],
    ["-m", "ICRNL,INLCRNL,IFFESCC", "a\rb\nc\fd.", "a\r\nb\r\nc\x1bcd."],
    ["--imap", "igncr,nrmhex", "\rok\n.", "[6f][6b]\n[2e]"],
  ])("%s %s show %j as %j", async (option, rules, arriving, shown) => {
    const end = await start(option, rules);
    await device.write(arriving);
    await user.expect((text) => text.length >= shown.length);
    expect(user.received.toString("latin1")).toBe(shown);
    await end();
  });

  it.each([
    ["--omap", "crlf,delbs", "ls\r\x7f.", "ls\n\b."],
    ["-m", "ONLCRNL,OLTU", "ls\rx\n.", "LS\r\nX\r\n."],
  ])("%s %s send %j as %j", async (option, rules, typed, sent) => {
    const end = await start(option, rules);
    await user.write(typed);
    await device.expect((text) => text.length >= sent.length);
    expect(device.received.toString("latin1")).toBe(sent);
    await end();
  });

  it("of the echo show what is typed, and leave what is sent as it is", async () => {
    const end = await start("--echo", "--emap", "crcrlf,delbs");
    await user.write("ls\r\x7f.");
    await device.expect(".");
    await user.expect(".");
    expect(device.received.toString("latin1")).toBe("ls\r\x7f.");
    expect(user.received.toString("latin1")).toBe("ls\r\n\b.");
    await end();
  });

  it("hold for what comes by a pipe", async () => {
    const robin = runRobin(["-m", "ONLCRNL,INLCR", device.path]);
    robin.child.stdin!.end("one\ntwo\n");
    await device.expect("two\r\n");
    expect(device.received.toString("latin1")).toBe("one\r\ntwo\r\n");
    expect(await robin.status).toBe(0);
  });

  it("that ask for a break have it tried between the bytes, which all go out", async () => {
    const end = await start("-m", "ONULBRK");
    await user.write("ab\0cd\0.");
    await device.expect(".");
    expect(device.received.toString("latin1")).toBe("abcd.");
    await user.expect(/break.*a pty has no line to hold/);
    await end();
  });

  it.each([
    [
      ["--imap", "crfl"],
      /^robin: option --imap: "crfl" is no character map \(did you mean crlf\?\)\n {2}hint: /,
    ],
    [
      ["-m", "crlf"],
      /^robin: option --map: "crlf" does not say on which side: write ICRNL for what arrives or OCRNL/,
    ],
    [
      ["--omap", "crlf", "-m", "OIGNCR"],
      /^robin: options --omap and --map: crlf and igncr: they make different/,
    ],
  ])("%j are refused before the port is opened", async (args, said) => {
    const robin = runRobin([...args, "/dev/there-is-no-such-port"]);
    expect(await robin.status).toBe(2);
    expect(robin.stderr).toMatch(said);
  });
});
