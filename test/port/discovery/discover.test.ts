/** Serial ports found in trees like those of real machines. */
import { mkdirSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeDevice, devicePorts } from "../../../src/port/discovery/discover.js";
import { DeviceTree } from "./device-tree.js";

let tree: DeviceTree;
beforeEach(() => {
  tree = new DeviceTree();
});
afterEach(() => {
  tree.remove();
});

/** The ports found, with paths as a user has them. */
function ports(): Record<string, unknown>[] {
  return devicePorts(tree.roots).map((port) => JSON.parse(JSON.stringify(port).replaceAll(tree.root, "")));
}

const PNP = { path: "sys/devices/pnp0/00:02", bus: "pnp", driver: "serial" };
const LEGACY = { path: "sys/devices/platform/serial8250", bus: "platform", driver: "serial8250" };

describe("a USB adapter", () => {
  it("has its driver, ids, texts, links, socket and interface", () => {
    tree.usbSerial("ttyUSB0", {
      at: "1-1.2",
      vendorId: "0403",
      productId: "6001",
      manufacturer: "FTDI",
      product: "FT232R USB UART",
      serial: "A50285BI",
    });
    tree.link("dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0", "dev/ttyUSB0");
    tree.link("dev/serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0-port0", "dev/ttyUSB0");
    expect(ports()).toEqual([
      {
        path: "/dev/ttyUSB0",
        driver: "ftdi_sio",
        vendorId: "0403",
        productId: "6001",
        serialNumber: "A50285BI",
        manufacturer: "FTDI",
        product: "FT232R USB UART",
        byId: "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
        byPath: "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0-port0",
        location: "1-1.2",
        bus: "usb",
        interfaceNumber: 0,
        portNumber: 0,
      },
    ]);
  });

  it("with two interfaces (FT2232) is two ports that differ in nothing else but the name and the links", () => {
    const device = { productId: "6010", product: "Dual RS232-HS", serial: "FT1" };
    tree.usbSerial("ttyUSB0", device, { interfaceNumber: 0 });
    tree.usbSerial("ttyUSB1", device, { interfaceNumber: 1 });
    tree.link("dev/serial/by-id/usb-FTDI_Dual-if01-port0", "dev/ttyUSB1");
    const [first, second] = ports();
    expect(first).toMatchObject({ path: "/dev/ttyUSB0", interfaceNumber: 0, serialNumber: "FT1" });
    expect(first).not.toHaveProperty("byId");
    expect(second).toEqual({
      ...first,
      path: "/dev/ttyUSB1",
      interfaceNumber: 1,
      byId: "/dev/serial/by-id/usb-FTDI_Dual-if01-port0",
    });
  });

  it("with several ports on one interface has the number of each", () => {
    tree.usbSerial("ttyUSB0", { productId: "7840" }, { driver: "mos7840", port: 0 });
    tree.usbSerial("ttyUSB1", { productId: "7840" }, { driver: "mos7840", port: 1 });
    expect(ports().map((port) => [port.driver, port.interfaceNumber, port.portNumber])).toEqual([
      ["mos7840", 0, 0],
      ["mos7840", 0, 1],
    ]);
  });

  it("of the CDC class (ttyACM) is known by its control interface", () => {
    const board = { vendorId: "2E8A", productId: "000A", product: "Pico", serial: "E660" };
    const control = tree.usb(board, 0, "cdc_acm");
    tree.tty("ttyACM0", "166:0", control);
    expect(ports()).toEqual([
      {
        path: "/dev/ttyACM0",
        driver: "cdc_acm",
        vendorId: "2e8a",
        productId: "000a",
        serialNumber: "E660",
        product: "Pico",
        location: "1-1",
        bus: "usb",
        interfaceNumber: 0,
      },
    ]);
  });

  it("without texts (CH340) has none, rather than empty ones", () => {
    tree.usbSerial("ttyUSB0", { vendorId: "1a86", productId: "7523", product: "USB Serial", serial: " " });
    const [port] = ports();
    expect(port).toMatchObject({ vendorId: "1a86", product: "USB Serial" });
    expect(port).not.toHaveProperty("serialNumber");
    expect(port).not.toHaveProperty("manufacturer");
  });

  it("gives its texts as they are, whatever is in them", () => {
    tree.usbSerial("ttyUSB0", { product: "\u001b[2J evil\u0007", serial: "a:b/c d" });
    expect(ports()[0]).toMatchObject({ product: "\u001b[2J evil\u0007", serialNumber: "a:b/c d" });
  });

  it("has the first of several links", () => {
    tree.usbSerial("ttyUSB0", {});
    tree.link("dev/serial/by-path/pci-0000:00:14.0-usbv2-0:1:1.0-port0", "dev/ttyUSB0");
    tree.link("dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0", "dev/ttyUSB0");
    expect(ports()[0]).toMatchObject({ byPath: "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0" });
  });
});

describe("a UART", () => {
  it.each([
    ["since Linux 6.5", true],
    ["before Linux 6.5", false],
  ])("is found behind the serial core's own devices, as they are %s", (_, serialCore) => {
    tree.uart("ttyS0", "4:64", PNP, { serialCore });
    expect(ports()).toEqual([{ path: "/dev/ttyS0", driver: "serial", location: "00:02", bus: "pnp" }]);
  });

  it.each([true, false])("that is not fitted is no port (serial core: %s)", (serialCore) => {
    tree.uart("ttyS0", "4:64", LEGACY, { serialCore, type: 4 });
    tree.uart("ttyS1", "4:65", LEGACY, { serialCore, type: 0 });
    expect(ports()).toEqual([
      { path: "/dev/ttyS0", driver: "serial8250", location: "serial8250", bus: "platform" },
    ]);
  });

  it("of a board (amba, platform) is a port", () => {
    tree.uart("ttyAMA0", "204:64", {
      path: "sys/devices/platform/soc/fe201000.serial",
      bus: "amba",
      driver: "uart-pl011",
    });
    tree.uart("ttymxc3", "207:19", {
      path: "sys/devices/platform/soc/30a60000.serial",
      bus: "platform",
      driver: "imx-uart",
    });
    expect(ports()).toEqual([
      { path: "/dev/ttyAMA0", driver: "uart-pl011", location: "fe201000.serial", bus: "amba" },
      { path: "/dev/ttymxc3", driver: "imx-uart", location: "30a60000.serial", bus: "platform" },
    ]);
  });

  it("on a PCI card is told by its place, not by ids that are none of USB", () => {
    const card = { path: "sys/devices/pci0000:00/0000:03:00.0", bus: "pci", driver: "serial" };
    tree.uart("ttyS4", "4:68", card);
    tree.file(`${card.path}/vendor`, "0x1c00\n");
    expect(ports()).toEqual([{ path: "/dev/ttyS4", driver: "serial", location: "0000:03:00.0", bus: "pci" }]);
  });
});

describe("a port without hardware of its own", () => {
  it("is known by its driver's type: USB gadgets and Bluetooth", () => {
    tree.tty("ttyGS0", "245:0");
    tree.tty("rfcomm0", "216:0");
    expect(ports()).toEqual([
      { path: "/dev/rfcomm0", driver: "rfcomm" },
      { path: "/dev/ttyGS0", driver: "g_serial" },
    ]);
  });

  it("has none of the ids of the Bluetooth dongle that it goes through", () => {
    const dongle = tree.usb({ vendorId: "0a12", productId: "0001" }, 0, "btusb");
    const link = tree.device(`${dongle}/bluetooth/hci0/hci0:42`, "bluetooth");
    tree.tty("rfcomm0", "216:0", link);
    expect(ports()).toEqual([
      { path: "/dev/rfcomm0", driver: "rfcomm", location: "hci0:42", bus: "bluetooth" },
    ]);
  });
});

describe("what is no serial port", () => {
  it("is not found: consoles, ptys, the controlling terminal, printk", () => {
    tree.tty("console", "5:1");
    tree.tty("tty", "5:0");
    tree.tty("tty1", "4:1");
    tree.tty("ptmx", "5:2");
    tree.tty("ttyprintk", "5:3");
    expect(ports()).toEqual([]);
  });

  it("includes a port of the kernel's that has no node here, as in a container", () => {
    tree.usbSerial("ttyUSB0", {});
    rmSync(`${tree.root}/dev/ttyUSB0`);
    expect(ports()).toEqual([]);
  });

  it("is nothing at all where there is no sysfs", () => {
    rmSync(`${tree.root}/sys`, { recursive: true });
    expect(ports()).toEqual([]);
    mkdirSync(`${tree.root}/sys`);
  });
});

describe("the order of ports", () => {
  it("is that of their names, numbers as numbers", () => {
    for (const n of [10, 2, 1]) tree.usbSerial(`ttyUSB${n}`, { at: `1-${n}` });
    tree.tty("ttyGS0", "245:0");
    expect(ports().map((port) => port.path)).toEqual([
      "/dev/ttyGS0",
      "/dev/ttyUSB1",
      "/dev/ttyUSB2",
      "/dev/ttyUSB10",
    ]);
  });
});

describe("one device", () => {
  it("is described by its path as it is in the list", () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    const [listed] = devicePorts(tree.roots);
    expect(describeDevice(`${tree.root}/dev/ttyUSB0`, tree.roots)).toEqual(listed);
  });

  it("is undefined for what is no serial port or not there", () => {
    tree.tty("tty1", "4:1");
    tree.file("dev/file", "");
    for (const name of ["tty1", "file", "none", "pts/3"]) {
      expect(describeDevice(`${tree.root}/dev/${name}`, tree.roots)).toBeUndefined();
    }
  });

  it("is undefined for this machine's own null device and ptys", () => {
    expect(describeDevice("/dev/null")).toBeUndefined();
    expect(describeDevice("/dev/ptmx")).toBeUndefined();
    expect(describeDevice("/dev/none")).toBeUndefined();
  });
});
