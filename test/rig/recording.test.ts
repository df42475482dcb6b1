/** What a recording has of a real line: modem lines, breaks, errors, settings, a device that goes and comes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beginBreak, endBreak } from "../../src/tty/ioctl.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { connected, robinOnTerminal } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const [UART, PEER] = UARTS;
const WAIT_MS = 30_000;

interface Line {
  readonly event: string;
  readonly at: number;
  readonly elapsed: number;
  readonly [key: string]: unknown;
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "robin-rig-"));
  path = join(folder, "r.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every whole line so far. */
function recorded(): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

async function untilRecorded(what: string, test: (line: Line) => boolean): Promise<void> {
  await until(
    () =>
      `${what}; there is\n${recorded()
        .map((line) => JSON.stringify(line))
        .join("\n")}`,
    () => recorded().some(test),
    WAIT_MS,
  );
}

const linesOf = ({ event, lines }: Line) =>
  event === "lines" ? (lines as Record<string, boolean>) : undefined;

test("a UART's lines, its breaks, and what is set are in the recording, in order", {
  timeout: 90_000,
}, async () => {
  const peer = new SerialEnd(PEER, { bps: 9600 });
  const { robin, user } = robinOnTerminal(["-b", "9600", "--noflow", "--record", path, UART]);
  await connected(robin);
  await untilRecorded("the lines at the start", (line) => linesOf(line) !== undefined);
  peer.setLine("rts", false);
  await untilRecorded("CTS off", (line) => linesOf(line)?.cts === false);
  peer.setLine("rts", true);
  await until(
    "CTS on again",
    () =>
      recorded()
        .flatMap((line) => linesOf(line)?.cts ?? [])
        .join()
        .endsWith("false,true"),
    WAIT_MS,
  );
  await user.write("\x1cd");
  await untilRecorded("DTR off, by a key", (line) => linesOf(line)?.dtr === false);
  await user.write("\x1cd");
  beginBreak(peer.fd);
  await new Promise((resolve) => setTimeout(resolve, 100)); // it has to last longer than a character
  endBreak(peer.fd);
  await peer.write("x");
  await untilRecorded("a break that was received", ({ event, way }) => event === "break" && way === "rx");
  await user.write("\x1cb");
  await untilRecorded("a break that was sent", ({ event, way }) => event === "break" && way === "tx");
  await user.write("\x1c+");
  await untilRecorded("another speed", ({ event, settings }) => {
    return event === "settings" && (settings as { bps: number }).bps === 19_200;
  });
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
  const all = recorded();
  expect(all[0]!.event).toBe("start");
  expect(all.at(-1)!.event).toBe("end");
  const elapsed = all.map((line) => line.elapsed);
  expect(elapsed).toEqual([...elapsed].sort((one, other) => one - other));
  peer.close();
  user.close();
});

test("errors that the driver counts are in the recording", { timeout: 90_000 }, async () => {
  const sim = await UsbSim.plug({ serial: "RIG-RECORD-ERRORS" });
  const { robin, user } = robinOnTerminal(["-b", "115200", "--noflow", "--record", path, sim.path]);
  await connected(robin);
  await sim.send("good");
  for (let count = 0; count < 5; count++) await sim.send("A", "parity");
  await sim.send("more");
  await untilRecorded("parity errors", ({ event, counters }) => {
    return event === "error" && ((counters as { parity?: number })?.parity ?? 0) > 0;
  });
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
  user.close();
  await sim.close();
});

test("a device that is unplugged and comes back is lost and back in one recording", {
  timeout: 90_000,
}, async () => {
  const sim = await UsbSim.plug({ serial: "RIG-RECORD-BACK" });
  const { robin, user } = robinOnTerminal(["-b", "115200", "--noflow", "--record", path, sim.path]);
  await connected(robin);
  await sim.send("before");
  await untilRecorded("what came before", ({ event, text }) => event === "rx" && text === "before");
  await sim.unplug();
  await untilRecorded("its loss", ({ event }) => event === "lost");
  await sim.plugIn();
  await untilRecorded("its return", ({ event }) => event === "back");
  await sim.send("after");
  await untilRecorded("what came after", ({ event, text }) => event === "rx" && text === "after");
  const order = recorded().map(({ event, text }) => text ?? event);
  expect(order.indexOf("before")).toBeLessThan(order.indexOf("lost"));
  expect(order.indexOf("lost")).toBeLessThan(order.indexOf("back"));
  expect(order.indexOf("back")).toBeLessThan(order.indexOf("after"));
  await user.write("\x1cq");
  expect(await robin.status).toBe(0);
  user.close();
  await sim.close();
});

test("a command at a port that is unplugged ends by the end of its input, and robin with status 5", {
  timeout: 90_000,
}, async () => {
  const sim = await UsbSim.plug({ serial: "RIG-EXEC" });
  const robin = runRobin(
    ["--noflow", "--no-reconnect", "--exec", "head -c 5 >&2; cat >/dev/null; echo ended >&2", sim.path],
    { stdin: "ignore" },
  );
  await sim.send("hello");
  await until("the command to hear", () => robin.stderr.includes("hello"), WAIT_MS);
  await sim.unplug();
  expect(await robin.status).toBe(5);
  expect(robin.stderr).toContain("ended");
  await sim.close();
});
