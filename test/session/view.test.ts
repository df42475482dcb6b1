/** Views together: in which order they see what goes by, and what each leaves to the next. */
import { describe, expect, it } from "vitest";
import { parseColor } from "../../src/bytes/paint.js";
import type { Way } from "../../src/bytes/stage.js";
import type { Clock } from "../../src/session/clock.js";
import { View, type ViewOptions } from "../../src/session/view.js";

/** A wall clock that is the session's own. */
const CLOCK: Clock = { nowUs: () => 0, wallUs: (atUs) => atUs };
const STAMP = { name: "second", text: ({ wallUs }: { wallUs: number }) => String(wallUs / 1e6) };
const [green, bold] = [parseColor("green"), parseColor("bold")];
const MARKS = { breaks: true, around: ["\x1b[7m", "\x1b[27m"] as const };

/** What is shown of `pieces`, a second apart, row by row. */
function shown(options: ViewOptions, ...pieces: readonly (readonly [text: string, way?: Way])[]): string[] {
  const view = new View(options, CLOCK);
  let atUs = 0;
  const parts = pieces.map(([text, way = "rx"]) => {
    atUs += 1e6;
    return Buffer.from(view.push(Buffer.from(text, "latin1"), atUs, way)).toString("latin1");
  });
  return [...parts, Buffer.from(view.flush(atUs)).toString("latin1")];
}

describe("views together", () => {
  it("leave bytes as they are where there is none", () => {
    const view = new View({}, CLOCK);
    const chunk = Buffer.from("\x1b[2J\xff");
    expect(view.isPlain).toBe(true);
    expect(view.push(chunk, 0, "rx")).toBe(chunk);
  });

  it("show a break as a word, in reverse video only where control sequences are obeyed", () => {
    const input = ["a\xff\0\0b\x07"] as const;
    expect(shown({ marks: MARKS }, input).join("")).toBe("a\x1b[7m<break>\x1b[27mb\x07");
    expect(shown({ marks: MARKS, printable: true }, input).join("")).toBe("a<break>b^G");
    expect(shown({ marks: MARKS, hex: true }, input).join("")).toMatch(/^00000000 {2}61 ff 00 00 62 07 /);
  });

  it("end rows as the screen needs it", () => {
    expect(shown({ hex: true, newline: "\r\n" }, ["x".repeat(16)])[0]).toMatch(/\|x{16}\|\r\n$/);
    expect(shown({ hex: true }, ["x".repeat(16)])[0]).toMatch(/\|\n$/);
  });

  it("stamp what the printable view lets through, whose returns return no more", () => {
    const rows = shown({ printable: true, timestamp: STAMP }, ["10%\r20%\r\nnext"], ["\n\x1b"]);
    expect(rows).toEqual(["[1] 10%^M20%\r\n[1] next", "\n[2] ^[", ""]);
  });

  it("stamp and paint each row of the hex view as what it is, also one that the other direction breaks", () => {
    const view = { hex: true, directions: true, timestamp: STAMP, rxColor: green, txColor: bold };
    const text = shown(view, ["ok"], ["AT", "tx"]).join("").replaceAll(/ {3,}/g, " ");
    expect(text.split("\n")).toEqual([
      "\x1b[32m[2] < 00000000  6f 6b |ok|\x1b[39m",
      "\x1b[1m[2] > 00000000  41 54 |AT|\x1b[22m",
      "",
    ]);
  });

  it("give back what they kept when they change, and stamp the next line only", () => {
    const view = new View({ printable: true }, CLOCK);
    expect(view.push(Buffer.from("a\xe2", "latin1"), 0, "rx")).toEqual(Uint8Array.of(0x61));
    expect(Buffer.from(view.change({ printable: false, timestamp: STAMP }, 1e6, false)).toString()).toBe(
      "<e2>",
    );
    expect(Buffer.from(view.push(Buffer.from("b\nc"), 2e6, "rx")).toString()).toBe("b\n[2] c");
  });
});
