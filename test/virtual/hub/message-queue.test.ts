import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageQueue, type Yielding } from "../../../src/virtual/hub/message-queue.js";

const LIMIT = 12;

function queueOf(yielding: Yielding, whole = true) {
  const queue = new MessageQueue({ limit: LIMIT, yielding, whole });
  return {
    queue,
    /** Adds messages; `already` bytes of the first one are with the listener. */
    push(messages: readonly string[], already = 0) {
      const bytes = Buffer.from(`..${messages.join("")}`, "latin1");
      let at = 2;
      const ends = messages.map((message) => (at += message.length));
      return queue.push(bytes, 2 + already, 2, ends);
    },
    text: () => Buffer.from(queue.run.bytes.subarray(queue.run.start, queue.run.end)).toString("latin1"),
  };
}

describe("a full queue of messages", () => {
  it("drops what comes, whole", () => {
    const { push, text } = queueOf("drop-new");
    expect(push(["aaaa", "bbbb", "cccc"])).toBe(0);
    expect(push(["dd", "eeee"])).toBe(6);
    expect(text()).toBe("aaaabbbbcccc");
  });

  it("takes a short one where a long one had no room", () => {
    const { push, text } = queueOf("drop-new");
    expect(push(["aaaaaaaaaa", "bbbb", "cc"])).toBe(4);
    expect(text()).toBe("aaaaaaaaaacc");
  });

  it("drops what has waited longest, whole", () => {
    const { push, text } = queueOf("drop-old");
    push(["aaaa", "bbbb", "cccc"]);
    expect(push(["ddddd"])).toBe(8);
    expect(text()).toBe("ccccddddd");
  });

  it("never drops the rest of a message whose start the listener has", () => {
    const { queue, push, text } = queueOf("drop-old");
    push(["aaaa", "bbbb", "cccc"]);
    queue.take(1);
    expect(push(["dddd"])).toBe(4);
    expect(text()).toBe("aaaccccdddd");
    queue.take(3);
    expect(push(["eeeeeeee"])).toBe(4);
    expect(text()).toBe("ddddeeeeeeee");
  });

  it("drops nothing that would make no room", () => {
    const { queue, push, text } = queueOf("drop-old");
    push(["aaaaaaaaa", "bb"]);
    queue.take(1);
    expect(push(["cccccccc"])).toBe(8);
    expect(text()).toBe("aaaaaaaabb");
  });

  it("works no longer on a message where many short ones wait", () => {
    const timeMs = (limit: number) => {
      const queue = new MessageQueue({ limit, yielding: "drop-old", whole: true });
      const bytes = new Uint8Array(4096);
      const ends = Array.from(bytes, (_, at) => at + 1);
      for (let at = 0; at < limit; at += bytes.length) queue.push(bytes, 0, 0, ends);
      const startedMs = performance.now();
      for (let times = 0; times < 20; times++) expect(queue.push(bytes, 0, 0, ends)).toBe(bytes.length);
      return performance.now() - startedMs;
    };
    // A search through them all takes 256 times as long, some seconds.
    const short = Math.max(timeMs(4096), 5);
    expect(timeMs(1024 * 1024)).toBeLessThan(100 * short);
  });

  it("drops what comes where only such a rest could give way", () => {
    const { push, text } = queueOf("drop-old");
    push(["aaaaaaaa"], 2);
    expect(text()).toBe("aaaaaa");
    expect(push(["bbbbbbbb"])).toBe(8);
    expect(text()).toBe("aaaaaa");
  });
});

describe("a full queue of bytes", () => {
  it("drops as many as do not fit, and no more", () => {
    const fresh = queueOf("drop-new", false);
    expect(fresh.push(["aaaaaaaaaa", "bbbb"])).toBe(2);
    expect(fresh.text()).toBe("aaaaaaaaaabb");
    const old = queueOf("drop-old", false);
    expect(old.push(["abcdefghij", "klmn"])).toBe(2);
    expect(old.text()).toBe("cdefghijklmn");
  });
});

describe("any queue", () => {
  const step = fc.oneof(
    fc.record({ push: fc.array(fc.integer({ min: 1, max: LIMIT }), { minLength: 1, maxLength: 4 }) }),
    fc.record({ take: fc.nat({ max: LIMIT }) }),
  );

  it.each([
    ["drop-new", true],
    ["drop-old", true],
    ["drop-new", false],
    ["drop-old", false],
  ] as const)(
    "of %s (whole: %s) is bounded, keeps the order, tears nothing, and counts what it drops",
    (yielding, whole) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
          const { queue, push, text } = queueOf(yielding, whole);
          let letter = 0;
          let said = "";
          let heard = "";
          let dropped = 0;
          const take = (count: number) => {
            heard += text().slice(0, count);
            queue.take(count);
          };
          for (const one of steps) {
            if ("push" in one) {
              // Each one has a letter of its own: a torn or misplaced one shows.
              const messages = one.push.map((length) => String.fromCharCode(0x21 + letter++).repeat(length));
              said += messages.join("");
              dropped += push(messages);
            } else take(Math.min(one.take, queue.length));
            expect(queue.length).toBeLessThanOrEqual(LIMIT);
            expect(queue.room).toBe(LIMIT - queue.length);
          }
          take(queue.length);
          expect(heard.length + dropped).toBe(said.length);
          const units = (text: string) => (whole ? (text.match(/(.)\1*/gs) ?? []) : [...text]);
          const all = units(said);
          let at = 0;
          for (const unit of units(heard)) {
            while (at < all.length && all[at] !== unit) at++;
            expect(all[at++]).toBe(unit);
          }
        }),
      );
    },
  );
});
