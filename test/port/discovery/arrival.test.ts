/** When a device arrived: told only where it is known. */
import { statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addedAt, arrival, isSettled } from "../../../src/port/discovery/arrival.js";
import { DeviceTree } from "./device-tree.js";

const S = 1e6;
/** An hour after the boot, at noon some day. */
const NOW = { realUs: 1_800_000_000 * S, monotonicUs: 3600 * S, bootUs: 3600 * S };
const AGO = (seconds: number) => NOW.realUs - seconds * S;

describe("the time of an arrival", () => {
  it("is the birth of its node", () => {
    expect(arrival({ bornUs: AGO(60) }, NOW)).toBe(AGO(60));
  });

  it("is the birth rather than when udev was done, which at boot is seconds later", () => {
    expect(arrival({ bornUs: AGO(3599), doneUs: 12 * S }, NOW)).toBe(AGO(3599));
  });

  it("is when udev was done where nothing has a birth", () => {
    expect(arrival({ doneUs: 600 * S }, NOW)).toBe(AGO(3000));
  });

  it("is when udev was done where the clock was set after the birth", () => {
    expect(arrival({ bornUs: 5 * S, doneUs: 6 * S }, NOW)).toBe(AGO(3594)); // born in 1970
    expect(arrival({ bornUs: AGO(100), doneUs: 6 * S }, NOW)).toBe(AGO(3594)); // the clock was ahead
  });

  it("is not known where the clock was set and udev says nothing", () => {
    expect(arrival({ bornUs: 5 * S }, NOW)).toBeUndefined();
    expect(arrival({ bornUs: AGO(-100) }, NOW)).toBeUndefined();
    expect(arrival({}, NOW)).toBeUndefined();
  });

  it("is the birth after a suspend, which udev's clock does not count", () => {
    const slept = { ...NOW, monotonicUs: NOW.bootUs - 1000 * S };
    expect(arrival({ bornUs: AGO(3000), doneUs: 601 * S }, slept)).toBe(AGO(3000));
  });

  it("is not known after a suspend where nothing but udev tells", () => {
    expect(arrival({ doneUs: 601 * S }, { ...NOW, monotonicUs: NOW.bootUs - 1000 * S })).toBeUndefined();
  });
});

describe("of a device node", () => {
  let tree: DeviceTree;
  let node: string;
  beforeEach(() => {
    tree = new DeviceTree();
    tree.file("dev/ttyUSB0", "");
    tree.file("proc/uptime", "1000000.00 0.00\n");
    node = `${tree.root}/dev/ttyUSB0`;
  });
  afterEach(() => {
    tree.remove();
  });

  /** Declares the file system of the tree's /dev a devtmpfs, or another. */
  function mounted(type: string): void {
    const { dev } = statSync(node);
    const number = `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`;
    tree.file(
      "proc/self/mountinfo",
      `24 27 0:1 / /x rw - tmpfs t rw\n25 27 ${number} / /dev rw,relatime - ${type} dev rw\n`,
    );
  }

  it("is the node's birth where the file system is devtmpfs, to the microsecond", () => {
    mounted("devtmpfs");
    const { birthtimeNs } = statSync(node, { bigint: true });
    const known = birthtimeNs > 0n ? Number(birthtimeNs / 1000n) / 1e6 : undefined; // not all file systems keep it
    expect(addedAt(node, "188:0", tree.roots)).toBe(known);
  });

  it("is not known where a container's manager made the node", () => {
    mounted("tmpfs");
    expect(addedAt(node, "188:0", tree.roots)).toBeUndefined();
  });

  it("is not known of what is not there, nor without /proc", () => {
    mounted("devtmpfs");
    expect(addedAt(`${node}0`, "188:0", tree.roots)).toBeUndefined();
    expect(addedAt(node, "188:0", { ...tree.roots, proc: "/nowhere" })).toBeUndefined();
  });

  it("comes from udev's database where nothing else tells", () => {
    mounted("tmpfs");
    const monotonicUs = Number(process.hrtime.bigint() / 1000n);
    tree.file("proc/uptime", `${monotonicUs / 1e6} 0.00\n`);
    tree.file("run/udev/data/c188:0", `S:serial/by-id/x\nI:${monotonicUs - 5_000_000}\nE:ID_BUS=usb\nV:1\n`);
    expect(addedAt(node, "188:0", tree.roots)).toBeCloseTo(Date.now() / 1000 - 5, 0);
  });

  describe("and whether udev is done with it", () => {
    const done = () => isSettled(node, "188:0", tree.roots);

    it("is true where no udev runs", () => {
      expect(done()).toBe(true);
    });

    it("is true once udev has written it down", () => {
      tree.file("run/udev/control", "");
      expect(done()).toBe(false);
      tree.file("run/udev/data/c188:0", `E:ID_BUS=usb\n`);
      expect(done()).toBe(false);
      tree.file("run/udev/data/c188:0", `I:${process.hrtime.bigint() / 1000n}\n`);
      expect(done()).toBe(true);
    });

    it("is not true by what udev wrote of the device that had the number before", () => {
      mounted("devtmpfs");
      tree.file("run/udev/control", "");
      tree.file("run/udev/data/c188:0", `I:${process.hrtime.bigint() / 1000n - 60_000_000n}\n`);
      expect(done()).toBe(false);
      tree.file("run/udev/data/c188:0", `I:${process.hrtime.bigint() / 1000n}\n`);
      expect(done()).toBe(true);
    });
  });
});
