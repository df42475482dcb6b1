/**
 * A worker thread that is the far side of a USB cable: it plugs an emulated adapter into the kernel's vhci_hcd and speaks
 * USB/IP with it (Documentation/usb/usbip_protocol.rst, the commands after the import). A thread of its own, because the
 * kernel waits for the adapter inside open(2), close(2) and ioctl(2) of the thread that made the call.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { ft232r } from "./ft232r.mjs";
import { plainAdapter } from "./plain-adapters.mjs";

const VHCI = "/sys/devices/platform/vhci_hcd.0";
const [CMD_SUBMIT, CMD_UNLINK, RET_SUBMIT, RET_UNLINK] = [1, 2, 3, 4];
const HEADER = 48;
const ECONNRESET = 104;
const FULL_SPEED = 2; // enum usb_device_speed, linux/usb/ch9.h

let socket;
let device;
let kernelEnd;

/** One end of a pair of connected sockets goes to the kernel. */
async function plug() {
  const directory = mkdtempSync("/run/usb-sim.");
  const server = net.createServer();
  await new Promise((resolve) => server.listen(`${directory}/s`, resolve));
  const accepted = new Promise((resolve) => server.once("connection", resolve));
  kernelEnd = new net.Socket();
  kernelEnd.pause();
  kernelEnd.connect(`${directory}/s`);
  await new Promise((resolve) => kernelEnd.once("connect", resolve));
  socket = await accepted;
  server.close();
  rmSync(directory, { recursive: true });

  device = (workerData.chip === "ft232r" ? ft232r : plainAdapter)(workerData, emit, complete);
  let pending = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    pending = parse(Buffer.concat([pending, chunk]));
  });
  socket.on("error", () => {});
  const { port } = workerData;
  writeFileSync(`${VHCI}/attach`, `${port} ${kernelEnd._handle.fd} ${0x10001 + port} ${FULL_SPEED}`);
}

function unplug() {
  if (!socket) return;
  writeFileSync(`${VHCI}/detach`, `${workerData.port}`);
  device.stop();
  kernelEnd.destroy();
  socket.destroy();
  socket = undefined;
}

/** Takes whole commands from the front of `bytes`; returns the rest. */
function parse(bytes) {
  let rest = bytes;
  while (rest.length >= HEADER) {
    const [command, sequence, , direction, endpoint, , length] = words(rest);
    const size = HEADER + (command === CMD_SUBMIT && direction === 0 ? length : 0);
    if (rest.length < size) break;
    if (command === CMD_SUBMIT) {
      const [setup, data] = [rest.subarray(40, HEADER), Buffer.from(rest.subarray(HEADER, size))];
      device.submit({ sequence, in: direction === 1, endpoint, length, setup, data });
    } else if (command === CMD_UNLINK) {
      const waited = device.cancel(rest.readUInt32BE(20));
      socket.write(header(RET_UNLINK, sequence, waited ? -ECONNRESET : 0));
    }
    rest = rest.subarray(size);
  }
  return rest;
}

/** command, seqnum, devid, direction, endpoint, transfer_flags, transfer_buffer_length */
function words(bytes) {
  return [0, 4, 8, 12, 16, 20, 24].map((at) => bytes.readUInt32BE(at));
}

function header(command, sequence, status, length = 0) {
  const bytes = Buffer.alloc(HEADER);
  bytes.writeUInt32BE(command, 0);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeInt32BE(status, 20);
  bytes.writeInt32BE(length, 24);
  return bytes;
}

function complete(urb, data, status) {
  if (!socket) return;
  const length = data === undefined ? urb.data.length : data.length;
  socket.write(Buffer.concat([header(RET_SUBMIT, urb.sequence, status, length), data ?? Buffer.alloc(0)]));
}

function emit(name, value) {
  parentPort.postMessage({ event: { name, value, atMs: performance.timeOrigin + performance.now() } });
}

const actions = {
  plug,
  unplug,
  answer: () => {},
  receive: ({ bytes, error }) => device.receive(bytes, error),
  setLines: (lines) => device.setLines(lines),
};

parentPort.on("message", async ({ id, action, argument }) => {
  try {
    await actions[action](argument);
    parentPort.postMessage({ id });
  } catch (error) {
    parentPort.postMessage({ id, error: `${action}: ${error.message}` });
  }
});
