/** Who has a port. */
import { describe, expect, it } from "vitest";
import { judgePossession } from "../../../src/doctor/judge/possession.js";
import { facts, PICOCOM } from "../facts.js";

const { fds: _fds, ...PROCESS } = PICOCOM;
const LOCK = { file: "/var/lock/LCK..ttyUSB0", pid: 1234, removable: false };
const GETTY = {
  pid: 44,
  command: "agetty",
  uid: 0,
  fds: [0],
  unit: { name: "serial-getty@ttyS0.service", ofUser: false },
};

describe("a process that has the port", () => {
  it("is told with its name and number, and what ends it", () => {
    expect(judgePossession(facts({ holders: [PICOCOM] }))).toEqual([
      {
        code: "held",
        severity: "problem",
        what: "held by picocom (PID 1234), which has not locked it: what arrives would go to either of the two",
        seen: "/proc/1234/fd/3",
        type: "kill 1234",
      },
    ]);
  });

  it("is told once, with every way in which it has it", () => {
    const findings = judgePossession(
      facts({
        holders: [PICOCOM],
        flocks: [PROCESS],
        lockFiles: [{ ...LOCK, process: PROCESS, letGo: false }],
      }),
    );
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      what: "held by picocom (PID 1234): it has it open, has locked it (flock) and is named by its lock file",
      seen: "/proc/1234/fd/3, /proc/locks, /var/lock/LCK..ttyUSB0",
    });
  });

  it("of another user needs sudo", () => {
    const [finding] = judgePossession(facts({ holders: [{ ...PICOCOM, uid: 0 }] }));
    expect(finding?.type).toBe("sudo kill 1234");
  });

  it.each([
    [{ unit: { name: "gpsd.service", ofUser: false } }, "sudo systemctl stop gpsd.service"],
    [{ unit: { name: "klipper.service", ofUser: true } }, "systemctl --user stop klipper.service"],
    [{ container: { tool: "docker", id: "0123456789ab" } }, "sudo docker stop 0123456789ab"],
  ])("as a service or container is stopped as one: %j", (more, type) => {
    const [finding] = judgePossession(facts({ holders: [{ ...PICOCOM, uid: 0, ...more }] }));
    expect(finding?.type).toBe(type);
  });

  it("is seen by its lock alone where its descriptors cannot be seen", () => {
    const [finding] = judgePossession(facts({ flocks: [{ ...PROCESS, uid: 0 }] }));
    expect(finding).toMatchObject({ code: "held", what: "held by picocom (PID 1234)", seen: "/proc/locks" });
  });

  it("that has it for exclusive use keeps all others out", () => {
    const line = { how: "x", exclusive: true };
    const [finding] = judgePossession(facts({ line, holders: [PICOCOM], flocks: [PROCESS] }));
    expect(finding?.what).toBe(
      "held by picocom (PID 1234): it has it open for exclusive use (TIOCEXCL) and has locked it (flock)",
    );
  });

  it("is no matter where only the file in /dev is missing", () => {
    const missingNode = { major: 188, minor: 0 };
    expect(judgePossession(facts({ presence: "absent", missingNode, holders: [PICOCOM] }))).toEqual([]);
  });

  it("still has an adapter that was unplugged, which then comes back under another name", () => {
    const [finding] = judgePossession(facts({ presence: "absent", holders: [PICOCOM] }));
    expect(finding).toMatchObject({ code: "held", severity: "warning", type: "kill 1234" });
    expect(finding?.what).toContain("comes back under another name");
  });
});

describe("a lock file", () => {
  it("of a living process is its hold, though nothing else shows it", () => {
    const [finding] = judgePossession(facts({ lockFiles: [{ ...LOCK, process: PROCESS, letGo: false }] }));
    expect(finding).toMatchObject({ code: "held", severity: "problem", type: "kill 1234" });
  });

  it("of a living process that does not have the port is a number given anew: the file goes, not the process", () => {
    const [finding] = judgePossession(facts({ lockFiles: [{ ...LOCK, process: PROCESS, letGo: true }] }));
    expect(finding).toMatchObject({
      code: "held",
      what: expect.stringContaining("which does not have it open"),
      type: "sudo rm /var/lock/LCK..ttyUSB0",
    });
  });

  it("of a dead process is a warning, for robin takes it over", () => {
    expect(judgePossession(facts({ lockFiles: [LOCK] }))).toEqual([
      {
        code: "stale-lock",
        severity: "warning",
        what: expect.stringContaining("left behind by process 1234, which is gone"),
        seen: LOCK.file,
        type: "sudo rm /var/lock/LCK..ttyUSB0",
      },
    ]);
    const [own] = judgePossession(facts({ lockFiles: [{ ...LOCK, removable: true }] }));
    expect(own?.type).toBe("rm /var/lock/LCK..ttyUSB0");
  });

  it("that names nobody is told", () => {
    const { pid: _pid, ...unreadable } = LOCK;
    expect(judgePossession(facts({ lockFiles: [unreadable] }))[0]?.code).toBe("lock-unreadable");
  });
});

describe("a login", () => {
  it("that waits is masked, for it would come back", () => {
    expect(judgePossession(facts({ holders: [GETTY] }))).toEqual([
      {
        code: "login",
        severity: "problem",
        what: "a login waits on it: agetty (PID 44)",
        seen: "/proc/44/fd/0",
        type: "sudo systemctl mask --now serial-getty@ttyS0.service",
        advice: "unmask gives the login back",
      },
    ]);
  });

  it("is known by utmp: who is logged in, with the shell that holds the port", () => {
    const shell = { pid: 55, command: "bash", uid: 1001, fds: [0] };
    const { fds: _none, ...process } = shell;
    const logins = [{ process, user: "bob", waiting: false }];
    expect(judgePossession(facts({ holders: [shell], logins }))).toMatchObject([
      {
        code: "login",
        what: "bob is logged in on it: bash (PID 55)",
        seen: "/proc/55/fd/0, utmp",
        type: "sudo kill 55",
      },
    ]);
    expect(judgePossession(facts({ logins }))).toMatchObject([{ code: "login", seen: "utmp" }]);
  });

  it("is told once where the record names the getty and a child of it has the port", () => {
    const { fds: _none, ...getty } = { ...GETTY, pid: 43 };
    const logins = [{ process: getty, user: "LOGIN", waiting: true }];
    expect(judgePossession(facts({ holders: [GETTY], logins }))).toHaveLength(1);
  });
});

describe("exclusive use", () => {
  it("is told where nobody is seen to have it", () => {
    const line = { how: "by an open", exclusive: true };
    expect(judgePossession(facts({ line }))[0]).toMatchObject({ code: "exclusive", severity: "problem" });
    expect(judgePossession(facts({ line, holders: [PICOCOM] }))).toMatchObject([
      { code: "held", what: "held by picocom (PID 1234)" },
    ]);
  });

  it("is why a trial open was refused", () => {
    const trial = { state: "failed", errno: 16, text: "device or resource busy (EBUSY)" } as const;
    expect(judgePossession(facts({ trial }))[0]).toMatchObject({ code: "exclusive", seen: "open: EBUSY" });
  });
});

it("the terminal at which doctor runs is not to be killed", () => {
  const findings = judgePossession(facts({ isOwnTerminal: true, holders: [PICOCOM], isPty: true }));
  expect(findings.map(({ code, type }) => [code, type])).toEqual([["own-terminal", "robin list"]]);
});

it("a free port has no finding", () => {
  expect(judgePossession(facts())).toEqual([]);
  expect(judgePossession(facts({ line: { how: "by an open", exclusive: false } }))).toEqual([]);
});
