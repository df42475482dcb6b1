/**
 * An FT232R as its USB host sees it: descriptors, FTDI's control requests, 64-byte packets that begin with two status
 * bytes. Requests and their values are those of the kernel's drivers/usb/serial/ftdi_sio.h. Knows no transport: worker.mjs
 * carries its transfers ("URBs").
 */
import { bulk, controlPipe, usbInterface } from "./usb-device.mjs";

/** Modem status, the first byte of every packet (FTDI_RS0_*). */
const LINES = { cts: 0x10, dsr: 0x20, ri: 0x40, dcd: 0x80 };
/** Line status, the second byte (FTDI_RS_*). */
const ERRORS = { overrun: 0x02, parity: 0x04, frame: 0x08, break: 0x10 };
const SENT = 0x60; // FTDI_RS_THRE and FTDI_RS_TEMT
const PACKET = 64;

/** SIO requests of the vendor type. */
const RESET = 0;
const SET_MODEM_CTRL = 1;
const SET_FLOW_CTRL = 2;
const SET_BAUDRATE = 3;
const SET_DATA = 4;
const GET_MODEM_STATUS = 5;
const SET_LATENCY_TIMER = 9;
const GET_LATENCY_TIMER = 10;

/** Eighths of the divisor by their code in bits 14, 15 and 16 (FT232BM and later). */
const EIGHTHS = [0, 4, 2, 1, 3, 5, 6, 7];

/**
 * @param {object} options `product`, `serial`, `manufacturer`, `vendorId`, `productId` as the host shall read them; `pace`:
 *   whether bytes leave at the speed that is set
 * @param {(name: string, value: unknown) => void} emit `tx` (bytes), `lines`, `flow`, `bps`, `frame`, `break`, `reset`: what
 *   the host asked for
 * @param {(urb: object, data: Uint8Array | undefined, status: number) => void} complete ends a transfer: with the data that
 *   came in, or undefined where data went out
 */
export function ft232r(options, emit, complete) {
  let modemStatus = 0;
  let flow = 0;
  let bps = 9600;
  let breaking = false;
  let latency = 16;
  let statusChanged = true;
  /** Transfers that wait: for bytes to come in, for the line to take bytes. */
  let reading = [];
  let writing = [];
  /** What comes in on the line: runs of bytes, each with its line status. */
  const arrived = [];
  let sending;

  /** Answers reads: with status where it changed, and with what arrived. */
  function answer() {
    while (reading.length > 0 && (statusChanged || arrived.length > 0)) {
      const urb = reading.shift();
      const packets = [];
      let room = urb.length;
      for (
        let full = true;
        full && room >= PACKET && (arrived.length > 0 || packets.length === 0);
        room -= PACKET
      ) {
        const run = arrived[0];
        const bytes = run ? run.bytes.subarray(0, PACKET - 2) : new Uint8Array(0);
        const sent = sending || writing.length > 0 ? 0 : SENT;
        packets.push(Buffer.from([modemStatus | 1, sent | (run ? run.status : 0)]), bytes);
        if (run) run.bytes = run.bytes.subarray(bytes.length);
        if (run?.bytes.length === 0) arrived.shift();
        full = bytes.length === PACKET - 2;
      }
      statusChanged = false;
      complete(urb, Buffer.concat(packets), 0);
    }
  }

  /** Takes writes, as CTS and the speed allow. */
  function send() {
    while (!sending && writing.length > 0 && !(flow & 1 && !(modemStatus & LINES.cts))) {
      const urb = writing.shift();
      emit("tx", urb.data);
      const takesMs = options.pace ? (urb.data.length * 10_000) / bps : 0;
      const sent = () => complete(urb, undefined, 0);
      if (takesMs < 1) sent();
      else {
        sending = setTimeout(() => {
          sending = undefined;
          sent();
          statusChanged = true;
          answer();
          send();
        }, takesMs);
      }
    }
  }

  function sioRequest({ request, value, index }) {
    if (request === RESET) emit("reset", value);
    if (request === SET_MODEM_CTRL) {
      // the high byte says which of the two lines is meant
      const lines = {};
      if (value & 0x100) lines.dtr = (value & 1) !== 0;
      if (value & 0x200) lines.rts = (value & 2) !== 0;
      emit("lines", lines);
    }
    if (request === SET_FLOW_CTRL) {
      flow = index >> 8;
      emit("flow", { rtsCts: (flow & 1) !== 0, dtrDsr: (flow & 2) !== 0, xonXoff: (flow & 4) !== 0 });
    }
    if (request === SET_BAUDRATE) {
      const eighths = ((value & 0x3fff) << 3) + EIGHTHS[((value >> 14) & 3) | ((index & 1) << 2)];
      bps = eighths === 0 ? 3_000_000 : eighths === 8 ? 2_000_000 : Math.round(24_000_000 / eighths);
      emit("bps", bps);
    }
    if (request === SET_DATA) {
      const wasBreaking = breaking;
      breaking = (value & 0x4000) !== 0;
      emit("frame", `${value & 0xff}${"NOEMS"[(value >> 8) & 7]}${["1", "1.5", "2"][(value >> 11) & 3]}`);
      if (breaking !== wasBreaking) emit("break", breaking);
    }
    if (request === SET_LATENCY_TIMER) latency = value;
  }

  const control = controlPipe(
    {
      vendorId: options.vendorId,
      productId: options.productId,
      release: 0x0600, // by which ftdi_sio knows an FT232R
      deviceClass: 0,
      strings: [options.manufacturer, options.product, options.serial],
      interfaces: [usbInterface(0, [255, 255, 255], [], [bulk(0x81), bulk(0x02)])],
    },
    (setup) => {
      if (setup.request === GET_MODEM_STATUS) return [modemStatus | 1, SENT];
      if (setup.request === GET_LATENCY_TIMER) return [latency];
      sioRequest(setup);
      return undefined;
    },
    complete,
  );

  return {
    submit(urb) {
      if (urb.endpoint === 0) control(urb);
      else if (urb.in) {
        reading.push(urb);
        answer();
      } else {
        writing.push(urb);
        send();
      }
    },
    /** Takes a waiting transfer back. Returns whether it waited. */
    cancel(sequence) {
      const waited = [...reading, ...writing].some((urb) => urb.sequence === sequence);
      reading = reading.filter((urb) => urb.sequence !== sequence);
      writing = writing.filter((urb) => urb.sequence !== sequence);
      return waited;
    },
    /** Bytes come in on the line; with an error (`frame`, `parity`, `overrun`, `break`) in every one of them, 62 at most. */
    receive(bytes, error) {
      arrived.push({ bytes: Buffer.from(bytes), status: error ? ERRORS[error] : 0 });
      answer();
    },
    /** The other end's doing: `{ cts: true }` and so on. */
    setLines(lines) {
      for (const [name, on] of Object.entries(lines)) {
        modemStatus = on ? modemStatus | LINES[name] : modemStatus & ~LINES[name];
      }
      statusChanged = true;
      answer();
      send();
    },
    stop() {
      clearTimeout(sending);
    },
  };
}
