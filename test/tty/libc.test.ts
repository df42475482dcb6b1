/** The C library's calls: what each returns and throws, on real descriptors. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as libc from "../../src/tty/libc.js";
import { describeErrno, errno, isErrno, SysError } from "../../src/tty/sys-error.js";
import { setFlag } from "../../src/tty/termios.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let directory = "";
const fds: number[] = [];
const opened = (...args: Parameters<typeof libc.open>) => {
  const fd = libc.open(...args);
  fds.push(fd);
  return fd;
};
beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/robin-libc-`);
});
afterEach(() => {
  for (const fd of fds.splice(0)) libc.close(fd);
  rmSync(directory, { recursive: true });
});

const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const newFile = () => opened(`${directory}/file`, libc.O_RDWR | libc.O_CREAT | libc.O_EXCL, 0o600);

describe("reading and writing", () => {
  it("moves the range that was named, and no other byte", () => {
    const file = newFile();
    expect(libc.write(file, bytes, 10, 20)).toBe(10);
    expect(libc.write(file, bytes.subarray(100, 200), 50, 60)).toBe(10);
    expect(libc.write(file, bytes, 0, 256)).toBe(256);
    expect(libc.write(file, bytes, 7, 7)).toBe(0);
    const whole = Buffer.concat([bytes.subarray(10, 20), bytes.subarray(150, 160), bytes]);
    expect(readFileSync(`${directory}/file`).equals(whole)).toBe(true);
    const again = opened(`${directory}/file`, libc.O_RDONLY);
    const into = new Uint8Array(300).fill(0xee);
    expect(libc.read(again, into.subarray(5, 25))).toBe(20);
    expect([...into.subarray(0, 5), ...into.subarray(25)].every((byte) => byte === 0xee)).toBe(true);
    expect(Buffer.compare(into.subarray(5, 25), whole.subarray(0, 20))).toBe(0);
    expect(libc.read(again, into)).toBe(256);
    expect(libc.read(again, into)).toBe(0);
  });

  it("says -errno where nothing can be moved, and throws nothing", () => {
    const readOnly = opened("/dev/null", libc.O_RDONLY);
    expect(libc.write(readOnly, bytes, 0, 1)).toBe(-errno.EBADF);
    expect(libc.read(9999, bytes.slice())).toBe(-errno.EBADF);
    expect(libc.receive(readOnly, bytes.slice())).toBe(-errno.ENOTSOCK);
    expect(libc.send(readOnly, bytes, 0, 1)).toBe(-errno.ENOTSOCK);
    expect(libc.write(opened("/dev/full", libc.O_WRONLY), bytes, 0, 1)).toBe(-errno.ENOSPC);
  });

  it("on a thread tells how many bytes were taken, or that it failed", async () => {
    const file = newFile();
    const taken = (fd: number) => new Promise((resolve) => libc.writeOnThread(fd, bytes, resolve));
    expect(await taken(file)).toBe(256);
    expect(readFileSync(`${directory}/file`).equals(bytes)).toBe(true);
    expect(await taken(opened("/dev/null", libc.O_RDONLY))).toBe(-errno.EIO);
  });
});

describe("descriptors", () => {
  it("tell their access mode and whether they wait", () => {
    const mode = (flags: number) => libc.accessMode(opened("/dev/null", flags));
    expect(mode(libc.O_RDONLY)).toEqual({ readable: true, writable: false, nonBlocking: false });
    expect(mode(libc.O_WRONLY)).toEqual({ readable: false, writable: true, nonBlocking: false });
    expect(mode(libc.O_RDWR | libc.O_NONBLOCK)).toEqual({
      readable: true,
      writable: true,
      nonBlocking: true,
    });
  });

  it("share what is set on the description with their duplicates, and are closed apart", () => {
    const fd = opened("/dev/null", libc.O_RDWR);
    const other = libc.dup(fd);
    libc.setNonBlocking(other, true);
    expect(libc.accessMode(fd).nonBlocking).toBe(true);
    libc.setNonBlocking(fd, false);
    expect(libc.accessMode(other).nonBlocking).toBe(false);
    libc.close(other);
    expect(libc.read(other, bytes.slice())).toBe(-errno.EBADF);
    expect(libc.read(fd, bytes.slice())).toBe(0);
  });

  it("are not inherited when they are duplicated", () => {
    const other = libc.dup(opened("/dev/null", libc.O_RDWR));
    fds.push(other);
    const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${other}`, "utf8"))?.[1];
    expect(Number.parseInt(flags!, 8) & libc.O_CLOEXEC).toBe(libc.O_CLOEXEC);
  });

  it("throw the failed system call where they cannot be opened", () => {
    expect(() => libc.open(`${directory}/none`, libc.O_RDONLY)).toThrow(
      expect.objectContaining({ syscall: "open", errno: errno.ENOENT, code: "ENOENT" }),
    );
    expect(() => libc.dup(9999)).toThrow(expect.objectContaining({ syscall: "fcntl", errno: errno.EBADF }));
    newFile();
    expect(newFile).toThrow(expect.objectContaining({ errno: errno.EEXIST }));
  });

  it("tell by poll what holds now, without waiting", async () => {
    const pty = new TestPty();
    const raw = pty.termios;
    setFlag(raw, "ICANON", false);
    pty.termios = raw;
    expect(libc.pollNow(pty.slave, libc.POLLIN | libc.POLLOUT)).toBe(libc.POLLOUT);
    await pty.write("x");
    await until("the input", () => libc.pollNow(pty.slave, libc.POLLIN) === libc.POLLIN);
    pty.hangUp();
    expect(libc.pollNow(pty.slave, libc.POLLIN) & libc.POLLHUP).toBe(libc.POLLHUP);
    pty.close();
    expect(libc.pollNow(9999, libc.POLLIN)).toBe(libc.POLLNVAL);
  });
});

describe("a lock", () => {
  it("is refused to another description as long as it is held", () => {
    const [first, second] = [newFile(), opened(`${directory}/file`, libc.O_RDONLY)];
    libc.flock(first, libc.LOCK_EX | libc.LOCK_NB);
    expect(() => libc.flock(second, libc.LOCK_EX | libc.LOCK_NB)).toThrow(
      expect.objectContaining({ syscall: "flock", errno: errno.EWOULDBLOCK }),
    );
    libc.flock(first, libc.LOCK_UN);
    libc.flock(second, libc.LOCK_EX | libc.LOCK_NB);
  });
});

describe("the process", () => {
  it("knows its group and its terminals", () => {
    const group = execFileSync("ps", ["-o", "pgid=", "-p", String(process.pid)], { encoding: "utf8" });
    expect(libc.processGroup()).toBe(Number(group));
    const pty = new TestPty();
    expect([pty.slave, opened("/dev/null", libc.O_RDWR)].map(libc.isatty)).toEqual([true, false]);
    pty.close();
  });

  it("ignores a signal for as long as an action lasts, and has Node's own handler again behind it", async () => {
    let caught = 0;
    const count = () => {
      caught++;
    };
    process.on("SIGUSR2", count);
    const result = libc.withSignalIgnored(constants.signals.SIGUSR2, () => {
      process.kill(process.pid, "SIGUSR2");
      return "done";
    });
    expect(result).toBe("done");
    process.kill(process.pid, "SIGUSR2");
    await until("the second signal", () => caught > 0);
    expect(caught).toBe(1);
    expect(() =>
      libc.withSignalIgnored(constants.signals.SIGUSR2, () => {
        throw new Error("from the action");
      }),
    ).toThrow("from the action");
    process.kill(process.pid, "SIGUSR2");
    await until("the third signal", () => caught === 2);
    process.off("SIGUSR2", count);
  });
});

describe("a failed system call", () => {
  it("has its errno, its name and its text", () => {
    const error = new SysError("ioctl", errno.ENOTTY);
    expect(error).toMatchObject({ name: "SysError", errno: 25, code: "ENOTTY", syscall: "ioctl" });
    expect(error.message).toMatch(/^\S.*\(ENOTTY\)$/);
    expect(describeErrno(errno.EIO)[0]).toBe("EIO");
    expect(describeErrno(4000)).toEqual(["errno 4000", "unknown error"]);
  });

  it("is told from other errors, and by its errno", () => {
    const error = new SysError("read", errno.EIO);
    expect(isErrno(error)).toBe(true);
    expect(isErrno(error, errno.ENXIO, errno.EIO)).toBe(true);
    expect(isErrno(error, errno.ENXIO)).toBe(false);
    expect(isErrno(Object.assign(new Error("x"), { errno: errno.EIO }), errno.EIO)).toBe(false);
  });
});
