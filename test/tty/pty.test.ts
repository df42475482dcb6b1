/** Pseudo-terminals of the real kernel. */
import { spawnSync } from "node:child_process";
import { readlinkSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isPtyMaster } from "../../src/tty/ioctl.js";
import { accessMode, close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { openPty } from "../../src/tty/pty.js";
import { errno } from "../../src/tty/sys-error.js";
import { until } from "../support/until.js";

describe("a pty", () => {
  it("has a master of its own and a slave that can be opened by its path", async () => {
    const { master, path } = openPty();
    expect(path).toMatch(/^\/dev\/pts\/\d+$/);
    expect(statSync(path).isCharacterDevice()).toBe(true);
    expect(isPtyMaster(master)).toBe(true);
    const slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    expect(write(slave, Buffer.from("to the master"), 0, 13)).toBe(13);
    expect(write(master, Buffer.from("to the slave\n"), 0, 13)).toBe(13);
    const into = Buffer.alloc(100);
    let received = "";
    await until("both", () => {
      const n = read(master, into);
      if (n > 0) received += into.toString("latin1", 0, n);
      return received === "to the masterto the slave\r\n"; // a fresh pty echoes, and ends lines with CR LF
    });
    await until("the line", () => read(slave, into) === 13);
    expect(into.toString("latin1", 0, 13)).toBe("to the slave\n");
    close(slave);
    close(master);
  });

  it("never makes its owner wait: reads and writes of the master return at once", () => {
    const { master } = openPty();
    expect(accessMode(master)).toEqual({ readable: true, writable: true, nonBlocking: true });
    expect(read(master, Buffer.alloc(1))).toBe(-errno.EAGAIN);
    close(master);
  });

  it("is another one each time, and gone when its master is closed", () => {
    const [first, second] = [openPty(), openPty()];
    expect(first.path).not.toBe(second.path);
    close(first.master);
    expect(() => statSync(first.path)).toThrow("ENOENT");
    close(second.master);
  });

  it("is not inherited by programs that are started", () => {
    const { master } = openPty();
    const name = readlinkSync(`/proc/self/fd/${master}`);
    // The descriptor is passed over by exec, unlike one that was made for the program.
    const { stdout } = spawnSync("sh", ["-c", `readlink /proc/self/fd/${master} || echo closed`]);
    expect(name).toMatch(/ptmx$/);
    expect(stdout.toString().trim()).toBe("closed");
    close(master);
  });
});
