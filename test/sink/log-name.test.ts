import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { numbered, parseLogName, portFileName } from "../../src/sink/log-name.js";

const before = process.env.TZ;
beforeAll(() => {
  process.env.TZ = "Europe/Berlin";
});
afterAll(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

/** 2026-11-21 18:00:05 in Berlin. */
const AT_US = Date.UTC(2026, 10, 21, 17, 0, 5) * 1000;

describe("a log's name", () => {
  it.each([
    ["boot.log", "boot.log", false],
    ["boot-%Y%m%d-%H%M%S-{port}.log", "boot-20261121-180005-ttyUSB0.log", true],
    ["{port}/{port}.log", "ttyUSB0/ttyUSB0.log", false],
    ["100%%.log", "100%.log", false],
    ["%%%F.log", "%2026-11-21.log", true],
    ["time", "time", false],
  ])("%s is %s", (pattern, path, hasTime) => {
    const name = parseLogName(pattern);
    expect([name.at("/dev/ttyUSB0", AT_US), name.hasTime]).toEqual([path, hasTime]);
  });

  it.each([
    ["", 'log name "": it is empty'],
    ["-", 'log name "-": stdout has the port\'s bytes already'],
    ["boot-{prot}.log", 'log name "boot-{prot}.log": there is no {prot}'],
    ["boot-%Q.log", 'log name "boot-%Q.log": there is no %Q'],
    ["boot-%", 'log name "boot-%": a % ends it'],
  ])("cannot be %j", (pattern, message) => {
    expect(() => parseLogName(pattern)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  it.each([
    ["/dev/ttyUSB0", "ttyUSB0"],
    ["ttyS1", "ttyS1"],
    ["/dev/pts/5", "pts-5"],
    ["/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", "usb-FTDI_FT232R-if00-port0"],
    ["usb:0403:6001", "usb-0403-6001"],
    ["demo:", "demo"],
    ["tcp://host:23", "tcp-host-23"],
    ["../../etc/passwd", "etc-passwd"],
    ["/tmp/Gerät 1\n", "tmp-Gerät-1"],
    ["..", "port"],
    ["x".repeat(300), "x".repeat(100)],
  ])("has the port %j as %s", (port, part) => {
    expect(portFileName(port)).toBe(part);
  });

  it.each([
    ["boot.log", 1, "boot.log"],
    ["boot.log", 2, "boot-2.log"],
    ["/var/log.d/boot", 3, "/var/log.d/boot-3"],
    ["/boot.log", 2, "/boot-2.log"],
    ["./logs/.hidden", 2, "./logs/.hidden-2"],
  ])("%s has the number %i as %s", (path, number, result) => {
    expect(numbered(path, number)).toBe(result);
  });
});
