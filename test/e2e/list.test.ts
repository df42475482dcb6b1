/**
 * `robin list` as it is built, on machines of the test's own: a mount namespace in which /sys, /dev and /run are trees in
 * a temporary directory, so that ports come and go without any hardware.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { DeviceTree } from "../port/discovery/device-tree.js";
import { UNSHARE, whyNoMounts } from "../support/mount-namespace.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const noMounts = whyNoMounts();
const skipped = noMounts && ` (skipped: ${noMounts})`;

let tree: DeviceTree;
let pty: TestPty | undefined;
beforeEach(() => {
  tree = new DeviceTree();
  writeFileSync(`${tree.root}/dev/null`, "");
  mkdirSync(`${tree.root}/dev/pts`);
});
afterEach(() => {
  pty?.close();
  pty = undefined;
  tree.remove();
});

/** Runs robin on the machine that the tree is. */
function onTree(args: readonly string[], options: Parameters<typeof runRobin>[1] = {}): RobinRun {
  const t = tree.root;
  const mounts = `mount --bind /dev/null ${t}/dev/null && mount --bind /dev/pts ${t}/dev/pts &&
    mount --bind ${t}/sys /sys && mount --bind ${t}/run /run && mount --rbind ${t}/dev /dev && exec "$@"`;
  return runRobin(args, { stdin: "ignore", wrap: [...UNSHARE, "sh", "-c", mounts, "sh"], ...options });
}

function unplug(name: string): void {
  rmSync(`${tree.root}/dev/${name}`);
  rmSync(`${tree.root}/sys/class/tty/${name}`);
}

const lines = (run: RobinRun) => run.stdout.toString().split("\n").slice(0, -1);

describe.skipIf(skipped)(`robin list${skipped ?? ""}`, () => {
  it("shows the ports that are fitted, with their facts and their stable links", async () => {
    tree.usbSerial("ttyUSB0", { product: "FT232R USB UART", serial: "A50285BI" });
    tree.uart("ttyS0", "4:64", { path: "sys/devices/pnp0/00:02", bus: "pnp", driver: "serial" });
    tree.uart(
      "ttyS1",
      "4:65",
      { path: "sys/devices/platform/serial8250", bus: "platform", driver: "serial8250" },
      { type: 0 },
    );
    tree.link("dev/serial/by-id/usb-A50285BI", "dev/ttyUSB0");
    const run = onTree(["list"]);
    expect(await run.status).toBe(0);
    expect(lines(run)).toEqual([
      "PORT          DRIVER    USB ID     PRODUCT          SERIAL",
      "/dev/ttyS0    serial    -          -                -",
      "/dev/ttyUSB0  ftdi_sio  0403:6001  FT232R USB UART  A50285BI",
      "  /dev/serial/by-id/usb-A50285BI",
    ]);
    expect(run.stderr).toBe("");
  });

  it("prints one JSON document for programs, with a hostile device's texts escaped", async () => {
    tree.usbSerial("ttyUSB0", {
      vendorId: "1A86",
      productId: "7523",
      product: "\u001b[2J\u0007",
      serial: "x",
    });
    const run = onTree(["list", "--json"]);
    expect(await run.status).toBe(0);
    expect(lines(run)).toHaveLength(1);
    expect(JSON.parse(run.stdout.toString())).toEqual([
      {
        path: "/dev/ttyUSB0",
        driver: "ftdi_sio",
        vendorId: "1a86",
        productId: "7523",
        serialNumber: "x",
        product: "\u001b[2J\u0007",
        location: "1-1",
        bus: "usb",
        interfaceNumber: 0,
        portNumber: 0,
        holders: [],
      },
    ]);
    expect(run.stdout.toString()).not.toContain("\u001b");
  });

  it("fits the terminal it is shown on, on which a hostile device can do nothing", async () => {
    tree.usbSerial("ttyUSB0", { product: "\u001b[2J".repeat(20), serial: "0123456789".repeat(5) });
    pty = new TestPty();
    setWindowSize(pty.slave, { rows: 24, columns: 80 });
    const run = onTree(["list"], { stdout: pty });
    expect(await run.status).toBe(0);
    const text = await pty.expect("interface 0");
    expect(text).not.toContain("\u001b");
    expect(text).toMatch(/\\x1b\[2J\\x1b/);
    for (const line of text.split("\r\n"))
      expect([...Buffer.from(line, "latin1").toString()].length).toBeLessThanOrEqual(80);
  });

  it("says on stderr that there is none, and what to do; a program gets an empty array", async () => {
    const run = onTree(["list"]);
    expect(await run.status).toBe(0);
    expect(run.stdout.toString()).toBe("");
    expect(run.stderr).toBe(
      "robin: list ports: there is no serial port here\n  hint: robin doctor may say why\n",
    );
    const json = onTree(["list", "--json"]);
    expect(await json.status).toBe(0);
    expect(json.stdout.toString()).toBe("[]\n");
    expect(json.stderr).toBe("");
  });

  it("opens a port by its USB ids only where one fits, and names those that do", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    tree.usbSerial("ttyUSB1", { serial: "B2", at: "1-2" });
    const several = onTree(["usb:0403:6001"]);
    expect(await several.status).toBe(3);
    expect(several.stderr).toBe(
      "robin: find usb:0403:6001: 2 ports fit: /dev/ttyUSB0 (serial A1, 1-1); /dev/ttyUSB1 (serial B2, 1-2)\n" +
        "  hint: name one by its path, its link or its serial number\n",
    );
    const one = onTree(["usb:0403:6001:B2"]);
    expect(await one.status).toBe(3);
    expect(one.stderr).toBe("robin: open /dev/ttyUSB1: it is a regular file, not a tty\n"); // as this machine has it
  });
});

describe.skipIf(skipped)(`robin list --watch${skipped ?? ""}`, () => {
  it("tells what is there, what comes and what goes, a line each, until it is interrupted", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    const run = onTree(["list", "--watch"]);
    await until("the port that is there", () => lines(run).length === 1);
    tree.usbSerial("ttyUSB1", { serial: "B2", at: "1-2" });
    await until("the arrival", () => lines(run).length === 2);
    unplug("ttyUSB0");
    await until("the departure", () => lines(run).length === 3);
    run.child.kill("SIGINT");
    expect(await run.status).toBe("SIGINT"); // 130 to a shell
    expect(lines(run).map((line) => line.replace(/^\d\d:\d\d:\d\d /, ""))).toEqual([
      "present /dev/ttyUSB0: ftdi_sio 0403:6001, serial A1, USB 1-1, interface 0",
      "added   /dev/ttyUSB1: ftdi_sio 0403:6001, serial B2, USB 1-2, interface 0",
      "removed /dev/ttyUSB0: ftdi_sio 0403:6001, serial A1, USB 1-1, interface 0",
    ]);
    expect(run.stderr).toBe("");
  });

  it("prints an object a line for programs", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    const run = onTree(["list", "--watch", "--json"]);
    await until("the port that is there", () => lines(run).length === 1);
    unplug("ttyUSB0");
    await until("the departure", () => lines(run).length === 2);
    run.child.kill("SIGTERM");
    expect(await run.status).toBe("SIGTERM");
    const [present, removed] = lines(run).map((line) => JSON.parse(line));
    expect(present).toMatchObject({
      event: "present",
      port: { path: "/dev/ttyUSB0", serialNumber: "A1", holders: [] },
    });
    expect(removed).toMatchObject({ event: "removed", port: { path: "/dev/ttyUSB0", serialNumber: "A1" } });
    for (const { at } of [present, removed]) expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(30);
  });

  it("says that it waits where there is none", async () => {
    const run = onTree(["list", "--watch"]);
    await run.said("robin: there is no serial port here; waiting for one to be plugged in\n");
    tree.usbSerial("ttyUSB0", {});
    await until("the arrival", () => lines(run).length === 1);
    expect(lines(run)[0]).toContain(" added   /dev/ttyUSB0: ");
    run.child.kill("SIGTERM");
    await run.status;
  });

  it("ends with 0 when its reader leaves, though nothing happens", async () => {
    tree.usbSerial("ttyUSB0", {});
    const run = onTree(["list", "--watch"]);
    await until("the port that is there", () => lines(run).length === 1);
    run.child.stdout!.destroy();
    expect(await run.status).toBe(0);
    expect(run.stderr).toBe("");
  });
});

describe("robin list, asked badly", () => {
  it.each([
    [["list", "ttyUSB0"], 'robin: argument "ttyUSB0": robin list takes none\n'],
    [["list", "--jsn"], "robin: option --jsn: there is no such option (did you mean --json?)\n"],
    [["list", "--watch=1"], "robin: option --watch: it takes no value\n"],
  ])("robin %j is a usage error", async (args, text) => {
    const run = runRobin(args, { stdin: "ignore" });
    expect(await run.status).toBe(2);
    expect(run.stderr).toContain(text);
    expect(run.stdout.toString()).toBe("");
  });

  it("says so on stdout too for a program that reads JSON", async () => {
    const run = runRobin(["list", "--json", "x"], { stdin: "ignore" });
    expect(await run.status).toBe(2);
    expect(JSON.parse(run.stdout.toString())).toMatchObject({ error: { code: "usage" } });
  });
});

describe("robin list on this machine", () => {
  it("ends well, whatever there is", async () => {
    const run = runRobin(["list", "--json"], { stdin: "ignore" });
    expect(await run.status).toBe(0);
    for (const port of JSON.parse(run.stdout.toString())) {
      expect(port).toMatchObject({ path: expect.stringMatching(/^\/dev\//), holders: expect.any(Array) });
    }
  });
});
