/** The user's terminal: raw while it is taken, field by field as before when it is given back. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rawBothWays, rawTermios, userTerminal } from "../../src/session/terminal.js";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { copyTermios, getControl, hasFlag, setControl, setFlag } from "../../src/tty/termios.js";
import { anyTermios, expected, found, names } from "../golden/settings.js";
import { TestPty } from "../support/test-pty.js";

const CLEARED = [
  ...["BRKINT", "ICRNL", "IXON", "ISIG", "ICANON", "IEXTEN"],
  ...["ECHO", "ECHOE", "ECHOK", "ECHONL", "ECHOCTL", "ECHOPRT", "ECHOKE"],
];

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => pty.close());

describe("a raw terminal", () => {
  it("has exactly these flags cleared, IGNBRK set, and gives each byte at once", () => {
    const all = rawTermios(found("allSet"));
    const none = rawTermios(found("allClear"));
    expect(names((name) => hasFlag(found("allSet"), name) && !hasFlag(all, name)).sort()).toEqual(
      CLEARED.sort(),
    );
    expect(names((name) => !hasFlag(found("allClear"), name) && hasFlag(none, name))).toEqual(["IGNBRK"]);
    expect([getControl(all, "VMIN"), getControl(all, "VTIME")]).toEqual([1, 0]);
  });

  it("differs from a fresh pty in these bits and no other", () => {
    expect(rawTermios(found("pty"))).toEqual(expected("pty", { iflag: "0x1", lflag: "0x0" }));
  });

  it("has everything else as it was found, whatever that was", () => {
    const changed = new Set([...CLEARED, "IGNBRK"]);
    fc.assert(
      fc.property(anyTermios, (start) => {
        const before = copyTermios(start);
        const raw = rawTermios(start);
        expect(start).toEqual(before);
        expect(names((name) => !changed.has(name) && hasFlag(raw, name) !== hasFlag(start, name))).toEqual(
          [],
        );
        for (const name of ["VMIN", "VTIME"] as const) setControl(before, name, getControl(raw, name));
        expect([raw.cc, raw.cflag, raw.oflag, raw.line]).toEqual([
          before.cc,
          before.cflag,
          before.oflag,
          before.line,
        ]);
        expect([raw.ispeed, raw.ospeed]).toEqual([before.ispeed, before.ospeed]);
        expect(rawTermios(raw)).toEqual(raw);
      }),
    );
  });
});

describe("a terminal that is raw both ways", () => {
  it("is raw, and passes output and input as they are: what changes a byte is off", () => {
    const all = rawBothWays(found("allSet"));
    const cleared = names((name) => hasFlag(found("allSet"), name) && !hasFlag(all, name));
    const more = ["OPOST", "ISTRIP", "INLCR", "IGNCR", "IUCLC", "PARMRK"];
    expect(cleared.sort()).toEqual([...CLEARED, ...more].sort());
    expect(all.cflag).toBe(found("allSet").cflag);
    expect([getControl(all, "VMIN"), getControl(all, "VTIME")]).toEqual([1, 0]);
  });

  it("is given back as it was found", () => {
    const before = pty.termios;
    const terminal = userTerminal(pty.slave, rawBothWays);
    terminal.take();
    expect(pty.termios).toEqual(rawBothWays(before));
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
  });
});

describe("the user's terminal", () => {
  it("is raw once it is taken, and as before once it is given back", () => {
    const odd = pty.termios;
    setFlag(odd, "IUTF8");
    setFlag(odd, "ECHO", false);
    setControl(odd, "VINTR", 7);
    pty.termios = odd;
    const before = pty.termios;
    const terminal = userTerminal(pty.slave);
    terminal.take();
    expect(pty.termios).toEqual(rawTermios(before));
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
  });

  it("is taken and given back as often as asked, with the same outcome", () => {
    const before = pty.termios;
    const terminal = userTerminal(pty.slave);
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
    terminal.take();
    terminal.take();
    terminal.giveBack();
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
    terminal.take();
    expect(pty.termios).toEqual(rawTermios(before));
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
  });

  it("is raw again when it is taken again after something else changed it", () => {
    const before = pty.termios;
    const terminal = userTerminal(pty.slave);
    terminal.take();
    pty.termios = before; // a shell, between SIGTSTP and SIGCONT
    terminal.take();
    expect(pty.termios).toEqual(rawTermios(before));
    terminal.giveBack();
    expect(pty.termios).toEqual(before);
  });

  it("is given back as it was left while it was not taken", () => {
    const terminal = userTerminal(pty.slave);
    terminal.take();
    terminal.giveBack();
    const changed = pty.termios;
    setFlag(changed, "IXANY");
    pty.termios = changed;
    terminal.take();
    terminal.giveBack();
    expect(pty.termios).toEqual(changed);
  });

  it("has no unread input discarded when it is taken or given back", async () => {
    const terminal = userTerminal(pty.slave);
    terminal.take();
    await pty.write("typed ahead");
    terminal.take();
    terminal.giveBack();
    terminal.take();
    const { read } = await import("../../src/tty/libc.js");
    const into = Buffer.alloc(100);
    expect(into.toString("latin1", 0, read(pty.slave, into))).toBe("typed ahead");
  });

  it("tells its size, and what ends a line on it", () => {
    const terminal = userTerminal(pty.slave);
    setWindowSize(pty.master, { rows: 50, columns: 132 });
    expect(terminal.windowSize()).toEqual({ rows: 50, columns: 132 });
    expect(terminal.newline()).toBe("\n");
    const raw = pty.termios;
    setFlag(raw, "ONLCR", false);
    pty.termios = raw;
    expect(terminal.newline()).toBe("\r\n");
    setFlag(raw, "ONLCR");
    setFlag(raw, "OPOST", false);
    pty.termios = raw;
    expect(terminal.newline()).toBe("\r\n");
  });

  it("that was hung up is given back without a word, and has no size", () => {
    const terminal = userTerminal(pty.slave);
    terminal.take();
    pty.hangUp();
    terminal.take();
    terminal.giveBack();
    expect(terminal.windowSize()).toBeUndefined();
  });
});
