/** What cannot be: a clear line, the status of the table, nothing changed. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFlag } from "../../src/tty/termios.js";
import { ROBIN, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
beforeEach(() => {
  device = new TestPty();
});
afterEach(() => {
  device.close();
});

async function refused(args: readonly string[], options?: Parameters<typeof runRobin>[1]) {
  const before = device.termios;
  const robin = runRobin(args, options);
  robin.child.stdin?.end();
  const status = await robin.status;
  expect(device.termios).toEqual(before);
  expect(robin.stdout.length).toBe(0);
  return { status, said: robin.stderr };
}

describe("a usage error", () => {
  const cases: [what: string, args: string[], says: string][] = [
    ["no port", [], "no port was named"],
    ["an empty port name", [""], "the port's name is empty"],
    ["an unknown option", ["--bsp", "9600"], "option --bsp: there is no such option (did you mean --bps?)"],
    ["a speed of 0", ["-b", "0"], 'option --bps: "0" is not a whole number from 1 to 4294967295'],
    ["a speed of -1", ["-b", "-1"], "option --bps"],
    ["a speed of 1e12", ["-b", "1e12"], 'option --bps: "1e12" is not a whole number'],
    ["a speed above what a termios holds", ["-b", "1000000000000"], "option --bps"],
    ["a speed that is no number", ["-b", "fast"], 'option --bps: "fast" is not a whole number'],
    ["two flow controls", ["-h", "-s"], "options --hwflow and --swflow: they contradict each other"],
    [
      "an escape key that is no control character",
      ["--escape", "a"],
      'option --escape: "a" is no control character',
    ],
    ["a parity that is none", ["-p", "evn"], "(did you mean even?)"],
    [
      "settings with --keep",
      ["--keep", "-b", "9600"],
      "options --keep and --bps: they contradict each other",
    ],
  ];
  it.each(cases)("%s is told in one line, status 2", async (_what, args, says) => {
    const withPort = args.length === 0 || args[0] === "" ? args : [...args, device.path];
    const { status, said } = await refused(withPort);
    expect(said).toContain(says);
    expect(said.split("\n")[0]).toMatch(/^robin: /);
    expect(said.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    expect(status).toBe(2);
  });

  it("a positional speed that is none is told too", async () => {
    const { status, said } = await refused([device.path, "fast"]);
    expect(said).toContain('speed "fast": it is not a whole number');
    expect(status).toBe(2);
  });
});

describe("a port that cannot be opened", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync("/tmp/robin-bad-");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("does not exist: status 3", async () => {
    const { status, said } = await refused([`${folder}/none`]);
    expect(said).toContain(`robin: open ${folder}/none: no such file or directory (ENOENT)`);
    expect(status).toBe(3);
  });

  it("is looked up in /dev by a bare name", async () => {
    const { status, said } = await refused(["ttyNone0"]);
    expect(said).toContain("robin: open /dev/ttyNone0: no such file or directory");
    expect(status).toBe(3);
  });

  it("is a directory, a regular file, a device that is no tty: status 3", async () => {
    writeFileSync(`${folder}/file`, "text");
    for (const [path, why] of [
      [folder, "it is a directory, not a tty"],
      [`${folder}/file`, "it is a regular file, not a tty"],
      ["/dev/null", "it is not a tty"],
    ] as const) {
      const { status, said } = await refused([path]);
      expect(said).toContain(`robin: open ${path}: ${why}`);
      expect(status).toBe(3);
    }
  });

  it("is not this user's: status 3, and the hint names the group", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root can make a tty that is another user's");
    spawnSync("chgrp", ["dialout", device.path]);
    chmodSync(device.path, 0o660);
    const { status, said } = await refused([device.path], {
      wrap: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    });
    expect(said).toContain(`robin: open ${device.path}: permission denied (EACCES)`);
    expect(said).toContain(
      "hint: it belongs to group dialout: sudo usermod -aG dialout nobody, then log in again",
    );
    expect(status).toBe(3);
  });

  it("is a pty whose other end is gone: status 3", async () => {
    device.hangUp();
    const robin = runRobin([device.path]);
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toMatch(new RegExp(`robin: open ${device.path}: .*\\((EIO|ENOENT|ENXIO)\\)`));
  });

  it("is the terminal that robin runs on: status 3, and the terminal is as it was", async () => {
    const user = new TestPty();
    const before = user.termios;
    const robin = runRobin([user.path], { stdin: user });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain("it is the terminal that robin runs on");
    expect(user.termios).toEqual(before);
    user.close();
  });
});

describe("descriptors that are not there", () => {
  it("stdin closed: a line says so, status 0", async () => {
    const robin = runRobin([device.path], { wrap: ["sh", "-c", 'exec "$@" <&-', "sh"] });
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain("robin: read stdin: ");
  });

  it("stdout closed: a line says so, what is typed still arrives, status 0", async () => {
    const robin = runRobin([device.path], { wrap: ["sh", "-c", 'exec "$@" >&-', "sh"] });
    robin.child.stdin!.end("typed");
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain("robin: write stdout: ");
    await device.expect("typed");
  });

  it("stderr closed: the session works", async () => {
    const robin = runRobin([device.path], { wrap: ["sh", "-c", 'exec "$@" 2>&-', "sh"] });
    robin.child.stdin!.end("typed");
    expect(await robin.status).toBe(0);
    await device.expect("typed");
  });

  it("no controlling terminal: the session works", async () => {
    const user = new TestPty();
    const robin = runRobin([device.path], { stdin: user, wrap: ["setsid", "-w"] });
    await robin.said("quits");
    await until("raw", () => !hasFlag(user.termios, "ICANON"));
    await user.write("typed\x1cq");
    await device.expect("typed");
    expect(await robin.status).toBe(0);
    user.close();
  });

  it("--help into a closed pipe ends quietly", () => {
    const { status, stderr } = spawnSync("sh", ["-c", `"${process.execPath}" "${ROBIN}" --help | true`]);
    expect(status).toBe(0);
    expect(stderr.toString()).toBe("");
  });
});

describe("a terminal of another user, which cannot be opened again", () => {
  it("works: keys, output, quit, and is restored", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root can hand its terminal to another user");
    const user = new TestPty();
    chmodSync(user.path, 0o600);
    chmodSync(device.path, 0o666);
    const before = user.termios;
    const robin = runRobin([device.path], {
      stdin: user,
      stdout: user,
      stderr: user,
      wrap: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    });
    await user.expect("quits");
    await user.write("typed");
    await device.expect("typed");
    await device.write("shown");
    await user.expect("shown");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    await user.expect(`closed ${device.path}`);
    expect(user.termios).toEqual(before);
    user.close();
  });

  it("can be stopped without stopping the keyboard", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root can hand its terminal to another user");
    const user = new TestPty();
    chmodSync(user.path, 0o600);
    chmodSync(device.path, 0o666);
    const before = user.termios;
    const robin = runRobin(["--drain", "100", device.path], {
      stdin: user,
      stdout: user,
      wrap: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    });
    await robin.said("quits");
    for (let times = 0; times < 6; times++) await device.write(Buffer.alloc(4000, "f"));
    await user.write("k");
    await device.expect("k");
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    expect(user.termios).toEqual(before);
    user.close();
  });
});
