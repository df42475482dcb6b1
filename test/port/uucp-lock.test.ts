/** The UUCP lock file, on lock directories of the test's own. */
import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseLockPid, takeUucpLock, type UucpLock, uucpLockName } from "../../src/port/uucp-lock.js";
import { until } from "../support/until.js";
import { type Bundle, bundle } from "../tty/bundle.js";

const DEVICE = "/dev/ttyUSB0";
let directory = "";
let file = "";
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/robin-lock-`);
  file = `${directory}/LCK..ttyUSB0`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  chmodSync(directory, 0o700);
  rmSync(directory, { recursive: true });
});

const take = (): UucpLock => takeUucpLock(DEVICE, [directory]);
const hdb = (pid: number) => `${String(pid).padStart(10)}\n`;
const binary = (pid: number) => Buffer.from(Int32Array.of(pid).buffer);

/** A lock that is held, or the test fails. */
function held(lock: UucpLock): Extract<UucpLock, { state: "held" }> {
  expect(lock).toMatchObject({ state: "held" });
  return lock as Extract<UucpLock, { state: "held" }>;
}

/** The PID of a process that has ended. */
function deadPid(): number {
  return spawnSync("true").pid;
}

/** The PID of a process that lives as long as the test. */
function livePid(): number {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  children.push(child);
  return child.pid!;
}

describe("the lock file's name", () => {
  it.each([
    ["/dev/ttyUSB0", "LCK..ttyUSB0"],
    ["/dev/pts/3", "LCK..pts_3"],
    ["/dev/serial/by-id/usb-x", "LCK..serial_by-id_usb-x"],
  ])("of %s is %s", (device, name) => {
    expect(uucpLockName(device)).toBe(name);
  });
});

describe("the PID in a lock file", () => {
  it.each([
    ["      1234\n", 1234], // ten columns and a newline, as HDB UUCP writes it
    ["1234\n", 1234],
    ["      1234", 1234],
    ["      1234 minicom root\n", 1234], // some write names behind it
    ["", undefined],
    ["locked\n", undefined],
    ["        -1\n", undefined],
    ["\0", undefined],
  ])("of %j is %s", (content, pid) => {
    expect(parseLockPid(Buffer.from(content))).toBe(pid);
  });

  it("is read from four binary bytes, wherever they stand in memory", () => {
    const bytes = Uint8Array.from([0xff, 0xd2, 0x04, 0, 0, 0xff]);
    expect(parseLockPid(bytes.subarray(1, 5))).toBe(1234);
  });
});

describe("taking the lock file", () => {
  it("writes this process's PID in ten columns and a newline", () => {
    const lock = held(take());
    expect(lock.file).toBe(file);
    expect(lock.stalePid).toBeUndefined();
    expect(readFileSync(file, "latin1")).toBe(hdb(process.pid));
    expect(readFileSync(file)).toHaveLength(11);
  });

  it("leaves nothing else in the directory, and nothing at all after the release", () => {
    const lock = held(take());
    expect(readdirSync(directory)).toEqual(["LCK..ttyUSB0"]);
    lock.release();
    expect(readdirSync(directory)).toEqual([]);
    lock.release();
  });

  it("takes over a stale file and tells whose it was", () => {
    const pid = deadPid();
    writeFileSync(file, hdb(pid));
    expect(held(take()).stalePid).toBe(pid);
    expect(readFileSync(file, "latin1")).toBe(hdb(process.pid));
  });

  it("takes over a stale file with a binary PID", () => {
    const pid = deadPid();
    writeFileSync(file, binary(pid));
    expect(held(take()).stalePid).toBe(pid);
  });

  it.each(["", "garbage\n", "0\n", "-1\n", "99999999999\n"])(
    "takes over a file that names no process: %j",
    (text) => {
      writeFileSync(file, text);
      held(take());
      expect(readFileSync(file, "latin1")).toBe(hdb(process.pid));
    },
  );

  it("takes over a file with its own PID, left by an earlier process of that number", () => {
    writeFileSync(file, hdb(process.pid));
    held(take());
  });

  it.each([
    ["in HDB's form", hdb],
    ["in binary", binary],
    ["with names behind it", (pid: number) => `${String(pid).padStart(10)} minicom root\n`],
  ])("is busy with the command and PID of a live process that stands in the file %s", (_, content) => {
    const pid = livePid();
    writeFileSync(file, content(pid));
    expect(take()).toEqual({ state: "busy", file, holder: { pid, command: "sleep" } });
    expect(readFileSync(file).equals(Buffer.from(content(pid)))).toBe(true);
  });

  it("takes over the file of a process that has ended and that its parent has not looked at yet", async () => {
    const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 1000"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const zombie = Number(await new Promise((resolve) => parent.stdout!.once("data", resolve)));
    await until("the child to be a zombie", () =>
      /\) Z /.test(readFileSync(`/proc/${zombie}/stat`, "latin1")),
    );
    writeFileSync(file, hdb(zombie));
    expect(held(takeUucpLock(DEVICE, [directory])).stalePid).toBe(zombie);
    parent.kill("SIGKILL");
  });

  it("uses the next directory where the first is not there", () => {
    const lock = held(takeUucpLock(DEVICE, [`${directory}/missing`, directory]));
    expect(lock.file).toBe(file);
  });

  it("holds nothing, and says why, where no directory is there", () => {
    const missing = `${directory}/missing`;
    expect(takeUucpLock(DEVICE, [missing])).toEqual({ state: "nowhere", why: `${missing}: ENOENT` });
    expect(takeUucpLock(DEVICE, [])).toMatchObject({ state: "nowhere" });
  });

  it("releases only a file with its own PID in it", () => {
    const lock = held(take());
    writeFileSync(file, hdb(1));
    lock.release();
    expect(readFileSync(file, "latin1")).toBe(hdb(1));
  });
});

describe("taking the lock file in another process", () => {
  let program: Bundle;
  beforeAll(async () => {
    program = await bundle(new URL("lock-taker.ts", import.meta.url));
  });
  afterAll(() => program.remove());

  /** A process that takes the lock on demand. `credentials` as for child_process. */
  function taker(lockDirectory: string, credentials: { uid?: number; gid?: number } = {}) {
    const child = fork(program.file, [DEVICE, lockDirectory], { ...credentials, execArgv: [] });
    children.push(child);
    const ask = async (message: number | "release"): Promise<string> => {
      child.send(message);
      const died = once(child, "exit").then(() => ["it died"]);
      return (await Promise.race([once(child, "message"), died]))[0] as string;
    };
    return { pid: child.pid!, ask };
  }

  it.skipIf(process.getuid?.() !== 0)(
    "holds nothing where the directory may not be written (skipped where the test is not root: it becomes nobody)",
    async () => {
      chmodSync(directory, 0o755);
      expect(await taker(directory, { uid: 65534, gid: 65534 }).ask(0)).toBe("nowhere");
      expect(existsSync(file)).toBe(false);
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    "is busy with a live process of another user (skipped where the test is not root: it becomes nobody)",
    async () => {
      chmodSync(directory, 0o777);
      writeFileSync(file, hdb(process.pid));
      expect(await taker(directory, { uid: 65534, gid: 65534 }).ask(0)).toBe("busy");
    },
  );

  it("is held by one of several that take it at once, be the file absent or stale", async () => {
    const locks = mkdtempSync(`${directory}/locks-`);
    const contended = `${locks}/LCK..ttyUSB0`;
    const takers = [taker(locks), taker(locks), taker(locks)];
    await Promise.all(takers.map((one) => one.ask("release")));
    const stale = hdb(deadPid());
    const wrong: string[] = [];
    for (let round = 0; round < 200; round++) {
      if (round % 2 === 0) writeFileSync(contended, stale);
      const states = await Promise.all(takers.map((one) => one.ask(Date.now() + 2)));
      const winner = takers[states.indexOf("held")];
      const content = existsSync(contended) ? readFileSync(contended, "latin1") : "no file";
      const isRight = states.filter((one) => one === "held").length === 1 && content === hdb(winner!.pid);
      if (!isRight) wrong.push(`round ${round}: ${states.join(", ")}; the file holds ${content.trim()}`);
      await Promise.all(takers.map((one) => one.ask("release")));
      if (existsSync(contended)) wrong.push(`round ${round}: the file is left`);
      rmSync(contended, { force: true });
    }
    expect(wrong).toEqual([]);
  });
});
