/** How ports look on a screen and in a pipe. */
import { describe, expect, it } from "vitest";
import { age, changeLine, portTable } from "../../../src/cli/commands/list-table.js";
import type { ListedPort } from "../../../src/port/discovery/list-ports.js";

const NOW = 1_800_000_000;
const uart: ListedPort = { path: "/dev/ttyS0", driver: "serial", location: "00:02", bus: "pnp", holders: [] };
const ftdi: ListedPort = {
  path: "/dev/ttyUSB0",
  driver: "ftdi_sio",
  vendorId: "0403",
  productId: "6001",
  serialNumber: "A50285BI",
  manufacturer: "FTDI",
  product: "FT232R USB UART",
  byId: "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
  byPath: "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0",
  location: "1-1",
  bus: "usb",
  interfaceNumber: 0,
  addedAt: NOW - 750,
  holders: [
    { pid: 4242, command: "picocom" },
    { pid: 17, command: "ModemManager" },
  ],
};
const bare: ListedPort = {
  path: "/dev/ttyUSB1",
  driver: "ch341-uart",
  vendorId: "1a86",
  productId: "7523",
  product: "USB Serial",
  location: "1-2.3",
  bus: "usb",
  interfaceNumber: 0,
  addedAt: NOW - 3,
  holders: [],
};

const table = (ports: readonly ListedPort[], columns?: number) => portTable(ports, NOW, columns);

describe("the table of ports", () => {
  it("has what is known of each, its stable link and its holders beneath", () => {
    expect(table([uart, ftdi, bare])).toBe(
      [
        "PORT          DRIVER      USB ID     PRODUCT          SERIAL    AGE",
        "/dev/ttyS0    serial      -          -                -         -",
        "/dev/ttyUSB0  ftdi_sio    0403:6001  FT232R USB UART  A50285BI  12 min",
        "  /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
        "  held by picocom (PID 4242), ModemManager (PID 17)",
        "/dev/ttyUSB1  ch341-uart  1a86:7523  USB Serial       -         3 s",
        "  USB 1-2.3, interface 0",
        "",
      ].join("\n"),
    );
  });

  it("leaves out a column that no port has anything for", () => {
    expect(table([uart])).toBe("PORT        DRIVER\n/dev/ttyS0  serial\n");
  });

  it("shows the by-path link where there is no by-id link, and the maker where there is no product", () => {
    const { byId: _, product: __, ...port } = { ...ftdi, holders: [] };
    const text = table([port]);
    expect(text).toContain("\n  /dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0\n");
    expect(text).toContain("0403:6001  FTDI     A50285BI");
  });

  it("fits a terminal of 80 columns, but for links, which can be copied whole", () => {
    const long = {
      ...ftdi,
      product: "A Very Long Product Name Of Some Board",
      serialNumber: "0123456789ABCDEF0123",
    };
    const lines = table([uart, long, bare], 80).split("\n");
    for (const line of lines.filter((one) => !one.startsWith("  /dev/serial"))) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(lines[2]).toBe("/dev/ttyUSB0  ftdi_sio    0403:6001  A Very Long Produ…  0123456789ABCD…  12 min");
    expect(lines).toContain(`  ${ftdi.byId}`);
  });

  it("never cuts a path, a driver or an id, however narrow the terminal", () => {
    expect(table([ftdi], 20)).toMatch(
      /^PORT {10}DRIVER {4}USB ID .*\n\/dev\/ttyUSB0 {2}ftdi_sio {2}0403:6001 /,
    );
  });

  it("makes a hostile device's texts harmless", () => {
    const hostile = {
      ...ftdi,
      product: "\u001b[2J\u009b31m\u202egnp",
      serialNumber: "a\nb",
      byId: "/dev/\u0007x",
    };
    const text = table([hostile]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain("\\x1b[2J\\x9b31m\\u202egnp");
    expect(text).toContain("a\\x0ab");
    expect(text.split("\n")).toHaveLength(5);
  });
});

describe("an age", () => {
  it.each([
    [0, "0 s"],
    [-0.4, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [3599, "59 min"],
    [3600, "1 h"],
    [86_399, "23 h"],
    [86_400, "1 d"],
    [200 * 86_400, "200 d"],
  ])("of %d s is %s", (seconds, text) => {
    expect(age(seconds)).toBe(text);
  });
});

describe("a line for a change", () => {
  const at = new Date(2026, 10, 21, 4, 5, 6, 700).getTime() / 1000;

  it("has the local time, what happened, and what is known of the port", () => {
    expect(changeLine({ event: "present", at, port: ftdi })).toBe(
      "04:05:06 present /dev/ttyUSB0: ftdi_sio 0403:6001, FT232R USB UART, serial A50285BI, " +
        "held by picocom (PID 4242), ModemManager (PID 17), /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
    );
    expect(changeLine({ event: "added", at, port: bare })).toBe(
      "04:05:06 added   /dev/ttyUSB1: ch341-uart 1a86:7523, USB Serial, USB 1-2.3, interface 0",
    );
    expect(changeLine({ event: "removed", at, port: { path: "/dev/ttyS9" } })).toBe(
      "04:05:06 removed /dev/ttyS9",
    );
  });

  it("makes a hostile device's texts harmless", () => {
    const line = changeLine({ event: "removed", at, port: { ...bare, product: "\u001b[2J\n" } });
    expect(line).toContain("\\x1b[2J\\x0a");
    expect(line).not.toContain("\n");
  });
});
