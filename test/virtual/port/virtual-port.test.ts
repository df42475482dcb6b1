/** A virtual port: its events, its link, its hang-ups. */
import {
  existsSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { flushQueue, isExclusive, setExclusive } from "../../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../../src/tty/libc.js";
import { type SlaveWatch, watchSlaves } from "../../../src/virtual/port/slave-watch.js";
import { readyEvent, timed, type VirtualEvent } from "../../../src/virtual/port/virtual-event.js";
import { openVirtualPort, type VirtualPort } from "../../../src/virtual/port/virtual-port.js";
import { until } from "../../support/until.js";

let folder: string;
let link: string;
let slaves: SlaveWatch;
let told: VirtualEvent[];
let port: VirtualPort;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-port-`);
  link = `${folder}/a`;
  slaves = watchSlaves();
  told = [];
});
afterEach(() => {
  port.close();
  slaves.close();
  rmSync(folder, { recursive: true, force: true });
});
const start = (options: Partial<Parameters<typeof openVirtualPort>[0]> = {}) => {
  port = openVirtualPort({ name: "a", link, slaves, tell: (event) => told.push(event), ...options });
};
const openSlave = (path = link) => open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

describe("a virtual port", () => {
  it("is opened by its link, and tells of it under its name, the event before the listener", async () => {
    start();
    const order: string[] = [];
    port.onHolder = (isOpen) => order.push(`${told.at(-1)!.event} ${isOpen}`);
    expect(readlinkSync(link)).toBe(port.path);
    close(openSlave());
    await until("both", () => told.length === 2);
    expect(told).toEqual([
      { event: "open", port: "a" },
      { event: "close", port: "a" },
    ]);
    expect(order).toEqual(["open true", "close false"]);
  });

  it("hangs its holder up, and its link then leads to the new pty", async () => {
    start();
    const fd = openSlave();
    await until("open", () => told.length === 1);
    const before = port.path;
    port.hangUp();
    expect(read(fd, new Uint8Array(1))).toBe(0); // the end, as of an unplugged adapter
    close(fd);
    expect(port.path).not.toBe(before);
    expect(readlinkSync(link)).toBe(port.path);
    expect(told.map(({ event }) => event)).toEqual(["open", "close", "hangup"]);
    expect(told.at(-1)).toEqual({ event: "hangup", port: "a", path: port.path });
    close(openSlave());
    await until("another visit", () => told.length === 5);
  });

  it("can be opened again after a holder that has left it in exclusive use, and its last words are read", async () => {
    let looks = 0;
    const counted: SlaveWatch = {
      ...slaves,
      add(path, onEvents) {
        const watched = slaves.add(path, onEvents);
        const quietly: typeof watched.quietly = (action) => {
          const done = watched.quietly(action);
          looks++;
          return done;
        };
        return { ...watched, quietly };
      },
    };
    start({ slaves: counted });
    const fd = openSlave();
    setExclusive(fd, true);
    write(fd, Buffer.from("last"), 0, 4);
    close(fd);
    await until("close", () => told.length === 2);
    const buffer = new Uint8Array(100);
    expect(port.source.read(buffer)).toBe(4);
    expect(port.source.read(buffer)).toBe(0);
    await until("a look at it", () => looks === 1);
    const again = openSlave();
    expect(isExclusive(again)).toBe(false);
    close(again);
  });

  it("goes on under its path where its link is no longer its own, and says so", () => {
    start();
    unlinkSync(link);
    writeFileSync(link, "somebody's");
    port.hangUp();
    expect(told.at(-1)).toEqual({
      event: "hangup",
      port: "a",
      path: port.path,
      error: `make link ${link}: it is no longer the link that robin made`,
    });
    close(openSlave(port.path));
    port.close();
    expect(existsSync(link)).toBe(true);
  });

  it("tells what is done at it in packet mode", async () => {
    start({ packet: true });
    const buffer = new Uint8Array(100);
    port.source.onReady(() => {
      while (port.source.read(buffer) > 0);
      port.source.arm();
    });
    port.source.arm();
    const fd = openSlave();
    flushQueue(fd, "both");
    await until("the flush", () => told.some(({ event }) => event === "packet"));
    close(fd);
    expect(told.find(({ event }) => event === "packet")).toEqual({
      event: "packet",
      port: "a",
      conditions: ["flushRead", "flushWrite"],
    });
  });

  it("leaves nothing behind where its link cannot be made", () => {
    symlinkSync("/dev/null", link);
    const added: string[] = [];
    const counted: SlaveWatch = {
      add(path) {
        added.push(path);
        return { quietly: (action) => action(), close: () => void added.pop() };
      },
      close() {},
    };
    expect(() => start({ slaves: counted })).toThrow("it is a link already");
    expect(added).toEqual([]);
    start({ link: undefined });
    expect(port.link).toBeUndefined();
  });

  it("is closed twice without harm, and takes its link back", () => {
    start();
    port.close();
    port.close();
    expect(existsSync(link)).toBe(false);
  });
});

describe("an event", () => {
  it("begins with what it is and when, in seconds to the microsecond", () => {
    const before = Date.now() / 1000 - 0.01;
    const event = timed({ event: "open", port: "a" });
    expect(Object.keys(event)).toEqual(["event", "at", "port"]);
    expect(event.at).toBeGreaterThan(before);
    expect(event.at).toBeLessThan(Date.now() / 1000 + 0.01);
    expect(Math.abs((event.at as number) * 1e6 - Math.round((event.at as number) * 1e6))).toBeLessThan(0.5);
  });

  it("lists every port when they are ready", () => {
    const ports = [{ name: "a", path: "/dev/pts/1", link: undefined, other: 1 }];
    expect(readyEvent(ports)).toEqual({
      event: "ready",
      ports: [{ name: "a", path: "/dev/pts/1", link: undefined }],
    });
  });
});
