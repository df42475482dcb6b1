/** RTS/CTS: bytes are held and released, and none is lost. */
import { expect, test } from "vitest";
import { openPort } from "../../src/port/open.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { bridge, connected, difference, payload } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const [UART, PEER] = UARTS;
const BPS = 115_200;

test("a 16550A sends nothing while CTS is low, and then everything", async () => {
  const peer = new SerialEnd(PEER, { bps: BPS });
  peer.setLine("rts", false);
  const port = await openPort(UART, { settings: { bps: BPS, flow: "hardware" } });
  const { input, received, session } = bridge(port);
  const bytes = payload(12_000);
  input.write(bytes);
  await until("the driver to have its fill", () => port.sink.unsent() > 4000);
  await peer.write(payload(500)); // takes as long as 500 bytes the other way would
  await until("the peer's bytes", () => received().length === 500);
  expect(peer.read()).toBe(0);
  peer.setLine("rts", true);
  await peer.expect((all) => all.length >= bytes.length);
  expect(difference(peer.received, bytes)).toBeUndefined();
  session.end("quit");
  await session.ended;
  await port.close();
  peer.close();
});

test("whoever takes nothing from robin holds the other end by RTS, and loses nothing", async () => {
  const peer = new SerialEnd(PEER, { bps: BPS, flow: "hardware" });
  const port = await openPort(UART, { settings: { bps: BPS, flow: "hardware" } });
  const { hold, release, received, session } = bridge(port);
  hold();
  const bytes = payload(24_000, 2);
  const written = peer.write(bytes);
  await until("CTS to fall at the peer", () => !peer.lines.cts, 30_000);
  expect((await port.modemLines()).rts).toBe(false);
  release();
  await written;
  await until("all of it", () => received().length >= bytes.length, 30_000);
  expect(difference(received(), bytes)).toBeUndefined();
  expect(port.counters()).toMatchObject({ overrun: 0, bufOverrun: 0 });
  session.end("quit");
  await session.ended;
  await port.close();
  peer.close();
});

test("an FT232R holds and releases what --hwflow sends, to the last byte before robin ends", async () => {
  const sim = await UsbSim.plug({ serial: "RIG-FLOW" });
  const robin = runRobin(["--raw", "-v", "-h", "-b", `${BPS}`, sim.path]);
  await connected(robin);
  await sim.heard();
  expect(sim.last("flow")).toMatchObject({ rtsCts: true });
  const bytes = payload(5000, 3);
  robin.child.stdin!.end(bytes);
  await sim.send("seen");
  await until("robin to go on reading", () => robin.stdout.toString() === "seen", 30_000);
  expect(sim.received).toHaveLength(0);
  await sim.setLines({ cts: true });
  expect(await robin.status).toBe(0);
  await sim.heard();
  expect(difference(sim.received, bytes)).toBeUndefined();
  await sim.close();
});
