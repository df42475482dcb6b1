import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Found, findNext, findVisible, searchPattern } from "../../../src/tui/ui/search.js";
import { WIDTHS } from "../../../src/tui/ui/widths.js";

async function bufferOf(text: string, columns = 10, rows = 5) {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 100, allowProposedApi: true });
  terminal.unicode.register(WIDTHS);
  terminal.unicode.activeVersion = WIDTHS.version;
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  return terminal.buffer.active;
}

type Buffer_ = Awaited<ReturnType<typeof bufferOf>>;

function next(buffer: Buffer_, query: string, place: { row: number; column: number }, direction: -1 | 1) {
  const steps = findNext(buffer, searchPattern(query)!, place, direction);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value as Found | null;
  }
}

const all = (buffer: Buffer_, query: string) => findVisible(buffer, searchPattern(query)!, 0, buffer.length);

describe("a search in what went by", () => {
  it("finds words also where the emulator has wrapped the line", async () => {
    const buffer = await bufferOf("0123456needle\r\nneedle\r\n");
    expect(all(buffer, "needle")).toEqual([
      { row: 0, column: 7, endRow: 1, endColumn: 3 },
      { row: 2, column: 0, endRow: 2, endColumn: 6 },
    ]);
  });

  it("counts columns, not characters", async () => {
    const buffer = await bufferOf("日本x\u0301y🙂z");
    expect(all(buffer, "y")).toEqual([{ row: 0, column: 5, endRow: 0, endColumn: 6 }]);
    expect(all(buffer, "🙂")).toEqual([{ row: 0, column: 6, endRow: 0, endColumn: 8 }]);
    expect(all(buffer, "本x\u0301")).toEqual([{ row: 0, column: 2, endRow: 0, endColumn: 5 }]);
  });

  it("looks at capitals only where some were typed, and takes signs as they are", async () => {
    const buffer = await bufferOf("Boot boot a.c abc [x](y)", 40);
    expect(all(buffer, "boot")).toHaveLength(2);
    expect(all(buffer, "Boot")).toHaveLength(1);
    expect(all(buffer, "a.c")).toHaveLength(1);
    expect(all(buffer, "[x](y)")).toHaveLength(1);
    expect(searchPattern("")).toBeUndefined();
    expect(() => searchPattern("-\\^$*+?.()|{}[]/#,")).not.toThrow();
  });

  it("finds a pasted text nowhere that is longer than a pattern may be", () => {
    const pattern = searchPattern("x".repeat(40_000))!;
    expect("abc".match(pattern)).toBeNull();
  });

  it("meets every find once on its way around, whatever there is", async () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "b", " ", "日"), maxLength: 25 }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom("a", "ab", "日a"),
        fc.constantFrom<-1 | 1>(-1, 1),
        async (list, query, way) => {
          const buffer = await bufferOf(list.join("\r\n"));
          const there = all(buffer, query);
          const key = ({ row, column }: Found) => `${row},${column}`;
          const met = new Set<string>();
          let place = { row: 0, column: -1 };
          for (let count = 0; count < there.length; count++) {
            const found = next(buffer, query, place, way)!;
            met.add(key(found));
            place = found;
          }
          expect([...met].sort()).toEqual(there.map(key).sort());
          if (there.length === 0) expect(next(buffer, query, place, way)).toBeNull();
        },
      ),
      { numRuns: 100 },
    );
  });
});
