import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHexView } from "../../../src/bytes/hex-view.js";
import type { Way } from "../../../src/bytes/stage.js";
import { HexRing } from "../../../src/tui/ui/hex-ring.js";

const pieces = fc.array(
  fc.record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }),
    way: fc.constantFrom<Way>("rx", "tx"),
    gapMs: fc.constantFrom(0, 1, 49, 50, 200),
  }),
  { maxLength: 20 },
);
type Piece = typeof pieces extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

/** What the hex view shows of the same bytes at the same times. */
function dump(list: readonly Piece[], bytesPerRow: number): string[] {
  const view = createHexView({ bytesPerRow, directions: true });
  let atUs = 0;
  let text = "";
  for (const { bytes, way, gapMs } of list) {
    atUs += gapMs * 1000;
    text += Buffer.from(view.push(bytes, atUs, way)).toString();
  }
  return `${text}${Buffer.from(view.flush(atUs)).toString()}`.split("\n").slice(0, -1);
}

function fill(ring: HexRing, list: readonly Piece[]): HexRing {
  let atUs = 0;
  for (const { bytes, way, gapMs } of list) {
    atUs += gapMs * 1000;
    ring.push(bytes, 0, bytes.length, way, atUs);
  }
  return ring;
}

describe("the ring behind the hex pane", () => {
  it("shows the same rows as the hex view", () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom(4, 8, 16), (list, bytesPerRow) => {
        const ring = fill(new HexRing(), list);
        const rows = dump(list, bytesPerRow);
        expect(ring.count(bytesPerRow)).toBe(rows.length);
        expect(ring.rows(10_000, bytesPerRow)).toEqual(rows);
      }),
    );
  });

  it("shows any part of them", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 30 }), fc.nat({ max: 50 }), (list, count, back) => {
        const rows = dump(list, 16);
        const end = Math.max(0, rows.length - back);
        expect(fill(new HexRing(), list).rows(count, 16, back)).toEqual(
          rows.slice(Math.max(0, end - count), end),
        );
      }),
    );
  });

  it("keeps the last bytes, with their offsets, when it is full", () => {
    fc.assert(
      fc.property(pieces, (list) => {
        const rows = dump(list, 4);
        const kept = fill(new HexRing({ bytes: 64 }), list).rows(10_000, 4);
        // Of its first row a part may be forgotten.
        expect(kept.slice(1)).toEqual(rows.slice(rows.length - kept.length + 1));
        const bytes = list.reduce((sum, piece) => sum + piece.bytes.length, 0);
        expect(kept.join("").match(/(?<= )[0-9a-f]{2}(?= )/g)?.length ?? 0).toBe(Math.min(64, bytes));
      }),
    );
  });

  it("finds the rows again that one looked at, when more has come", () => {
    fc.assert(
      fc.property(
        pieces,
        pieces,
        fc.nat({ max: 30 }),
        fc.constantFrom(4, 16),
        (first, then, back, bytesPerRow) => {
          const ring = fill(new HexRing(), first);
          fc.pre(ring.count(bytesPerRow) > back);
          const place = ring.endOf(back, bytesPerRow);
          expect(ring.rowsBehind(place, bytesPerRow)).toBe(back);
          const seen = ring.rows(5, bytesPerRow, back);
          let atUs = 1e9;
          for (const { bytes, way, gapMs } of then) {
            atUs += gapMs * 1000;
            ring.push(bytes, 0, bytes.length, way, atUs);
          }
          expect(ring.rows(5, bytesPerRow, ring.rowsBehind(place, bytesPerRow))).toEqual(seen);
        },
      ),
    );
  });

  it("keeps no more than some thousand turns of single bytes", () => {
    const ring = new HexRing();
    for (let at = 0; at < 30_000; at++) ring.push(Uint8Array.of(at), 0, 1, at % 2 ? "rx" : "tx", at);
    expect(ring.count(16)).toBeLessThanOrEqual(8192);
    expect(ring.rows(1, 16)).toEqual([`< 00003a97  ${(29_999 & 255).toString(16)}`.padEnd(62).concat("|/|")]);
  });
});
