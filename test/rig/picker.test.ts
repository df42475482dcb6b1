/** The picker on real drivers: adapters come and go under it, none of them is opened before it is meant, and refusals are true. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openPort } from "../../src/port/open.js";
import { type Face, startFace } from "../support/face.js";
import { UsbSim } from "./support/usb-sim.js";

const TIMEOUT_MS = 60_000;
const SIZE = { rows: 30, columns: 100 };
/** Another user, in no group. */
const NOBODY = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
let toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.reverse()) await end();
  toEnd = [];
});

async function plug(options: Parameters<typeof UsbSim.plug>[0] & { serial: string }): Promise<UsbSim> {
  const sim = await UsbSim.plug(options);
  toEnd.push(() => sim.close());
  return sim;
}

const rowOf = (path: string) => (line: string) => line.slice(3).startsWith(`${path} `);
const lineOf = (face: Face, path: string) => face.screen().findIndex(rowOf(path));
const isSelected = (path: string) => (_: string, face: Face) =>
  face.screen().some((line) => line.startsWith("▸") && rowOf(path)(line));

test("adapters appear on top as they are plugged, none of them is touched, and Enter opens the one that is meant", async () => {
  const board = await plug({ serial: "RIG-PICK-1", product: "the board" });
  await board.heard();
  const untouched = board.events.length;
  const face = startFace(["-b", "115200"], SIZE);
  await face.until(/RIG-PICK-1/, TIMEOUT_MS);
  expect(face.screen()[lineOf(face, board.path)]).toMatch(
    /ftdi_sio +0403:6001 +the board +RIG-PICK-1 +\d+ (s|min)$/,
  );
  await face.type("RIG-PICK-1");
  await face.until(isSelected(board.path), TIMEOUT_MS);
  await face.type("\x15");

  const modem = await plug({ chip: "cp210x", port: 1, serial: "RIG-PICK-2" });
  await modem.heard();
  const before = modem.events.length;
  await face.until(/RIG-PICK-2 +\d+ s new$/m, TIMEOUT_MS);
  expect(face.screen()[lineOf(face, modem.path)]).toMatch(/^ \+ .* cp210x /);
  expect(lineOf(face, modem.path)).toBeLessThan(lineOf(face, board.path));
  expect(isSelected(board.path)("", face)).toBe(true); // the selection has not moved
  await face.type("\x1b[H");
  await face.until(isSelected(modem.path), TIMEOUT_MS);
  expect(face.screen().join("\n")).toMatch(/^\/dev\/serial\/by-id\/.*RIG-PICK-2/m); // udev was done with it

  await modem.heard();
  expect(modem.events.slice(before).filter(({ name }) => name === "lines")).toEqual([]); // it is shown, and not opened
  await modem.unplug();
  await face.until(`${modem.path} has gone`, TIMEOUT_MS);
  await face.type("RIG-PICK-1");
  await face.until(isSelected(board.path), TIMEOUT_MS);
  await board.heard();
  expect(board.events.slice(untouched).filter(({ name }) => name === "lines")).toEqual([]);

  await face.type("\r");
  await face.until("lists the keys", TIMEOUT_MS);
  await board.send("boot log\r\n");
  await face.until("boot log", TIMEOUT_MS);
  await face.type("\x1cq");
  expect(await face.ended()).toBe(0);
  expect(board.lines.dtr).toBe(false);
  await modem.plugIn();
}, 180_000);

test("a port that is held, and one that this user may not open, are marked with why", async () => {
  const held = await plug({ serial: "RIG-PICK-3" });
  const port = await openPort(held.path);
  toEnd.push(() => port.close());
  const face = startFace([], SIZE);
  await face.until(
    new RegExp(`^.! ${held.path} .*\\n +held by .* \\(PID ${process.pid}\\)`, "m"),
    TIMEOUT_MS,
  );
  await face.type("\x1b");
  expect(await face.ended()).toBe(0);

  const home = mkdtempSync(join(tmpdir(), "robin-rig-picker-"));
  toEnd.push(() => rmSync(home, { recursive: true }));
  const other = startFace([], {
    ...SIZE,
    wrap: NOBODY,
    env: { XDG_STATE_HOME: join(home, "none"), XDG_CONFIG_HOME: home, NODE_COMPILE_CACHE: "" },
  });
  await other.until(new RegExp(`^.! ${held.path} .*\\n +no permission`, "m"), TIMEOUT_MS);
  await other.type("RIG-PICK-3");
  await other.until("it belongs to group dialout: sudo usermod -aG dialout", TIMEOUT_MS);
  await other.type("\x1b");
  expect(await other.ended()).toBe(0);
}, 180_000);
