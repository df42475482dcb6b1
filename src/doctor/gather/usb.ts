/**
 * USB devices as sysfs and udev show them: the one behind a port, and those that should be ports and are not. Knows
 * their attributes (Documentation/ABI/testing/sysfs-bus-usb); draws no conclusion.
 */
import { basename } from "node:path";
import type { Roots } from "../../port/discovery/roots.js";
import { attribute, devicesAbove, linkName, namesIn, realPath, textOf } from "../../port/discovery/sysfs.js";
import type { PortFacts, UndrivenAdapter, UsbInterface } from "../facts.js";
import { moduleState, serialModule } from "./modules.js";
import type { Processes } from "./processes.js";

/** The USB interface behind the tty `name` (`ttyUSB0`), where there is one. */
export function usbOf(name: string, roots: Roots): PortFacts["usb"] {
  const device = realPath(`${roots.sys}/class/tty/${name}/device`);
  if (device === undefined) return undefined;
  const chain = [...devicesAbove(device)];
  const at = chain.find((one) => attribute(one, "bInterfaceNumber") !== undefined);
  const above = chain.find((one) => attribute(one, "idVendor") !== undefined);
  if (at === undefined || above === undefined) return undefined;
  const powerControl = attribute(`${above}/power`, "control");
  const number = attribute(`${roots.sys}/class/tty/${name}`, "dev");
  return {
    ...readInterface(at, above),
    ...(powerControl === undefined ? {} : { powerControl }),
    modemManagerIgnores: [number, attribute(above, "dev")].some(
      (dev) => dev !== undefined && /^E:ID_MM_(DEVICE|PORT)_IGNORE=(1|true)$/m.test(udevData(dev, roots)),
    ),
  };
}

/** What udev knows of a character device, `major:minor`. */
function udevData(number: string, { run }: Roots): string {
  return textOf(`${run}/udev/data/c${number}`) ?? "";
}

function readInterface(path: string, device: string): UsbInterface {
  const known = {
    product: attribute(device, "product"),
    manufacturer: attribute(device, "manufacturer"),
    modalias: attribute(path, "modalias"),
    driver: linkName(path, "driver"),
  };
  return {
    name: basename(path),
    device: basename(device),
    vendorId: attribute(device, "idVendor") ?? "",
    productId: attribute(device, "idProduct") ?? "",
    class: attribute(path, "bInterfaceClass") ?? "",
    subclass: attribute(path, "bInterfaceSubClass") ?? "",
    protocol: attribute(path, "bInterfaceProtocol") ?? "",
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
}

/** The adapters on USB that no serial driver holds, one entry for each device. */
export function undrivenAdapters(
  roots: Roots,
  root: string,
  kernel: string,
  processes: Processes,
): UndrivenAdapter[] {
  const bus = `${roots.sys}/bus/usb/devices`;
  const interfaces = namesIn(bus)
    .filter((name) => name.includes(":"))
    .map((name) => readInterface(`${bus}/${name}`, `${bus}/${name.replace(/:.*/, "")}`));
  const free = interfaces.filter(({ driver }) => driver === undefined || driver === "usbfs");
  if (free.length === 0) return [];
  const dependencies = textOf(`${root}/lib/modules/${kernel}/modules.dep`);
  const aliases = textOf(`${root}/lib/modules/${kernel}/modules.alias`) ?? "";
  const found = new Map<string, UndrivenAdapter>();
  for (const usb of free) {
    const module = serialModule(usb, aliases, dependencies ?? "");
    // A program may rightly drive one channel of a chip whose other one is a port.
    const siblings = interfaces.filter(({ device }) => device === usb.device);
    if (module === undefined || found.has(usb.device) || siblings.some(({ driver }) => driver === module))
      continue;
    found.set(usb.device, {
      ...usb,
      module,
      ...moduleState(module, kernel, dependencies, root, roots),
      users: usb.driver === "usbfs" ? processes.holders(usbNode(`${bus}/${usb.device}`, roots)) : [],
    });
  }
  return [...found.values()];
}

/** The node through which programs drive a device themselves. */
function usbNode(device: string, { dev }: Roots): string {
  const number = (name: string) => (attribute(device, name) ?? "0").padStart(3, "0");
  return `${dev}/bus/usb/${number("busnum")}/${number("devnum")}`;
}

/** Devices that were not let in (authorized is 0), as USBGuard does: they have no interfaces. */
export function unauthorizedDevices({ sys }: Roots): string[] {
  const bus = `${sys}/bus/usb/devices`;
  return namesIn(bus).filter(
    (name) => !name.includes(":") && attribute(`${bus}/${name}`, "authorized") === "0",
  );
}
