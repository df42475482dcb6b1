/** Processes, as /proc shows them. */
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Processes, parseCgroup, parseStat } from "../../../src/doctor/gather/processes.js";
import { SYSTEM_ROOTS } from "../../../src/port/discovery/roots.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";
import { Tree } from "../tree.js";

const HEX = "0123456789ab".padEnd(64, "c");

describe("/proc/PID/stat", () => {
  it("has the name in brackets, whatever is in it, the parent and the terminal", () => {
    expect(parseStat("77 (a) b (c) S 1 77 77 34816 77 4194560 1")).toEqual({
      comm: "a) b (c",
      state: "S",
      parent: 1,
      terminal: "136:0",
    });
  });

  it("has minors above 255 in the upper bits", () => {
    expect(parseStat(`1 (x) R 0 1 1 ${(136 << 8) | 0x2c | (1 << 20)} 1 0`)?.terminal).toBe("136:300");
    expect(parseStat("1 (x) R 0 1 1 0 -1 0")?.terminal).toBe("0:0");
    expect(parseStat("")).toBeUndefined();
  });
});

describe("/proc/PID/cgroup", () => {
  it.each([
    ["0::/system.slice/gpsd.service", { unit: { name: "gpsd.service", ofUser: false } }],
    [
      "0::/system.slice/system-serial\\x2dgetty.slice/serial-getty@ttyS0.service",
      { unit: { name: "serial-getty@ttyS0.service", ofUser: false } },
    ],
    [
      "4:memory:/\n1:name=systemd:/system.slice/cron.service\n0::/",
      { unit: { name: "cron.service", ofUser: false } },
    ],
    [
      "0::/user.slice/user-1000.slice/user@1000.service/app.slice/klipper.service",
      { unit: { name: "klipper.service", ofUser: true } },
    ],
    ["0::/user.slice/user-1000.slice/user@1000.service", {}],
    ["0::/user.slice/user-1000.slice/session-3.scope", {}],
    ["0::/", {}],
    ["", {}],
    [`0::/system.slice/docker-${HEX}.scope`, { container: { tool: "docker", id: "0123456789ab" } }],
    [`12:pids:/docker/${HEX}\n0::/`, { container: { tool: "docker", id: "0123456789ab" } }],
    [`0::/machine.slice/libpod-${HEX}.scope`, { container: { tool: "podman", id: "0123456789ab" } }],
  ])("%j is in %j", (text, expected) => expect(parseCgroup(text)).toEqual(expected));
});

describe("the processes of this machine", () => {
  let pty: TestPty;
  beforeEach(() => {
    pty = new TestPty();
  });
  afterEach(() => pty.close());

  it("show what they have open, and who they are", async () => {
    const child = spawn("sleep", ["60"], { stdio: [pty.slave, "ignore", "ignore"] });
    const [holder] = await until("sleep to hold the pty", () => {
      const found = new Processes(SYSTEM_ROOTS).holders(pty.path);
      return found[0]?.command === "sleep" ? found : undefined;
    });
    expect(holder).toEqual({ pid: child.pid, command: "sleep", uid: process.getuid!(), fds: [0] });
    expect(new Processes(SYSTEM_ROOTS).find(child.pid!)?.command).toBe("sleep");
    expect(new Processes(SYSTEM_ROOTS).isSeen(child.pid!)).toBe(true);
    child.kill("SIGKILL");
  });

  it("are known by their controlling terminal too", async () => {
    const child = spawn("setsid", ["-c", "sh", "-c", "exec sleep 61 </dev/null >/dev/null 2>&1"], {
      stdio: [pty.slave, "ignore", "ignore"],
    });
    const number = `136:${pty.path.split("/").pop()}`;
    const [holder] = await until("sleep to have let go of all but its terminal", () => {
      const found = new Processes(SYSTEM_ROOTS).holders("/dev/no-such", number);
      return found[0]?.command === "sleep" ? found : undefined;
    });
    expect(holder?.fds).toEqual([]);
    process.kill(holder!.pid, "SIGKILL");
    child.kill("SIGKILL");
  });
});

describe("a process of a made-up machine", () => {
  let tree: Tree;
  beforeEach(() => {
    tree = new Tree();
    tree.files({
      "proc/1/stat": "1 (systemd) S 0 1 1 0 -1 0",
      "proc/70/stat": "70 (gpsd) S 1 70 70 0 -1 0",
      "proc/70/cgroup": "0::/system.slice/gpsd.service",
      "proc/71/stat": "71 (helper) S 70 70 70 0 -1 0",
      "proc/71/cgroup": "0::/system.slice/gpsd.service",
      "proc/72/stat": "72 (gone) Z 1 72 72 0 -1 0",
      "proc/73/stat": "73 (socat) S 1 73 73 0 -1 0",
      "proc/73/cgroup": `0::/system.slice/docker-${HEX}.scope`,
      "proc/self/cgroup": "0::/",
    });
  });
  afterEach(() => tree.remove());

  it("is its service only where it is the service's first process", () => {
    const processes = new Processes(tree.roots);
    expect(processes.named("gpsd")?.unit?.name).toBe("gpsd.service");
    expect(processes.named("helper")).toMatchObject({ pid: 71 });
    expect(processes.named("helper")?.unit).toBeUndefined();
  });

  it("is no process any more when it is a zombie", () => {
    expect(new Processes(tree.roots).find(72)).toBeUndefined();
  });

  it("is in a container where doctor is not in the same one", () => {
    expect(new Processes(tree.roots).named("socat")?.container?.tool).toBe("docker");
    tree.files({ "proc/self/cgroup": `0::/system.slice/docker-${HEX}.scope` });
    expect(new Processes(tree.roots).named("socat")?.container).toBeUndefined();
  });

  it("is none where there is no /proc", () => {
    const processes = new Processes({ ...tree.roots, proc: `${tree.root}/nowhere` });
    expect(processes.holders("/dev/ttyUSB0", "188:0")).toEqual([]);
    expect(processes.unseen).toBe(0);
  });
});
