/**
 * Which serial ports there are and what the kernel and udev know of them: sysfs, /dev and /run/udev, read at once,
 * without a process or a library. Knows what makes a tty a serial port; opens none.
 */
import { existsSync, statSync } from "node:fs";
import { basename, relative } from "node:path";
import { addedAt } from "./arrival.js";
import { type Roots, SYSTEM_ROOTS } from "./roots.js";
import { type LinkTable, serialLinks } from "./serial-links.js";
import { attribute, devicesAbove, linkName, namesIn, realPath, textOf } from "./sysfs.js";
import { parseTtyDrivers, type TtyDriver, ttyDriverOf } from "./tty-drivers.js";

/** A serial port. What is not known is left out. */
export interface PortInfo {
  /** The device node, such as `/dev/ttyUSB0`. */
  readonly path: string;
  /** The kernel's driver: `ftdi_sio`, `cdc_acm`, `serial` (PNP and PCI), `serial8250`, `uart-pl011`, `rfcomm`, … */
  readonly driver?: string;
  /** USB only: four lower-case hex digits each. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** USB only: the device's own texts, as it sends them. They may hold any character. */
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  readonly product?: string;
  /** udev's links, which stay when names change: `/dev/serial/by-id/…`, `/dev/serial/by-path/…`. */
  readonly byId?: string;
  readonly byPath?: string;
  /** Where it is plugged in: bus and ports (`1-1.2`) for USB, else the device's name on its bus (`0000:03:00.0`). */
  readonly location?: string;
  /** The bus of `location`: `usb`, `pci`, `pnp`, `platform`, `amba`, … */
  readonly bus?: string;
  /** USB only: which interface of the device (bInterfaceNumber, 0..255). A FT2232 has two. */
  readonly interfaceNumber?: number;
  /** Which port of a USB interface that has several (port_number, counted from 0). */
  readonly portNumber?: number;
  /** When it arrived: seconds since the epoch, with microseconds. */
  readonly addedAt?: number;
}

/** All serial ports that have a device node, in the order of their names. Synchronous; never throws. */
export function devicePorts(roots: Roots = SYSTEM_ROOTS): PortInfo[] {
  const drivers = ttyDrivers(roots);
  const links = serialLinks(roots.dev);
  const ports: PortInfo[] = [];
  for (const name of namesIn(`${roots.sys}/class/tty`)) {
    const tty = `${roots.sys}/class/tty/${name}`;
    if (!isSerialPort(tty, drivers) || !isFitted(tty)) continue;
    const path = `${roots.dev}/${name.replaceAll("!", "/")}`;
    if (existsSync(path)) ports.push(describe(tty, path, roots, drivers, links));
  }
  return ports.sort(byName);
}

/** ttyS2 before ttyS10. Not by Intl, which takes longer to load than all the rest of this. */
export function byName({ path: one }: PortInfo, { path: other }: PortInfo): number {
  const [oneName, otherName] = [one.replace(/\d+$/, ""), other.replace(/\d+$/, "")];
  if (oneName !== otherName) return oneName < otherName ? -1 : 1;
  return Number(one.slice(oneName.length)) - Number(other.slice(oneName.length));
}

/**
 * What is known of one device: a real path, no link to it. Undefined for what is no serial port (a pty, a console) or
 * not there.
 */
export function describeDevice(devicePath: string, roots: Roots = SYSTEM_ROOTS): PortInfo | undefined {
  const drivers = ttyDrivers(roots);
  const tty = `${roots.sys}/class/tty/${ttyName(devicePath, roots)}`;
  if (!existsSync(devicePath) || !isSerialPort(tty, drivers)) return undefined;
  return describe(tty, devicePath, roots, drivers, serialLinks(roots.dev));
}

/** `major:minor` of a tty's device node, as the kernel has it. */
export function deviceNumberOf(devicePath: string, roots: Roots): string | undefined {
  return attribute(`${roots.sys}/class/tty/${ttyName(devicePath, roots)}`, "dev");
}

function ttyDrivers({ proc }: Roots): TtyDriver[] {
  return parseTtyDrivers(textOf(`${proc}/tty/drivers`) ?? "");
}

/** The kernel's name of a device node, which need not be the node's (a container may call it anything). */
function ttyName(devicePath: string, { sys, dev }: Roots): string {
  try {
    const stats = statSync(devicePath);
    const byNumber = stats.isCharacterDevice() && linkName(`${sys}/dev/char`, deviceNumber(stats.rdev));
    if (byNumber) return byNumber;
  } catch {
    // gone
  }
  return relative(dev, devicePath).replaceAll("/", "!");
}

/** `major:minor` of a device number, the lower 32 bits of makedev(3). */
function deviceNumber(rdev: number): string {
  return `${(rdev >>> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >>> 12) & 0xfff00)}`;
}

/**
 * Real devices have a `device`, consoles and ptys none. Those without hardware of their own (rfcomm, USB gadgets) are
 * known by their driver's type.
 */
function isSerialPort(tty: string, drivers: readonly TtyDriver[]): boolean {
  const number = attribute(tty, "dev");
  if (number === undefined) return false;
  return existsSync(`${tty}/device`) || ttyDriverOf(number, drivers)?.type === "serial";
}

/** The 8250 driver makes four or more names for UARTs that a PC could have; those it did not find are PORT_UNKNOWN. */
function isFitted(tty: string): boolean {
  return attribute(tty, "type") !== "0";
}

function describe(
  tty: string,
  path: string,
  roots: Roots,
  drivers: readonly TtyDriver[],
  links: LinkTable,
): PortInfo {
  const number = attribute(tty, "dev") ?? "";
  const chain = hardware(tty);
  const device = chain[0];
  const usb = usbDevice(chain);
  const ofUsb = (name: string) => (usb === undefined ? undefined : attribute(usb, name));
  const place = usb ?? device;
  const facts = {
    path,
    driver: (device && linkName(device, "driver")) ?? ttyDriverOf(number, drivers)?.name,
    vendorId: ofUsb("idVendor")?.toLowerCase(),
    productId: ofUsb("idProduct")?.toLowerCase(),
    serialNumber: ofUsb("serial"),
    manufacturer: ofUsb("manufacturer"),
    product: ofUsb("product"),
    byId: links.byId.get(realPath(path) ?? path),
    byPath: links.byPath.get(realPath(path) ?? path),
    location: place && basename(place),
    bus: place && linkName(place, "subsystem"),
    interfaceNumber: usb && interfaceNumber(chain),
    portNumber: usb && numberOf(attribute(chain[0]!, "port_number"), 10),
    addedAt: addedAt(path, number, roots),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as never;
}

/**
 * The device that the driver drives, and those above it. Since Linux 6.5 there are two of the serial core's own between
 * a UART's tty and its device: a port and its controller (drivers/tty/serial/serial_base_bus.c).
 */
function hardware(tty: string): string[] {
  const device = realPath(`${tty}/device`);
  if (device === undefined) return [];
  return [...devicesAbove(device)].filter((one) => linkName(one, "subsystem") !== "serial-base");
}

/** Not for Bluetooth: its dongle may be a USB device, the port is not. */
function usbDevice(chain: readonly string[]): string | undefined {
  if (chain.some((one) => linkName(one, "subsystem") === "bluetooth")) return undefined;
  return chain.find((one) => existsSync(`${one}/idVendor`));
}

function interfaceNumber(chain: readonly string[]): number | undefined {
  return numberOf(chain.map((one) => attribute(one, "bInterfaceNumber")).find(Boolean), 16);
}

function numberOf(text: string | undefined, radix: number): number | undefined {
  const value = Number.parseInt(text ?? "", radix);
  return Number.isNaN(value) ? undefined : value;
}
