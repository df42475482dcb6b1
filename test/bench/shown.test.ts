import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHexView } from "../../src/bytes/hex-view.js";
import type { Stage } from "../../src/bytes/stage.js";
import { parseTimeFormat } from "../../src/bytes/time-format.js";
import { createTimestamp } from "../../src/bytes/timestamp.js";

/** The bench is plain JavaScript. */
const load = (name: string) => import(new URL(`../../bench/lib/${name}.mjs`, import.meta.url).href);
const { bootLog } = await load("boot-log");
const { checkShown, SHOWN } = await load("shown");
const { linesIn, bytesOfLines, TEXTS } = await load("texts");

/** More than a period of the text, and not all of the next one. */
const SENT = 64 * 1024 + 3 * 4096;
const sent: Buffer = Buffer.concat([bootLog.subarray(0, 64 * 1024), bootLog.subarray(0, SENT - 64 * 1024)]);
const digits = [...sent].map((byte) => byte.toString(16).padStart(2, "0"));

/** How a stage shows it that gets chunks of what a tty gives. */
function through(stage: Stage): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < sent.length; at += 4095) {
    pieces.push(Uint8Array.from(stage.push(sent.subarray(at, at + 4095), 0)));
  }
  return Buffer.concat([...pieces, stage.flush(0)]);
}

/** As minicom wraps and scrolls it. */
function drawn(): string {
  return digits
    .map((pair, at) => (at % 26 === 25 ? `${pair[0]}\x1b[24;1H\n${pair[1]} ` : `${pair} `))
    .join("");
}

const SHOWING: Readonly<Record<string, Buffer>> = {
  "stamped lines": through(createTimestamp({ format: parseTimeFormat("time"), wallUs: (atUs) => atUs })),
  "rows of a dump": through(createHexView()),
  "7e 0d 0a": Buffer.from(digits.map((pair) => `${pair} `).join("")),
  "[7e][0d][0a]": Buffer.from(digits.map((pair) => `[${pair}]`).join("")),
  "7e 0d 0a, drawn": Buffer.from(drawn(), "latin1"),
};

describe("the boot log of the bench", () => {
  it("has lines of 20 to 80 bytes, and each block ends with one", () => {
    const { lineEnds, unit } = TEXTS.bootLog;
    const lengths = [...lineEnds].map((end, index) => end - (lineEnds[index - 1] ?? 0));
    expect(Math.min(...lengths)).toBe(20);
    expect(Math.max(...lengths)).toBe(80);
    for (let at = unit; at <= 64 * 1024; at += unit) expect([...lineEnds]).toContain(at);
  });

  it("has one mark in each line, so that bytes are known from their count", () => {
    const marks = sent.filter((byte) => byte === 0x7e).length;
    expect(linesIn(TEXTS.bootLog, SENT)).toBe(marks);
    expect(bytesOfLines(TEXTS.bootLog, marks)).toBe(SENT);
  });
});

describe.each(Object.keys(SHOWN))("what is shown as %s", (shown) => {
  const right = SHOWING[shown]!;

  it("is accepted where it is what was sent", () => {
    expect(() => checkShown(shown, right, SENT)).not.toThrow();
    expect(right.length).toBeLessThanOrEqual(SENT * SHOWN[shown].growth);
    const length = SHOWN[shown].length(SENT);
    if (Number.isFinite(length)) expect(right.length).toBe(length);
  });

  it("is refused where a byte is lost", () => {
    const visible = fc.nat(right.length - 1).filter((at) => !isBetween(shown, right, at));
    fc.assert(
      fc.property(visible, (at) => {
        const torn = Buffer.concat([right.subarray(0, at), right.subarray(at + 1)]);
        expect(() => checkShown(shown, torn, SENT)).toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it("is refused where a byte is another one", () => {
    const visible = fc.nat(right.length - 1).filter((at) => !isBetween(shown, right, at));
    fc.assert(
      fc.property(visible, (at) => {
        const other = Buffer.from(right);
        other[at] = 0x58; // no digit, and in no line
        expect(() => checkShown(shown, other, SENT)).toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it("is refused where lines are lost, shown twice, or too many", () => {
    const half = Math.floor(right.length / 2);
    const tenth = Math.floor(right.length / 10);
    expect(() => checkShown(shown, right.subarray(0, half), SENT)).toThrow();
    const without = Buffer.concat([right.subarray(0, half), right.subarray(half + tenth)]);
    expect(() => checkShown(shown, without, SENT)).toThrow();
    expect(() => checkShown(shown, Buffer.concat([right, right.subarray(-tenth)]), SENT)).toThrow();
  });
});

/** What a terminal gets between digits, in any number. */
function isBetween(shown: string, bytes: Buffer, at: number): boolean {
  if (shown !== "7e 0d 0a, drawn") return false;
  const before = bytes.toString("latin1", Math.max(0, at - 8), at + 1);
  return bytes[at] === 0x20 || bytes[at] === 0x0a || /\x1b[^H]*H?$/.test(before);
}
