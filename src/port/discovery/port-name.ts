/**
 * Port names that are chosen from the ports that are there: `usb:VID:PID[:SERIAL]` and `latest`. Knows how to choose and
 * what to say when there is nothing to choose from, or too much.
 */
import { existsSync } from "node:fs";
import { printable } from "../../bytes/printable.js";
import { RobinError } from "../../errors.js";
import { NO_DEVICE } from "../device.js";
import { namePorts } from "../open-hints.js";
import { devicePorts, type PortInfo } from "./discover.js";
import { SYSTEM_ROOTS } from "./roots.js";
import { isUsbDevice, parseUsbName } from "./usb-name.js";

export const LATEST = "latest";

/** Whether `name` stands for whichever port fits, so that it may mean another one tomorrow. */
export function isChosenName(name: string): boolean {
  return name === LATEST || /^usb:/i.test(name);
}

/**
 * The path of the port that `usb:VID:PID[:SERIAL]` or `latest` stands for; any other name unchanged. Throws RobinError:
 * usage for a name that is badly written, open-failed (its cause's errno is ENODEV) where no port fits, open-failed
 * where several do, unsupported where there is no sysfs to look at.
 */
export function resolvePortName(name: string, ports: () => readonly PortInfo[] = systemPorts): string {
  if (!isChosenName(name)) return name;
  const fits = name === LATEST ? undefined : usbFilter(name);
  const there = ports();
  const matches = fits ? there.filter(fits) : latest(there);
  const [match, ...others] = matches;
  if (match === undefined) throw noMatch(name, there);
  if (others.length > 0) throw severalMatches(name, matches);
  return match.path;
}

function systemPorts(): readonly PortInfo[] {
  if (existsSync(`${SYSTEM_ROOTS.sys}/class/tty`)) return devicePorts();
  throw new RobinError("unsupported", "find a port by what it is: there is no sysfs here to look at");
}

/** Several names stand with ` or ` between them, as a profile has them. */
function usbFilter(name: string): (port: PortInfo) => boolean {
  const matches = name.split(/ or (?=usb:)/i).map((one) => {
    const match = parseUsbName(one);
    if (match !== undefined) return match;
    throw new RobinError("usage", `port "${name}": write it as usb:VID:PID or usb:VID:PID:SERIAL`, {
      hint: "VID and PID are hexadecimal, as robin list shows them: usb:0403:6001",
    });
  });
  return (port) => port.bus === "usb" && matches.some((match) => isUsbDevice(match, port));
}

/** The one that arrived last; several where that cannot be told. What can be plugged in comes before what is built in. */
function latest(ports: readonly PortInfo[]): readonly PortInfo[] {
  const pluggable = ports.filter(isPluggable);
  const candidates = pluggable.length > 0 ? pluggable : ports;
  const times = candidates.map((port) => port.addedAt);
  if (candidates.length > 1 && times.includes(undefined)) return candidates;
  const last = Math.max(...(times as number[]));
  return candidates.length > 1 ? candidates.filter((port) => port.addedAt === last) : candidates;
}

function isPluggable({ bus, driver }: PortInfo): boolean {
  return bus === "usb" || bus === "pcmcia" || driver === "rfcomm";
}

function noMatch(name: string, there: readonly PortInfo[]): RobinError {
  const hint = there.length > 0 ? namePorts(there) : "robin doctor may say why";
  const what = name === LATEST ? "there is no serial port" : "no such port is there";
  return new RobinError("open-failed", `find ${name}: ${what}`, {
    hint,
    cause: NO_DEVICE,
  });
}

/** Each with what tells it from the others and can be given instead. */
function severalMatches(name: string, matches: readonly PortInfo[]): RobinError {
  const list = matches.map((port) => {
    const facts = [
      port.serialNumber && `serial ${printable(port.serialNumber)}`,
      port.byPath ?? port.location,
    ];
    const known = facts.filter(Boolean).join(", ");
    return known ? `${port.path} (${known})` : port.path;
  });
  const why = name === LATEST ? "which of these arrived last is not known" : `${matches.length} ports fit`;
  return new RobinError("open-failed", `find ${name}: ${why}: ${list.join("; ")}`, {
    hint: "name one by its path, its link or its serial number",
  });
}
