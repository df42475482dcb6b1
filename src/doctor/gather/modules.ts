/**
 * Which kernel module drives a USB interface, and whether it can be had. Knows what depmod(8) and modprobe(8) read;
 * where that is not there, the ids of the usual adapters.
 */
import type { Roots } from "../../port/discovery/roots.js";
import { namesIn, textOf } from "../../port/discovery/sysfs.js";
import type { UndrivenAdapter, UsbInterface } from "../facts.js";

/** Where a module of the kernel's makes serial ports of USB devices. */
const SERIAL_FOLDER = /\/usb\/serial\/|\/usb\/class\/cdc-acm\./;

/** The usual adapters by USB ids, as in the tables of drivers/usb/serial. */
const USUAL: readonly (readonly [vendorId: string, productIds: RegExp, module: string])[] = [
  ["0403", /^(6001|6010|6011|6014|6015|604[0-9a-f])$/, "ftdi_sio"],
  ["10c4", /^(80a9|ea60|ea61|ea63|ea70|ea71|ea7a|ea7b|ea80)$/, "cp210x"],
  ["067b", /^(2303|2304|23[a-f]3)$/, "pl2303"],
  ["0557", /^2008$/, "pl2303"],
  ["1a86", /^(5523|7522|7523|e523)$/, "ch341"],
];

/** The module for an interface that makes a serial port, or undefined for anything else. */
export function serialModule(usb: UsbInterface, aliases: string, dependencies: string): string | undefined {
  const module = usb.modalias === undefined ? undefined : moduleOfAlias(usb.modalias, aliases);
  if (module !== undefined) {
    const file = moduleFile(module, dependencies);
    return file !== undefined && SERIAL_FOLDER.test(`/${file}`) ? module : undefined;
  }
  // Communications class, abstract control model (USB CDC PSTN 1.2).
  if (usb.class === "02" && usb.subclass === "02") return "cdc_acm";
  return USUAL.find(
    ([vendorId, productIds]) => vendorId === usb.vendorId && productIds.test(usb.productId),
  )?.[2];
}

/** The first row `alias PATTERN MODULE` of modules.alias whose pattern fits, as fnmatch(3) has it. */
export function moduleOfAlias(modalias: string, aliases: string): string | undefined {
  const start = /^\w+:v[0-9A-F]{4}/.exec(modalias)?.[0]; // few rows are worth a pattern
  for (const match of aliases.matchAll(/^alias (usb:\S+) (\S+)$/gm)) {
    const [, pattern, module] = match as unknown as [string, string, string];
    if (start !== undefined && !pattern.startsWith("usb:v*") && !pattern.startsWith(start)) continue;
    if (fits(modalias, pattern)) return module;
  }
  return undefined;
}

/** `*`, `?` and `[a-c]` as in fnmatch(3). */
function fits(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

/** The file of a module in modules.dep: `kernel/drivers/usb/serial/ch341.ko.xz: …`; `-` and `_` are the same in a name. */
export function moduleFile(module: string, dependencies: string): string | undefined {
  const name = module.replaceAll(/[-_]/g, "[-_]");
  return new RegExp(`^(\\S*/${name}\\.ko[.\\w]*):`, "m").exec(dependencies)?.[1];
}

/** The file that keeps a module from being loaded by itself (modprobe.d(5)). */
export function blacklistOf(module: string, root: string): string | undefined {
  const name = module.replaceAll(/[-_]/g, "[-_]");
  const row = new RegExp(
    `^\\s*(blacklist\\s+${name}\\s*$|install\\s+${name}\\s+\\S*/(false|true)\\s*$)`,
    "m",
  );
  for (const directory of ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"]) {
    for (const file of namesIn(`${root}${directory}`)) {
      if (file.endsWith(".conf") && row.test(textOf(`${root}${directory}/${file}`) ?? "")) {
        return `${directory}/${file}`;
      }
    }
  }
  return undefined;
}

/** Whether a module can be had, and where it is kept away. */
export function moduleState(
  module: string,
  kernel: string,
  dependencies: string | undefined,
  root: string,
  { sys }: Roots,
): Pick<UndrivenAdapter, "moduleState" | "blacklist"> {
  if (namesIn(`${sys}/bus/usb/drivers`).includes(module)) return { moduleState: "loaded" };
  if (dependencies === undefined) {
    // Other kernels' modules are there, so that this one's were too.
    const others = namesIn(`${root}/lib/modules`).filter((name) => name !== kernel);
    return { moduleState: others.length > 0 ? "modules gone" : "absent" };
  }
  if (moduleFile(module, dependencies) === undefined) return { moduleState: "absent" };
  const blacklist = blacklistOf(module, root);
  return blacklist === undefined ? { moduleState: "on disk" } : { moduleState: "blacklisted", blacklist };
}
