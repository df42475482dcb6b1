/** Names that stand for whichever port fits. */
import { describe, expect, it } from "vitest";
import { RobinError } from "../../../src/errors.js";
import type { PortInfo } from "../../../src/port/discovery/discover.js";
import { isChosenName, resolvePortName } from "../../../src/port/discovery/port-name.js";
import { portPath } from "../../../src/port/open.js";
import { errno, isErrno } from "../../../src/tty/sys-error.js";

const uart: PortInfo = { path: "/dev/ttyS0", driver: "serial", location: "00:02", bus: "pnp", addedAt: 900 };
const ftdi: PortInfo = {
  path: "/dev/ttyUSB0",
  driver: "ftdi_sio",
  vendorId: "0403",
  productId: "6001",
  serialNumber: "A50285BI",
  location: "1-1",
  bus: "usb",
  addedAt: 100,
};
const twin: PortInfo = {
  ...ftdi,
  path: "/dev/ttyUSB1",
  serialNumber: "B:7/x",
  location: "1-2",
  byPath: "/dev/serial/by-path/pci-usb-0:2:1.0-port0",
  addedAt: 200.5,
};
const pico: PortInfo = {
  path: "/dev/ttyACM0",
  vendorId: "2e8a",
  productId: "000a",
  location: "1-3",
  bus: "usb",
  addedAt: 150,
};
const ALL = [uart, ftdi, twin, pico];

const resolve = (name: string, ports: readonly PortInfo[] = ALL) => resolvePortName(name, () => ports);

function failure(name: string, ports: readonly PortInfo[] = ALL): RobinError {
  try {
    resolve(name, ports);
  } catch (error) {
    if (error instanceof RobinError) return error;
    throw error;
  }
  throw new Error(`${name} was found`);
}

describe("usb:VID:PID", () => {
  it.each(["usb:2e8a:000a", "usb:2E8A:000A", "USB:2e8a:000a", "usb:0x2e8a:0xa", "usb:2e8a:a"])(
    "%s is the one adapter with these ids",
    (name) => {
      expect(resolve(name)).toBe("/dev/ttyACM0");
    },
  );

  it("with a serial number is the one of several that has it, colons and all", () => {
    expect(resolve("usb:0403:6001:A50285BI")).toBe("/dev/ttyUSB0");
    expect(resolve("usb:0403:6001:B:7/x")).toBe("/dev/ttyUSB1");
  });

  it("is open-failed where several fit, with what tells them apart", () => {
    const error = failure("usb:0403:6001");
    expect(error.code).toBe("open-failed");
    expect(error.message).toBe(
      "find usb:0403:6001: 2 ports fit: /dev/ttyUSB0 (serial A50285BI, 1-1); " +
        "/dev/ttyUSB1 (serial B:7/x, /dev/serial/by-path/pci-usb-0:2:1.0-port0)",
    );
    expect(error.hint).toBe("name one by its path, its link or its serial number");
  });

  it("is open-failed for want of a device where none fits, with what is there", () => {
    for (const name of ["usb:0403:6015", "usb:0403:6001:a50285bi", "usb:0403:6001:NONE"]) {
      const error = failure(name);
      expect(error.code).toBe("open-failed");
      expect(error.message).toBe(`find ${name}: no such port is there`);
      expect(error.hint).toBe(
        "here are: /dev/ttyS0, /dev/ttyUSB0 (usb:0403:6001), /dev/ttyUSB1 (usb:0403:6001), " +
          "/dev/ttyACM0 (usb:2e8a:000a)",
      );
      expect(isErrno(error.cause, errno.ENODEV)).toBe(true); // what --wait waits on
    }
    expect(failure("usb:0403:6001", []).hint).toBe("robin doctor may say why");
  });

  it("may be several with or between them, of which one has to be there", () => {
    expect(resolve("usb:1:2 or usb:2e8a:a")).toBe("/dev/ttyACM0");
    expect(resolve("usb:0403:6001:NONE or usb:0403:6001:B:7/x or usb:1:2")).toBe("/dev/ttyUSB1");
    expect(failure("usb:1:2 or usb:3:4").message).toBe("find usb:1:2 or usb:3:4: no such port is there");
    expect(failure("usb:2e8a:a or usb:0403:6001").message).toContain("3 ports fit: ");
    expect(failure("usb:1:2 or usb:x").code).toBe("usage");
  });

  it.each(["usb:", "usb:0403", "usb:0403:", "usb:0403:6001:", "usb:04033:6001", "usb:ftdi:6001"])(
    "%s is badly written, which is a usage error",
    (name) => {
      const error = failure(name);
      expect(error.code).toBe("usage");
      expect(error.message).toBe(`port "${name}": write it as usb:VID:PID or usb:VID:PID:SERIAL`);
    },
  );

  it("does not let a device's serial number act on the terminal", () => {
    const hostile = { ...twin, serialNumber: "\u001b[2J" };
    expect(failure("usb:0403:6001", [ftdi, hostile]).message).toContain("serial \\x1b[2J");
  });

  it("is not a port on another bus", () => {
    expect(failure("usb:0403:6001", [{ ...ftdi, bus: "pci" }]).code).toBe("open-failed");
  });
});

describe("latest", () => {
  it("is the adapter that arrived last, before any port that is built in", () => {
    expect(resolve("latest")).toBe("/dev/ttyUSB1");
    expect(resolve("latest", [uart, ftdi])).toBe("/dev/ttyUSB0");
  });

  it("is a built-in port where there is no other", () => {
    expect(resolve("latest", [uart, { ...uart, path: "/dev/ttyS1", addedAt: 901 }])).toBe("/dev/ttyS1");
  });

  it("is the only one there is, whenever it came", () => {
    const { addedAt: _, ...unknown } = pico;
    expect(resolve("latest", [uart, unknown])).toBe("/dev/ttyACM0");
  });

  it("is open-failed where it cannot be told which came last", () => {
    const { addedAt: _, ...unknown } = pico;
    expect(failure("latest", [ftdi, unknown]).message).toBe(
      "find latest: which of these arrived last is not known: /dev/ttyUSB0 (serial A50285BI, 1-1); /dev/ttyACM0 (1-3)",
    );
    expect(failure("latest", [ftdi, { ...pico, addedAt: 100 }]).code).toBe("open-failed");
  });

  it("is open-failed where there is none", () => {
    expect(failure("latest", []).message).toBe("find latest: there is no serial port");
  });
});

describe("any other name", () => {
  it.each(["/dev/ttyUSB0", "ttyUSB0", "latest0", "Latest", "/dev/latest", "demo:", "usbport", ""])(
    "%j is left as it is, without a look at the ports",
    (name) => {
      expect(isChosenName(name)).toBe(false);
      expect(
        resolvePortName(name, () => {
          throw new Error("looked");
        }),
      ).toBe(name);
    },
  );

  it("becomes a path as before", () => {
    expect(portPath("ttyS0")).toBe("/dev/ttyS0");
    expect(portPath("./x")).toBe("./x");
    expect(() => portPath("usb:nothing")).toThrow(/write it as/);
    expect(() => portPath("usb:ffff:ffff:none")).toThrow(/no such port is there/);
  });
});
