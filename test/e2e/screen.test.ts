/** What a person sees: the user's terminal as a terminal emulator shows it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { runRobin } from "../support/robin.js";
import { screenOf } from "../support/screen.js";
import { TestPty } from "../support/test-pty.js";

let device: TestPty;
let user: TestPty;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  setWindowSize(user.slave, { rows: 24, columns: 80 });
});
afterEach(() => {
  device.close();
  user.close();
});

/** What the user's terminal shows of all it got. */
async function screen(): Promise<string[]> {
  user.drain();
  return screenOf(user.received, { rows: 24, columns: 80 });
}

const onUser = () => ({ stdin: user, stdout: user, stderr: user });

describe("the screen", () => {
  it("shows the greeting, what the port sends, and robin's words on lines of their own", async () => {
    const robin = runRobin([device.path, "9600"], onUser());
    await user.expect("quits");
    await device.write("login: ");
    await user.expect("login: ");
    await user.write("\x1c+");
    await user.expect("19200 bps");
    await user.write("\x1c-");
    await user.expect(/ 9600 bps\r\n/);
    await device.write("ok\r\n");
    await user.expect(/ok\r+\n/);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expect(await screen()).toEqual([
      `robin: connected to ${device.path}: 9600 8N1, XON/XOFF flow control (IXON only)`,
      "robin: ^\\ ? lists the keys, ^\\ q quits",
      "login:",
      "robin: 19200 bps",
      "robin: 9600 bps",
      "ok",
      `robin: closed ${device.path}`,
    ]);
  });

  it("shows the board of demo: boot, and answer", async () => {
    const robin = runRobin(["demo:"], onUser());
    await user.expect("demo> ");
    await user.write("echo hello\r");
    await user.expect(/hello\r+\ndemo> $/);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    const lines = await screen();
    expect(lines[2]).toBe("robin demo board, boot ROM 1.0");
    expect(lines.slice(-4)).toEqual([
      "demo> echo hello",
      "hello",
      "demo>",
      expect.stringMatching(/^robin: closed \/dev\/pts\/\d+$/),
    ]);
  });

  it("has robin's lines where they belong also on a terminal that does not return by itself (-onlcr)", async () => {
    const termios = user.termios;
    termios.oflag = 0;
    user.termios = termios;
    const robin = runRobin([device.path], onUser());
    await user.expect("quits");
    await user.write("\x1cs");
    await user.expect("bytes received");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    for (const line of await screen())
      expect(line).toMatch(/^(robin: | {2}(asked for|actual|lines|session) )/);
  });

  it("has colour in robin's words only when it is asked for or fits", async () => {
    const coloured = runRobin(["--color", "always", device.path], { stdin: user, stdout: user });
    await coloured.said("quits");
    await device.write("plain");
    await user.expect("plain");
    await user.write("\x1cq");
    await coloured.status;
    expect(coloured.stderr).toContain("\x1b[");
    user.drain();
    expect(user.received.toString()).toBe("plain");

    const plain = runRobin([device.path], { stdin: user, stdout: user, env: { NO_COLOR: "" } });
    await plain.said("quits");
    await user.write("\x1cq");
    await plain.status;
    expect(plain.stderr).not.toContain("\x1b");
  });
});
