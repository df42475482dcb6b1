import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SecretTerminal, secretTermios } from "../../src/session/secret.js";
import { hasFlag, setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

/** A driver that does not turn the echo off: no pty is one. */
const driver = vi.hoisted(() => ({ keepsEcho: false }));
vi.mock("../../src/tty/termios.js", async (original) => {
  const real = await original<typeof import("../../src/tty/termios.js")>();
  return {
    ...real,
    setTermios(...[fd, termios, action]: Parameters<typeof real.setTermios>) {
      const taken = real.copyTermios(termios);
      if (driver.keepsEcho) real.setFlag(taken, "ECHO");
      real.setTermios(fd, taken, action);
    },
  };
});

let user: TestPty;
beforeEach(() => {
  driver.keepsEcho = false;
  user = new TestPty();
});
afterEach(() => user.close());

function terminal(prompt = "PIN: "): SecretTerminal {
  const made = new SecretTerminal(user.path, Buffer.from(prompt));
  made.waitForForeground();
  return made;
}

describe("a terminal for a secret", () => {
  it("is an error before the prompt is shown where the driver does not turn the echo off", async () => {
    const before = user.termios;
    driver.keepsEcho = true;
    const asked = terminal();
    expect(() => asked.take()).toThrow(
      expect.objectContaining({
        code: "setup-failed",
        message: `set up ${user.path}: the driver did not turn the echo off`,
      }),
    );
    driver.keepsEcho = false;
    asked.giveBack("keep");
    expect(user.termios).toEqual(before);
    user.drain();
    expect(user.received.length).toBe(0);
  });

  it("gives one line, and keeps the next for whoever reads next", async () => {
    const before = user.termios;
    const asked = terminal();
    asked.take();
    const secret = asked.read();
    await user.expect("PIN: ");
    await user.write("one\ntwo\n");
    expect(Buffer.from((await secret)!).toString()).toBe("one");
    asked.giveBack("keep");
    asked.giveBack("discard");
    expect(user.termios).toEqual(before);
    asked.waitForForeground();
    asked.take();
    const next = asked.read();
    await user.write("three\n");
    expect(Buffer.from((await next)!).toString()).toBe("three");
    asked.giveBack("keep");
  });

  it("gives nothing after a hang-up, and is given back without a complaint", async () => {
    const asked = terminal();
    asked.take();
    const secret = asked.read();
    user.hangUp();
    expect(await secret).toBeUndefined();
    asked.giveBack("keep");
    asked.giveBack("discard");
  });

  it("shows a prompt that is longer than what the terminal takes at once", async () => {
    const prompt = `${"long ".repeat(20_000)}PIN: `;
    const asked = terminal(prompt);
    asked.take();
    await user.expect((text) => text === prompt);
    asked.giveBack("discard");
    await until("the end of the line", () => {
      user.drain();
      return user.received.toString() === `${prompt}\r\n`;
    });
  });

  it("changes of the settings what it needs", () => {
    const raw = user.termios;
    for (const name of ["ECHO", "ICANON", "ICRNL", "ISIG"] as const) setFlag(raw, name, false);
    const asked = secretTermios(raw);
    expect(
      ["ECHO", "ECHONL", "ICANON", "ICRNL", "ISIG"].map((name) => hasFlag(asked, name as "ECHO")),
    ).toEqual([false, true, true, true, false]);
    expect(hasFlag(raw, "ECHONL")).toBe(false);
  });

  it("says why it cannot be opened", () => {
    expect(() => new SecretTerminal("/nowhere/tty", new Uint8Array(0))).toThrow(
      expect.objectContaining({
        code: "open-failed",
        message: "open /nowhere/tty: no such file or directory (ENOENT)",
      }),
    );
  });
});
