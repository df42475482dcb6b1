/** `robin doctor` on real drivers: what it finds, that it touches nothing, and that typing what it says helps. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Chalk } from "chalk";
import { afterEach, expect, test } from "vitest";
import { doctorText, headline } from "../../src/cli/commands/doctor-text.js";
import type { Finding } from "../../src/doctor/finding.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, write } from "../../src/tty/libc.js";
import { UTMP_PATH } from "../../src/utmp/file.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { endAll, ended, examine, found, inherit, start, type } from "./support/doctor.js";
import { SerialEnd } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534"];
const USB0 = "/dev/ttyUSB0";

afterEach(endAll);

test("an ordinary user is told the group of a port, and what lets him in", async () => {
  const groups = readFileSync("/etc/group", "utf8");
  const asNobody = async (...how: string[]) => {
    const robin = runRobin(["doctor", "--json", USB0], { wrap: [...NOBODY, ...how] });
    robin.child.stdin?.end();
    const status = await robin.status;
    return { status, findings: JSON.parse(robin.stdout.toString()).findings as Finding[] };
  };
  const before = await asNobody("--clear-groups");
  expect(before.status).toBe(3);
  const group = found(before.findings, "group");
  expect(group).toMatchObject({
    what: "no permission: it belongs to group dialout, and user nobody is not in it",
    seen: "access(2); rw-rw---- root:dialout",
    type: "sudo usermod -aG dialout nobody && newgrp dialout",
  });
  try {
    type({ ...group, type: group.type!.replace("sudo ", "").replace(/ && newgrp.*/, "") });
    const joined = await asNobody("--clear-groups");
    expect(found(joined.findings, "group-later").type).toBe("newgrp dialout");
    const login = [...NOBODY, "--init-groups", "test", "-w", USB0]; // which takes the groups anew
    expect(spawnSync(login[0]!, login.slice(1)).status).toBe(0);
  } finally {
    writeFileSync("/etc/group", groups);
  }
});

test("a port that a program has open is looked at without a touch of its lines, which an open would raise", async () => {
  const sim = await UsbSim.plug({ serial: "RIG-DOC", product: "ev\x1b[2Jil" });
  const end = new SerialEnd(sim.path, { bps: 57_600 }, ["ECHO"]);
  const child = await inherit(end.fd);
  end.setLine("dtr", false);
  end.setLine("rts", false);
  end.close();
  await sim.send("x", "frame");
  await sim.heard();
  sim.events.length = 0;

  const counted = await until(
    "the framing error to be counted",
    async () => {
      const seen = await examine(sim.path);
      return seen.codes.includes("framing-errors") ? seen : undefined;
    },
    30_000,
  );
  const { findings, port } = counted;
  expect(found(findings, "held")).toMatchObject({
    what: expect.stringContaining(`held by sleep (PID ${child.pid})`),
    type: `kill ${child.pid}`,
  });
  expect(found(findings, "echo")).toMatchObject({
    severity: "warning",
    seen: "echo, through sleep's own descriptor",
  });
  expect(found(findings, "framing-errors").what).toMatch(/^1 framing error /);
  expect(port.line).toMatchObject({ termios: { ospeed: 57_600 }, lines: { dtr: false, rts: false } });
  expect(port.info?.product).toBe("ev\x1b[2Jil");
  await sim.heard();
  expect(sim.events.filter(({ name }) => name === "lines")).toEqual([]);

  close(open(sim.path, O_RDWR | O_NOCTTY | O_NONBLOCK));
  await until("the second open to raise them", async () => {
    await sim.heard();
    return sim.lines.dtr && sim.lines.rts;
  });

  const latency = found(findings, "latency");
  expect(latency).toMatchObject({ severity: "note", what: expect.stringContaining("16 ms") });
  type(latency);
  expect((await examine(sim.path)).codes).not.toContain("latency");

  const text = doctorText([{ title: headline(port), findings, unlooked: [] }], new Chalk({ level: 0 }));
  expect(text).toContain(`${sim.path}: ev\\x1b[2Jil (FTDI), 0403:6001, at `);
  type(found(findings, "held"));
  await ended(child);
  await sim.close();
});

test("bytes that CTS holds back are told as such, and a UART's counters are there without an open", async () => {
  const end = new SerialEnd("/dev/ttyS1", { flow: "hardware" }); // nobody has ttyS2 open: CTS is low
  const child = await inherit(end.fd);
  write(end.fd, Buffer.from("held back"), 0, 9);
  const { findings } = await examine("/dev/ttyS1");
  expect(found(findings, "cts-low")).toMatchObject({
    severity: "warning",
    seen: "crtscts, CTS off, through sleep's own descriptor",
    type: "robin termios /dev/ttyS1 -crtscts",
  });
  expect(found(findings, "stuck").what).toMatch(/^\d bytes wait to be sent and do not move: CTS is off$/);
  expect(found(findings, "nothing-connected").severity).toBe("note");
  child.kill("SIGKILL");
  await ended(child);
  const other = new SerialEnd("/dev/ttyS2"); // raises CTS, so that closing waits for nothing
  end.close();
  other.close();

  const { port, unlooked } = await examine("/dev/ttyS1");
  expect(port.line).toMatchObject({
    how: "/proc/tty/driver/serial",
    counters: { frame: 0 },
    lines: { dtr: false },
  });
  expect(port.line?.termios).toBeUndefined();
  expect(unlooked).toContainEqual({
    what: "settings",
    why: "opening it raises DTR and RTS, which resets many boards",
    type: "robin doctor --open /dev/ttyS1",
  });
  const { port: opened } = await examine("/dev/ttyS1", true);
  expect(opened).toMatchObject({
    trial: { state: "opened" },
    line: { how: "by an open", termios: { ospeed: 9600 } },
  });
});

test("an open that another program's close keeps waiting is told, and waits for nobody", async () => {
  new SerialEnd("/dev/ttyS1", { flow: "hardware" }).close(); // settings stay
  const child = start("sh", ["-c", "printf %100s x >/dev/ttyS1"]); // CTS is low
  const { findings } = await until(
    "an open to wait",
    async () => {
      const seen = await examine("/dev/ttyS1", true);
      return seen.port.trial?.state === "waits" ? seen : undefined;
    },
    30_000,
  );
  expect(found(findings, "open-waits")).toMatchObject({ severity: "problem", seen: "open with O_NONBLOCK" });
  const other = new SerialEnd("/dev/ttyS2"); // raises CTS
  await ended(child);
  other.close();
});

test("the kernel's console and a login on a port are told", async () => {
  expect((await examine("/dev/ttyS0")).codes).toContain("console");
  const end = new SerialEnd("/dev/ttyS3");
  const child = await inherit(end.fd);
  end.close();
  const record = Buffer.alloc(384); // struct utmp of x86-64
  record.writeInt16LE(7, 0); // USER_PROCESS
  record.writeInt32LE(child.pid!, 4);
  record.write("ttyS3", 8);
  record.write("bob", 44);
  writeFileSync(UTMP_PATH, record);
  const { findings } = await examine("/dev/ttyS3");
  expect(found(findings, "login")).toMatchObject({
    severity: "problem",
    what: `bob is logged in on it: sleep (PID ${child.pid})`,
    seen: `/proc/${child.pid}/fd/0, utmp`,
  });
  child.kill("SIGKILL");
  await ended(child);
  expect((await examine("/dev/ttyS3")).codes).not.toContain("login"); // the record has outlived its process
  rmSync(UTMP_PATH);
});
