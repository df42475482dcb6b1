/** What is listed of a port beyond what sysfs knows. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  complete,
  fromSerialport,
  type ListedPort,
  listPorts,
} from "../../../src/port/discovery/list-ports.js";
import { until } from "../../support/until.js";
import { DeviceTree } from "./device-tree.js";

let tree: DeviceTree;
let bin: string;
const path = process.env.PATH;
beforeEach(() => {
  tree = new DeviceTree();
  bin = mkdtempSync(`${tmpdir()}/robin-bin-`);
  process.env.PATH = "/nowhere";
});
afterEach(() => {
  process.env.PATH = path;
  tree.remove();
  rmSync(bin, { recursive: true });
});

/** A udevadm of the test's own, the only program on PATH. */
function udevadm(script: string): void {
  writeFileSync(`${bin}/udevadm`, `#!/bin/sh\n${script}\n`);
  chmodSync(`${bin}/udevadm`, 0o755);
  process.env.PATH = bin;
}

describe("the list of ports", () => {
  it("has each port's holders, and needs no udev", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    tree.usbSerial("ttyUSB1", { serial: "B2", at: "1-2" });
    const device = `${tree.root}/dev/ttyUSB1`;
    const holder = spawn("/bin/sh", ["-c", `exec 7<'${device}'; exec /bin/sleep 60`], { stdio: "ignore" });
    try {
      const [first, second] = await until("the holder to be seen", async () => {
        const ports = await listPorts(tree.roots);
        return ports[1]?.holders[0]?.command === "sleep" ? ports : undefined;
      });
      expect(first).toMatchObject({ path: `${tree.root}/dev/ttyUSB0`, serialNumber: "A1", holders: [] });
      expect(second).toMatchObject({ serialNumber: "B2", holders: [{ pid: holder.pid, command: "sleep" }] });
    } finally {
      holder.kill("SIGKILL");
    }
  });

  it("is completed by what serialport learns from udevadm, which adds no port", async () => {
    tree.usbSerial("ttyUSB0", { product: "USB Serial" });
    const root = tree.root;
    udevadm(`printf 'P: /devices/x\\nN: .${root}/dev/ttyUSB0\\nE: DEVNAME=${root}/dev/ttyUSB0\\n'
printf 'E: ID_SERIAL_SHORT=S9\\nE: ID_VENDOR_ENC=A\\\\x20Maker\\nE: ID_VENDOR_ID=0x8086\\n'
printf 'E: DEVLINKS=/dev/serial/by-path/p /dev/serial/by-id/usb-S9\\n\\n'
printf 'P: /devices/y\\nN: ttyS7\\nE: DEVNAME=/dev/ttyS7\\n'`);
    expect(await listPorts(tree.roots)).toEqual([
      {
        path: `${root}/dev/ttyUSB0`,
        driver: "ftdi_sio",
        vendorId: "0403",
        productId: "6001",
        product: "USB Serial",
        location: "1-1",
        bus: "usb",
        interfaceNumber: 0,
        portNumber: 0,
        serialNumber: "S9",
        manufacturer: "A Maker",
        byId: "/dev/serial/by-id/usb-S9",
        holders: [],
      },
    ]);
  });

  it.each([
    ["fails", "exit 3"],
    ["talks nonsense", "printf 'N:\\nE: =\\nE\\n\\n\\001'"],
    ["is killed", "kill -9 $$"],
  ])("is whole where udevadm %s", async (_, script) => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    udevadm(script);
    expect(await listPorts(tree.roots)).toMatchObject([{ serialNumber: "A1", holders: [] }]);
  });

  it("is empty where there is no port", async () => {
    expect(await listPorts(tree.roots)).toEqual([]);
  });

  it("is what serialport says where there is no sysfs, or why not", async () => {
    const roots = { ...tree.roots, sys: "/nowhere" };
    udevadm(`printf 'P: /devices/y\\nN: ttyS7\\nE: DEVNAME=/dev/ttyS7\\nE: ID_VENDOR_ID=0403\\n'`);
    expect(await listPorts(roots)).toEqual([{ path: "/dev/ttyS7", vendorId: "0403", holders: [] }]);
    process.env.PATH = "/nowhere";
    await expect(listPorts(roots)).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/^list ports: there is no sysfs, and serialport: /),
    });
  });
});

describe("a port completed from serialport's list", () => {
  const port: ListedPort = {
    path: "/dev/ttyUSB0",
    serialNumber: "A:1",
    byId: "/dev/serial/by-id/x",
    holders: [],
  };

  it("keeps what sysfs said, which has no character replaced", () => {
    const entry = {
      path: "/dev/ttyUSB0",
      serialNumber: "A_1",
      pnpId: "y",
      manufacturer: "M",
      vendorId: "8086",
    };
    expect(complete(port, entry)).toEqual({ ...port, manufacturer: "M" });
  });

  it("has nothing made up, as by udev, which takes a vendor's id for the name of the maker", () => {
    const usb = { ...port, vendorId: "1d6b" };
    expect(complete(usb, { path: "/dev/ttyUSB0", manufacturer: "1d6b" })).toEqual(usb);
    expect(complete(port, { path: "/dev/ttyUSB0", manufacturer: "", pnpId: undefined })).toEqual(port);
  });
});

describe("a port of another system", () => {
  it("has its ids as four lower-case digits", () => {
    const entry = {
      path: "COM3",
      vendorId: "0x403",
      productId: "6001",
      locationId: "14200000",
      pnpId: "USB\\x",
    };
    expect(fromSerialport(entry)).toEqual({
      path: "COM3",
      vendorId: "0403",
      productId: "6001",
      location: "14200000",
    });
    expect(fromSerialport({ path: "/dev/tty.usb", vendorId: "2E8A" })).toEqual({
      path: "/dev/tty.usb",
      vendorId: "2e8a",
    });
  });
});
