/** The driver with the libc layer under the contract, over a pty. */
import { describe, expect, test } from "vitest";
import type { OpenOptions } from "../../src/port/open.js";
import { openTtyPort } from "../../src/port/tty/tty-port.js";
import { ptyDevice } from "./contract-device.js";
import { pathContract } from "./path-contract.js";
import { portContract } from "./port-contract.js";

const openPath = async (path: string, options: OpenOptions) => openTtyPort(path, options);

describe("tty", () => {
  portContract(
    {
      name: "tty",
      abilities: { restore: true, leaveAsFound: true, readBack: true },
      keptAtHangUp: "none",
      modemLines: false,
      breaks: false,
      extras: false,
      reconfigures: true,
    },
    () => ptyDevice(openPath),
  );

  pathContract(openPath, {});

  test("a close gives the settings back field by field, whatever was changed meanwhile", async () => {
    const device = ptyDevice(openPath);
    const before = device.pty.termios;
    const port = await device.open({
      settings: { bps: 115200, flow: "none", stopbits: 2, vmin: 9, crnl: true },
    });
    await port.configure({ bps: 4800, flow: "hardware" });
    expect(device.pty.termios).not.toEqual(before);
    await port.close();
    expect(device.pty.termios).toEqual(before);
    await device.close();
  });

  test("a frame that a pty does not take is refused, field by field", async () => {
    const device = ptyDevice(openPath);
    const port = await device.open({ settings: { databits: 7, parity: "even" } });
    expect(port.refusals).toContainEqual({ setting: "CSIZE", asked: "CS7", took: "CS8" });
    expect(port.refusals).toContainEqual({ setting: "PARENB", asked: "on", took: "off" });
    expect(await port.settings()).toMatchObject({ databits: 8, parity: "none" });
    await device.close();
  });
});
