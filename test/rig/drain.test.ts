/** Bytes on their way when robin ends: all of them arrive, or the wait for them is bounded and told. */
import { expect, test } from "vitest";
import { encodeTermios } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { connected, difference, payload, robinOnTerminal } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";

const [UART, PEER] = UARTS;

test("20 KB arrive intact in both directions at 115200 bps", async () => {
  const [out, back] = [payload(20_000, 1), payload(20_000, 2)];
  const peer = new SerialEnd(PEER, { bps: 115_200, flow: "hardware" });
  const robin = runRobin(["--raw", "-v", "-h", "-b", "115200", UART]);
  await connected(robin);
  robin.child.stdin!.write(out);
  await Promise.all([peer.write(back), peer.expect((all) => all.length >= out.length)]);
  await until("all of it on stdout", () => robin.stdout.length >= back.length, 30_000);
  robin.child.stdin!.end();
  expect(await robin.status).toBe(0);
  expect(difference(peer.received, out)).toBeUndefined();
  expect(difference(robin.stdout, back)).toBeUndefined();
  peer.close();
});

test("at 300 bps the last bytes leave the transmitter before the port gets its old speed back", async () => {
  new SerialEnd(UART, { bps: 9600 }).close();
  const bytes = payload(48);
  const peer = new SerialEnd(PEER, { bps: 300 });
  const robin = runRobin(["--raw", "-n", "-b", "300", UART]);
  robin.child.stdin!.end(bytes);
  expect(await robin.status).toBe(0);
  await peer.expect((all) => all.length >= bytes.length);
  expect(difference(peer.received, bytes)).toBeUndefined();
  peer.close();
});

test("a port that takes nothing holds the end as long as --drain says and no longer: status 7, with the count", async () => {
  const peer = new SerialEnd(PEER, { bps: 115_200 });
  peer.setLine("rts", false);
  const robin = runRobin(["--raw", "-v", "-h", "-b", "115200", "--drain", "700", UART]);
  await connected(robin);
  const start = performance.now();
  robin.child.stdin!.end(payload(20_000));
  expect(await robin.status).toBe(7);
  const tookMs = performance.now() - start;
  expect(robin.stderr).toMatch(/send to \/dev\/ttyS1: \d+ bytes were left unsent when --drain 700 ran out/);
  expect(tookMs).toBeGreaterThan(650);
  expect(tookMs).toBeLessThan(6000); // the kernel's own closing_wait is 30 s
  // No byte stays behind for the next user of the port.
  peer.setLine("rts", true);
  peer.clear();
  const next = new SerialEnd(UART, { bps: 115_200 });
  await next.write("next");
  expect((await peer.expect("next")).toString()).toBe("next");
  next.close();
  peer.close();
});

test("a break that waits behind unsent bytes holds the end no longer, and the terminal is as before", async () => {
  const peer = new SerialEnd(PEER, { bps: 115_200 });
  peer.setLine("rts", false);
  const { robin, user } = robinOnTerminal(["-h", "-b", "115200", "--drain", "300", UART]);
  const found = encodeTermios(user.termios);
  await connected(robin);
  await user.write(`${"x".repeat(2000)}\x1cb`);
  const start = performance.now();
  await user.write("\x1cq");
  expect(await robin.status).toBe(7);
  expect(performance.now() - start).toBeLessThan(6000);
  expect(encodeTermios(user.termios)).toEqual(found);
  peer.close();
  user.close();
});
