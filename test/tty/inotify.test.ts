/** inotify(7) against the kernel. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Inotify, openInotify } from "../../src/tty/inotify.js";
import {
  IN_ATTRIB,
  IN_CLOSE_NOWRITE,
  IN_CLOSE_WRITE,
  IN_CREATE,
  IN_DELETE,
  IN_IGNORED,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_ONLYDIR,
  IN_OPEN,
  type InotifyEvent,
} from "../../src/tty/inotify-event.js";
import { close, O_NOCTTY, O_RDONLY, O_RDWR, open } from "../../src/tty/libc.js";
import { errno, isErrno } from "../../src/tty/sys-error.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let folder: string;
let events: InotifyEvent[];
let calls: number;
let inotify: Inotify;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-inotify-`);
  events = [];
  calls = 0;
  inotify = openInotify((batch) => {
    events.push(...batch);
    calls++;
  });
});
afterEach(() => {
  inotify.close();
  rmSync(folder, { recursive: true, force: true });
});

const happened = () => events.map(({ mask, name }) => [mask, name]);

describe("inotify", () => {
  it("tells what happens in a directory, in order and at once for what happened together", async () => {
    const watch = inotify.add(folder, IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO);
    writeFileSync(`${folder}/one`, "text");
    chmodSync(`${folder}/one`, 0o600);
    renameSync(`${folder}/one`, `${folder}/two`);
    rmSync(`${folder}/two`);
    await until("the events", () => events.length >= 5);
    expect(happened()).toEqual([
      [IN_CREATE, "one"],
      [IN_ATTRIB, "one"],
      [IN_MOVED_FROM, "one"],
      [IN_MOVED_TO, "two"],
      [IN_DELETE, "two"],
    ]);
    expect(events.every((event) => event.watch === watch)).toBe(true);
    expect(calls).toBe(1);
  });

  it("tells more events than fit into one read", async () => {
    inotify.add(folder, IN_CREATE);
    const names = Array.from({ length: 1000 }, (_, n) => `a-name-of-the-usual-length-${n}`);
    for (const name of names) writeFileSync(`${folder}/${name}`, "");
    await until("all of them", () => events.length === names.length);
    expect(events.map(({ name }) => name)).toEqual(names);
  });

  it("tells who opens and closes a pty's slave", async () => {
    const pty = new TestPty();
    try {
      inotify.add(pty.path, IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE);
      close(open(pty.path, O_RDWR | O_NOCTTY));
      close(open(pty.path, O_RDONLY | O_NOCTTY));
      await until("four events", () => events.length === 4);
      expect(happened()).toEqual([
        [IN_OPEN, ""],
        [IN_CLOSE_WRITE, ""],
        [IN_OPEN, ""],
        [IN_CLOSE_NOWRITE, ""],
      ]);
    } finally {
      pty.close();
    }
  });

  it("gives the same number for the same file, and another mask replaces the first", async () => {
    const watch = inotify.add(folder, IN_CREATE);
    expect(inotify.add(`${folder}/.`, IN_DELETE)).toBe(watch);
    writeFileSync(`${folder}/one`, "");
    rmSync(`${folder}/one`);
    await until("the second", () => events.length > 0);
    expect(happened()).toEqual([[IN_DELETE, "one"]]);
  });

  it("tells nothing more of a watch that was removed", async () => {
    mkdirSync(`${folder}/a`);
    mkdirSync(`${folder}/b`);
    const first = inotify.add(`${folder}/a`, IN_CREATE);
    inotify.add(`${folder}/b`, IN_CREATE);
    inotify.remove(first);
    writeFileSync(`${folder}/a/unseen`, "");
    writeFileSync(`${folder}/b/seen`, "");
    await until("the second directory's", () => events.some(({ name }) => name === "seen"));
    expect(happened()).toEqual([
      [IN_IGNORED, ""],
      [IN_CREATE, "seen"],
    ]);
  });

  it("throws what the kernel says of a path", () => {
    const refusal = (action: () => void) => {
      try {
        action();
      } catch (error) {
        return error;
      }
    };
    writeFileSync(`${folder}/file`, "");
    expect(
      isErrno(
        refusal(() => inotify.add(`${folder}/none`, IN_CREATE)),
        errno.ENOENT,
      ),
    ).toBe(true);
    expect(
      isErrno(
        refusal(() => inotify.add(`${folder}/file`, IN_CREATE | IN_ONLYDIR)),
        errno.ENOTDIR,
      ),
    ).toBe(true);
    expect(() => inotify.remove(99)).not.toThrow();
  });

  it("keeps no descriptor after close, and tells nothing", async () => {
    const before = readdirSync("/proc/self/fd").length;
    let told = 0;
    const second = openInotify(() => told++);
    second.add(folder, IN_CREATE);
    expect(readdirSync("/proc/self/fd").length).toBeGreaterThan(before);
    writeFileSync(`${folder}/one`, "");
    second.close();
    second.close();
    await until("its descriptors to be closed", () => readdirSync("/proc/self/fd").length === before);
    inotify.add(folder, IN_CREATE);
    writeFileSync(`${folder}/two`, "");
    await until("another one's event", () => events.length === 1);
    expect(told).toBe(0);
  });

  it("is not inherited by programs that are started", () => {
    inotify.add(folder, IN_CREATE);
    const fds = execFileSync("ls", ["-l", "/proc/self/fd"]).toString();
    expect(fds).not.toContain("inotify");
  });
});
