/**
 * The port of a session that may not be there yet, and may go away and come back. Knows when to wait, for what, and
 * what is said of it; waiting itself is port/await-port.ts, going and coming port/returning-port.ts.
 */
import { readlinkSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { printable } from "../bytes/printable.js";
import { RobinError } from "../errors.js";
import { awaitPort } from "../port/await-port.js";
import { describeLine } from "../port/describe.js";
import { NO_DEVICE, OTHER_DEVICE } from "../port/device.js";
import { watchDevices } from "../port/discovery/device-watch.js";
import { describeDevice, devicePorts, type PortInfo } from "../port/discovery/discover.js";
import { sameDevice } from "../port/discovery/same-device.js";
import { realPath } from "../port/discovery/sysfs.js";
import type { Port } from "../port/port.js";
import { returningPort } from "../port/returning-port.js";
import { DEMO, openAnyPort } from "../virtual/demo/demo.js";
import type { ConnectConfig } from "./config.js";
import type { Words } from "./words.js";

/** A port that has just come is given so long for its rights and for those who look at every new one, ms. */
const ARRIVAL_PATIENCE_MS = 3000;

/** Opens the port that was asked for. `interactive`: whether a person is there who would do it again by hand. */
export async function openLastingPort(
  config: ConnectConfig,
  interactive: boolean,
  words: Words,
): Promise<Port> {
  const open = (name: string, like?: Port) => {
    const again = like === undefined ? {} : { like, settings: like.asked };
    return openAnyPort(name, { ...config, ...again, onNote: (text) => words.detail(text) });
  };
  const port = config.wait
    ? await awaitPort({
        open: () => open(config.port),
        watch: (onChange) => watchDevices(onChange, directoriesOf(config.port)),
        patienceMs: ARRIVAL_PATIENCE_MS,
        onAbsent: (_, isFirst) => {
          if (isFirst) words.notice(`waiting for ${config.port}`);
        },
      })
    : await open(config.port);
  if (!(config.reconnect ?? interactive)) return port;
  const device = comesBack(config.port, port.path);
  if (config.reconnect === undefined && !device?.isHardware) return port;
  if (device === undefined) {
    words.warning(`bridge ${port.path}: a pty does not come back, --reconnect does nothing for it`);
    return port;
  }
  const { info } = device;
  return returningPort(port, {
    reopen: (before, signal) =>
      awaitPort({
        open: () => open(info ? pathNow(info) : config.port, before),
        watch: (onChange) => watchDevices(onChange, directoriesOf(config.port)),
        patienceMs: Number.POSITIVE_INFINITY,
        onAbsent: (error) => {
          if (error.cause === OTHER_DEVICE) words.warning(`${error.message}; still waiting`);
        },
        onRefused: (error) => words.warning(`${error.message}; still waiting`),
        signal,
      }),
  });
}

/** Says when the device behind the port goes and comes. */
export function tellPresence(port: Port, words: Words, tellRefusals: (port: Port) => void): void {
  let before = port.path;
  port.presence?.onChange((device) => {
    if (device === undefined) {
      before = port.path;
      return words.warning(`lost ${before}: hung up or unplugged; waiting for it to come back`);
    }
    const as = device.path === before ? "" : ` as ${device.path}`;
    device.settings().then(
      (settings) => words.notice(`${before} is back${as}: ${describeLine(settings)}`),
      () => {}, // lost again, which is told by the next change
    );
    tellRefusals(device);
  });
}

/** By what a lost port is known again: its USB identity, or only the name that was given; undefined for a bare pty. */
function comesBack(name: string, path: string): { isHardware: boolean; info?: PortInfo } | undefined {
  if (name === DEMO) return undefined;
  const device = realPath(path) ?? path; // lost since it was opened
  const info = describeDevice(device);
  if (info?.vendorId !== undefined) return { isHardware: true, info };
  // A link may lead to another pty tomorrow; the pty itself is nobody's once its master is closed.
  if (device.startsWith("/dev/pts/")) return device === path ? undefined : { isHardware: false };
  return { isHardware: info !== undefined };
}

function pathNow(info: PortInfo): string {
  const there = devicePorts();
  const again = sameDevice(info, there);
  if (again) return again.path;
  const other = there.find((port) => port.path === info.path || port.location === info.location);
  if (other) throw otherDevice(info, other);
  throw new RobinError("open-failed", `find ${info.path} again: it is not there`, {
    cause: NO_DEVICE,
  });
}

/** Another adapter, a spare, or a board that is in its bootloader. */
function otherDevice(before: PortInfo, now: PortInfo): RobinError {
  const ids = ({ vendorId = "?", productId = "?", serialNumber }: PortInfo) =>
    `${vendorId}:${productId}${serialNumber === undefined ? "" : `, serial ${printable(serialNumber)}`}`;
  return new RobinError(
    "open-failed",
    `find ${before.path} again: ${now.path} is another device (${ids(now)}, not ${ids(before)})`,
    { cause: OTHER_DEVICE },
  );
}

/** Where a device's node or a link to it appears. */
export function directoriesOf(name: string): string[] {
  const directories = new Set(["/dev"]);
  if (name.includes("/")) {
    directories.add(dirname(resolve(name)));
    try {
      directories.add(dirname(resolve(dirname(name), readlinkSync(name))));
    } catch {
      // no link, or not there yet
    }
  }
  return [...directories];
}
