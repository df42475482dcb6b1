/**
 * Ports as they come and go. Knows when a new one may be used, and that one name may stand for another device a moment
 * later; which ports there are is discover.ts's to know.
 */
import { existsSync, statSync } from "node:fs";
import { RobinError } from "../../errors.js";
import { isSettled } from "./arrival.js";
import { type DeviceWatch, watchDevices } from "./device-watch.js";
import { describeDevice, deviceNumberOf, devicePorts, type PortInfo } from "./discover.js";
import { type ListedPort, withHolders } from "./list-ports.js";
import { type Roots, SYSTEM_ROOTS } from "./roots.js";
import { udevDatabase } from "./udev.js";

/** `at`: seconds since the epoch. */
export type PortChange =
  | { readonly event: "present" | "added"; readonly at: number; readonly port: ListedPort }
  | { readonly event: "removed"; readonly at: number; readonly port: PortInfo };

interface FollowOptions {
  readonly roots?: Roots;
  /** How long udev may take with a new port before it is told without udev's links, ms. */
  readonly settleMs?: number;
}

interface KnownPort {
  port: PortInfo;
  /** Tells the device node from a later one of the same name. */
  readonly node: string;
  readonly sinceMs: number;
  isTold: boolean;
}

/** udev takes some 50 ms with a port; where it is slower, or does not listen, the port is of use all the same. */
const SETTLE_MS = 2000;

/**
 * Tells the ports that are there (`present`, before it returns), and from then on each that came (`added`: once, when its
 * permissions and links are final) and went (`removed`). Keeps the process alive until `close`. Throws RobinError:
 * unsupported where there is no sysfs, internal where the kernel lets this user watch no more.
 */
export function followPorts(
  onChange: (change: PortChange) => void,
  { roots = SYSTEM_ROOTS, settleMs = SETTLE_MS }: FollowOptions = {},
): DeviceWatch {
  if (!existsSync(`${roots.sys}/class/tty`)) {
    throw new RobinError("unsupported", "follow ports: there is no sysfs to find them in");
  }
  const known = new Map<string, KnownPort>();
  let isOpen = true;
  let settling: DeviceWatch | undefined;
  let timer: NodeJS.Timeout | undefined;

  const look = (event: "present" | "added") => {
    clearTimeout(timer);
    const now = currentPorts(roots);
    const gone = [...known.values()].filter((one) => now.get(one.port.path)?.node !== one.node);
    for (const { port } of gone) known.delete(port.path);
    for (const [path, { port, node }] of now) {
      const before = known.get(path);
      const isTold = before?.isTold ?? false;
      if (!isTold) known.set(path, { port, node, sinceMs: before?.sinceMs ?? performance.now(), isTold });
    }
    const fresh = [...known.values()].filter((one) => !one.isTold);
    const ready = fresh.filter((one) => mayBeUsed(one, roots, settleMs));
    for (const one of ready) {
      one.isTold = true;
      // What was read before udev was done has no links yet.
      one.port = describeDevice(one.port.path, roots) ?? one.port;
    }
    waitForUdev(ready.length < fresh.length);
    tell(
      event,
      ready.map(({ port }) => port),
      gone.filter((one) => one.isTold).map(({ port }) => port),
    );
  };
  const tell = (event: "present" | "added", came: readonly PortInfo[], gone: readonly PortInfo[]) => {
    const at = Date.now() / 1000;
    const changes: PortChange[] = [
      ...gone.map((port) => ({ event: "removed" as const, at, port })),
      ...withHolders(came).map((port) => ({ event, at, port })),
    ];
    for (const change of changes) if (isOpen) onChange(change);
  };
  /** udev's database changes with every device, so it is watched only while a port waits for it. */
  const waitForUdev = (isNeeded: boolean) => {
    if (isNeeded) {
      settling ??= watchDevices(() => look("added"), [udevDatabase(roots)]);
      timer = setTimeout(() => look("added"), settleMs + 5); // a timer may be early by 1 ms
    } else {
      settling?.close();
      settling = undefined;
    }
  };

  const watching = watchDevices(() => look("added"), [roots.dev]);
  look("present");
  return {
    close() {
      isOpen = false;
      clearTimeout(timer);
      settling?.close();
      watching.close();
    },
  };
}

function mayBeUsed({ port, sinceMs }: KnownPort, roots: Roots, settleMs: number): boolean {
  const number = deviceNumberOf(port.path, roots);
  return (
    number === undefined || isSettled(port.path, number, roots) || performance.now() - sinceMs >= settleMs
  );
}

function currentPorts(roots: Roots): Map<string, { port: PortInfo; node: string }> {
  const ports = new Map<string, { port: PortInfo; node: string }>();
  for (const port of devicePorts(roots)) {
    try {
      const { ino, birthtimeMs } = statSync(port.path);
      ports.set(port.path, { port, node: `${ino} ${birthtimeMs}` });
    } catch {
      // gone since
    }
  }
  return ports;
}
