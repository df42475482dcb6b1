/** One way of the bridge, between a source and a sink that do what the test says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { memoryPipe } from "../../src/port/memory-port.js";
import { Pump } from "../../src/session/pump.js";
import { until } from "../support/until.js";
import { type HandMadeSink, type HandMadeSource, handMadeSink, handMadeSource } from "./hand-made.js";

/** A started pump, and what it told. */
function pump(
  source: HandMadeSource,
  sink: HandMadeSink,
  options: Partial<ConstructorParameters<typeof Pump>[0]> = {},
) {
  const told: unknown[] = [];
  const one = new Pump({
    source,
    sink,
    holdAbove: 1,
    onSourceGone: () => told.push("source gone"),
    onSinkGone: () => told.push("sink gone"),
    onError: (error) => told.push(error),
    ...options,
  });
  one.start();
  return { pump: one, told };
}

const numbered = (count: number, from = 0) =>
  Uint8Array.from({ length: count }, (_, at) => (from + at) % 251);

describe("bytes", () => {
  it("reach the sink in order and once, whatever it takes, be it nothing for a while", () => {
    const chunk = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 70_000 }));
    const take = fc.oneof(fc.constant(NOTHING), fc.integer({ min: 1, max: 30 }), fc.constant(1e9));
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.array(take, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(1, 1000, 1 << 24),
        (sizes, takes, holdAbove) => {
          let turn = 0;
          const all = numbered(sizes.reduce((sum, size) => sum + size, 0));
          const ends = sizes.map((_, n) => sizes.slice(0, n + 1).reduce((sum, size) => sum + size, 0));
          const source = handMadeSource(...ends.map((end, n) => all.subarray(end - sizes[n]!, end)));
          source.ended = true;
          const sink = handMadeSink(() => takes[turn++ % takes.length]!);
          const one = pump(source, sink, { holdAbove });
          // A sink that never takes anything holds the pump for ever: then it is made to, as a screen that goes on.
          for (let n = 0; one.told.length === 0 || one.pump.waiting > 0; n++) {
            if (n > 10_000) sink.take = (offered) => offered;
            if (n > 20_000) throw new Error("the pump waits, and nobody is asked");
            source.ready();
            sink.ready();
          }
          expect(Buffer.compare(sink.taken, all)).toBe(0);
          expect(one.told).toEqual(["source gone"]);
          expect([one.pump.read, one.pump.written]).toEqual([all.length, all.length]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("go through pipes that hold less than a chunk", async () => {
    const [near, far] = [memoryPipe(700), memoryPipe(300)];
    const all = numbered(20_000);
    let ended = false;
    const one = new Pump({
      source: near.source,
      sink: far.sink,
      holdAbove: 1,
      onSourceGone: () => (ended = true),
      onSinkGone: () => {},
      onError: (error) => expect(error).toBeUndefined(),
    });
    one.start();
    let [put, got] = [0, Buffer.alloc(0)];
    const chunk = new Uint8Array(1000);
    await until("all bytes at the far end", () => {
      if (put < all.length) put += near.sink.write(all, put, all.length);
      for (let n = far.source.read(chunk); n > 0; n = far.source.read(chunk)) {
        got = Buffer.concat([got, chunk.subarray(0, n)]);
      }
      if (put === all.length) near.end();
      return got.length === all.length && ended;
    });
    expect(got.equals(all)).toBe(true);
  });

  it("stay the caller's: what is sent may be changed at once", () => {
    const sink = handMadeSink(() => 2);
    const { pump: one } = pump(handMadeSource(), sink);
    const mine = Buffer.from("abcdef");
    one.send(mine, 0, 6);
    mine.fill("x");
    while (sink.ready());
    expect(sink.taken.toString()).toBe("abcdef");
  });

  it("are looked at once each, and only what the look passes on is sent", () => {
    const sink = handMadeSink();
    const source = handMadeSource("abc", "def");
    const { pump: one } = pump(source, sink, {
      look: (chunk, end) => one.send(chunk, 1, end),
    });
    while (source.isArmed() && source.waiting.length > 0) source.ready();
    expect(sink.taken.toString()).toBe("bcef");
    expect([one.read, one.written]).toEqual([6, 4]);
  });
});

describe("a full sink", () => {
  it("stops the reading, and its first room starts it again", () => {
    const source = handMadeSource("one", "two", "three");
    const sink = handMadeSink(() => NOTHING);
    const { pump: one } = pump(source, sink);
    while (source.ready());
    expect(one.waiting).toBe(3);
    expect(source.reads).toBe(1);
    expect(sink.isArmed()).toBe(true);
    sink.take = (offered) => offered;
    sink.ready();
    while (source.waiting.length > 0) expect(source.ready()).toBe(true);
    expect(sink.taken.toString()).toBe("onetwothree");
    expect(one.waiting).toBe(0);
  });

  it("is read ahead of for as much as may wait, and no more", () => {
    const source = handMadeSource(...Array.from({ length: 100 }, () => numbered(1000)));
    const { pump: one } = pump(
      source,
      handMadeSink(() => NOTHING),
      { holdAbove: 10_000 },
    );
    while (source.ready());
    expect(one.waiting).toBe(10_000);
  });

  it("gets nothing of what is discarded, and the reading goes on", () => {
    const source = handMadeSource("one", "two");
    const sink = handMadeSink(() => NOTHING);
    const { pump: one } = pump(source, sink);
    while (source.ready());
    sink.take = (offered) => offered;
    expect(one.discard()).toBe(3);
    expect(one.waiting).toBe(0);
    expect(sink.taken.toString()).toBe("two");
  });
});

describe("a flood", () => {
  it("gives the event loop its turn: a ready source is read a bounded number of times", () => {
    const source = handMadeSource(...Array.from({ length: 1000 }, () => numbered(4096)));
    pump(source, handMadeSink());
    source.ready();
    expect(source.reads).toBeLessThanOrEqual(32);
    expect(source.isArmed()).toBe(true);
  });
});

describe("the ends", () => {
  it("are told when the source is gone, after what it gave", () => {
    const source = handMadeSource("last words");
    source.ended = true;
    const sink = handMadeSink();
    const { told } = pump(source, sink);
    while (source.ready());
    expect(told).toEqual(["source gone"]);
    expect(sink.taken.toString()).toBe("last words");
  });

  it.each([
    ["at once", false],
    ["while bytes wait for it", true],
  ])("are told when the sink is gone %s", (_, waits) => {
    const source = handMadeSource("abc");
    const sink = handMadeSink(() => (waits ? NOTHING : GONE));
    const { told, pump: one } = pump(source, sink);
    source.ready();
    sink.take = () => GONE;
    sink.ready();
    expect(told).toEqual(["sink gone"]);
    one.send(Buffer.from("more"), 0, 4);
    expect(told).toEqual(["sink gone"]);
  });

  it("are told of an exception in the source, in the sink, and in a sink that bytes wait for", () => {
    const error = new Error("EBADF");
    const [first, second] = [handMadeSource(error), handMadeSource("abc")];
    const inSource = pump(first, handMadeSink());
    first.ready();
    expect(inSource.told).toEqual([error]);
    const inSink = pump(
      second,
      handMadeSink(() => error),
    );
    second.ready();
    expect(inSink.told).toEqual([error]);
    const sink = handMadeSink(() => NOTHING);
    const third = handMadeSource("abc");
    const later = pump(third, sink);
    third.ready();
    sink.take = () => error;
    sink.ready();
    expect(later.told).toEqual([error]);
  });

  it("are at rest after a stop, and what waits is still counted", () => {
    const source = handMadeSource("abc");
    const sink = handMadeSink(() => NOTHING);
    const { pump: one } = pump(source, sink);
    source.ready();
    one.stop();
    expect([source.isArmed(), sink.isArmed(), one.waiting]).toEqual([false, false, 3]);
    one.send(Buffer.from("more"), 0, 4);
    expect(one.waiting).toBe(3);
  });

  it("keep going one way after the reading stops: what waits still goes out", () => {
    const source = handMadeSource("abc", "def");
    const sink = handMadeSink(() => NOTHING);
    const { pump: one } = pump(source, sink);
    source.ready();
    one.stopReading();
    sink.take = (offered) => offered;
    sink.ready();
    expect(sink.taken.toString()).toBe("abc");
    expect(source.isArmed()).toBe(false);
    one.sweep();
    expect(sink.taken.toString()).toBe("abcdef");
  });

  it("sweep up all that has arrived, also in small pieces", () => {
    const source = handMadeSource("a", "bc", "d", "ef");
    const sink = handMadeSink();
    const { pump: one } = pump(source, sink);
    one.sweep();
    expect(sink.taken.toString()).toBe("abcdef");
  });
});

describe("the cursor", () => {
  it.each([
    ["", true],
    ["a", false],
    ["a\n", true],
    ["a\r", true],
    ["\nb", false],
  ])("behind %j is at the start of a line: %s", (text, isAtStart) => {
    const { pump: one } = pump(handMadeSource(), handMadeSink());
    one.send(Buffer.from(text), 0, text.length);
    expect(one.atLineStart).toBe(isAtStart);
  });
});

describe("something that has its turn between bytes", () => {
  const start = () => {
    const sink = handMadeSink();
    const pump = new Pump({
      source: handMadeSource(),
      sink,
      holdAbove: 1,
      onSourceGone: () => {},
      onSinkGone: () => {},
      onError: (error) => {
        throw error;
      },
    });
    const put = (text: string) => pump.send(Buffer.from(text), 0, text.length);
    let end = () => {};
    let began = "";
    const insert = () =>
      pump.insert(() => {
        began = `${sink.taken}`;
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
    return { sink, pump, put, insert, end: () => end(), began: () => began };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it("has it at once where nothing waits, and what comes later waits for its end", async () => {
    const { sink, put, insert, end, began } = start();
    put("a");
    insert();
    expect(began()).toBe("a");
    put("b");
    expect(sink.isArmed()).toBe(false);
    end();
    await turn();
    sink.ready();
    expect(`${sink.taken}`).toBe("ab");
    put("c");
    expect(`${sink.taken}`).toBe("abc");
  });

  it("has it when all before it is taken, also where more is queued behind it", async () => {
    const { sink, put, insert, end, began } = start();
    sink.take = () => 0;
    put("before");
    insert();
    put("behind");
    sink.take = () => 4;
    sink.ready();
    expect(began()).toBe("before");
    expect(`${sink.taken}`).toBe("before");
    end();
    await turn();
    sink.ready();
    expect(`${sink.taken}`).toBe("beforebehind");
  });

  it("can be taken back while it waits, and then nothing waits for it", () => {
    const { sink, put, insert, began } = start();
    sink.take = () => 0;
    put("before");
    const takeBack = insert();
    put("behind");
    takeBack();
    sink.take = (offered) => offered;
    sink.ready();
    expect(`${sink.taken}`).toBe("beforebehind");
    expect(began()).toBe("");
  });

  it("goes on when what waits in front of it is discarded", () => {
    const { sink, pump, put, insert, began } = start();
    put("a");
    sink.take = () => 0;
    put("dropped");
    insert();
    pump.discard();
    expect(began()).toBe("a");
  });

  it("is nothing for a pump that was stopped", () => {
    const { sink, pump, put, insert, began } = start();
    sink.take = () => 0;
    put("before");
    insert();
    pump.stop();
    pump.discard();
    expect(began()).toBe("");
  });
});

describe("a source that is held", () => {
  it("is asked whether its device is gone, and its end is told though nobody reads it", async () => {
    const source = handMadeSource(numbered(10), numbered(10, 10));
    let isGone = false;
    let looks = 0;
    source.isHungUp = () => {
      looks++;
      return isGone;
    };
    const { told } = pump(
      source,
      handMadeSink(() => NOTHING),
    );
    while (source.ready());
    await until("a look", () => looks > 0);
    expect(told).toEqual([]);
    isGone = true;
    await until("the end to be told", () => told.length > 0);
    expect(told).toEqual(["source gone"]);
  });

  it("is left alone where it cannot say so: no timer runs", () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length;
    const source = handMadeSource(numbered(10), numbered(10, 10));
    const before = timers();
    pump(
      source,
      handMadeSink(() => NOTHING),
    );
    while (source.ready());
    expect(timers()).toBe(before);
  });

  it("is asked no more once the sink goes on, or the pump is stopped", async () => {
    for (const goOn of [
      (sink: HandMadeSink, _: Pump) => {
        sink.take = (offered) => offered;
        sink.ready();
      },
      (_: HandMadeSink, one: Pump) => one.stop(),
    ]) {
      const source = handMadeSource(numbered(10), numbered(10, 10));
      let looks = 0;
      source.isHungUp = () => {
        looks++;
        return true;
      };
      const sink = handMadeSink(() => NOTHING);
      const { told, pump: one } = pump(source, sink);
      while (source.ready());
      goOn(sink, one);
      const startMs = performance.now();
      await until("more than a look's time", () => performance.now() - startMs > 700);
      expect([looks, told]).toEqual([0, []]);
    }
  });
});
