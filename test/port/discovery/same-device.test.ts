/** An adapter that comes back is known again, and no other is taken for it. */
import { describe, expect, it } from "vitest";
import type { PortInfo } from "../../../src/port/discovery/discover.js";
import { sameDevice } from "../../../src/port/discovery/same-device.js";

const ftdi: PortInfo = {
  path: "/dev/ttyUSB0",
  vendorId: "0403",
  productId: "6001",
  serialNumber: "A900",
  interfaceNumber: 0,
  location: "1-1",
};
const { serialNumber: _, ...ch340 } = { ...ftdi, vendorId: "1a86", productId: "7523" };

describe("the same device", () => {
  it("is known by its serial number under another name and in another socket", () => {
    const again = { ...ftdi, path: "/dev/ttyUSB7", location: "3-2.1" };
    expect(sameDevice(ftdi, [{ ...ftdi, path: "/dev/ttyUSB1", serialNumber: "B100" }, again])).toBe(again);
  });

  it("is not another adapter of the same make", () => {
    expect(sameDevice(ftdi, [{ ...ftdi, serialNumber: "B100" }])).toBeUndefined();
    expect(sameDevice(ftdi, [{ ...ftdi, productId: "6010" }])).toBeUndefined();
    expect(sameDevice(ftdi, [])).toBeUndefined();
  });

  it("is the same interface of an adapter with several", () => {
    const second = { ...ftdi, path: "/dev/ttyUSB1", interfaceNumber: 1 };
    expect(sameDevice(second, [ftdi, second])).toBe(second);
    expect(sameDevice(second, [ftdi])).toBeUndefined();
  });

  it("is the same port of an interface with several", () => {
    const [port0, port1] = [0, 1].map((portNumber) => ({
      ...ftdi,
      path: `/dev/ttyUSB${portNumber}`,
      portNumber,
    }));
    expect(sameDevice(port1!, [port0!, port1!])).toBe(port1);
  });

  it("without a serial number is the one in the same socket, and none elsewhere", () => {
    const elsewhere = { ...ch340, path: "/dev/ttyUSB3", location: "1-4" };
    expect(sameDevice(ch340, [elsewhere, { ...ch340, path: "/dev/ttyUSB2" }])?.path).toBe("/dev/ttyUSB2");
    expect(sameDevice(ch340, [elsewhere])).toBeUndefined();
  });

  it("whose serial number two adapters share is the one in the same socket, or none", () => {
    const [here, there] = [{ ...ftdi }, { ...ftdi, path: "/dev/ttyUSB1", location: "1-2" }];
    expect(sameDevice(ftdi, [there, here])).toBe(here);
    const third = { ...there, path: "/dev/ttyUSB2", location: "1-3" };
    expect(sameDevice(ftdi, [there, third])).toBeUndefined();
  });

  it("that is no USB device is not looked for by identity", () => {
    const uart: PortInfo = { path: "/dev/ttyS0", location: "00:04" };
    expect(sameDevice(uart, [uart])).toBeUndefined();
  });
});
