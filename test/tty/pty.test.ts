/** Pseudo-terminals of the real kernel. */
import { spawnSync } from "node:child_process";
import { readlinkSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isPtyMaster } from "../../src/tty/ioctl.js";
import { accessMode, close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { openPty, type PtySystem } from "../../src/tty/pty.js";
import { errno, SysError } from "../../src/tty/sys-error.js";
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

describe("where there are no Unix98 ptys", () => {
  /** A system with some masters of 4.3BSD; `masters` and `slaves` give an errno, 0 where they open. */
  function bsdSystem(
    masters: (path: string) => number,
    slaves: (path: string) => number = () => 0,
    unix98: number = errno.ENOENT,
  ) {
    const tried: string[] = [];
    const open: number[] = [];
    const system: PtySystem = {
      openUnix98() {
        throw new SysError("posix_openpt", unix98);
      },
      openMaster(path) {
        tried.push(path);
        const error = masters(path);
        if (error !== 0) throw new SysError("open", error);
        open.push(tried.length);
        return tried.length;
      },
      checkSlave(path) {
        const error = slaves(path);
        if (error !== 0) throw new SysError("access", error);
      },
      close: (fd) => void open.splice(open.indexOf(fd), 1),
    };
    return { system, tried, open };
  }

  it.each(["ENOENT", "ENODEV", "ENXIO", "EACCES", "EPERM"] as const)(
    "gives the first of 4.3BSD's (%s of /dev/ptmx)",
    (name) => {
      const { system, open } = bsdSystem(
        () => 0,
        () => 0,
        errno[name],
      );
      expect(openPty(system)).toEqual({ master: 1, path: "/dev/ttyp0" });
      expect(open).toEqual([1]);
    },
  );

  it.each(["EIO", "EBUSY", "EACCES"] as const)("passes over masters that somebody has (%s)", (name) => {
    const { system, tried } = bsdSystem((path) => (path < "/dev/ptyq1" ? errno[name] : 0));
    expect(openPty(system).path).toBe("/dev/ttyq1");
    expect(tried).toHaveLength(18);
    expect(tried.slice(0, 3)).toEqual(["/dev/ptyp0", "/dev/ptyp1", "/dev/ptyp2"]);
  });

  it("passes over one whose slave may not be opened, and lets go of its master", () => {
    const { system, open } = bsdSystem(
      () => 0,
      (path) => (path === "/dev/ttyp2" ? 0 : errno.EACCES),
    );
    expect(openPty(system)).toEqual({ master: 3, path: "/dev/ttyp2" });
    expect(open).toEqual([3]);
  });

  it("looks for no more of a bank that ends, and goes on with the next", () => {
    const here = ["/dev/ptyp0", "/dev/ptya0", "/dev/ptyTf"];
    const { system, tried } = bsdSystem((path) => (here.includes(path) ? errno.EIO : errno.ENOENT));
    expect(() => openPty(system)).toThrow("ENOENT");
    expect(tried).toEqual(
      [
        ...["p0", "p1", "q0", "r0", "s0", "t0", "u0", "v0", "w0", "x0", "y0", "z0"],
        ...["a0", "a1", "b0", "c0", "d0", "e0", "P0", "Q0", "R0", "S0", "T0"],
      ].map((name) => `/dev/pty${name}`),
    );
  });

  it("tries each name of every bank before it gives up, with what /dev/ptmx said", () => {
    const { system, tried } = bsdSystem(
      () => errno.EIO,
      () => 0,
      errno.ENODEV,
    );
    expect(() => openPty(system)).toThrow("ENODEV");
    expect(new Set(tried).size).toBe(21 * 16);
    for (const path of tried) expect(path).toMatch(/^\/dev\/pty[p-za-eP-T][0-9a-f]$/);
  });

  it("does not look where the reason is another one: too many ptys, too many open files", () => {
    for (const value of [errno.ENOSPC, errno.EMFILE, errno.EAGAIN]) {
      const { system, tried } = bsdSystem(
        () => 0,
        () => 0,
        value,
      );
      expect(() => openPty(system)).toThrow(SysError);
      expect(tried).toEqual([]);
    }
    const { system, tried } = bsdSystem(() => errno.EMFILE);
    expect(() => openPty(system)).toThrow("EMFILE");
    expect(tried).toHaveLength(1);
  });
});
