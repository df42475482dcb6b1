/** The menu and the setup on a real driver: lamps, counters, what is asked and what is had, and an adapter that goes away under them. */
import { afterEach, expect, test } from "vitest";
import { startFace } from "../support/face.js";
import { UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 60_000;
let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

async function open(serial: string) {
  const board = await UsbSim.plug({ serial, product: "the board" });
  toEnd.push(() => board.close());
  const face = startFace(["-b", "115200", "--noflow", board.path]);
  await face.until("lists the keys", TIMEOUT_MS);
  return { board, face };
}

test(
  "the menu follows modem lines, counters of errors and the adapter itself, and its keys reach the device",
  async () => {
    const { board, face } = await open("RIG-MENU-1");
    await face.type("\x1c?");
    await face.until("● DTR  ● RTS  ○ CTS", TIMEOUT_MS);
    await board.setLines({ cts: true, ri: true });
    await face.until(/● CTS.*● RI/, TIMEOUT_MS);
    await face.type("d");
    await face.until("○ DTR", TIMEOUT_MS);
    await board.heard();
    expect(board.lines.dtr).toBe(false);
    await board.send("garbage", "frame");
    await face.until(/! frame \d+ \(\+\d+\)/, TIMEOUT_MS);
    await face.type("-");
    await face.until(/actual +57600 8N1/, TIMEOUT_MS);

    await board.unplug();
    await face.until(/○ away/, TIMEOUT_MS);
    await face.until(/actual +the device is away/, TIMEOUT_MS);
    await board.plugIn();
    await face.until(/● connected/, TIMEOUT_MS);
    await face.until(/actual +57600 8N1/, TIMEOUT_MS);
    await face.type("q");
    expect(await face.ended()).toBe(0);
  },
  TIMEOUT_MS * 2,
);

test(
  "the setup sets lines and speed on the device, and says what its driver has instead",
  async () => {
    const { board, face } = await open("RIG-MENU-2");
    const row = async (name: string, keys: string, wanted: RegExp) => {
      await face.type(`\x1b[H${"\x1b[B".repeat(ROWS.indexOf(name))}${keys}`);
      await face.until(wanted, TIMEOUT_MS);
    };
    const ROWS = ["bps", "flow", "databits", "parity", "stopbits", "crnl", "vmin", "vtime", "dtr", "rts"];
    await face.type("\x1co");
    await face.until(/> bps +‹ 115200 ›/, TIMEOUT_MS);
    await row("dtr", " ", /> dtr +‹ off ›/);
    await row("flow", "h", /> flow +‹ hardware ›/);
    await row("parity", "e", /> parity +‹ even ›/);
    await board.heard();
    expect(board.lines.dtr).toBe(false);
    expect(board.events.findLast(({ name }) => name === "frame")).toMatchObject({ value: "8E1" });
    expect(board.events.findLast(({ name }) => name === "flow")).toMatchObject({ value: { rtsCts: true } });
    await row("bps", "99999999\r", /> bps +‹ \d+ › +! the driver took \d+, not 99999999/);

    await board.unplug();
    await face.until("○ away", TIMEOUT_MS);
    await board.plugIn();
    await face.until("● connected", TIMEOUT_MS);
    await face.until(/parity +even/, TIMEOUT_MS);
    await face.type("\x1b");
    await face.until(() => !face.isAlternate, TIMEOUT_MS);
    await board.heard();
    expect(board.last("frame")).toBe("8E1");
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
  },
  TIMEOUT_MS * 2,
);
