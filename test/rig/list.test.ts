/** Discovery on real drivers: what the kernel and udev say of an adapter, as it comes, is looked for and goes. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { describeDevice, devicePorts } from "../../src/port/discovery/discover.js";
import { type ListedPort, listPorts } from "../../src/port/discovery/list-ports.js";
import { resolvePortName } from "../../src/port/discovery/port-name.js";
import { holdersOf } from "../../src/port/holders.js";
import { openPort } from "../../src/port/open.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { type Chip, UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 30_000;
let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

async function plug(options: Parameters<typeof UsbSim.plug>[0] & { serial: string }): Promise<UsbSim> {
  const sim = await UsbSim.plug(options);
  toEnd.push(() => sim.close());
  return sim;
}

/** Waits until udev is done with a port. */
async function withLinks(path: string): Promise<void> {
  await until(`the link of ${path}`, () => describeDevice(path)?.byId !== undefined, TIMEOUT_MS);
}

/** A process of the test's own that holds `path`, by a lock. */
function hold(path: string): ChildProcess {
  const child = spawn("flock", ["--no-fork", path, "sleep", "600"], { stdio: "ignore" });
  toEnd.push(() => child.kill("SIGKILL"));
  return child;
}

const named = (ports: readonly ListedPort[], path: string) => ports.find((port) => port.path === path);
const lines = (run: RobinRun) => run.stdout.toString().split("\n").slice(0, -1);

test("robin list shows all of an adapter, and who holds it; any user sees it, without udevadm too, and without links all the rest", async () => {
  const before = Date.now() / 1000;
  const sim = await plug({
    serial: "RIG:LIST",
    product: "A \u001b[31mred\u0007 adapter",
    manufacturer: "Rig",
  });
  await withLinks(sim.path);
  const { pid } = hold(sim.path);
  const facts = {
    path: sim.path,
    driver: "ftdi_sio",
    vendorId: "0403",
    productId: "6001",
    serialNumber: "RIG:LIST",
    manufacturer: "Rig",
    product: "A \u001b[31mred\u0007 adapter",
    location: expect.stringMatching(/^\d+-1$/),
    bus: "usb",
    interfaceNumber: 0,
    portNumber: 0,
    addedAt: expect.any(Number),
    holders: [{ pid, command: "sleep" }],
  };
  const links = {
    byId: expect.stringMatching(/^\/dev\/serial\/by-id\/usb-Rig_.*RIG:LIST-if00-port0$/),
    byPath: expect.stringMatching(/^\/dev\/serial\/by-path\/platform-vhci_hcd\.0-usb/),
  };
  await until("sleep to hold it", () => holdersOf(sim.path)[0]?.command === "sleep", TIMEOUT_MS);

  const table = runRobin(["list"], { stdin: "ignore" });
  // Another user sees no descriptor of root's, but the lock.
  const wrap = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const bare = runRobin(["list", "--json"], { stdin: "ignore", env: { PATH: "/nowhere" }, wrap });
  const ports = await listPorts();
  const port = named(ports, sim.path)!;
  expect(port).toEqual({ ...facts, ...links });
  expect(port.addedAt).toBeGreaterThan(before - 1);
  expect(port.addedAt).toBeLessThan(Date.now() / 1000);
  expect(named(ports, "/dev/ttyS1")).toMatchObject({ driver: "serial", bus: "pnp", holders: [] });
  expect(named(ports, "/dev/ttyUSB0")).toMatchObject({ vendorId: "0403", product: "QEMU USB SERIAL" });
  for (const { path } of ports) expect(path).toMatch(/^\/dev\/tty(S[0-3]|USB\d)$/);

  expect(await table.status).toBe(0);
  const text = table.stdout.toString();
  expect(text).toMatch(
    /ftdi_sio +0403:6001 +A \\x1b\[31mred\\x07 adapter +RIG:LIST +\d+ s\n {2}\/dev\/serial\/by-id\//,
  );
  expect(text).toContain(`\n  held by sleep (PID ${pid})\n`);
  expect(text).not.toContain("\u001b");

  expect(await bare.status).toBe(0);
  expect(JSON.parse(bare.stdout.toString())).toEqual(ports);

  renameSync("/dev/serial", "/dev/serial-away");
  try {
    expect(named(await listPorts(), sim.path)).toMatchObject(facts);
    expect(devicePorts().filter((one) => one.byId ?? one.byPath)).toEqual([]);
  } finally {
    renameSync("/dev/serial-away", "/dev/serial");
  }
});

test("each kind of adapter has its driver", async () => {
  const drivers = { cp210x: "cp210x", ch341: "ch341-uart", pl2303: "pl2303" } as const; // cdc_acm: see the gadget
  await Promise.all(
    Object.entries(drivers).map(async ([chip, driver], n) => {
      const sim = await plug({ chip: chip as Chip, port: n, serial: `RIG-${chip}` });
      expect(describeDevice(sim.path)).toMatchObject({ driver, bus: "usb", interfaceNumber: 0 });
    }),
  );
});

test("a USB gadget is a port on both sides: ttyGS by its driver's type, ttyACM by its device", async () => {
  const gadget = "/sys/kernel/config/usb_gadget/rig";
  if (!existsSync("/sys/kernel/config/usb_gadget")) {
    await promisify(execFile)("mount", ["-t", "configfs", "none", "/sys/kernel/config"]);
  }
  const before = devicePorts().map((port) => port.path);
  for (const directory of ["", "/strings/0x409", "/configs/c.1", "/functions/acm.0"])
    mkdirSync(gadget + directory);
  toEnd.push(async () => {
    writeFileSync(`${gadget}/UDC`, "\n");
    unlinkSync(`${gadget}/configs/c.1/acm.0`);
    for (const directory of ["/functions/acm.0", "/configs/c.1", "/strings/0x409", ""])
      rmdirSync(gadget + directory);
    await until("its ports to go", () => devicePorts().length === before.length, TIMEOUT_MS);
  });
  writeFileSync(`${gadget}/idVendor`, "0x1d6b");
  writeFileSync(`${gadget}/idProduct`, "0x0104");
  writeFileSync(`${gadget}/strings/0x409/serialnumber`, "RIG-GADGET");
  symlinkSync(`${gadget}/functions/acm.0`, `${gadget}/configs/c.1/acm.0`);
  writeFileSync(`${gadget}/UDC`, "dummy_udc.0");
  const [acm, gs] = await until(
    "both sides",
    () => {
      const fresh = devicePorts().filter((port) => !before.includes(port.path));
      return fresh.length === 2 ? fresh : undefined;
    },
    TIMEOUT_MS,
  );
  expect(acm).toMatchObject({
    driver: "cdc_acm",
    vendorId: "1d6b",
    productId: "0104",
    serialNumber: "RIG-GADGET",
  });
  expect(gs).toMatchObject({ path: expect.stringMatching(/^\/dev\/ttyGS\d$/), driver: "g_serial" });
  expect(gs).not.toHaveProperty("vendorId");
  await until("udev", () => describeDevice(acm!.path)?.byId, TIMEOUT_MS);
  expect(named(await listPorts(), acm!.path)).not.toHaveProperty("manufacturer"); // udev would say "1d6b"
});

test("usb:VID:PID is refused where several adapters fit, and opens the one whose serial number is given; latest is the last", async () => {
  const first = await plug({ serial: "RIG:1", port: 0 });
  const second = await plug({ serial: "RIG:2", port: 1 });
  const refusal = await openPort("usb:0403:6001").then(
    () => undefined,
    (error) => error,
  );
  expect(refusal).toMatchObject({ code: "open-failed" });
  expect(refusal.message).toContain(`${first.path} (serial RIG:1, `);
  expect(refusal.message).toContain(`${second.path} (serial RIG:2, `);
  const port = await openPort("usb:0403:6001:RIG:2");
  expect(port.path).toBe(second.path);
  await port.close();
  expect(resolvePortName("latest")).toBe(second.path);
  await first.unplug();
  await until("it to go", () => !existsSync(first.path), TIMEOUT_MS);
  await first.plugIn();
  expect(resolvePortName("latest")).toBe(first.path);
  expect(resolvePortName("usb:0403:6001:RIG:1")).toBe(first.path);
});

test("robin list --watch tells arrivals, when they may be used, and departures, and rests meanwhile", async () => {
  const run = runRobin(["list", "--watch", "--json"], { stdin: "ignore" });
  toEnd.push(() => run.child.kill("SIGKILL"));
  const present = devicePorts().length;
  await until("what is there", () => lines(run).length === present, TIMEOUT_MS);
  const events = () => lines(run).map((line) => JSON.parse(line));
  expect(events().every(({ event }) => event === "present")).toBe(true);

  let rights: number | undefined;
  run.child.stdout!.on("data", (chunk: Buffer) => {
    const path = /"event":"added".*?"path":"([^"]+)"/.exec(chunk.toString())?.[1];
    if (path !== undefined) rights ??= statSync(path).mode & 0o777;
  });
  const sim = await plug({ serial: "RIG-WATCH" });
  await until("the arrival", () => lines(run).length === present + 1, TIMEOUT_MS);
  const added = events()[present];
  expect(added).toMatchObject({
    event: "added",
    port: { path: sim.path, serialNumber: "RIG-WATCH", holders: [] },
  });
  expect(added.port.byId).toMatch(/RIG-WATCH-if00-port0$/);
  expect(added.at).toBeGreaterThanOrEqual(added.port.addedAt);
  expect(rights).toBe(0o660); // as udev's rules have it

  const wakeUps = () =>
    Number(
      /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${run.child.pid}/status`, "utf8"))![1],
    );
  const before = wakeUps();
  const port = await openPort(sim.path);
  for (let n = 0; n < 200; n++) writeFileSync("/dev/null", "x");
  await port.close();
  expect(wakeUps() - before).toBeLessThan(20); // with IN_MODIFY, older kernels would tell of each

  await sim.unplug();
  await until("the departure", () => lines(run).length === present + 2, TIMEOUT_MS);
  await sim.plugIn();
  await until("the return", () => lines(run).length === present + 3, TIMEOUT_MS);
  expect(
    events()
      .slice(present)
      .map(({ event, port }) => [event, port.serialNumber, port.byId === added.port.byId]),
  ).toEqual([
    ["added", "RIG-WATCH", true],
    ["removed", "RIG-WATCH", true],
    ["added", "RIG-WATCH", true],
  ]);
  run.child.kill("SIGINT");
  expect(await run.status).toBe("SIGINT");
  expect(run.stderr).toBe("");
});
