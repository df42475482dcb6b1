import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { encodeBytes, encodeEvent } from "../../src/recording/format.js";

/** The bench is plain JavaScript. */
const load = (name: string) => import(new URL(`../../bench/lib/${name}.mjs`, import.meta.url).href);
const { bootLog } = await load("boot-log");
const { checkFile, openScratch } = await load("kept-files");

const FIRST = 64 * 1024 + 4096;
const SECOND = 8192;
const START = Buffer.from("~~~\r\n");
const log = Buffer.concat([
  START,
  bootLog.subarray(0, 64 * 1024),
  bootLog.subarray(0, 4096),
  bootLog.subarray(0, SECOND),
]);

function recordingOf(bytes: Uint8Array): Buffer {
  const lines: Uint8Array[] = [];
  const event = { event: "start", version: 1, program: "robin", port: "/dev/ttyUSB0" } as const;
  lines.push(Buffer.from(encodeEvent(event, { at: 1e9, elapsed: 0 })));
  for (let at = 0; at < bytes.length; at += 4095) {
    const end = Math.min(bytes.length, at + 4095);
    const stamp = { at: 1e9 + at / 1e6, elapsed: at / 1e6 };
    encodeBytes("rx", bytes, at, end, stamp, (line) => lines.push(Uint8Array.from(line)));
  }
  return Buffer.concat(lines);
}

const KEPT: Readonly<Record<string, Buffer>> = {
  bytes: log,
  "lines without CR": Buffer.from(log.filter((byte) => byte !== 0x0d)),
  records: recordingOf(log),
};

const scratch = openScratch();
const { files } = scratch;
afterAll(() => scratch.remove());

describe.each(Object.keys(KEPT))("a file of %s", (kept) => {
  const right = KEPT[kept]!;
  const check = (bytes: Uint8Array) => {
    writeFileSync(files.log, bytes);
    return () => checkFile(files.log, kept, [FIRST, SECOND]);
  };

  it("is accepted where it has all that was sent", () => {
    expect(check(right)).not.toThrow();
  });

  it("is refused where its end is missing, or something came behind it", () => {
    expect(check(right.subarray(0, -1))).toThrow();
    expect(check(right.subarray(0, right.length / 2))).toThrow();
    expect(check(Buffer.concat([right, right.subarray(-200)]))).toThrow();
  });

  it("is refused where a byte is lost or another one", () => {
    for (let at = START.length; at < right.length; at += 1997) {
      const torn = Buffer.concat([right.subarray(0, at), right.subarray(at + 1)]);
      if (!isNumber(kept, right, at)) expect(check(torn), `without byte ${at}`).toThrow();
    }
    const other = Buffer.from(right);
    const at = right.indexOf("115200", right.length / 2);
    other[at] = 0x32;
    expect(check(other)).toThrow();
  });
});

/** A digit of a time: another time may be as good. */
function isNumber(kept: string, bytes: Buffer, at: number): boolean {
  if (kept !== "records") return false;
  const line = bytes.toString("latin1", bytes.lastIndexOf(0x0a, at) + 1, at + 1);
  return !line.includes('"text":"');
}

describe("the files of the bench", () => {
  it("are gone with their directory", () => {
    const other = openScratch();
    writeFileSync(other.files.recording, "x");
    expect(readFileSync(other.files.recording, "latin1")).toBe("x");
    other.remove();
    expect(existsSync(other.files.recording)).toBe(false);
  });
});
