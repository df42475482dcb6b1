/**
 * What every USB device answers on its control pipe: its descriptors (USB 2.0, chapter 9), and the requests of its own kind
 * handed on. Knows no chip.
 */
const EPIPE = 32; // how a stall is told
const GET_DESCRIPTOR = 6;
const [DEVICE, CONFIGURATION, STRING] = [1, 2, 3];
/** Transfer types of endpoints. */
const BULK = 2;
const INTERRUPT = 3;

const word = (value) => [value & 0xff, value >> 8];

/** Endpoints by address: bit 7 means to the host. */
export const bulk = (address) => [7, 5, address, BULK, ...word(64), 0];
export const interrupt = (address) => [7, 5, address, INTERRUPT, ...word(16), 10];

/** An interface: class, subclass and protocol, class-specific descriptors, endpoints. */
export function usbInterface(number, [kind, subclass, protocol], extra, endpoints) {
  const head = [9, 4, number, 0, endpoints.length, kind, subclass, protocol, 0];
  return [...head, ...extra.flat(), ...endpoints.flat()];
}

/**
 * @param {object} about `vendorId`, `productId`, `release` (bcdDevice), `deviceClass`, `strings` (manufacturer, product,
 *   serial), `interfaces` (from usbInterface)
 * @param {(setup: object, data: Uint8Array) => ArrayLike<number> | undefined} own answers class and vendor requests; what
 *   it leaves undefined is answered with as many zeros as are asked for
 * @param {(urb: object, data: Uint8Array | undefined, status: number) => void} complete ends a transfer
 * @returns {(urb: object) => void} takes a transfer of endpoint 0
 */
export function controlPipe(about, own, complete) {
  const configuration = about.interfaces.flat();
  const strings = [undefined, ...about.strings];

  function descriptor(type, index) {
    if (type === DEVICE) {
      const ids = [about.vendorId, about.productId, about.release].flatMap(word);
      return [18, DEVICE, 0, 2, about.deviceClass, 0, 0, 64, ...ids, 1, 2, 3, 1];
    }
    if (type === CONFIGURATION) {
      const length = word(9 + configuration.length);
      return [9, CONFIGURATION, ...length, about.interfaces.length, 1, 0, 0xa0, 45, ...configuration];
    }
    if (type !== STRING) return undefined;
    const text = strings[index] === undefined ? [9, 4] : [...Buffer.from(strings[index], "utf16le")];
    return [2 + text.length, STRING, ...text];
  }

  return (urb) => {
    const [type, request] = urb.setup;
    const [value, index, length] = [2, 4, 6].map((at) => urb.setup.readUInt16LE(at));
    const standard = (type & 0x60) === 0;
    const answer = standard
      ? request === GET_DESCRIPTOR && descriptor(value >> 8, value & 0xff)
      : own({ request, value, index }, urb.data);
    if ((type & 0x80) === 0) return complete(urb, undefined, 0);
    if (standard && request === GET_DESCRIPTOR && !answer) return complete(urb, Buffer.alloc(0), -EPIPE);
    return complete(urb, Buffer.from(answer || new Uint8Array(length)).subarray(0, length), 0);
  };
}
