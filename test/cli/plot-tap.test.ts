/** What a plot hears of a session, what it prints, and where it writes. */
import { describe, expect, it } from "vitest";
import { createPlotLines } from "../../src/cli/plot-lines.js";
import { type RowsOutput, sinkRows } from "../../src/cli/plot-output.js";
import { createPlotTap } from "../../src/cli/plot-tap.js";
import { createReader } from "../../src/plot/reader.js";
import { SeriesSet } from "../../src/plot/series.js";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { latin1 } from "../support/stage.js";
import { until } from "../support/until.js";

/** Takes what it is allowed to. */
function fakeSink() {
  let ready = () => {};
  const sink = {
    room: Number.POSITIVE_INFINITY,
    isGone: false,
    text: "",
    isArmed: false,
    write(from: Uint8Array, start: number, end: number) {
      if (sink.isGone) return GONE;
      const count = Math.min(sink.room, end - start);
      if (count === 0) return NOTHING;
      sink.room -= count;
      sink.text += Buffer.from(from.subarray(start, start + count)).toString();
      return count;
    },
    onReady(listener: () => void) {
      ready = listener;
    },
    arm() {
      sink.isArmed = true;
    },
    disarm() {
      sink.isArmed = false;
    },
    unsent: () => 0,
    close: () => {},
    free(room: number) {
      sink.room = room;
      sink.isArmed = false;
      ready();
    },
  };
  return sink;
}

function tapOf({ mayBeCut = false, rows }: { mayBeCut?: boolean; rows?: RowsOutput } = {}) {
  let nowUs = 0;
  const set = new SeriesSet({ x: { kind: "index" }, kept: { points: 100 } });
  const late: string[] = [];
  let moved = 0;
  const tap = createPlotTap({
    reader: createReader(),
    ...{ set, mayBeCut },
    clock: { nowUs: () => nowUs, wallUs: (atUs) => 1_700_000_000_000_000 + atUs },
    table: rows && { rows, layout: "wide" },
    onLate: (name) => late.push(name),
    onMoved: () => {
      moved++;
    },
  });
  const say = (text: string, atUs = 0) => {
    nowUs = atUs;
    tap.rx!(latin1(text), text.length, atUs);
  };
  const values = () => set.list.map(({ name, lastText, count }) => `${name}=${lastText}/${count}`).join(" ");
  return {
    ...{ tap, set, late, say, values },
    at: (atUs: number) => {
      nowUs = atUs;
    },
    moved: () => moved,
  };
}

describe("what a plot hears", () => {
  it("is every line from the first byte on, where a device cannot have begun before", () => {
    const { say, values, tap, moved } = tapOf();
    say("a:1\na:");
    say("2\n");
    expect(values()).toBe("a=2/2");
    expect([tap.lines, moved()]).toEqual([2, 2]);
  });

  it("is no line whose end was on its way when the port was opened", () => {
    const { say, values } = tapOf({ mayBeCut: true });
    say("mp:1\ntemp:20\n", 20_000);
    say("temp:21\n", 40_000);
    expect(values()).toBe("temp=21/2");
  });

  it("is every line of a device that was silent at first", () => {
    const { say, values } = tapOf({ mayBeCut: true });
    say("temp:1\ntemp:20\n", 31_000);
    expect(values()).toBe("temp=20/2");
  });

  it("is nothing of a line that the loss of the device has cut", () => {
    const { say, values, tap, at } = tapOf({ mayBeCut: true });
    say("temp:1\ntemp:2", 100_000);
    at(5_000_000);
    tap.interrupted();
    say("99\ntemp:3\n", 5_010_000);
    say("temp:4\n", 5_020_000);
    expect(values()).toBe("temp=4/3");
  });

  it("goes into a table with the time of arrival, and names without a column are told", async () => {
    const sink = fakeSink();
    const { say, late, tap } = tapOf({ rows: sinkRows(sink, () => {}) });
    say("a:1\na:2\nb:3\n", 1_500_000);
    await tap.settle(0);
    expect(sink.text).toBe("time,a\n1700000001.500000,1\n1700000001.500000,2\n");
    expect(late).toEqual(["b"]);
  });

  it("holds the port while the table has no room, and loses nothing", async () => {
    const sink = fakeSink();
    sink.room = 10;
    const { say, tap } = tapOf({ rows: sinkRows(sink, () => {}) });
    let rooms = 0;
    tap.onRoom = () => {
      rooms++;
    };
    let count = 0;
    while (tap.hasRoom) say(`a:${count++}\n`, count);
    expect(count).toBeGreaterThan(1000);
    expect(rooms).toBe(0);
    sink.free(Number.POSITIVE_INFINITY);
    expect(rooms).toBe(1);
    expect(tap.hasRoom).toBe(true);
    await tap.settle(0);
    expect(
      sink.text
        .split("\n")
        .slice(1, -1)
        .map((row) => Number(row.split(",")[1])),
    ).toEqual(Array.from({ length: count }, (_, at) => at));
  });

  it("ends when nobody reads the table any more, and holds nothing then", async () => {
    const sink = fakeSink();
    let gone = 0;
    const { say, tap } = tapOf({
      rows: sinkRows(sink, () => {
        gone++;
      }),
    });
    sink.isGone = true;
    say("a:1\na:2\na:3\n");
    say("a:1\na:2\na:3\n");
    await until("the news", () => gone > 0);
    expect(gone).toBe(1);
    expect(tap.hasRoom).toBe(true);
    await tap.settle(1000);
  });

  it("of a table's rest waits so long at the end and no longer", async () => {
    const sink = fakeSink();
    sink.room = 0;
    const rows = sinkRows(sink, () => {});
    rows.write("abc");
    const [startMs] = [performance.now()];
    await rows.settle(50);
    expect(performance.now() - startMs).toBeGreaterThan(40);
    expect(rows.waiting).toBe(3);
    setTimeout(() => sink.free(99), 5);
    await rows.settle(10_000);
    expect(rows.waiting).toBe(0);
  });
});

describe("the last values in lines", () => {
  it("are told at once, then once a second, and only where they have changed", async () => {
    const sink = fakeSink();
    const { say, set } = tapOf();
    const lines = createPlotLines(
      set,
      sinkRows(sink, () => {}),
      { utf8: false },
    );
    say("temp: 1 °C\ntemp: 2 °C\n");
    lines.moved();
    await until("the first line", () => sink.text !== "");
    expect(sink.text).toBe("temp 2 ?C\n");
    lines.moved();
    lines.close();
    expect(sink.text).toBe("temp 2 ?C\n");
    say("temp: 3 C\n");
    lines.moved();
    expect(sink.text).toBe("temp 2 ?C\n");
    lines.close();
    expect(sink.text).toBe("temp 2 ?C\ntemp 3 ?C\n");
  });
});
