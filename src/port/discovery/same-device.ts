/**
 * Which device is the one that was there before. Pure: what is known of it, and of those that are there now.
 */
import type { PortInfo } from "./discover.js";

/**
 * The same adapter again, whatever its name is now: the same vendor, product, interface and serial number. Many
 * adapters have no serial number of their own (CH340) or share one (CP2102: 0001), so where more than one fits, or
 * nothing tells them apart, it is the one in the same socket or none.
 */
export function sameDevice(before: PortInfo, now: readonly PortInfo[]): PortInfo | undefined {
  if (before.vendorId === undefined) return undefined;
  const alike = now.filter(
    (port) =>
      port.vendorId === before.vendorId &&
      port.productId === before.productId &&
      port.serialNumber === before.serialNumber &&
      port.interfaceNumber === before.interfaceNumber &&
      port.portNumber === before.portNumber,
  );
  const inPlace = alike.find((port) => port.location === before.location);
  if (inPlace) return inPlace;
  return before.serialNumber !== undefined && alike.length === 1 ? alike[0] : undefined;
}
