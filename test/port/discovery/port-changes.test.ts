/** Ports that come and go, in trees of the test's own: told once each, when they may be used. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceWatch } from "../../../src/port/discovery/device-watch.js";
import { followPorts, type PortChange } from "../../../src/port/discovery/port-changes.js";
import { until } from "../../support/until.js";
import { DeviceTree } from "./device-tree.js";

let tree: DeviceTree;
let changes: PortChange[];
let following: DeviceWatch | undefined;
beforeEach(() => {
  tree = new DeviceTree();
  changes = [];
});
afterEach(() => {
  following?.close();
  following = undefined;
  tree.remove();
});

function follow(settleMs = 30_000): void {
  following = followPorts((change) => changes.push(change), { roots: tree.roots, settleMs });
}

const told = () => changes.map(({ event, port }) => `${event} ${port.path.replace(/.*\//, "")}`);

function unplug(name: string): void {
  rmSync(`${tree.root}/dev/${name}`);
  rmSync(`${tree.root}/sys/class/tty/${name}`);
}

const now = () => process.hrtime.bigint() / 1000n;

describe("following ports", () => {
  it("tells those that are there before it returns, then who comes and goes", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    follow();
    expect(told()).toEqual(["present ttyUSB0"]);
    expect(changes[0]).toMatchObject({ port: { serialNumber: "A1", holders: [] } });
    tree.usbSerial("ttyUSB1", { serial: "B2", at: "1-2" });
    await until("the arrival", () => changes.length === 2);
    unplug("ttyUSB0");
    await until("the departure", () => changes.length === 3);
    expect(told()).toEqual(["present ttyUSB0", "added ttyUSB1", "removed ttyUSB0"]);
    expect(changes[1]).toMatchObject({ port: { serialNumber: "B2", holders: [] } });
    expect(changes[2]).toMatchObject({ port: { serialNumber: "A1" } }); // what was known of it
    for (const { at } of changes) expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(15);
  });

  it("takes another device under the same name for one that went and one that came", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    follow();
    unplug("ttyUSB0");
    tree.usbSerial("ttyUSB0", { serial: "B2" });
    await until("both", () => changes.length === 3);
    expect(told()).toEqual(["present ttyUSB0", "removed ttyUSB0", "added ttyUSB0"]);
    expect(changes.map(({ port }) => port.serialNumber)).toEqual(["A1", "A1", "B2"]);
  });

  it("tells an arrival once, when udev is done, with the links that udev made", async () => {
    tree.file("run/udev/control", "");
    follow();
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    await until("udev to be waited for", () => watches().length === 2);
    expect(told()).toEqual([]);
    tree.link("dev/serial/by-id/usb-A1", "dev/ttyUSB0");
    tree.file("run/udev/data/c188:0", `I:${now()}\n`);
    await until("the arrival", () => changes.length === 1);
    expect(changes[0]).toMatchObject({
      event: "added",
      port: { byId: `${tree.root}/dev/serial/by-id/usb-A1` },
    });
    expect(watches().length).toBe(1); // udev's database is of no interest any more
    tree.usbSerial("ttyUSB1", { at: "1-2" });
    tree.file("run/udev/data/c188:1", `I:${now()}\n`);
    await until("the next", () => changes.length === 2);
    expect(told()).toEqual(["added ttyUSB0", "added ttyUSB1"]);
  });

  it("has the links of an arrival with which udev is done while it is looked at", async () => {
    tree.file("run/udev/control", "");
    let isPlugged = false;
    const roots = {
      ...tree.roots,
      /** Where udev's database is looked for: after the links were. */
      get run() {
        if (isPlugged) {
          isPlugged = false;
          tree.link("dev/serial/by-id/usb-A1", "dev/ttyUSB0");
          tree.file("run/udev/data/c188:0", `I:${now()}\n`);
        }
        return `${tree.root}/run`;
      },
    };
    following = followPorts((change) => changes.push(change), { roots });
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    isPlugged = true;
    await until("the arrival", () => changes.length === 1);
    expect(changes[0]).toMatchObject({
      event: "added",
      port: { byId: `${tree.root}/dev/serial/by-id/usb-A1` },
    });
  });

  it("tells a port that udev is not done with at the start when it is", async () => {
    tree.file("run/udev/control", "");
    tree.usbSerial("ttyUSB0", {});
    follow();
    expect(told()).toEqual([]);
    tree.file("run/udev/data/c188:0", `I:${now()}\n`);
    await until("it", () => changes.length === 1);
    expect(told()).toEqual(["added ttyUSB0"]);
  });

  it("does not wait for ever for a udev that says nothing", async () => {
    tree.file("run/udev/control", "");
    follow(50);
    const started = performance.now();
    tree.usbSerial("ttyUSB0", {});
    await until("the arrival", () => changes.length === 1);
    expect(performance.now() - started).toBeGreaterThanOrEqual(50);
    expect(watches().length).toBe(1);
  });

  it("says nothing of a port that left before it could be used", async () => {
    tree.file("run/udev/control", "");
    follow();
    tree.usbSerial("ttyUSB0", {});
    await until("udev to be waited for", () => watches().length === 2);
    unplug("ttyUSB0");
    tree.tty("ttyGS0", "245:0");
    tree.file("run/udev/data/c245:0", `I:${now()}\n`);
    await until("another one", () => changes.length === 1);
    expect(told()).toEqual(["added ttyGS0"]);
  });

  it("is refused where there is no sysfs", () => {
    expect(() => followPorts(() => {}, { roots: { ...tree.roots, sys: "/nowhere" } })).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: "follow ports: there is no sysfs to find them in",
      }),
    );
  });

  it("can be ended while it tells, and holds nothing afterwards", async () => {
    const before = watches().length;
    tree.usbSerial("ttyUSB0", {});
    tree.usbSerial("ttyUSB1", { at: "1-2" });
    follow();
    following!.close();
    tree.usbSerial("ttyUSB2", { at: "1-3" });
    let ended = 0;
    const other = followPorts(
      ({ event }) => {
        if (event !== "added") return;
        ended++;
        other.close();
      },
      { roots: tree.roots },
    );
    tree.usbSerial("ttyUSB3", { at: "1-4" });
    tree.usbSerial("ttyUSB4", { at: "1-5" });
    await until("the end", () => ended > 0);
    await until("its descriptors to be closed", () => watches().length === before);
    expect(ended).toBe(1);
    expect(told()).toEqual(["present ttyUSB0", "present ttyUSB1"]);
  });
});

/** The inotify instances of this process, by inode: each has two descriptors, one to read from and one to wait on. */
function watches(): string[] {
  const instances = new Set<string>();
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      if (info.includes("inotify wd:")) instances.add(info.replace(/^(pos|flags|mnt_id):.*\n/gm, ""));
    } catch {
      // the descriptor of this very look
    }
  }
  return [...instances];
}
