/** What the guest's hardware promises to the other tests. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { until } from "../support/until.js";
import { Channel, USB0_PEER } from "./support/channel.js";
import { plugUsb0, unplugUsb0 } from "./support/qmp.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

test("the null-modem carries bytes, and RTS and DTR to CTS, DSR and DCD", async () => {
  const [a, b] = UARTS.map((path) => new SerialEnd(path)) as [SerialEnd, SerialEnd];
  await a.write("to b");
  await b.expect("to b");
  await b.write("to a");
  await a.expect("to a");
  a.setLine("rts", false);
  await until("CTS to fall", () => !b.lines.cts);
  expect(b.lines).toMatchObject({ dsr: true, dcd: true });
  a.setLine("dtr", false);
  await until("DSR to fall", () => !b.lines.dsr && !b.lines.dcd);
  a.close();
  b.close();
});

test("QEMU's adapter has a far end, and can be pulled and plugged", async () => {
  const peer = new Channel(USB0_PEER);
  const port = new SerialEnd("/dev/ttyUSB0");
  await port.write("out");
  await peer.expect("out");
  await peer.write("in");
  await port.expect("in");
  port.close();
  peer.close();
  await unplugUsb0();
  await until("the node to go", () => !existsSync("/dev/ttyUSB0"));
  await plugUsb0();
});

test("an emulated adapter shows what the driver asks of it and plays what the line does", async () => {
  const sim = await UsbSim.plug({ serial: "RIG-HW" });
  const port = new SerialEnd(sim.path, { bps: 115_200 });
  await sim.heard();
  expect(sim.last("bps")).toBe(115_385); // the nearest that an FT232R's divisor makes
  expect(sim.lines).toEqual({ dtr: true, rts: true });
  await port.write("out");
  await until("the bytes to leave", () => sim.received.includes("out"));
  await sim.send("in");
  await port.expect("in");
  await sim.setLines({ cts: true, ri: true });
  await until("the lines to rise", () => port.lines.cts && port.lines.ri);
  port.close();
  await sim.close();
});
