/** All checks together, the machine's own, and the exit status that they make. */
import { describe, expect, it } from "vitest";
import { type Finding, type FindingCode, shellWord, statusOfFindings } from "../../src/doctor/finding.js";
import { judgeLockDirectories } from "../../src/doctor/judge/lock-directories.js";
import { judgeMachine } from "../../src/doctor/judge/machine.js";
import { judgeTrial } from "../../src/doctor/judge/trial.js";
import { judge } from "../../src/doctor/judge.js";
import { errno } from "../../src/tty/sys-error.js";
import { facts, MACHINE, one, PICOCOM } from "./facts.js";

describe("all checks", () => {
  it("find nothing wrong with a port that is all right", () => {
    expect(judge(facts())).toEqual([]);
  });

  it("tell the worst first", () => {
    const findings = judge(
      facts({ holders: [PICOCOM], isConsole: true, latencyTimerMs: 16 }, { lockDirectories: [] }),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(["problem", "warning", "note", "note"]);
  });

  it("give root no sudo, which small systems have not", () => {
    const root = { user: { uid: 0, name: "root", gids: [0] } };
    expect(one(judge(facts({ isConsole: true })), "console").type).toBe("sudo dmesg --console-off");
    expect(one(judge(facts({ isConsole: true }, root)), "console").type).toBe("dmesg --console-off");
  });
});

describe("the exit status", () => {
  const finding = (code: FindingCode, severity: Finding["severity"]): Finding => ({
    code,
    severity,
    what: "x",
  });
  it.each([
    [0, []],
    [0, [finding("console", "warning"), finding("held", "warning"), finding("latency", "note")]],
    [3, [finding("group", "problem")]],
    [4, [finding("held", "problem"), finding("echo", "warning")]],
    [4, [finding("login", "problem"), finding("exclusive", "problem")]],
    [3, [finding("held", "problem"), finding("group", "problem")]],
  ] as const)("is %i for %j", (status, findings) => {
    expect(statusOfFindings(findings)).toBe(status);
  });
});

describe("a trial open", () => {
  const trial = (code: "EIO" | "EACCES" | "EPERM" | "EBUSY") =>
    ({ state: "failed", errno: errno[code], text: `x (${code})` }) as const;

  it("that is refused although the permissions allow it has the kernel against it", () => {
    expect(judgeTrial(facts({ trial: trial("EPERM") }))[0]).toMatchObject({
      code: "refused",
      severity: "problem",
    });
    const [inside] = judgeTrial(facts({ trial: trial("EPERM") }, { container: "podman" }));
    expect(inside?.advice).toBe("start the container with --device /dev/ttyUSB0");
  });

  it("that the permissions do not allow is told by them alone", () => {
    const access = { read: false, write: false };
    expect(judgeTrial(facts({ trial: trial("EACCES"), access }))).toEqual([]);
  });

  it("that finds no device is told; one that is busy is told with who has it", () => {
    expect(judgeTrial(facts({ trial: trial("EIO") }))[0]).toMatchObject({
      code: "open-failed",
      what: expect.stringContaining("no device behind the name"),
    });
    expect(judgeTrial(facts({ trial: trial("EBUSY") }))).toEqual([]);
  });

  it("that does not come back is told, and one that succeeds is nothing", () => {
    const [finding] = judgeTrial(facts({ trial: { state: "waits", afterMs: 2000 } }));
    expect(finding).toMatchObject({ code: "open-waits", severity: "problem" });
    expect(judgeTrial(facts({ trial: { state: "opened" } }))).toEqual([]);
    expect(judgeTrial(facts())).toEqual([]);
  });
});

describe("a machine", () => {
  it("without any port is told, and where it is one that has to be given ports", () => {
    expect(judgeMachine({ machine: MACHINE, ports: [] })).toMatchObject([
      { code: "no-port", severity: "problem" },
    ]);
    expect(judgeMachine({ machine: { ...MACHINE, isWsl: true }, ports: [] })[1]?.advice).toContain(
      "usbipd attach",
    );
    expect(judgeMachine({ machine: { ...MACHINE, container: "docker" }, ports: [] })[1]?.advice).toContain(
      "--device",
    );
    expect(judgeMachine({ machine: { ...MACHINE, virtualMachine: "QEMU" }, ports: [] })[1]?.what).toContain(
      "QEMU",
    );
  });

  it("with ports is told nothing of that", () => {
    expect(judgeMachine({ machine: { ...MACHINE, isWsl: true }, ports: ["/dev/ttyS0"] })).toEqual([]);
    expect(judgeMachine(facts({}, { container: "docker" }))).toEqual([]);
    expect(judgeMachine(facts({ presence: "absent" }, { container: "docker" }))).toHaveLength(1);
    const missingNode = { major: 188, minor: 0 };
    expect(judgeMachine(facts({ presence: "absent", missingNode }, { container: "docker" }))).toEqual([]);
  });
});

it("lock files that cannot be made are a note", () => {
  const closed = [{ path: "/var/lock", writable: false }];
  expect(judgeLockDirectories(facts({}, { lockDirectories: closed }))).toMatchObject([
    { code: "lock-directory", severity: "note", what: expect.stringContaining("user alice may not") },
  ]);
  expect(judgeLockDirectories(facts({}, { lockDirectories: [] }))[0]?.what).toContain(
    "there is no directory",
  );
  expect(judgeLockDirectories(facts())).toEqual([]);
});

it.each([
  ["/dev/ttyUSB0", "/dev/ttyUSB0"],
  ["serial-getty@ttyS0.service", "serial-getty@ttyS0.service"],
  ["a b", "'a b'"],
  ["$(x)", "'$(x)'"],
  ["it's", "'it'\\''s'"],
  ["a\x1b[2J", undefined],
])("a shell takes %j as %j", (word, quoted) => expect(shellWord(word)).toBe(quoted));
