/**
 * Names of ports and profiles as a person would type them, from what discovery and the configuration say. Pure; opens
 * nothing: an open raises DTR, which resets many boards.
 */
import type { PortInfo } from "../../port/discovery/discover.js";
import { LATEST } from "../../port/discovery/port-name.js";
import { PORT_NAMES } from "../options.js";
import type { Candidate } from "./candidate.js";

/** A profile of the configuration file. */
export interface ProfileName {
  readonly name: string;
  readonly does?: string;
}

const USB = "usb:";

/** What a session or a command opens. Spellings that make the list long come when they have been begun. */
export function deviceNames(ports: readonly PortInfo[], typed: string): Candidate[] {
  const paths = ports.map((port) => ({ word: port.path, does: describe(port, ports) }));
  const bare =
    typed === "" ? [] : paths.map(({ word, does }) => ({ word: word.replace(/^\/dev\//, ""), does }));
  return [
    ...paths,
    ...bare.filter(({ word }) => word.startsWith(typed)),
    ...linksOf(ports, typed),
    { word: LATEST, does: meaningOf(LATEST) },
    ...usbNames(ports, typed),
  ];
}

/** What only a session opens, beside devices. */
export function sessionNames(profiles: readonly ProfileName[]): Candidate[] {
  return [{ word: "demo:", does: meaningOf("demo:") }, ...profileNames(profiles, "@")];
}

/** With `sign` in front of each: @ where it stands for a port. */
export function profileNames(profiles: readonly ProfileName[], sign: "" | "@" = ""): Candidate[] {
  return profiles.map(({ name, does = "" }) => ({ word: `${sign}${name}`, does: does || "profile" }));
}

/** `FT232R USB UART (ftdi_sio 0403:6001)`, with the serial number where another port has the same product. */
function describe(port: PortInfo, all: readonly PortInfo[]): string {
  const { product, manufacturer, driver, vendorId, productId, serialNumber } = port;
  const name = product ?? manufacturer;
  const isTwice = all.some((other) => other !== port && other.product === product);
  const serial = name !== undefined && isTwice && serialNumber !== undefined ? `${serialNumber} ` : "";
  const facts = [driver, vendorId && `${vendorId}:${productId}`].filter(Boolean).join(" ");
  if (name === undefined) return facts;
  return `${name} ${serial}${facts && `(${facts})`}`.trimEnd();
}

function linksOf(ports: readonly PortInfo[], typed: string): Candidate[] {
  return ports.flatMap((port) =>
    [port.byId, port.byPath]
      .filter((link) => link !== undefined && typed.startsWith("/dev/s") && link.startsWith(typed))
      .map((link) => ({ word: link!, does: describe(port, ports) })),
  );
}

/** Ids alone where they say which port, else with the serial number where that does. */
function usbNames(ports: readonly PortInfo[], typed: string): Candidate[] {
  const usb = ports.filter(({ bus, vendorId, productId }) => bus === "usb" && vendorId && productId);
  if (usb.length === 0 || !(typed.startsWith(USB) || USB.startsWith(typed))) return [];
  if (typed === "") return [{ word: USB, does: meaningOf("usb:VID:PID[:SERIAL]"), more: true }];
  const nameOf = ({ vendorId, productId }: PortInfo) => `${USB}${vendorId}:${productId}`;
  const withSerial = (port: PortInfo) => `${nameOf(port)}:${port.serialNumber ?? ""}`;
  const isOnly = (port: PortInfo, name: (port: PortInfo) => string) =>
    usb.every((other) => other === port || name(other) !== name(port));
  return usb.flatMap((port) => {
    const does = describe(port, ports);
    if (isOnly(port, nameOf)) return [{ word: nameOf(port), does }];
    const isNamed = port.serialNumber !== undefined && isOnly(port, withSerial);
    return isNamed ? [{ word: withSerial(port), does }] : [];
  });
}

function meaningOf(form: string): string {
  return PORT_NAMES.find((one) => one.form === form)?.means ?? "";
}
