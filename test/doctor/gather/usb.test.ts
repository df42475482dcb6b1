/** USB devices, in a sysfs of the test's own. */
import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatherMachine } from "../../../src/doctor/gather/machine.js";
import { blacklistOf, moduleFile, moduleOfAlias, serialModule } from "../../../src/doctor/gather/modules.js";
import { unauthorizedDevices, usbOf } from "../../../src/doctor/gather/usb.js";
import { USB } from "../facts.js";
import { Tree } from "../tree.js";

const KERNEL = "6.1.0-1-amd64";
const ALIASES = [
  "# Aliases extracted from modules themselves.",
  "alias usb:v1A86p7523d*dc*dsc*dp*ic*isc*ip*in* ch341",
  "alias usb:v*p*d*dc*dsc*dp*ic02isc02ip0[1-6]in* cdc_acm",
  "alias usb:v046DpC52Bd*dc*dsc*dp*ic*isc*ip*in* hid_logitech_dj",
].join("\n");
const DEPENDENCIES = [
  "kernel/drivers/usb/serial/ch341.ko.xz: kernel/drivers/usb/serial/usbserial.ko.xz",
  "kernel/drivers/usb/class/cdc-acm.ko.xz:",
  "kernel/drivers/hid/hid-logitech-dj.ko.xz:",
].join("\n");
const CH340_ALIAS = "usb:v1A86p7523d0264dcFFdsc00dp00icFFisc01ip02in00";

describe("the module of an interface", () => {
  it("is what modules.alias says, for drivers of serial ports only", () => {
    const of = (modalias: string) => serialModule({ ...USB, modalias }, ALIASES, DEPENDENCIES);
    expect(of(CH340_ALIAS)).toBe("ch341");
    expect(of("usb:v2341p0043d0001dc02dsc00dp00ic02isc02ip01in00")).toBe("cdc_acm");
    expect(of("usb:v046DpC52Bd1201dc00dsc00dp00ic03isc01ip01in00")).toBeUndefined();
  });

  it("is known by its ids where there is no such file", () => {
    const of = (vendorId: string, productId: string) => serialModule({ ...USB, vendorId, productId }, "", "");
    expect(of("1a86", "7523")).toBe("ch341");
    expect(of("10c4", "ea60")).toBe("cp210x");
    expect(of("0403", "6015")).toBe("ftdi_sio");
    expect(of("067b", "2303")).toBe("pl2303");
    expect(of("046d", "c52b")).toBeUndefined();
    expect(serialModule({ ...USB, vendorId: "2341", class: "02", subclass: "02" }, "", "")).toBe("cdc_acm");
  });

  it("is found under either spelling", () => {
    expect(moduleFile("cdc_acm", DEPENDENCIES)).toBe("kernel/drivers/usb/class/cdc-acm.ko.xz");
    expect(moduleFile("acm", DEPENDENCIES)).toBeUndefined();
    expect(moduleOfAlias("usb:v9999p0000d0000dc00dsc00dp00ic02isc02ip07in00", ALIASES)).toBeUndefined();
  });
});

describe("USB devices", () => {
  let tree: Tree;
  const hub = "sys/devices/pci0/usb1";
  beforeEach(() => {
    tree = new Tree();
    tree.files({ "proc/sys/kernel/osrelease": `${KERNEL}\n` });
    tree.device(`${hub}/1-1`, {
      idVendor: "1a86",
      idProduct: "7523",
      product: "USB Serial",
      busnum: "1",
      devnum: "7",
      dev: "189:6",
      "power/control": "auto",
      authorized: "1",
    });
    tree.device(`${hub}/1-1/1-1:1.0`, {
      bInterfaceNumber: "00",
      bInterfaceClass: "ff",
      bInterfaceSubClass: "01",
      bInterfaceProtocol: "02",
      modalias: CH340_ALIAS,
    });
    for (const name of ["1-1", "1-1/1-1:1.0"]) {
      tree.link(`sys/bus/usb/devices/${name.split("/").pop()}`, `${hub}/${name}`);
    }
  });
  afterEach(() => tree.remove());

  const modules = () =>
    tree.files({
      [`lib/modules/${KERNEL}/modules.alias`]: ALIASES,
      [`lib/modules/${KERNEL}/modules.dep`]: DEPENDENCIES,
    });
  const undriven = () => gatherMachine(tree.roots).facts.undriven;

  it("without a driver are adapters whose module can be loaded", () => {
    modules();
    expect(undriven()).toMatchObject([
      {
        name: "1-1:1.0",
        device: "1-1",
        vendorId: "1a86",
        module: "ch341",
        moduleState: "on disk",
        users: [],
      },
    ]);
  });

  it("have a module that is blacklisted, in a file", () => {
    modules().files({ "etc/modprobe.d/no.conf": "# blacklist ch341 is not this\nblacklist ch341\n" });
    expect(undriven()).toMatchObject([{ moduleState: "blacklisted", blacklist: "/etc/modprobe.d/no.conf" }]);
    expect(blacklistOf("cp210x", tree.root)).toBeUndefined();
    tree.files({ "etc/modprobe.d/no.conf": "install ch341 /bin/false\n" });
    expect(blacklistOf("ch341", tree.root)).toBe("/etc/modprobe.d/no.conf");
  });

  it("have a module that is there and does not hold them", () => {
    modules().files({ "sys/bus/usb/drivers/ch341/bind": "" });
    expect(undriven()).toMatchObject([{ moduleState: "loaded" }]);
  });

  it("have no module where an update has taken this kernel's away, or it never had one", () => {
    expect(undriven()).toMatchObject([{ module: "ch341", moduleState: "absent" }]);
    tree.files({ "lib/modules/6.1.0-2-amd64/modules.dep": DEPENDENCIES });
    expect(undriven()).toMatchObject([{ module: "ch341", moduleState: "modules gone" }]);
  });

  it("may be driven by a program, which is named", () => {
    modules().link(`${hub}/1-1/1-1:1.0/driver`, "sys/bus/usb/drivers/usbfs");
    tree.files({
      "dev/bus/usb/001/007": "",
      "proc/99/stat": "99 (openocd) S 1 99 99 0 -1 0",
      "proc/99/cmdline": "openocd",
    });
    tree.link("proc/99/fd/5", "dev/bus/usb/001/007");
    expect(undriven()).toMatchObject([
      { driver: "usbfs", users: [{ pid: 99, command: "openocd", fds: [5] }] },
    ]);
  });

  it("with a driver are ports: their interface, power and what udev says to ModemManager", () => {
    modules().link(`${hub}/1-1/1-1:1.0/driver`, "sys/bus/usb/drivers/ch341");
    expect(undriven()).toEqual([]);
    tree
      .device(`${hub}/1-1/1-1:1.0/ttyUSB0`)
      .device(`${hub}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0`, { dev: "188:0" });
    tree.link("sys/class/tty/ttyUSB0", `${hub}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0`);
    symlinkSync("../../..", `${tree.root}/${hub}/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0/device`);
    expect(usbOf("ttyUSB0", tree.roots)).toMatchObject({
      name: "1-1:1.0",
      device: "1-1",
      driver: "ch341",
      class: "ff",
      powerControl: "auto",
      modemManagerIgnores: false,
    });
    tree.files({ "run/udev/data/c189:6": "E:ID_BUS=usb\nE:ID_MM_DEVICE_IGNORE=1\n" });
    expect(usbOf("ttyUSB0", tree.roots)?.modemManagerIgnores).toBe(true);
    expect(usbOf("ttyS0", tree.roots)).toBeUndefined();
  });

  it("that are not let in are named", () => {
    expect(unauthorizedDevices(tree.roots)).toEqual([]);
    tree.files({ [`${hub}/1-1/authorized`]: "0\n" });
    expect(unauthorizedDevices(tree.roots)).toEqual(["1-1"]);
  });

  it("are none where there is no sysfs", () => {
    const facts = gatherMachine({ ...tree.roots, sys: `${tree.root}/nowhere` }).facts;
    expect([facts.undriven, facts.unauthorized]).toEqual([[], []]);
  });

  it("stand beside the services that reach for them", () => {
    tree.files({
      "proc/800/stat": "800 (ModemManager) S 1 800 800 0 -1 0",
      "proc/800/cmdline": "/usr/sbin/ModemManager\0--filter-policy=STRICT\0",
      "proc/801/stat": "801 (brltty) S 1 801 801 0 -1 0",
      "run/udev/control": "",
    });
    expect(gatherMachine(tree.roots).facts).toMatchObject({
      modemManager: { pid: 800, command: "ModemManager", policy: "strict" },
      brltty: { pid: 801 },
      hasUdev: true,
    });
  });
});
