/** The built command on a port that is not there yet, or goes away and comes back: a link to one pty after another. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { uucpLockName } from "../../src/port/uucp-lock.js";
import { encodeTermios, hasFlag, setFlag, setSpeed } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let directory: string;
let link: string;
let user: TestPty;
let devices: TestPty[];
let run: RobinRun | undefined;

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/robin-`);
  link = `${directory}/board`;
  user = new TestPty();
  devices = [];
});
afterEach(() => {
  run?.child.kill("SIGKILL");
  run = undefined;
  for (const pty of [user, ...devices]) pty.close();
  rmSync(directory, { recursive: true });
});

/** Plugs in a device under the link's name. */
function plug(): TestPty {
  const device = new TestPty();
  devices.push(device);
  symlinkSync(device.path, `${link}.new`);
  renameSync(`${link}.new`, link);
  return device;
}

function unplug(device: TestPty): void {
  rmSync(link);
  device.close();
}

const start = (...args: string[]) => {
  run = runRobin([...args, link], { stdin: user, stdout: user });
  return run;
};

describe("--reconnect", () => {
  it("goes on with the device that comes back, set up as before, and drops keys typed meanwhile", async () => {
    const first = plug();
    const robin = start("--reconnect", "-b", "19200", "--crnl");
    await robin.said("connected to");
    await user.write("one");
    await first.expect("one");
    unplug(first);
    await robin.said(`lost ${link}: hung up or unplugged; waiting for it to come back`);
    await user.write("lost words");
    await user.expect("\x07");
    const second = plug();
    await robin.said(`${link} is back: 19200`);
    await user.write("two");
    await second.expect("two");
    expect(second.received.toString()).toBe("two");
    await second.write("hello again");
    await user.expect("hello again");
    expect(second.termios.ospeed).toBe(19200);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("goes on with settings that nobody asked for as they stood, also under --keep", async () => {
    for (const options of [["--reconnect"], ["--reconnect", "--keep"]]) {
      const first = plug();
      const found = first.termios;
      setSpeed(found, 57600);
      for (const name of ["ECHO", "ICANON", "IXON"] as const) setFlag(found, name, false);
      first.termios = found;
      const robin = start(...options);
      await robin.said("connected to");
      unplug(first);
      await robin.said("waiting for it to come back");
      const second = plug();
      await robin.said(`${link} is back: 57600`);
      expect(second.termios.ospeed).toBe(57600);
      for (const name of ["ECHO", "ICANON", "IXON"] as const)
        expect(hasFlag(second.termios, name)).toBe(false);
      await user.write("\x1cq");
      expect(await robin.status).toBe(0);
      rmSync(link);
    }
  });

  it("waits for a device that goes while the session begins", async () => {
    for (let round = 0; round < 8; round++) {
      const device = plug();
      const robin = start("--reconnect", "-b", "57600");
      await until("robin to set it up", () => device.termios.ospeed === 57600);
      for (let turn = 0; turn < round; turn++) await new Promise(setImmediate);
      unplug(device);
      await robin.said("waiting for it to come back");
      await user.write("\x1cq");
      expect(await robin.status).toBe(0);
      expect(existsSync(`/var/lock/${uucpLockName(device.path)}`)).toBe(false);
    }
  });

  it("says once that it waits, however often /dev changes", async () => {
    const first = plug();
    const robin = start("--reconnect");
    await robin.said("connected to");
    unplug(first);
    await robin.said("waiting for it to come back");
    for (let n = 0; n < 20; n++) new TestPty().close();
    symlinkSync("/dev/null", `${directory}/other`);
    plug();
    await robin.said("is back");
    expect(robin.stderr.match(/waiting/g)).toHaveLength(1);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("comes back again and again", async () => {
    let device = plug();
    const robin = start("--reconnect");
    await robin.said("connected to");
    for (let round = 1; round <= 5; round++) {
      unplug(device);
      await until("the loss", () => robin.stderr.match(/lost/g)?.length === round);
      device = plug();
      await until("the return", () => robin.stderr.match(/is back/g)?.length === round);
      await device.write(`round ${round};`);
      await user.expect(`round ${round};`);
    }
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("lets the quit key and signals end it while the device is away, and gives the terminal back", async () => {
    for (const [end, status] of [
      [() => user.write("\x1cq"), 0],
      [async () => void run!.child.kill("SIGTERM"), 143],
    ] as const) {
      const before = encodeTermios(user.termios);
      const device = plug();
      const robin = start("--reconnect");
      await robin.said("connected to");
      unplug(device);
      await robin.said("waiting for it to come back");
      await end();
      expect(await robin.status).toBe(status);
      expect(encodeTermios(user.termios)).toEqual(before);
    }
  });

  it("keeps what a pipe sends for the device that comes back", async () => {
    const first = plug();
    run = runRobin(["--reconnect", link]);
    run.child.stdin!.write("one\n");
    await first.expect("one\n");
    unplug(first);
    await run.said("waiting for it to come back");
    run.child.stdin!.write("two\n");
    const second = plug();
    await second.expect("two\n");
    run.child.stdin!.end("three\n");
    await second.expect("two\nthree\n");
    expect(await run.status).toBe(0);
  });

  it("does nothing for a pty by its own name, and says so", async () => {
    const device = new TestPty();
    devices.push(device);
    const robin = runRobin(["--reconnect", device.path], { stdin: user, stdout: user });
    run = robin;
    await robin.said(`a pty does not come back, --reconnect does nothing for it`);
    await robin.said("connected to");
    device.close();
    expect(await robin.status).toBe(5);
  });

  it("is not meant where it was not asked for: a link to a pty that hangs up ends with status 5", async () => {
    const device = plug();
    const robin = start();
    await robin.said("connected to");
    unplug(device);
    expect(await robin.status).toBe(5);
    expect(robin.stderr).not.toContain("waiting");
  });
});

describe("--wait", () => {
  it("starts when the port is there, and says once that it waits", async () => {
    const robin = start("--wait");
    await robin.said(`waiting for ${link}`);
    const device = plug();
    await robin.said("connected to");
    await device.write("boot");
    await user.expect("boot");
    expect(robin.stderr.match(/waiting/g)).toHaveLength(1);
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("opens a port that is there without a word of waiting", async () => {
    plug();
    const robin = start("--wait");
    await robin.said("connected to");
    expect(robin.stderr).not.toContain("waiting");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it("waits for a link in a directory that is not there yet", async () => {
    const robin = runRobin(["--wait", `${directory}/later/board`], { stdin: user, stdout: user });
    run = robin;
    await robin.said("waiting for");
    link = `${directory}/later/board`;
    mkdirSync(`${directory}/later`);
    plug();
    await robin.said("connected to");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("is ended by %s at once, and the terminal was never touched", async (signal, status) => {
    const before = encodeTermios(user.termios);
    const robin = start("--wait");
    await robin.said("waiting for");
    expect(encodeTermios(user.termios)).toEqual(before);
    robin.child.kill(signal);
    expect(await robin.status).toBe(status);
  });

  it("does not wait for what will never be a port", async () => {
    const robin = runRobin(["--wait", directory], { stdin: "ignore" });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain("it is a directory, not a tty");
  });
});
