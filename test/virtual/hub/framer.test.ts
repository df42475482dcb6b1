import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CutReason, type Frame, Framer, LINE_SILENCE_MS } from "../../../src/virtual/hub/framer.js";

const LINE: Frame = { kind: "line" };

/** A framer whose messages are passed on in turns of `atOnce`, or fewer. */
function listening(frame: Frame, limit = 64, atOnce = () => Number.POSITIVE_INFINITY) {
  const messages: string[] = [];
  const cuts: [CutReason, number][] = [];
  const framer = new Framer(frame, limit, (reason, bytes) => cuts.push([reason, bytes]));
  const pass = ({ bytes, start, ends }: ReturnType<Framer["waiting"]>) => {
    const count = Math.min(ends.length, atOnce());
    let from = start;
    for (const end of ends.slice(0, count)) {
      messages.push(Buffer.from(bytes.subarray(from, end)).toString("latin1"));
      from = end;
    }
    framer.settle(count);
  };
  return {
    framer,
    messages,
    cuts,
    hear(text: string, atMs = 0) {
      const chunk = Buffer.alloc(4096);
      pass(framer.hear(chunk, chunk.write(text, "latin1"), atMs));
      chunk.fill("?"); // the next read's
    },
    pass: () => pass(framer.waiting()),
  };
}

const text = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 200 });

describe("lines", () => {
  it("are the same however they were cut into reads, and however few are passed on at once", () => {
    const turns = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), turns, (chunks, few) => {
        let turn = 0;
        const speaker = listening(LINE, 10_000, () => few[turn++ % few.length]!);
        for (const chunk of chunks) if (chunk !== "") speaker.hear(chunk);
        speaker.framer.finish("closed");
        while (few.some((count) => count > 0) && speaker.framer.length > 0) speaker.pass();
        const said = few.some((count) => count > 0) ? chunks.join("").match(/[^\n]*\n|[^\n]+$/g) : undefined;
        expect(speaker.messages).toEqual(said ?? []);
      }),
    );
  });

  it("end with their LF; what stands behind the last one waits", () => {
    const speaker = listening(LINE);
    speaker.hear("one\ntwo\nthr");
    expect(speaker.messages).toEqual(["one\n", "two\n"]);
    speaker.hear("ee\n");
    expect(speaker.messages).toEqual(["one\n", "two\n", "three\n"]);
    expect(speaker.framer.length).toBe(0);
    expect(speaker.framer.deadlineMs()).toBeUndefined();
  });

  it("without an end are passed on after a second of silence, which is told", () => {
    const speaker = listening(LINE);
    speaker.hear("login: ", 500);
    expect(speaker.framer.deadlineMs()).toBe(500 + LINE_SILENCE_MS);
    speaker.hear("x", 700);
    expect(speaker.framer.deadlineMs()).toBe(700 + LINE_SILENCE_MS);
    speaker.framer.finish("silence");
    speaker.pass();
    expect(speaker.messages).toEqual(["login: x"]);
    expect(speaker.cuts).toEqual([["silence", 8]]);
  });

  it("that begin before a pause in listening are not ended by it", () => {
    const speaker = listening(LINE);
    speaker.hear("half", 0);
    speaker.framer.listenAgain(5000);
    expect(speaker.framer.deadlineMs()).toBe(5000 + LINE_SILENCE_MS);
  });

  it("that are longer than the limit go on in pieces of it, each one told; one of just the limit is whole", () => {
    const speaker = listening(LINE, 4);
    speaker.hear("abcdefghij\nabc\n");
    expect(speaker.messages).toEqual(["abcd", "efgh", "ij\n", "abc\n"]);
    expect(speaker.cuts).toEqual([
      ["long", 4],
      ["long", 4],
    ]);
  });
});

describe("messages between silences", () => {
  const GAP: Frame = { kind: "gap", gapMs: 5 };

  it("end by silence alone, and whatever they hold", () => {
    const speaker = listening(GAP);
    speaker.hear("\x01\n\x02", 10);
    speaker.hear("\n", 13);
    expect(speaker.messages).toEqual([]);
    expect(speaker.framer.deadlineMs()).toBe(18);
    speaker.framer.finish("silence");
    speaker.pass();
    expect(speaker.messages).toEqual(["\x01\n\x02\n"]);
    expect(speaker.cuts).toEqual([]);
  });
});

describe("bytes without a frame", () => {
  it("go on as they are read, in the memory they were read into", () => {
    const framer = new Framer({ kind: "none" }, 64, () => {});
    const chunk = Buffer.from("abc");
    const batch = framer.hear(chunk, 3, 0);
    expect(batch.bytes).toBe(chunk);
    expect(batch.ends).toEqual([3]);
    framer.settle(1);
    expect(framer.length).toBe(0);
  });

  it("go on in pieces where a read is larger than what may wait, without a word", () => {
    const speaker = listening({ kind: "none" }, 2);
    speaker.hear("abcde");
    expect(speaker.messages).toEqual(["ab", "cd", "e"]);
    expect(speaker.cuts).toEqual([]);
  });
});
