/** What is suggested where a port does not open. */
import { describe, expect, it } from "vitest";
import type { PortInfo } from "../../src/port/discovery/discover.js";
import { namePorts, openHint } from "../../src/port/open-hints.js";
import { errno, SysError } from "../../src/tty/sys-error.js";

describe("the ports that are there", () => {
  const uart: PortInfo = { path: "/dev/ttyS0", bus: "pnp" };
  const usb: PortInfo = { path: "/dev/ttyUSB0", bus: "usb", vendorId: "0403", productId: "6001" };

  it("are named as they can be given instead", () => {
    expect(namePorts([uart, usb])).toBe("here are: /dev/ttyS0, /dev/ttyUSB0 (usb:0403:6001)");
  });

  it("are counted where a line could not hold them", () => {
    expect(namePorts(Array(9).fill(usb))).toBe("9 ports are here: robin list shows them");
  });
});

describe("the hint for an open that failed", () => {
  it("says what EIO of a tty most often is", () => {
    expect(openHint("/dev/ttyS7", new SysError("open", errno.EIO))).toMatch(/a UART that is not fitted/);
  });

  it("says who may use a device that refuses", () => {
    expect(openHint("/dev/null", new SysError("open", errno.EACCES))).toMatch(
      /^it belongs to group |^only its owner/,
    );
  });

  it("says how a name in this directory is written, where no device has it", () => {
    expect(openHint("/dev/package.json", new SysError("open", errno.ENOENT))).toBe(
      "for package.json in this directory: ./package.json",
    );
    expect(openHint("/tmp/package.json", new SysError("open", errno.ENOENT)) ?? "").not.toMatch(
      /this directory/,
    );
  });

  it("says nothing where there is nothing to say", () => {
    expect(openHint("/dev/ttyS0", new SysError("open", errno.EMFILE))).toBeUndefined();
  });
});
