/**
 * USB devices by their ids: `usb:0403:6001` or `usb:0403:6001:SERIAL`. Pure.
 */
import type { PortInfo } from "./discover.js";

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
export function parseUsbName(text: string): UsbMatch | undefined {
  const [, vendor, product, serialNumber] = NAME.exec(text) ?? [];
  if (vendor === undefined || product === undefined) return undefined;
  const id = (digits: string) => digits.toLowerCase().padStart(4, "0");
  return {
    vendorId: id(vendor),
    productId: id(product),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

export function formatUsbName({ vendorId, productId, serialNumber }: UsbMatch): string {
  return `usb:${vendorId}:${productId}${serialNumber === undefined ? "" : `:${serialNumber}`}`;
}

export function isUsbDevice(match: UsbMatch, device: UsbDevice): boolean {
  return (
    match.vendorId === device.vendorId &&
    match.productId === device.productId &&
    (match.serialNumber === undefined || match.serialNumber === device.serialNumber)
  );
}
