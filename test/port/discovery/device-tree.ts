/**
 * Trees like those of sysfs, /dev, /run/udev and /proc in a temporary directory, laid out as real kernels do (6.1 in QEMU
 * and 6.18 were looked at, the rest is drivers/base and 60-serial.rules).
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, relative } from "node:path";
import type { Roots } from "../../../src/port/discovery/roots.js";

interface UsbDevice {
  /** Bus and ports, such as `1-1.2`. */
  readonly at?: string;
  readonly vendorId?: string;
  readonly productId?: string;
  readonly serial?: string;
  readonly manufacturer?: string;
  readonly product?: string;
}

const DRIVERS = `/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/console         /dev/console    5       1 system:console
/dev/ptmx            /dev/ptmx       5       2 system
g_serial             /dev/ttyGS    245 0-7 serial
rfcomm               /dev/rfcomm   216 0-255 serial
acm                  /dev/ttyACM   166 0-255 serial
usbserial            /dev/ttyUSB   188 0-511 serial
ttyprintk            /dev/ttyprintk   5       3 console
serial               /dev/ttyS       4 64-95 serial
pty_slave            /dev/pts      136 0-1048575 pty:slave
unknown              /dev/tty        4 1-63 console
`;

export class DeviceTree {
  readonly root = mkdtempSync(`${tmpdir()}/robin-tree-`);
  readonly roots: Roots = {
    sys: `${this.root}/sys`,
    dev: `${this.root}/dev`,
    run: `${this.root}/run`,
    proc: `${this.root}/proc`,
  };

  constructor() {
    for (const directory of ["sys/class/tty", "dev", "run", "proc/tty"]) {
      mkdirSync(`${this.root}/${directory}`, { recursive: true });
    }
    this.file("proc/tty/drivers", DRIVERS);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  /** A file below the root, with its directories. */
  file(path: string, text: string): void {
    mkdirSync(dirname(`${this.root}/${path}`), { recursive: true });
    writeFileSync(`${this.root}/${path}`, text);
  }

  /** A relative link, as sysfs and udev make them. Where it leads need not be there. */
  link(path: string, target: string): void {
    mkdirSync(dirname(`${this.root}/${path}`), { recursive: true });
    rmSync(`${this.root}/${path}`, { force: true });
    symlinkSync(relative(dirname(path), target), `${this.root}/${path}`);
  }

  /** A device in sysfs, on a bus and with a driver. */
  device(path: string, bus: string, driver?: string, attributes: Record<string, string> = {}): string {
    this.file(`${path}/uevent`, "");
    this.link(`${path}/subsystem`, `sys/bus/${bus}`);
    if (driver !== undefined) this.link(`${path}/driver`, `sys/bus/${bus}/drivers/${driver}`);
    for (const [name, value] of Object.entries(attributes)) this.file(`${path}/${name}`, `${value}\n`);
    return path;
  }

  /** A tty, with its device node, below a device or (console, pseudo device) without one. */
  tty(name: string, number: string, device?: string, attributes: Record<string, string> = {}): void {
    const path = device === undefined ? `sys/devices/virtual/tty/${name}` : `${device}/tty/${name}`;
    this.file(`${path}/dev`, `${number}\n`);
    for (const [key, value] of Object.entries(attributes)) this.file(`${path}/${key}`, `${value}\n`);
    if (device !== undefined) this.link(`${path}/device`, device);
    this.link(`sys/class/tty/${name}`, path);
    this.file(`dev/${name.replaceAll("!", "/")}`, "");
  }

  /** A USB device and one of its interfaces; what the device has not is left out. Returns the interface's path. */
  usb({ at = "1-1", ...device }: UsbDevice, interfaceNumber: number, driver: string): string {
    const usb = `sys/devices/pci0000:00/0000:00:14.0/usb1/${at}`;
    const { vendorId, productId, ...texts } = device;
    this.device("sys/devices/pci0000:00/0000:00:14.0", "pci", "xhci_hcd", {
      vendor: "0x8086",
      device: "0x9d2f",
    });
    this.device(usb, "usb", "usb", {
      idVendor: vendorId ?? "0403",
      idProduct: productId ?? "6001",
      ...texts,
    });
    return this.device(`${usb}/${at}:1.${interfaceNumber}`, "usb", driver, {
      bInterfaceNumber: interfaceNumber.toString(16).padStart(2, "0"),
    });
  }

  /** A port of usb-serial: the tty's device is a port of its own between the tty and the interface. */
  usbSerial(
    name: string,
    device: UsbDevice,
    { interfaceNumber = 0, driver = "ftdi_sio", port = 0 } = {},
  ): void {
    const parent = this.usb(device, interfaceNumber, driver);
    this.device(`${parent}/${name}`, "usb-serial", driver, { port_number: String(port) });
    this.tty(name, `188:${name.replace("ttyUSB", "")}`, `${parent}/${name}`);
  }

  /** A UART, as Linux has shown it since 6.5 or as before. */
  uart(
    name: string,
    number: string,
    device: { path: string; bus: string; driver: string },
    { type = 4, serialCore = true } = {},
  ): void {
    this.device(device.path, device.bus, device.driver);
    let parent = device.path;
    if (serialCore) {
      const label = device.path.replace(/.*\//, "");
      parent = this.device(`${parent}/${label}:0`, "serial-base", "ctrl");
      parent = this.device(`${parent}/${label}:0.0`, "serial-base", "port");
    }
    this.tty(name, number, parent, { type: String(type) });
  }
}
