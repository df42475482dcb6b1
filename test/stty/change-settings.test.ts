/** Settings in stty's words on a tty: applied, read back, and what could not be. What waits is shown in test/rig. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeSettings } from "../../src/stty/change-settings.js";
import { parseSettings } from "../../src/stty/parse.js";
import { unreadBytes } from "../../src/tty/ioctl.js";
import { ioctl } from "../../src/tty/libc.js";
import { hasFlag, type TermiosAction } from "../../src/tty/termios.js";
import { found } from "../golden/settings.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => pty.close());

function change(words: string, when: TermiosAction = "drain") {
  return changeSettings(pty.slave, pty.path, parseSettings(words.split(" ")), { when, stallMs: 1000 });
}

describe("settings", () => {
  it("are applied and read back", async () => {
    const stands = await change("raw -echo 250000 min 3 rows 50");
    expect(stands.refusals).toEqual([]);
    expect(stands.termios).toEqual(pty.termios);
    expect(stands.termios).toMatchObject({ ospeed: 250_000, ispeed: 250_000 });
    expect(stands.size).toEqual({ rows: 50, columns: 0 });
    expect(hasFlag(pty.termios, "ECHO")).toBe(false);
  });

  it("that a pty does not take are named, and the others are applied", async () => {
    const { refusals } = await change("cs7 parenb -cread addrb -echo");
    expect(refusals.map(({ asked }) => asked)).toEqual(["cs7", "-cread", "parenb", "addrb"]);
    expect(hasFlag(pty.termios, "ECHO")).toBe(false);
  });

  it("that are no change of the termios leave it alone, and none at all only read it", async () => {
    expect((await change("rows 7")).size).toEqual({ rows: 7, columns: 0 });
    const { termios, size, discipline } = await change("speed");
    expect({ termios, size, discipline }).toEqual({
      termios: found("pty"),
      size: { rows: 7, columns: 0 },
      discipline: 0,
    });
  });

  it("of the size leave its pixels alone, which pictures are drawn by", async () => {
    const TIOCGWINSZ = 0x5413;
    const TIOCSWINSZ = 0x5414;
    const winsize = Uint16Array.of(24, 80, 640, 480);
    ioctl(pty.slave, TIOCSWINSZ, new Uint8Array(winsize.buffer));
    await change("cols 100");
    ioctl(pty.slave, TIOCGWINSZ, new Uint8Array(winsize.buffer));
    expect([...winsize]).toEqual([24, 100, 640, 480]);
  });

  it("of a line discipline are noted by the kernel, which goes on with the old one", async () => {
    const { termios, discipline, refusals } = await change("line 5");
    expect([termios.line, discipline, refusals]).toEqual([5, 0, []]);
  });

  it.each([
    ["now", 5],
    ["drain", 5],
    ["flush", 0],
  ] as const)("that are changed %s leave %i of 5 unread bytes", async (when, left) => {
    await change("-icanon");
    await pty.write("typed");
    await until("the input", () => unreadBytes(pty.slave) === 5);
    await change("ixany", when);
    expect(unreadBytes(pty.slave)).toBe(left);
    expect(hasFlag(pty.termios, "IXANY")).toBe(true);
  });

  it.each(["now", "drain", "flush"] as const)("of a tty that hung up: lost (%s)", async (when) => {
    pty.hangUp();
    await expect(change("raw", when)).rejects.toMatchObject({
      code: "lost",
      message: `set up ${pty.path}: i/o error (EIO)`,
    });
  });

  it("of a descriptor that is gone are no fault of robin's own", async () => {
    const { slave } = pty;
    pty.closeSlave();
    await expect(
      changeSettings(slave, pty.path, parseSettings(["raw"]), { when: "now", stallMs: 1 }),
    ).rejects.toMatchObject({ code: "setup-failed" });
  });
});
