/**
 * All that can be known of the serial ports: discover.ts's facts, who holds each port, and what serialport's own list
 * adds, where there is one. Knows which of them is right where they differ; sysfs is.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter } from "node:path";
import { RobinError } from "../../errors.js";
import { type Holder, holdersOfAll } from "../holders.js";
import { devicePorts, type PortInfo } from "./discover.js";
import { type Roots, SYSTEM_ROOTS } from "./roots.js";

const require = createRequire(import.meta.url);

export interface ListedPort extends PortInfo {
  /** Processes that have it open, as far as this user may see. */
  readonly holders: readonly Holder[];
}

/** One port as serialport's `SerialPort.list()` gives it. */
export interface SerialportEntry {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly locationId?: string | undefined;
  /** On Linux the name of the link in /dev/serial/by-id. */
  readonly pnpId?: string | undefined;
}

/** udevadm reads a database; on a busy machine it may take a second. */
const UDEVADM_MS = 3000;

/** Every serial port, in the order of their names. Rejects with RobinError "unsupported" where nothing can tell. */
export async function listPorts(roots: Roots = SYSTEM_ROOTS): Promise<ListedPort[]> {
  if (!existsSync(`${roots.sys}/class/tty`)) return listWithoutSysfs();
  // It runs while sysfs and /proc are read. It fails in many ways, none of which matters here.
  const more = hasUdevadm() ? withLimit(serialportList(), UDEVADM_MS).catch(() => []) : undefined;
  const ports = withHolders(devicePorts(roots));
  return more === undefined ? ports : ports.map(completeFrom(await more));
}

async function listWithoutSysfs(): Promise<ListedPort[]> {
  try {
    return (await serialportList()).map((entry) => ({ ...fromSerialport(entry), holders: [] }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RobinError("unsupported", `list ports: there is no sysfs, and serialport: ${why}`, {
      cause: error,
    });
  }
}

/** `ports`, with who holds each. */
export function withHolders(ports: readonly PortInfo[]): ListedPort[] {
  const holders = holdersOfAll(ports.map((port) => port.path));
  return ports.map((port) => ({ ...port, holders: holders.get(port.path) ?? [] }));
}

/** Fills in what sysfs did not know of a port. Ids are left out: udev takes those of a PCI bridge for the port's own. */
function completeFrom(entries: readonly SerialportEntry[]): (port: ListedPort) => ListedPort {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return (port) => {
    const entry = byPath.get(port.path);
    return entry ? complete(port, entry) : port;
  };
}

export function complete(port: ListedPort, entry: SerialportEntry): ListedPort {
  const { serialNumber, manufacturer, pnpId } = entry;
  const isStandIn = manufacturer?.toLowerCase() === port.vendorId; // udev's, for a device that names no maker
  return {
    ...port,
    ...(serialNumber && !port.serialNumber ? { serialNumber } : {}),
    ...(manufacturer && !port.manufacturer && !isStandIn ? { manufacturer } : {}),
    ...(pnpId && !port.byId ? { byId: `/dev/serial/by-id/${pnpId}` } : {}),
  };
}

/** A port of a system without sysfs. */
export function fromSerialport(entry: SerialportEntry): PortInfo {
  const id = (text: string) => text.toLowerCase().replace(/^0x/, "").padStart(4, "0");
  const { path, vendorId, productId, serialNumber, manufacturer, locationId } = entry;
  return {
    path,
    ...(vendorId ? { vendorId: id(vendorId) } : {}),
    ...(productId ? { productId: id(productId) } : {}),
    ...(serialNumber ? { serialNumber } : {}),
    ...(manufacturer ? { manufacturer } : {}),
    ...(locationId ? { location: locationId } : {}),
  };
}

function serialportList(): Promise<SerialportEntry[]> {
  const { SerialPort } = require("serialport") as typeof import("serialport");
  return SerialPort.list();
}

/** serialport starts udevadm on Linux. */
function hasUdevadm(): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(`${directory || "."}/udevadm`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function withLimit<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limitMs} ms`)), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
