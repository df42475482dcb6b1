/** The setup of a running session, as a person uses it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { ESC, ESCAPE_KEY, expectDesk, quit, startDesk } from "./menu-support.js";

const SETUP = `${ESCAPE_KEY}o`;
const DOWN = "\x1b[B";
const RIGHT = "\x1b[C";
const LEFT = "\x1b[D";

describe("the setup", () => {
  it("shows what holds, and leaves the device's screen as it was", async () => {
    const { face, device } = await startDesk(["--echo"]);
    await device.write("login: ");
    await face.until("login:");
    const before = face.screen();
    await face.type(SETUP);
    expectDesk(await face.until(/echo +on/), "setup-session-80x24");
    expect(face.isAlternate).toBe(true);
    await face.type(ESC);
    await face.until(() => !face.isAlternate);
    expect(face.screen()).toEqual(before);
    await quit(face);
  });

  it("sets the port's speed at once, typed or by arrows", async () => {
    const { face, device } = await startDesk();
    await face.type(SETUP);
    await face.until(/> bps +‹ 115200 ›/);
    await face.type("9600\r");
    await face.until(/> bps +‹ 9600 ›/);
    expect(device.termios.ospeed).toBe(9600);
    await face.type(RIGHT);
    await face.until(/> bps +‹ 19200 ›/);
    expect(device.termios.ospeed).toBe(19200);
    await face.type(LEFT.repeat(2));
    await face.until(/> bps +‹ 4800 ›/);
    await until(
      () => `4800 bps, it is ${device.termios.ospeed}`,
      () => device.termios.ospeed === 4800,
    );
    await face.type(ESC);
    await face.until(() => !face.isAlternate);
    await quit(face);
  });

  it("says beside the field what the driver did not take, and what it has", async () => {
    const { face } = await startDesk();
    await face.type(SETUP);
    await face.until("> bps");
    await face.type(`${DOWN.repeat(2)}7`); // a pty has eight data bits
    await face.until(/> databits +‹ 8 › +! the driver took CS8, not CS7/);
    await face.type(`${DOWN}e`);
    await face.until(/> parity +‹ none › +! /);
    await face.until(/databits +8 +! the driver took CS8/);
    await quit(face);
  });

  it("says beside the field what is wrong with a value, with the nearest one that is right", async () => {
    const { face } = await startDesk();
    await face.type(`${SETUP}\t${DOWN}lfcrl\r`);
    await face.until(/> imap +none +! "lfcrl" is no/);
    await face.until("did you mean lfcr?");
    await face.type("\rlfcrl\t\r");
    await face.until(/> imap +lfcrlf$/m);
    await quit(face);
  });

  it("changes what the session shows and sends from now on", async () => {
    const { face, device } = await startDesk();
    await face.type(`${SETUP}\t `);
    await face.until(/> echo +‹ on ›/);
    await face.type(`${DOWN.repeat(4)} `);
    await face.until(/> hex +‹ on ›/);
    await face.type(ESC);
    await face.until(() => !face.isAlternate);
    await face.type("A");
    await device.expect("A");
    await face.until(/41 .*A/);
    await quit(face);
  });

  it("begins a log and ends it", async () => {
    const { face, device, directory } = await startDesk();
    await face.type(`${SETUP}\t\t\t`);
    await face.until("> log ");
    await face.type("boot.log\r");
    await face.until(/> log +.*boot\.log$/m);
    await device.write("kept");
    const kept = () => readFileSync(join(directory, "boot.log"), "utf8");
    await until(
      () => "the log",
      () => kept() === "kept",
    );
    await face.type("\r\x15\r");
    await face.until(/> log +off$/m);
    await device.write("not kept");
    await face.type(ESC);
    await face.until("not kept");
    expect(kept()).toBe("kept");
    await quit(face);
  });

  it("is usable in 40x10, and in a window that becomes so while a value is typed", async () => {
    const { face, device } = await startDesk();
    await face.type(SETUP);
    await face.until("> bps");
    await face.type("96");
    face.resize(10, 40);
    await face.until((text) => /> bps +96$/m.test(text) && text.split("\n").length === 10);
    await face.type("00\r");
    expectDesk(await face.until(/> bps +‹ 9600 ›/), "setup-session-40x10");
    expect(device.termios.ospeed).toBe(9600);
    await face.type(`${DOWN.repeat(2)}7`);
    await face.until(/> databits +‹ 8 › +!/);
    await face.until("! the driver took CS8, not CS7");
    await quit(face);
  });

  it("writes what holds as a profile, which robin knows then", async () => {
    const { face } = await startDesk();
    await face.type(`${SETUP}`);
    await face.until("> bps");
    await face.type("9600\r");
    await face.until("‹ 9600 ›");
    await face.type("\x13");
    await face.until("> save as profile");
    await face.type("board\r");
    await face.until("@board is in");
    await quit(face);
    const env = { XDG_CONFIG_HOME: join(face.home, "config") };
    const config = runRobin(["config", "@board"], { env });
    expect(await config.status).toBe(0);
    expect(config.stdout.toString()).toMatch(/bps\s.*9600/);
  });

  it("leaves for a key behind the escape key, and presses it", async () => {
    const { face } = await startDesk();
    await face.type(SETUP);
    await face.until("> bps");
    await face.type(`${ESCAPE_KEY}e`);
    await face.until((text) => !face.isAlternate && text.includes("local echo is on"));
    await face.type(SETUP);
    await face.until("> bps");
    await face.type(`${ESCAPE_KEY}?`);
    await face.until("send a break");
    await face.type(ESC);
    await face.until(() => !face.isAlternate);
    await quit(face);
  });

  it("asks one question after the other on a dumb terminal", async () => {
    const { face, device } = await startDesk([], { env: { TERM: "dumb" } });
    await face.type(SETUP);
    await face.until("setup:");
    await face.type("1\r");
    await face.until(/it is 115200; a new value[\s\S]*bps:$/);
    await face.type("9600\r");
    await face.until("bps is 9600");
    expect(device.termios.ospeed).toBe(9600);
    await face.type("\r");
    await face.type("x");
    await device.expect("x");
    expect(`${face.user.received}`).not.toContain("\x1b[?1049h");
    await quit(face);
  });
});
