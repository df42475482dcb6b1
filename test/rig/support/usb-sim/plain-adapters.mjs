/**
 * Adapters of other kinds, as far as their drivers want in order to open and close a port: their modem lines are told, what
 * is sent is taken, nothing ever comes in. Requests are those of the kernel's drivers/usb/class/cdc-acm.h and
 * drivers/usb/serial/{cp210x,ch341,pl2303}.c.
 */
import { bulk, controlPipe, interrupt, usbInterface } from "./usb-device.mjs";

const VENDOR = [255, 0, 0];
const dtrRts = (value) => ({ dtr: (value & 1) !== 0, rts: (value & 2) !== 0 });

/** By driver: what it is known by, and which request sets the lines. */
const KINDS = {
  cdc_acm: {
    ids: { vendorId: 0x2341, productId: 0x0043, release: 0x0100, deviceClass: 2 },
    interfaces: [
      usbInterface(
        0,
        [2, 2, 1], // communications, abstract control model, AT commands (CDC 1.2, PSTN 1.2)
        [
          [5, 0x24, 0, 0x10, 1], // header
          [5, 0x24, 1, 0, 1], // call management
          [4, 0x24, 2, 6], // what it can: line coding, line state, break
          [5, 0x24, 6, 0, 1], // union of the interfaces 0 and 1
        ],
        [interrupt(0x83)],
      ),
      usbInterface(1, [10, 0, 0], [], [bulk(0x81), bulk(0x02)]),
    ],
    lines: ({ request, value }) => (request === 0x22 ? dtrRts(value) : undefined), // SET_CONTROL_LINE_STATE
  },
  cp210x: {
    ids: { vendorId: 0x10c4, productId: 0xea60, release: 0x0100, deviceClass: 0 },
    interfaces: [usbInterface(0, VENDOR, [], [bulk(0x81), bulk(0x02)])],
    lines({ request, value }, data) {
      if (request === 0x07) {
        // CP210X_SET_MHS; the high byte says which lines are meant
        const { dtr, rts } = dtrRts(value);
        return { ...(value & 0x100 ? { dtr } : {}), ...(value & 0x200 ? { rts } : {}) };
      }
      if (request !== 0x13) return undefined; // CP210X_SET_FLOW: each line low, high or (RTS) the chip's own
      const [dtrMode, rtsMode] = [data[0] & 3, data[4] >> 6];
      return {
        ...(dtrMode < 2 ? { dtr: dtrMode === 1 } : {}),
        ...(rtsMode < 2 ? { rts: rtsMode === 1 } : {}),
      };
    },
  },
  ch341: {
    ids: { vendorId: 0x1a86, productId: 0x7523, release: 0x0254, deviceClass: 255 },
    interfaces: [usbInterface(0, [255, 1, 2], [], [bulk(0x82), bulk(0x02), interrupt(0x81)])],
    // CH341_REQ_MODEM_CTRL, its bits inverted: DTR is bit 5, RTS bit 6
    lines: ({ request, value }) => (request === 0xa4 ? dtrRts(~value >> 5) : undefined),
  },
  pl2303: {
    ids: { vendorId: 0x067b, productId: 0x2303, release: 0x0400, deviceClass: 0 },
    interfaces: [usbInterface(0, VENDOR, [], [interrupt(0x81), bulk(0x02), bulk(0x83)])],
    lines: ({ request, value }) => (request === 0x22 ? dtrRts(value) : undefined), // SET_CONTROL_REQUEST
  },
};

/** As ft232r(); `options.chip` is one of KINDS. */
export function plainAdapter(options, emit, complete) {
  const { ids, interfaces, lines } = KINDS[options.chip];
  const strings = [options.manufacturer, options.product, options.serial];
  let waiting = [];
  const own = (setup, data) => {
    const set = lines(setup, data);
    if (set) emit("lines", set);
    return undefined;
  };
  const control = controlPipe({ ...ids, interfaces, strings }, own, complete);
  return {
    submit(urb) {
      if (urb.endpoint === 0) return control(urb);
      if (urb.in) return waiting.push(urb);
      emit("tx", urb.data);
      return complete(urb, undefined, 0);
    },
    cancel(sequence) {
      const before = waiting.length;
      waiting = waiting.filter((urb) => urb.sequence !== sequence);
      return waiting.length < before;
    },
    stop() {},
  };
}
