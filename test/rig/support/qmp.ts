/**
 * QEMU's own monitor, from inside its guest: pulls and plugs the adapter that is /dev/ttyUSB0. Knows the QEMU Machine
 * Protocol as far as that takes (docs/interop/qmp-spec of QEMU).
 */
import { existsSync } from "node:fs";
import { until } from "../../support/until.js";
import { Channel } from "./channel.js";

/** Runs one command in a connection that lasts as long as the guest. Throws what QEMU says against it. */
async function execute(monitor: Channel, command: string, args: object = {}): Promise<void> {
  const id = `${process.pid}.${performance.now()}`;
  await monitor.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
  const mine = () =>
    monitor.received
      .toString()
      .split("\r\n")
      .find((line) => line.includes(`"id": "${id}"`));
  await monitor.expect(() => mine() !== undefined);
  const answer = JSON.parse(mine()!) as { error?: { class: string; desc: string } };
  // A monitor that has been asked for its capabilities before knows the command no more.
  if (answer.error && command !== "qmp_capabilities") throw new Error(`${command}: ${answer.error.desc}`);
}

async function withMonitor(action: (monitor: Channel) => Promise<void>): Promise<void> {
  const monitor = new Channel("/dev/virtio-ports/qmp");
  try {
    await execute(monitor, "qmp_capabilities");
    await action(monitor);
  } finally {
    monitor.close();
  }
}

/** Pulls /dev/ttyUSB0; resolves when QEMU has let go of it, so at about the time when the driver hears of it. */
export async function unplugUsb0(): Promise<void> {
  await withMonitor((monitor) => execute(monitor, "device_del", { id: "usb0" }));
}

/** Plugs it in again, and waits for `path` to be there. */
export async function plugUsb0(path = "/dev/ttyUSB0"): Promise<void> {
  const device = { driver: "usb-serial", id: "usb0", chardev: "u0", bus: "xhci.0" };
  await until(
    "QEMU to take the adapter again",
    async () => {
      try {
        await withMonitor((monitor) => execute(monitor, "device_add", device));
        return true;
      } catch (error) {
        if (/[Dd]uplicate|in use/.test((error as Error).message)) return false; // the old one is still going
        throw error;
      }
    },
    30_000,
  );
  await until(`${path} to be there`, () => existsSync(path), 30_000);
}
