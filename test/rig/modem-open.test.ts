/** What the other end sees of DTR and RTS when robin opens and closes a port: docs/notes/modem-lines.md. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPort } from "../../src/port/open.js";
import { setFlag, setTermios } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { connected } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { type Chip, UsbSim } from "./support/usb-sim.js";

const [UART, PEER] = UARTS;
const CHIPS: readonly Chip[] = ["ft232r", "cdc_acm", "cp210x", "ch341", "pl2303"];

/** Every state of the two lines since event `from`, both of them known, without repetitions. */
async function statesOf(adapter: UsbSim, from = 0): Promise<string[]> {
  await adapter.heard();
  let lines = {};
  const states: string[] = [];
  for (const event of adapter.events.slice(from)) {
    if (event.name !== "lines") continue;
    lines = { ...lines, ...event.value };
    const { dtr, rts } = lines as { dtr?: boolean; rts?: boolean };
    const state = `${dtr ? "DTR" : ""} ${rts ? "RTS" : ""}`.trim() || "low";
    if (state !== states.at(-1)) states.push(state);
  }
  return states;
}

describe.each(CHIPS)("%s", (chip) => {
  let adapter: UsbSim;
  beforeAll(async () => {
    adapter = await UsbSim.plug({ chip, serial: `RIG-${chip}` });
  });
  afterAll(() => adapter.close());

  test("--dtr off --rts off: both lines fall at once, and stay low to the end", async () => {
    const port = await openPort(adapter.path, { settings: { bps: 115_200 }, dtr: false, rts: false });
    expect(port.refusals).toEqual([]);
    port.sink.write(Buffer.from("at"), 0, 2);
    await port.configure({ bps: 57_600, parity: "even" });
    await port.close();
    // The kernel raises both in open(2), which nobody can keep it from. One alone would reset an ESP32.
    const [first, ...rest] = await statesOf(adapter);
    expect(first === "low" ? rest : [first, ...rest]).toEqual(["DTR RTS", "low"]); // ch341 tells its state first
  });

  test("with -hupcl nothing changes when the port is closed and opened again", async () => {
    const end = new SerialEnd(adapter.path);
    const { termios } = end;
    setFlag(termios, "HUPCL", false);
    setTermios(end.fd, termios);
    end.close();
    await adapter.heard();
    const from = adapter.events.length;
    for (let time = 0; time < 2; time++) {
      const port = await openPort(adapter.path, { settings: { bps: 115_200 } });
      await port.close();
    }
    expect(await statesOf(adapter, from)).toEqual(["DTR RTS"]);
  });
});

describe("a 16550A", () => {
  test("lowers DTR and RTS at the last close", async () => {
    const peer = new SerialEnd(PEER);
    new SerialEnd(UART).close();
    const port = await openPort(UART);
    await until("both to be seen", () => peer.lines.cts && peer.lines.dsr && peer.lines.dcd);
    await port.close();
    await until("both to fall", () => !peer.lines.cts && !peer.lines.dsr && !peer.lines.dcd);
    peer.close();
  });

  test("keeps them with -hupcl, through another robin too", async () => {
    const peer = new SerialEnd(PEER);
    const end = new SerialEnd(UART);
    const termios = end.termios;
    setFlag(termios, "HUPCL", false);
    setTermios(end.fd, termios);
    end.close();
    expect(peer.lines).toMatchObject({ cts: true, dsr: true, dcd: true });
    const port = await openPort(UART, { settings: { bps: 115_200 } });
    await port.close();
    expect(peer.lines).toMatchObject({ cts: true, dsr: true, dcd: true });
    peer.close();
    new SerialEnd(UART).close();
  });

  test("has both lines low with --dtr off --rts off, as long as robin runs", async () => {
    const peer = new SerialEnd(PEER, { bps: 115_200 });
    const robin = runRobin(["-v", "-b", "115200", "--dtr", "off", "--rts", "off", UART]);
    await connected(robin);
    expect(peer.lines).toMatchObject({ cts: false, dsr: false, dcd: false });
    robin.child.stdin!.write("over there");
    await peer.expect("over there");
    robin.child.stdin!.end();
    expect(await robin.status).toBe(0);
    expect(peer.lines).toMatchObject({ cts: false, dsr: false, dcd: false });
    peer.close();
  });
});
