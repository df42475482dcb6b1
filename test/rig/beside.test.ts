/** Robin and another program on one port: neither its lines nor its bytes are touched. */
import { afterEach, expect, test } from "vitest";
import { unsentBytes } from "../../src/tty/ioctl.js";
import { flock, LOCK_EX } from "../../src/tty/libc.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 30_000;
let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

function ends(settings = {}): [SerialEnd, SerialEnd] {
  const [a, b] = [new SerialEnd(UARTS[0], settings), new SerialEnd(UARTS[1])];
  toEnd.push(
    () => a.close(),
    () => b.close(),
  );
  return [a, b];
}

test("a port that another program holds by flock alone is refused before its lines could rise, to root too", async () => {
  const [a, b] = ends();
  flock(a.fd, LOCK_EX);
  a.setLine("dtr", false);
  a.setLine("rts", false);
  await until("the lines to fall", () => !b.lines.dsr && !b.lines.cts, TIMEOUT_MS);
  const robin = runRobin([a.path], { stdin: "ignore" });
  expect(await robin.status).toBe(4);
  expect(robin.stderr).toMatch(new RegExp(`held by .* \\(PID ${process.pid}\\), by flock`));
  expect(a.lines).toMatchObject({ dtr: false, rts: false });
});

test("bytes that another program has written and cannot send yet stay, and are not counted as robin's", async () => {
  const [a, b] = ends({ flow: "hardware" });
  b.setLine("rts", false);
  await until("CTS to fall", () => !a.lines.cts, TIMEOUT_MS);
  await a.write(Buffer.alloc(1000, "x"));
  const held = unsentBytes(a.fd);
  expect(held).toBeGreaterThan(900);
  const robin = runRobin(["--drain", "300", a.path], { stdin: "ignore" });
  expect(await robin.status).toBe(0);
  expect(robin.stderr).not.toContain("unsent");
  expect(unsentBytes(a.fd)).toBe(held);
  b.setLine("rts", true);
  await b.expect((received) => received.filter((byte) => byte === 0x78).length >= 1000, TIMEOUT_MS);
});

test("bytes that are told as unsent are not sent when flow control is given back", async () => {
  const [a, b] = ends();
  a.close();
  toEnd.shift();
  b.setLine("rts", false);
  const robin = runRobin(["-b", "9600", "--hwflow", "--drain", "300", UARTS[0]]);
  robin.child.stdin!.end(Buffer.alloc(200, "y"));
  expect(await robin.status).toBe(7);
  expect(robin.stderr).toContain("were left unsent");
  b.setLine("rts", true);
  const again = new SerialEnd(UARTS[0]);
  toEnd.push(() => again.close());
  await again.write("after");
  await b.expect("after");
  expect(b.received.toString("latin1")).not.toContain("y");
});

test("another adapter in the place of the lost one is told, and not taken", async () => {
  const lost = await UsbSim.plug({ serial: "RIG-LOST", port: 0 });
  const user = new TestPty();
  const robin = runRobin([lost.path], { stdin: user, stdout: user });
  toEnd.push(
    () => user.close(),
    () => robin.child.kill("SIGKILL"),
  );
  await until("the session", () => robin.stderr.includes("connected"), TIMEOUT_MS);
  await lost.close();
  await until("the loss", () => robin.stderr.includes("waiting for it"), TIMEOUT_MS);
  const spare = await UsbSim.plug({ serial: "RIG-SPARE", port: 0 });
  toEnd.push(() => spare.close());
  await until(
    () => `a word about the spare; robin said ${robin.stderr}`,
    () =>
      robin.stderr.includes(
        "is another device (0403:6001, serial RIG-SPARE, not 0403:6001, serial RIG-LOST)",
      ),
    TIMEOUT_MS,
  );
  expect(robin.stderr).not.toContain("is back");
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
});
