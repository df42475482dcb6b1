/**
 * What holds for a session as a profile of the configuration file: its options, and its port by what stays when names change.
 * Knows which that is; how a profile is written is profiles/'s.
 */
import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { devicePorts, type PortInfo } from "../port/discovery/discover.js";
import { formatUsbName, isUsbDevice, parseUsbName, type UsbMatch } from "../port/discovery/usb-name.js";
import { portPath } from "../port/open.js";
import type { Profile } from "../profiles/profiles.js";
import { type ProfilePort, type SavedProfile, saveProfile } from "../profiles/save-profile.js";
import type { PlainValue } from "../profiles/toml-write.js";
import { usbDeviceOf } from "./choose-profile.js";
import type { RawArguments } from "./parse.js";
import { canonicalName, PROFILE_OPTIONS } from "./profile-options.js";

interface SaveOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Whose port it is, where no port was named. */
  readonly profile?: Profile | undefined;
  /** Ports that are there. Default: this machine's. */
  readonly ports?: readonly PortInfo[];
}

/**
 * Saves what `args` say, as a parser or the layers give them, with a speed behind the port. Rejects with RobinError as
 * saveProfile does.
 */
export async function saveSession(
  name: string,
  { positional: [port, bps], values }: RawArguments,
  { env, profile, ports = devicePorts() }: SaveOptions,
): Promise<SavedProfile> {
  const all = bps === undefined ? values : new Map(values).set("bps", bps);
  const said = PROFILE_OPTIONS.flatMap((option): [string, PlainValue][] => {
    const value = all.get(option.name);
    return value === undefined ? [] : [[option.name, value]];
  });
  const place = profile
    ? placeOfProfile(name, profile)
    : port === undefined
      ? undefined
      : placeOf(port, ports);
  return saveProfile(name, new Map(said), place, env, canonicalName);
}

/** What was saved where, in a line. */
export function savedText(name: string, { path, line, isNew, removed }: SavedProfile): string {
  const gone = removed.length > 0 ? `, without what it had of ${removed.join(", ")}` : "";
  return `profile ${name} is ${isNew ? "saved" : "updated"}: ${path}:${line}${gone}`;
}

/** What other files say of it beneath; a line, where there is anything. */
export function remainsText(name: string, { remains }: SavedProfile): string | undefined {
  return remains.length === 0 ? undefined : `profile ${name} has more from elsewhere: ${remains.join(", ")}`;
}

function placeOfProfile(name: string, profile: Profile): ProfilePort {
  if (name === profile.name) return undefined;
  if (profile.port !== undefined) return { port: profile.port };
  const names = profile.match.map(formatUsbName);
  return names.length === 0 ? undefined : { match: names.length === 1 ? names[0]! : names };
}

/**
 * The ids of a USB adapter, where they are its alone; its link, where it has a twin. A link that was named is what was meant: a
 * socket, say, whatever is in it.
 */
function placeOf(port: string, ports: readonly PortInfo[]): ProfilePort {
  const named = parseUsbName(port);
  if (named) return { match: formatUsbName(named) };
  const device = usbDeviceOf(port);
  const path = pathOf(port);
  if (device?.vendorId === undefined || device.productId === undefined || isLink(path)) return { port: path };
  const { vendorId, productId, serialNumber } = device;
  const match: UsbMatch = { vendorId, productId, ...(serialNumber === undefined ? {} : { serialNumber }) };
  const isAlone = ports.filter((other) => isUsbDevice(match, other)).length <= 1;
  return isAlone ? { match: formatUsbName(match) } : { port: device.byId ?? device.byPath ?? device.path };
}

/** As it will be found from any directory. */
function pathOf(port: string): string {
  if (port === "latest") return portPath(port);
  return port.includes("/") ? resolve(port) : port;
}

function isLink(path: string): boolean {
  return path.includes("/") && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
