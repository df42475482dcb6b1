/** Ptys of Debian's kernel, which is older than most hosts': those of 4.3BSD, packet mode, who opens a slave. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flushQueue } from "../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { openPty } from "../../src/tty/pty.js";
import { errno, SysError } from "../../src/tty/sys-error.js";
import { getTermios, setSpeed, setTermios } from "../../src/tty/termios.js";
import { PtyEnd } from "../../src/virtual/port/pty-end.js";
import { watchSlaves } from "../../src/virtual/port/slave-watch.js";
import { until } from "../support/until.js";

test("those of 4.3BSD are found where there are no Unix98 ptys", ({ skip }) => {
  // CONFIG_LEGACY_PTYS registers a second driver, whose slaves are /dev/ttyp0 and following.
  const drivers = readFileSync("/proc/tty/drivers", "utf8");
  if (!/^pty_slave\s+\/dev\/ttyp\s/m.test(drivers)) {
    skip("this kernel has no BSD ptys: CONFIG_LEGACY_PTYS is not set");
  }
  const system = {
    openUnix98() {
      throw new SysError("posix_openpt", errno.ENOENT);
    },
    openMaster: (path: string) => open(path, O_RDWR | O_NOCTTY | O_NONBLOCK),
    checkSlave() {},
    close,
  };
  const [first, second] = [openPty(system), openPty(system)];
  expect(first.path).toMatch(/^\/dev\/tty[p-za-e][0-9a-f]$/);
  expect(second.path).not.toBe(first.path);
  const slave = open(first.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  write(slave, Buffer.from("bsd"), 0, 3);
  const into = new Uint8Array(10);
  expect(read(first.master, into)).toBe(3);
  for (const fd of [slave, first.master, second.master]) close(fd);
});

test("a virtual port is opened and closed 200 times by another program, and tells packets and settings", async () => {
  const told: string[] = [];
  const conditions: string[] = [];
  const slaves = watchSlaves();
  const end = new PtyEnd(slaves, {
    onHolder: (isOpen) => told.push(isOpen ? "open" : "close"),
    onConditions: (some) => conditions.push(some.join("+")),
  });
  let received = "";
  const into = new Uint8Array(65536);
  end.source.onReady(() => {
    for (let n = end.source.read(into); n > 0; n = end.source.read(into)) {
      received += Buffer.from(into.subarray(0, n)).toString("latin1");
    }
    end.source.arm();
  });
  end.source.arm();
  try {
    const script = `i=0; while [ $i -lt 200 ]; do printf x > "$1"; i=$((i+1)); done`;
    expect(spawnSync("sh", ["-c", script, "sh", end.path]).status).toBe(0);
    await until("all visits", () => told.length === 400 && received.length === 200);
    expect(told).toEqual(Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? "open" : "close")));

    const slave = open(end.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    flushQueue(slave, "both");
    await until("the flush", () => conditions.length === 1);
    const termios = getTermios(slave);
    setSpeed(termios, 57600);
    setTermios(slave, termios);
    await until("the settings", () => conditions.length === 2);
    expect(conditions).toEqual(["flushRead+flushWrite", "ioctl"]);
    close(slave);
    await until("the close", () => told.at(-1) === "close");
  } finally {
    end.close();
    slaves.close();
  }
});
