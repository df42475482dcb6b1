import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMapRules } from "../../src/bytes/map-rules.js";
import { parseColor } from "../../src/bytes/paint.js";
import type { Stage } from "../../src/bytes/stage.js";
import { parseTimeFormat } from "../../src/bytes/time-format.js";
import { createClock } from "../../src/session/clock.js";
import { View, type ViewOptions } from "../../src/session/view.js";
import { anyPieces, anyPlaces, cutPieces, latin1, outputOf } from "../support/stage.js";

/** A clock that stands at the epoch. */
const clock = createClock(
  () => 0,
  () => 0,
);

function stageOf(view: View): Stage {
  return {
    push: (chunk, atUs, way = "rx") => view.push(chunk, atUs, way),
    flush: (atUs) => view.flush(atUs),
    deadlineUs: () => view.deadlineUs(),
  };
}

/** Any views at once. */
const anyViews: fc.Arbitrary<ViewOptions> = fc.record(
  {
    marks: fc.constantFrom({ breaks: true }, { breaks: false }),
    imap: fc.constantFrom(parseMapRules("lfcrlf,spchex", "imap"), parseMapRules("8bithex", "imap")),
    emap: fc.constantFrom(parseMapRules("crlf", "emap")),
    hex: fc.boolean(),
    directions: fc.boolean(),
    printable: fc.boolean(),
    timestamp: fc.constantFrom(parseTimeFormat("start"), parseTimeFormat("line")),
    rxColor: fc.constant(parseColor("green")),
    txColor: fc.constant(parseColor("bold")),
  },
  { requiredKeys: [] },
);

describe("what a view shows", () => {
  it("is the same however the input is cut, whatever is on", () => {
    fc.assert(
      fc.property(anyViews, anyPieces, anyPlaces, (options, pieces, places) => {
        const whole = outputOf(stageOf(new View(options, clock)), pieces);
        const cut = outputOf(stageOf(new View(options, clock)), cutPieces(pieces, places));
        expect(cut.toString("latin1")).toBe(whole.toString("latin1"));
      }),
      { numRuns: 1000 },
    );
  });

  it("is each byte as it came where nothing is on, in the same memory", () => {
    const view = new View({}, clock);
    const bytes = latin1("\x1b[31m\0\xff\r\n");
    expect(view.isPlain).toBe(true);
    expect(view.push(bytes, 0, "rx")).toBe(bytes);
    expect(view.push(bytes, 0, "tx")).toBe(bytes);
    expect(view.flush(0).length).toBe(0);
    expect(view.deadlineUs()).toBeUndefined();
  });

  it("has every byte, also where views change in the middle of it", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 8 }), anyPieces, (changes, pieces) => {
        const view = new View({}, clock);
        let shown = "";
        const put = (bytes: Uint8Array) => {
          shown += Buffer.from(bytes).toString("latin1");
        };
        let sent = 0;
        for (const [at, { bytes }] of pieces.entries()) {
          // The hex view says how many bytes it has shown; what it holds back comes out at a change.
          const hex = changes[at % Math.max(1, changes.length)] ?? false;
          if (!hex) continue;
          put(view.change({ hex }, at, true));
          put(view.push(bytes, at, "rx"));
          sent += bytes.length;
          put(view.change({ hex: false }, at, true));
        }
        put(view.flush(pieces.length));
        const rows = shown.match(/^[0-9a-f]{8} {2}(?:[0-9a-f]{2} {1,2}){1,16}(?= *\|)/gm) ?? [];
        const counted = rows.reduce((sum, row) => sum + row.slice(10).match(/[0-9a-f]{2}/g)!.length, 0);
        expect(counted).toBe(sent);
      }),
    );
  });
});
