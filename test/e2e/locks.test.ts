/** Two programs and one port. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { uucpLockName } from "../../src/port/uucp-lock.js";
import { isExclusive, setExclusive } from "../../src/tty/ioctl.js";
import { close, read } from "../../src/tty/libc.js";
import { openPty } from "../../src/tty/pty.js";
import { errno } from "../../src/tty/sys-error.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let lockFile: string;
beforeEach(() => {
  device = new TestPty();
  lockFile = `/var/lock/${uucpLockName(device.path)}`;
});
afterEach(() => {
  device.close();
});

const canWriteLocks = (() => {
  try {
    accessSync("/var/lock", constants.W_OK);
    return true;
  } catch {
    return false;
  }
})();
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

async function holding(...args: string[]) {
  const robin = runRobin(["-v", ...args, device.path]);
  await robin.said("connected");
  return robin;
}

describe("a port held by another robin", () => {
  it("is busy: status 4, with the holder's PID and command", async () => {
    const first = await holding();
    const second = runRobin([device.path]);
    expect(await second.status).toBe(4);
    expect(second.stderr).toContain(`robin: open ${device.path}: held by robin (PID ${first.child.pid})`);
    first.child.stdin!.end();
    expect(await first.status).toBe(0);
  });

  it("is free again as soon as that one has ended, however it ended", async () => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const first = await holding();
      first.child.kill(signal);
      await first.status;
      const second = await holding();
      second.child.stdin!.end();
      expect(await second.status, signal).toBe(0);
    }
  });

  it("can be shared when both say --no-lock", async () => {
    const first = await holding("--no-lock");
    const second = await holding("--no-lock");
    for (const robin of [first, second]) robin.child.stdin!.end();
    expect([await first.status, await second.status]).toEqual([0, 0]);
  });

  it("is busy for an ordinary user too, who is told who holds it as far as /proc shows it", async ({
    skip,
  }) => {
    if (process.getuid?.() !== 0) skip("only root can become another user");
    spawnSync("chmod", ["666", device.path]);
    const first = await holding();
    const second = runRobin([device.path], {
      wrap: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    });
    expect(await second.status).toBe(4);
    expect(second.stderr).toMatch(/held by (robin \(PID \d+\)|another process)/);
    first.child.stdin!.end();
    await first.status;
  });
});

describe("the lock's parts", () => {
  it("leave TIOCEXCL out on a pty, which would keep it after a killed holder", async () => {
    const robin = await holding();
    expect(isExclusive(device.slave)).toBe(false);
    robin.child.stdin!.end();
    await robin.status;
  });

  it("are there during a session and gone after it", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    const robin = await holding();
    expect(readFileSync(lockFile, "latin1")).toBe(`${String(robin.child.pid).padStart(10)}\n`);
    expect(spawnSync("flock", ["-n", device.path, "true"]).status).toBe(1);
    robin.child.stdin!.end();
    await robin.status;
    expect(existsSync(lockFile)).toBe(false);
    expect(spawnSync("flock", ["-n", device.path, "true"]).status).toBe(0);
  });

  it("are gone after an open that fails behind them", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    const robin = runRobin(["--strict", "--databits", "7", device.path]);
    expect(await robin.status).toBe(3);
    expect(existsSync(lockFile)).toBe(false);
  });

  it("honour a lock file of a living process", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    writeFileSync(lockFile, `${String(process.pid).padStart(10)}\n`);
    const robin = runRobin([device.path]);
    expect(await robin.status).toBe(4);
    expect(robin.stderr).toMatch(
      new RegExp(`held by .* \\(PID ${process.pid}\\), by its lock file ${lockFile}`),
    );
    expect(existsSync(lockFile)).toBe(true);
    unlinkSync(lockFile);
    expect(isExclusive(device.slave)).toBe(false);
  });

  it("keep robin from opening a port at all that a lock file names a holder of", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    // A slave that was opened once and closed again makes its master read EIO; one that never was, EAGAIN.
    const { master, path } = openPty();
    const file = `/var/lock/${uucpLockName(path)}`;
    writeFileSync(file, `${String(process.pid).padStart(10)}\n`);
    const robin = runRobin([path]);
    expect(await robin.status).toBe(4);
    expect(read(master, new Uint8Array(1))).toBe(-errno.EAGAIN);
    unlinkSync(file);
    const other = runRobin(["--idle-exit", "1", path]);
    expect(await other.status).toBe(0);
    expect(read(master, new Uint8Array(1))).toBe(-errno.EIO);
    close(master);
  });

  it("do not wait for a FIFO that somebody has put in the lock file's place", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    execFileSync("mkfifo", [lockFile]);
    const robin = await holding();
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    rmSync(lockFile, { force: true });
  });

  it("take over the lock file of a dead process, which -v tells", async ({ skip }) => {
    if (!canWriteLocks) skip("/var/lock cannot be written here");
    const dead = spawnSync("true").pid;
    writeFileSync(lockFile, `${String(dead).padStart(10)}\n`);
    const robin = await holding();
    expect(robin.stderr).toContain(`took over ${lockFile}, left by process ${dead}`);
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    expect(existsSync(lockFile)).toBe(false);
  });

  it("honour a flock of any program", async () => {
    const holder = spawn("flock", [device.path, "sleep", "1000"], { detached: true });
    await until("flock to hold it", () => spawnSync("flock", ["-n", device.path, "true"]).status === 1);
    const robin = runRobin([device.path]);
    expect(await robin.status).toBe(4);
    expect(robin.stderr).toMatch(/held by (flock|sleep) \(PID \d+\), by flock/);
    process.kill(-holder.pid!, "SIGKILL");
  });

  it("honour exclusive use (TIOCEXCL) by a process that is still there", async () => {
    setExclusive(device.slave, true);
    const robin = runRobin([device.path]);
    expect(await robin.status).toBe(4);
    expect(robin.stderr).toContain(`(PID ${process.pid}), for exclusive use (TIOCEXCL)`);
    setExclusive(device.slave, false);
  });
});

describe("robin and picocom", () => {
  it("keep each other out", async ({ skip }) => {
    if (!has("picocom")) skip("picocom is not installed");
    const user = new TestPty();
    const robin = await holding();
    const kept = spawnSync("picocom", ["-q", device.path], {
      stdio: [user.slave, "pipe", "pipe"],
      timeout: 10_000,
    });
    expect(kept.status).not.toBe(0);
    expect(`${kept.stdout}${kept.stderr}`).toMatch(/lock|busy|cannot open/i);
    robin.child.stdin!.end();
    await robin.status;

    // In a group of its own: picocom passes the signal that ends it on to its whole group.
    const picocom = spawn("picocom", [device.path], {
      stdio: [user.slave, user.slave, user.slave],
      detached: true,
    });
    await user.expect("Terminal ready");
    const refused = runRobin([device.path]);
    expect(await refused.status).toBe(4);
    expect(refused.stderr).toContain(`held by picocom (PID ${picocom.pid})`);
    picocom.kill("SIGTERM");
    await new Promise((resolve) => picocom.on("exit", resolve));
    user.close();
  });
});
