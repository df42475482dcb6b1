/**
 * Which USB devices a profile is for: `usb:0403:6001` or `usb:0403:6001:SERIAL`, as a port is named by its ids. Pure.
 */
import type { PortInfo } from "../port/discovery/discover.js";

export interface UsbMatch {
  /** Four lower-case hex digits each. */
  readonly vendorId: string;
  readonly productId: string;
  /** The device's own text; without it any. */
  readonly serialNumber?: string;
}

/** What is known of a device; a port as discovery tells it is one. */
export type UsbDevice = Pick<PortInfo, "vendorId" | "productId" | "serialNumber">;

const NAME = /^usb:(?:0x)?([0-9a-f]{1,4}):(?:0x)?([0-9a-f]{1,4})(?::(.+))?$/is;

/** Undefined where `text` is written in another way. */
export function parseMatch(text: string): UsbMatch | undefined {
  const [, vendor, product, serialNumber] = NAME.exec(text) ?? [];
  if (vendor === undefined || product === undefined) return undefined;
  const id = (digits: string) => digits.toLowerCase().padStart(4, "0");
  return {
    vendorId: id(vendor),
    productId: id(product),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

export function formatMatch({ vendorId, productId, serialNumber }: UsbMatch): string {
  return `usb:${vendorId}:${productId}${serialNumber === undefined ? "" : `:${serialNumber}`}`;
}

export function fits(match: UsbMatch, device: UsbDevice): boolean {
  return (
    match.vendorId === device.vendorId &&
    match.productId === device.productId &&
    (match.serialNumber === undefined || match.serialNumber === device.serialNumber)
  );
}
