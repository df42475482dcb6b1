/** Opening a device and nothing more, and what its errors say. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDevice, readTermios } from "../../src/port/open-device.js";
import { accessMode, close, O_RDONLY, O_RDWR } from "../../src/tty/libc.js";
import { found } from "../golden/settings.js";
import { TestPty } from "../support/test-pty.js";

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => pty.close());

describe("a device", () => {
  it.each([
    [O_RDONLY, false],
    [O_RDWR, true],
  ])("is opened for access %i, without blocking, and its settings are as they were", (access, writable) => {
    const { fd, termios } = openDevice(pty.path, access);
    expect(accessMode(fd)).toEqual({ readable: true, writable, nonBlocking: true });
    expect(termios).toEqual(found("pty"));
    expect(pty.termios).toEqual(found("pty"));
    close(fd);
  });

  it("that is no tty is told so", () => {
    expect(() => openDevice("/dev/null", O_RDONLY)).toThrow(
      expect.objectContaining({ code: "open-failed", message: "open /dev/null: it is not a tty" }),
    );
  });

  it("that is not there is told so", () => {
    expect(() => openDevice("/dev/ttyNone0", O_RDONLY)).toThrow(
      expect.objectContaining({
        code: "open-failed",
        message: "open /dev/ttyNone0: no such file or directory (ENOENT)",
      }),
    );
  });

  it("whose other end is gone is told so", () => {
    pty.hangUp();
    expect(() => openDevice(pty.path, O_RDONLY)).toThrow(expect.objectContaining({ code: "open-failed" }));
    expect(() => readTermios(pty.slave, pty.path)).toThrow(
      expect.objectContaining({ code: "open-failed", message: `open ${pty.path}: i/o error (EIO)` }),
    );
  });
});
