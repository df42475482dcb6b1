/** Modem lines where there are none: a pty. Lines that there are, test/rig/lines.test.ts shows. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  getAllLines,
  getChangeCounts,
  getCounters,
  getModemLines,
  setLines,
  setModemLine,
  waitForInputChange,
} from "../../src/tty/modem-lines.js";
import { errno } from "../../src/tty/sys-error.js";
import { TestPty } from "../support/test-pty.js";

let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
});
afterEach(() => pty.close());

const REQUESTS: readonly (readonly [string, (fd: number) => unknown])[] = [
  ["reading its lines", getModemLines],
  ["reading all of them", getAllLines],
  ["raising DTR", (fd) => setModemLine(fd, "dtr", true)],
  ["lowering RTS", (fd) => setModemLine(fd, "rts", false)],
  ["setting lines together", (fd) => setLines(fd, ["dtr", "rts", "out1"], false)],
  ["counting errors", getCounters],
  ["counting changes", getChangeCounts],
];
const failsWith = (value: number) =>
  expect.objectContaining({ name: "SysError", errno: value, syscall: "ioctl" });

describe("a pty", () => {
  it.each(REQUESTS)("refuses %s: ENOTTY", (_, ask) => {
    expect(() => ask(pty.slave)).toThrow(failsWith(errno.ENOTTY));
  });

  it.each(REQUESTS)("that was hung up refuses %s: EIO", (_, ask) => {
    pty.hangUp();
    expect(() => ask(pty.slave)).toThrow(failsWith(errno.EIO));
  });

  it("cannot wait for a change, and says so at once", async () => {
    expect(await waitForInputChange(pty.slave)).toBe(false);
    pty.hangUp();
    expect(await waitForInputChange(pty.slave)).toBe(false);
  });
});
