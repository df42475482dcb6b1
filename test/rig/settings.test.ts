/** Settings as the drivers take them, refuse them and get them back. */
import { describe, expect, test } from "vitest";
import { openPort } from "../../src/port/open.js";
import { encodeTermios, getTermios, type Termios } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { Channel } from "./support/channel.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const [UART] = UARTS;

/** The settings that a closed port keeps. */
function standing(path: string): Termios {
  const channel = new Channel(path);
  const termios = getTermios(channel.fd);
  channel.close();
  return termios;
}

describe("a speed that a 16550A cannot make", () => {
  test("is told with the speed that stands, and the session goes on", async () => {
    new SerialEnd(UART, { bps: 9600 }).close();
    const robin = runRobin(["-b", "230400", UART], { stdin: "ignore" });
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain(
      `robin: set up ${UART}: the driver did not take speed 230400, it stands at 9600`,
    );
  });

  test("is an error under --strict: status 3", async () => {
    const robin = runRobin(["--strict", "-b", "230400", UART], { stdin: "ignore" });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain(`the driver did not take speed 230400, it stands at 9600`);
  });
});

test("speeds without a symbol are taken by an FT232R, as near as its divisor comes; one beyond it is told", async () => {
  const sim = await UsbSim.plug({ serial: "RIG-SPEED" });
  const port = await openPort(sim.path);
  for (const bps of [31_250, 250_000, 74_880, 1_000_000, 12_345]) {
    expect(await port.configure({ bps }), `${bps}`).toEqual([]);
    await sim.heard();
    expect(Math.abs(sim.last("bps")! / bps - 1), `${bps}, on the wire ${sim.last("bps")}`).toBeLessThan(
      0.005,
    );
    expect(Math.abs((await port.settings()).bps / bps - 1), `${bps}`).toBeLessThan(0.005);
  }
  expect(await port.configure({ bps: 12_000_000 })).toMatchObject([{ setting: "speed", asked: "12000000" }]);
  await port.close();
  await sim.close();
});

describe("settings are as before when robin has ended", () => {
  const asked = ["-b", "57600", "--line", "7E2", "--hwflow", "--crnl"];
  test.each([
    ["a 16550A", async () => ({ path: UART as string, close: async () => {} })],
    ["QEMU's adapter", async () => ({ path: "/dev/ttyUSB0", close: async () => {} })],
    ["an FT232R", () => UsbSim.plug({ serial: "RIG-BACK-AS-BEFORE" })],
  ])("on %s", async (_, device) => {
    const { path, close } = await device().then((it) => ({ path: it.path, close: () => it.close() }));
    new SerialEnd(path, { bps: 19_200, databits: 8, parity: "odd", flow: "software" }, [
      "ECHO",
      "ICANON",
    ]).close();
    const before = encodeTermios(standing(path));
    const robin = runRobin([...asked, "-v", path], { stdin: "ignore" });
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toContain("57600 7E2");
    expect(robin.stderr).not.toContain("did not take");
    expect(encodeTermios(standing(path))).toEqual(before);
    await close();
  });
});
