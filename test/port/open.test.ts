/** From the name that a user gives to a device's path. What opening it does is test/contract/'s and test/e2e/'s. */
import { describe, expect, it } from "vitest";
import { RobinError } from "../../src/errors.js";
import { openPort, portPath } from "../../src/port/open.js";

describe("the path of a port", () => {
  it.each([
    ["ttyUSB0", "/dev/ttyUSB0"],
    ["/dev/ttyUSB0", "/dev/ttyUSB0"],
    ["./link", "./link"],
    ["pts/3", "pts/3"],
    ["/dev/serial/by-id/usb-x", "/dev/serial/by-id/usb-x"],
    [" ", "/dev/ "],
    ["--hwflow", "/dev/--hwflow"],
  ])("for %j is %j", (name, path) => {
    expect(portPath(name)).toBe(path);
  });

  it.each([
    ["", "the port's name is empty"],
    ["/dev/tty\0USB0", "the port's name has a NUL byte in it"],
    ["\0", "the port's name has a NUL byte in it"],
  ])("for %j is a usage error", async (name, message) => {
    const error = new RobinError("usage", message);
    expect(() => portPath(name)).toThrow(error);
    await expect(openPort(name)).rejects.toMatchObject({ code: "usage", message });
  });
});
