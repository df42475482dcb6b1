/** The portable driver under the contract, over a pty. The device's end uses the libc layer; the driver does not. */
import { describe, expect, test } from "vitest";
import { GONE } from "../../src/port/ends.js";
import { openSerialportPort } from "../../src/port/serialport/serialport-port.js";
import { flock, LOCK_EX, LOCK_NB } from "../../src/tty/libc.js";
import { until } from "../support/until.js";
import { ptyDevice } from "./contract-device.js";
import { pathContract } from "./path-contract.js";
import { portContract } from "./port-contract.js";
import { nextReady, receive, send } from "./traffic.js";

describe("serialport", () => {
  portContract(
    {
      name: "serialport",
      abilities: { restore: false, leaveAsFound: false, readBack: false },
      keptAtHangUp: "what was read ahead",
      modemLines: false,
      breaks: false,
      extras: false,
      reconfigures: false,
    },
    () => ptyDevice(openSerialportPort),
  );

  pathContract(openSerialportPort, { ROBIN_DRIVER: "serialport" });

  test("a close leaves the settings that the driver made, because it cannot restore", async () => {
    const device = ptyDevice(openSerialportPort);
    const before = device.pty.termios;
    const port = await device.open({ settings: { bps: 115200 } });
    const during = device.pty.termios;
    expect(during).not.toEqual(before);
    await port.close();
    expect(device.pty.termios).toEqual(during);
    await device.close();
  });

  test("a frame that a pty does not take is not seen to be refused, because the driver does not read it back", async () => {
    const device = ptyDevice(openSerialportPort);
    const port = await device.open({ settings: { bps: 9600, databits: 7, parity: "even" } });
    expect(port.refusals).toEqual([]);
    expect(await port.settings()).toMatchObject({ databits: 7, parity: "even" });
    await device.close();
  });

  test("what the driver has no option for is refused", async () => {
    const device = ptyDevice(openSerialportPort);
    const port = await device.open({ settings: { bps: 9600, crnl: true, parity: "mark" } });
    expect(port.refusals).toEqual([
      { setting: "parity", asked: "mark", took: "none" },
      { setting: "ONLCR", asked: "on", took: "off" },
    ]);
    expect(await port.settings()).toMatchObject({ crnl: false, parity: "none" });
    await device.close();
  });

  test.each(["keep", "strict"] as const)("%s is unsupported, and the port is not touched", async (option) => {
    const device = ptyDevice(openSerialportPort);
    const before = device.pty.termios;
    await expect(device.open({ [option]: true })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(`^open ${device.path}: the portable driver .+`),
      hint: expect.stringContaining(`--${option}`),
    });
    expect(device.pty.termios).toEqual(before);
    await device.close();
  });

  test("VMIN 0 is taken, and a hang-up is still the end", async () => {
    const device = ptyDevice(openSerialportPort);
    const port = await device.open({ settings: { bps: 9600, vmin: 0 } });
    await send(device.sink, Buffer.from("x"));
    expect(`${await receive(port.source, 1)}`).toBe("x");
    expect(port.refusals).toEqual([]);
    const ready = nextReady(port.source);
    device.unplug();
    await ready;
    await until("the end", () => port.source.read(new Uint8Array(1)) === GONE);
    await device.close();
  });

  test("a port that someone holds by flock alone is left as it is", async () => {
    const device = ptyDevice(openSerialportPort);
    const before = device.pty.termios;
    flock(device.pty.slave, LOCK_EX | LOCK_NB);
    await expect(device.open()).rejects.toMatchObject({
      code: "busy",
      message: expect.stringMatching(`^open ${device.path}: held by .+ \\(PID ${process.pid}\\), by flock`),
    });
    expect(device.pty.termios).toEqual(before);
    await device.close();
  });

  test("what the system has taken is unsent until it says that all of it has left", async () => {
    const device = ptyDevice(openSerialportPort);
    const port = await device.open();
    await send(port.sink, Buffer.from("hello"));
    expect(`${await receive(device.source, 5)}`).toBe("hello");
    expect(port.sink.unsent()).toBeGreaterThan(0);
    await until("all to have left", () => port.sink.unsent() === 0);
    await device.close();
  });
});
