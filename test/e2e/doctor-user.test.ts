/** `robin doctor` for users of different rights, of all ports at once, and its words. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../src/doctor/finding.js";
import { asRoot } from "../../src/doctor/gather/port.js";
import { doctor, report } from "../support/doctor.js";
import { TestPty } from "../support/test-pty.js";

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const isRoot = process.getuid?.() === 0;

let device: TestPty;
let folder: string;
beforeEach(() => {
  device = new TestPty();
  folder = mkdtempSync("/tmp/robin-doctor-");
});
afterEach(() => {
  device.close();
  rmSync(folder, { recursive: true });
});

describe("an ordinary user", () => {
  beforeEach(({ skip }) => {
    if (!isRoot) skip("only root can become another user");
  });

  it("is told that another user's pty is not for him, and what he cannot see", async () => {
    const { findings, status, notLookedAt } = await report([device.path], { wrap: NOBODY });
    expect(status).toBe(3);
    expect(findings[0]).toMatchObject({
      code: "permission",
      what: expect.stringContaining("no permission"),
      seen: expect.stringContaining("access(2)"),
    });
    expect(notLookedAt).toContainEqual({
      what: expect.stringMatching(/^what \d+ processes of other users have open$/),
      why: "only root may see that",
      ...asRoot(device.path),
    });
  });

  it("is told which directory he may not search", async () => {
    mkdirSync(`${folder}/closed`);
    chmodSync(folder, 0o755);
    chmodSync(`${folder}/closed`, 0o700);
    const { findings } = await report([`${folder}/closed/ttyX`], { wrap: NOBODY });
    expect(findings[0]).toMatchObject({ code: "unreachable", type: `ls -ld ${folder}/closed` });
  });

  it("who may use it has nothing wrong with it as far as was looked, and is told how to see more", async () => {
    chmodSync(device.path, 0o666);
    device.closeSlave();
    const { status, out } = await doctor([device.path], { wrap: NOBODY });
    expect(status).toBe(0);
    expect(out).toContain("  nothing is wrong, as far as was looked\n");
    expect(out).toContain(
      `  ? not looked at: settings, lines and counters: opening and closing it would hang up its other end\n      robin doctor --open ${device.path}\n`,
    );
  });

  it("is told what he may not read, not that it is not so", async () => {
    const { notLookedAt } = await report(["ttyUSB99"], { wrap: NOBODY });
    const restricted = spawnSync(NOBODY[0]!, [
      ...NOBODY.slice(1),
      "dd",
      "if=/dev/kmsg",
      "bs=9000",
      "count=1",
    ]).status;
    expect(notLookedAt.some(({ what }) => what === "the kernel's messages")).toBe(restricted !== 0);
  });
});

describe("the terminal that doctor runs at", () => {
  it("is told as one's own; nobody is told to kill his shell", async () => {
    const { findings, status } = await report([device.path], { stdin: device, ownSession: true });
    expect(status).toBe(4);
    expect(findings.map(({ code, type }) => [code, type])).toContainEqual(["own-terminal", "robin list"]);
    expect(findings.some(({ type }) => type?.startsWith("kill"))).toBe(false);
  });
});

it.each([
  ["/usr/bin/node", "sudo robin doctor /dev/ttyS0"],
  ["/usr/local/bin/node", "sudo robin doctor /dev/ttyS0"],
  ["/home/alice/.nvm/versions/node/v20/bin/node", 'sudo env "PATH=$PATH" robin doctor /dev/ttyS0'],
])("with Node at %s, what root is to type finds it", (node, type) => {
  expect(asRoot("/dev/ttyS0", node)).toEqual({ type });
});

describe("--open", () => {
  it("opens a port where there is no other way, and changes nothing", async () => {
    const before = device.termios;
    const { facts, codes } = await report(["--open", device.path]);
    expect(facts.settings).toMatchObject({ bps: 38400 });
    expect(codes).toContain("warning echo");
    expect(device.termios).toEqual(before);
  });

  it("tells what an open of a pty comes to whose other end is gone", async () => {
    device.hangUp(); // its name is not given anew while the slave is open
    const { status, codes } = await report(["--open", device.path]);
    expect([status, codes[0]]).toEqual([3, "problem no-such-port"]);
  });
});

describe("without a port", () => {
  it("every port is looked at, and the machine", async () => {
    const { status, out } = await doctor(["--json"]);
    const document = JSON.parse(out) as { status: number; findings: Finding[]; ports: { path: string }[] };
    expect(document.status).toBe(status);
    expect([0, 3, 4]).toContain(status);
    const paths = document.ports.map(({ path }) => path);
    for (const { port } of document.findings) if (port !== undefined) expect(paths).toContain(port);
    if (paths.length === 0) expect(document.findings.map(({ code }) => code)).toContain("no-port");
  });

  it("each has a headline", async () => {
    const { out, err } = await doctor([]);
    expect(err).toBe("");
    expect(out).toMatch(/^(\/dev\/\S+: |no serial port)/);
  });
});

describe("what is written", () => {
  it("has colour where it is asked for, and no notes under --quiet", async () => {
    expect((await doctor(["--color", "always", "ttyUSB99"])).out).toContain("\x1b[31m!\x1b[39m");
    const { out } = await doctor(["--quiet", "--open", device.path]);
    expect(out).not.toMatch(/^ {2}[-?]/m);
  });

  it("has under -v what there is no source for", async ({ skip }) => {
    if (existsSync("/var/run/utmp")) skip("there is a utmp here");
    const { out, err } = await doctor(["-v", device.path]);
    expect(err).toContain("robin: not looked at: login records: open /var/run/utmp");
    expect(out).not.toContain("login records");
  });

  it.each([
    [["a", "b"], 'argument "b": robin doctor takes one port'],
    [["--open"], "option --open: name the port"],
    [["demo:"], "port demo: is a board built into robin"],
    [[""], "the port's name is empty"],
    [["--opne", "x"], "option --opne: there is no such option (did you mean --open?)"],
    [["usb:zz:1"], 'port "usb:zz:1"'],
  ])("is a usage error for %j", async (args, says) => {
    const { status, out, err } = await doctor(args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(says);
  });
});
