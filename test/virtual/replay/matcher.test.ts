/** What a program sends, held against a recording, on a clock of the test's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Departure } from "../../../src/virtual/replay/departure.js";
import { AHEAD_LINES, Matcher } from "../../../src/virtual/replay/matcher.js";
import type { Passage } from "../../../src/virtual/replay/passages.js";
import { moments, type Step } from "./recordings.js";

/** A departure with its bytes as text. */
function plain({ kind, before, expected, hasMore, actual, found }: Departure) {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  return {
    kind,
    before: before.map(({ bytes }) => text(bytes)),
    expected: expected.map(({ bytes }) => text(bytes)),
    actual: text(actual),
    ...(hasMore ? { hasMore } : {}),
    ...(found ? { found: text(found.bytes) } : {}),
  };
}

/** A matcher that reads its recording as `eager` as it is, or when it wants it. */
function match(steps: readonly Step[], eager = false) {
  const told: ReturnType<typeof plain>[] = [];
  const matcher = new Matcher((departure) => told.push(plain(departure)));
  const rest = moments(steps);
  const feed = (always = false) => {
    while (always || matcher.wants) {
      const moment = rest.shift();
      if (moment) matcher.read(moment);
      else {
        matcher.readEnd();
        return;
      }
    }
  };
  feed(eager);
  return {
    told,
    matcher,
    hear(text: string, atMs = 0) {
      const bytes = Buffer.from(text, "latin1");
      matcher.hear(bytes, bytes.length, atMs);
      feed();
    },
    tick(nowMs: number) {
      matcher.tick(nowMs);
      feed();
    },
    giveUp(nowMs: number) {
      matcher.giveUp(nowMs);
      feed();
    },
    finish() {
      matcher.finish();
      feed();
      return told;
    },
  };
}

const sent = (...lines: string[]): Step[] => lines.map((line, at) => [at, `>${line}`]);
const MODEM = sent("AT\r", "ATI\r", "AT+CSQ\r", "ATH\r");

describe("what is sent as it was recorded", () => {
  it("is no departure, and complete", () => {
    const { hear, finish, matcher } = match(MODEM);
    hear("AT\rATI\rAT+CS");
    expect(matcher.isComplete).toBe(false);
    hear("Q\rATH\r");
    expect(matcher.isComplete).toBe(true);
    expect(finish()).toEqual([]);
    expect(matcher.matched).toBe(4);
  });

  it("passes each byte when it came", () => {
    const { hear, matcher } = match(MODEM);
    hear("A", 10);
    expect(matcher.passages.passed(1)).toEqual({ upTo: 1, atMs: 10, isSkipped: false });
    expect(matcher.passages.passed(2)).toBeUndefined();
    hear("T\rAT", 25);
    expect(matcher.passages.passed(3)).toEqual({ upTo: 5, atMs: 25, isSkipped: false });
    expect(matcher.passages.passed(6)).toBeUndefined();
  });

  it("may be bytes without lines", () => {
    const steps: Step[] = [
      [0, ">\x01\x03\x0d"],
      [1, "<\x01\x83"],
      [2, ">\x01\x04"],
    ];
    const { hear, finish } = match(steps);
    hear("\x01\x03\x0d\x01\x04");
    expect(finish()).toEqual([]);
  });
});

describe("a departure", () => {
  it("is told when the line is over, with what came before it, and the expected line is awaited still", () => {
    const { told, hear, finish } = match(MODEM);
    hear("AT\rATX");
    expect(told).toEqual([]);
    hear("\r");
    expect(told).toEqual([{ kind: "changed", before: ["AT\r"], expected: ["ATI\r"], actual: "ATX\r" }]);
    hear("ATI\rAT+CSQ\rATH\r");
    expect(finish()).toHaveLength(1);
  });

  it("is a line that was left out, where one of the next comes", () => {
    const { told, hear, finish, matcher } = match(MODEM);
    hear("AT\r", 5);
    hear("ATH\r", 7);
    expect(told).toEqual([
      { kind: "skipped", before: ["AT\r"], expected: ["ATI\r", "AT+CSQ\r"], actual: "ATH\r", found: "ATH\r" },
    ]);
    expect(matcher.passages.passed(3)).toEqual({ upTo: 3, atMs: 5, isSkipped: false });
    expect(matcher.passages.passed(7)).toEqual({ upTo: 14, atMs: 7, isSkipped: true });
    expect(matcher.passages.passed(15)).toEqual({ upTo: 18, atMs: 7, isSkipped: false });
    expect(finish()).toHaveLength(1);
    expect(matcher.matched).toBe(2);
  });

  it("is looked for among the next lines only, and an empty line is not looked for", () => {
    const far = sent("first\r", ...Array.from({ length: AHEAD_LINES }, (_, at) => `${at}\r`), "last\r", "\r");
    const { told, hear } = match(far);
    hear("last\r\r");
    expect(told.map(({ kind }) => kind)).toEqual(["changed", "changed"]);
    hear(`${AHEAD_LINES - 1}\r`);
    expect(told.at(-1)).toMatchObject({ kind: "skipped", found: `${AHEAD_LINES - 1}\r` });
    hear("last\r\r");
    expect(told).toHaveLength(3);
  });

  it("is an empty line, which is not looked for: it is like any other", () => {
    const { told, hear } = match(sent("a\r", "\r", "b\r"));
    hear("\ra\r\rb\r");
    expect(told).toMatchObject([{ kind: "changed", expected: ["a\r"], actual: "\r" }]);
  });

  it("is found when the last byte of its line came", () => {
    const { hear, matcher } = match(MODEM);
    hear("AT", 5);
    hear("H", 7);
    hear("\r", 9);
    expect(matcher.passages.passed(15)).toEqual({ upTo: 18, atMs: 9, isSkipped: false });
  });

  it("has the three lines in front of it", () => {
    const { told, hear } = match(sent("1\r", "2\r", "3\r", "4\r", "5\r"));
    hear("1\r2\r3\r4\rx\r");
    expect(told).toMatchObject([{ before: ["2\r", "3\r", "4\r"] }]);
  });

  it("is over with half a second of silence where no line end comes", () => {
    const { told, hear, tick, matcher } = match(sent("\x01\x02\x03"));
    hear("\x01\x09", 100);
    expect(matcher.deadlineMs()).toBe(600);
    tick(599);
    expect(told).toEqual([]);
    tick(600);
    expect(told).toMatchObject([{ kind: "changed", expected: ["\x01\x02\x03"], actual: "\x01\x09" }]);
    expect(matcher.deadlineMs()).toBeUndefined();
  });

  it("is a line end that lacks its LF, after the same time or with the next line", () => {
    const lines = sent("AT\r\n", "ATI\r\n");
    const late = match(lines);
    late.hear("AT\r", 0);
    late.tick(500);
    expect(late.told).toMatchObject([{ kind: "changed", expected: ["AT\r\n"], actual: "AT\r" }]);
    const soon = match(lines);
    soon.hear("AT\rATI\r\n");
    expect(soon.told).toMatchObject([
      { kind: "changed", expected: ["AT\r\n"], actual: "AT\r" },
      { kind: "skipped", expected: ["AT\r\n"], found: "ATI\r\n" },
    ]);
    expect(soon.matcher.isComplete).toBe(true);
  });

  it("has the LF of its CR LF, which is nobody else's", () => {
    const { told, hear } = match(sent("AT\r\n", "ATI\r\n"));
    hear("ATX\r\nAT\r\nATI\r\n");
    expect(told).toMatchObject([{ kind: "changed", actual: "ATX\r" }]);
  });

  it("is what comes after the last line", () => {
    const { told, hear, finish } = match(sent("AT\r"));
    hear("AT\rATI\r");
    expect(told).toEqual([{ kind: "extra", before: ["AT\r"], expected: [], actual: "ATI\r" }]);
    hear("x");
    expect(finish()).toHaveLength(2);
  });

  it("is what is left when the program leaves", () => {
    const { hear, finish, matcher } = match(sent("1\r", "2\r", "3\r", "4\r", "5\r", "6\r"));
    hear("1\r2");
    expect(finish()).toEqual([
      {
        kind: "unfinished",
        before: ["1\r"],
        expected: ["2\r", "3\r", "4\r", "5\r"],
        actual: "2",
        hasMore: true,
      },
    ]);
    expect(matcher.isComplete).toBe(false);
    expect(matcher.isFinished).toBe(true);
  });

  it("is a line that does not come in time, and what follows it is heard", () => {
    const { told, hear, giveUp, finish, matcher } = match(MODEM);
    hear("AT\rAT", 1);
    giveUp(1000);
    expect(told).toEqual([{ kind: "timeout", before: ["AT\r"], expected: ["ATI\r"], actual: "AT" }]);
    expect(matcher.passages.passed(7)).toEqual({ upTo: 7, atMs: 1000, isSkipped: false });
    hear("AT+CSQ\rATH\r");
    expect(finish()).toHaveLength(1);
  });
});

describe("whatever comes", () => {
  interface Piece {
    readonly text: string;
    readonly atMs: number;
  }
  /** All that comes of it. */
  const outcome = (steps: readonly Step[], pieces: readonly Piece[], eager: boolean) => {
    const { told, hear, finish, matcher } = match(steps, eager);
    for (const { text, atMs } of pieces) hear(text, atMs);
    const passages: Passage[] = [];
    for (let count = 1; ; count++) {
      const passage = matcher.passages.passed(count);
      if (passage === undefined) break;
      passages.push(passage);
    }
    finish();
    return { told, passages, matched: matcher.matched, isComplete: matcher.isComplete };
  };
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n"), minLength: 1, maxLength: 30 });
  const way = fc.constantFrom("<", ">", ">");
  const recording = fc
    .array(fc.tuple(way, fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n"), maxLength: 6 })), {
      maxLength: 20,
    })
    .map((parts) => parts.map(([sign, part], at): Step => [at, sign + part]));
  const timed = fc.array(fc.tuple(text, fc.nat(700)), { maxLength: 6 }).map((parts) => {
    let atMs = 0;
    return parts.map(([one, waitMs]): Piece => {
      atMs += waitMs;
      return { text: one, atMs };
    });
  });

  it("is told alike however it was cut, and however soon the recording was read", () => {
    fc.assert(
      fc.property(recording, timed, fc.integer({ min: 1, max: 4 }), (steps, pieces, size) => {
        const cut = pieces.flatMap(({ text, atMs }) =>
          (text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []).map((part) => ({ text: part, atMs })),
        );
        const whole = outcome(steps, pieces, true);
        expect(outcome(steps, pieces, false)).toEqual(whole);
        expect(outcome(steps, cut, false)).toEqual(whole);
        expect(outcome(steps, cut, true)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it("is told alike whether silence is noticed by a timer or by the next byte", () => {
    fc.assert(
      fc.property(recording, timed, (steps, pieces) => {
        const [one, other] = [match(steps), match(steps)];
        for (const { text, atMs } of pieces) {
          const deadlineMs = one.matcher.deadlineMs();
          if (deadlineMs !== undefined && deadlineMs <= atMs) one.tick(deadlineMs);
          one.hear(text, atMs);
          other.hear(text, atMs);
        }
        expect(one.finish()).toEqual(other.finish());
      }),
      { numRuns: 300 },
    );
  });

  it("is complete without a departure where it is what was recorded", () => {
    fc.assert(
      fc.property(recording, (steps) => {
        const all = steps.filter(([, what]) => String(what).startsWith(">"));
        const { told, isComplete } = outcome(
          steps,
          all.map(([atMs, what]) => ({ text: String(what).slice(1), atMs })),
          false,
        );
        expect(told).toEqual([]);
        expect(isComplete).toBe(true);
      }),
    );
  });

  it("throws nothing in 100,000 random pieces", () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) % below;
    };
    const letters = "ab\r\n";
    const word = () => Array.from({ length: random(5) }, () => letters[random(4)]).join("");
    const steps = Array.from({ length: 20_000 }, (_, at): Step => [at, (random(3) ? ">" : "<") + word()]);
    const { hear, matcher } = match(steps);
    for (let run = 0; run < 100_000; run++) hear(word(), run);
    expect(matcher.matched).toBeGreaterThan(100);
  });
});
