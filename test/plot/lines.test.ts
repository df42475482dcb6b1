/** Bytes to lines. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLines } from "../../src/plot/lines.js";
import { latin1 } from "../support/stage.js";

function linesOf(text: string, cuts: readonly number[] = [], longest?: number) {
  const lines: string[] = [];
  const splitter = createLines((line) => lines.push(line), longest);
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let at = 0;
  for (const end of ends) {
    // Lent memory: what is behind `end` is not the line's, and all of it is written over afterwards.
    const chunk = Buffer.concat([bytes.subarray(at, end), Buffer.from("9,9\n")]);
    splitter.push(chunk, end - at, at);
    chunk.fill(0x7a);
    at = end;
  }
  return { lines, splitter };
}

describe("lines", () => {
  it.each([
    ["1\n2\n", ["1", "2"]],
    ["1\r\n2\r\n", ["1", "2"]],
    ["1\r2\r", ["1", "2"]],
    ["1\n\r2\n\r", ["1", "2"]],
    ["\r\n\r\n1\n\n\n2\n3", ["1", "2"]],
    ["21.5 °C\n", ["21.5 °C"]],
    ["\x1b[0;32mI temp=1\x1b[0m\n", ["I temp=1"]],
  ])("end by LF, CR LF or CR: %j", (text, lines) => {
    expect(linesOf(text).lines).toEqual(lines);
  });

  it("are Latin-1 where they are no UTF-8", () => {
    const lines: string[] = [];
    const splitter = createLines((line) => lines.push(line));
    const bytes = latin1("temp: 1 \xb0C\n");
    splitter.push(bytes, bytes.length, 0);
    expect(lines).toEqual(["temp: 1 °C"]);
  });

  it("do not depend on how bytes were cut", () => {
    const piece = fc.constantFrom("\r", "\n", "\r\n", "a", "1.5", ",", "°", "\x1b[1m", "0123456789");
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 8 }), (all, cuts) => {
        const whole = linesOf(all, [], 20);
        const cut = linesOf(all, cuts, 20);
        expect(cut.lines).toEqual(whole.lines);
        expect(cut.splitter.skipped).toBe(whole.splitter.skipped);
      }),
    );
  });

  it("are skipped and counted where they are too long, up to their end", () => {
    const { lines, splitter } = linesOf(`1\n${"x".repeat(21)}\n${"y".repeat(20)}\n2\n`, [5, 9, 30], 20);
    expect(lines).toEqual(["1", "y".repeat(20), "2"]);
    expect(splitter.skipped).toBe(1);
  });

  it("take no memory where none ends", () => {
    const lines: string[] = [];
    const splitter = createLines((line) => lines.push(line));
    const chunk = latin1("x".repeat(65_536));
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 2000; n++) splitter.push(chunk, chunk.length, n);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
    splitter.push(latin1("\n1\n"), 3, 0);
    expect(lines).toEqual(["1"]);
    expect(splitter.skipped).toBe(1);
  });

  it("have the time of their end, and begin anew when the device was lost", () => {
    const told: [string, number][] = [];
    const splitter = createLines((line, atUs) => told.push([line, atUs]));
    splitter.push(latin1("12"), 2, 5);
    splitter.push(latin1("3\n4"), 3, 9);
    splitter.drop();
    splitter.push(latin1("56\n"), 3, 11);
    expect(told).toEqual([
      ["123", 9],
      ["56", 11],
    ]);
  });
});
