import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { type PacingMiss, type PacingOptions, pacedSink } from "../../src/session/pacing.js";
import { handMadeSink } from "./hand-made.js";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
  });
});
afterEach(() => vi.useRealTimers());

/** What a pump does: offers what waits, and again when it is told to. Keeps when each byte was taken. */
function sender(options: PacingOptions) {
  const port = handMadeSink();
  const misses: PacingMiss[] = [];
  const taken: { text: string; atMs: number }[] = [];
  const startMs = performance.now();
  const sink = pacedSink(port, options, { onTimeout: (miss) => misses.push(miss) });
  let waiting = Buffer.alloc(0);
  const flush = () => {
    while (waiting.length > 0) {
      const count = sink.write(waiting, 0, waiting.length);
      if (count === GONE) return;
      if (count === NOTHING) return sink.arm();
      taken.push({ text: waiting.toString("latin1", 0, count), atMs: performance.now() - startMs });
      waiting = waiting.subarray(count);
    }
  };
  sink.onReady(flush);
  return {
    sink,
    port,
    misses,
    taken,
    get waiting() {
      return waiting.length;
    },
    send(text: string) {
      const isFirst = waiting.length === 0;
      waiting = Buffer.concat([waiting, Buffer.from(text, "latin1")]);
      if (isFirst) flush();
    },
    discard() {
      waiting = Buffer.alloc(0);
      sink.discard();
    },
    receive(text: string) {
      sink.received(Buffer.from(text), Buffer.byteLength(text));
      vi.advanceTimersByTime(0); // setImmediate
    },
    after: (ms: number) => void vi.advanceTimersByTime(ms),
    sent: () => port.taken.toString("latin1"),
  };
}

describe("a sink with nothing to wait for", () => {
  it("passes on what it is given, in one write, and what the port says", () => {
    const one = sender({});
    one.send("one\rtwo\rthree");
    expect(one.taken).toEqual([{ text: "one\rtwo\rthree", atMs: 0 }]);
    one.port.left = 5;
    expect(one.sink.unsent()).toBe(5);
    one.port.take = () => GONE;
    expect(one.sink.write(Buffer.from("x"), 0, 1)).toBe(GONE);
    expect(one.sink.isWaiting).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("waits for the port, not for a timer, where the port takes no more", () => {
    const one = sender({ byteDelayMs: 5 });
    one.port.take = () => 0;
    one.send("a");
    expect(one.port.isArmed()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(one.sink.isWaiting).toBe(false);
    one.port.take = () => 1;
    one.port.ready();
    expect(one.sent()).toBe("a");
  });
});

describe("delays", () => {
  it("rests behind each byte", () => {
    const one = sender({ byteDelayMs: 10 });
    one.send("abcd");
    one.after(100);
    expect(one.taken).toEqual([
      { text: "a", atMs: 0 },
      { text: "b", atMs: 10 },
      { text: "c", atMs: 20 },
      { text: "d", atMs: 30 },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rests behind each line, whatever ends it", () => {
    const one = sender({ lineDelayMs: 50 });
    one.send("one\rtwo\nthree\r\nfour");
    one.after(1000);
    expect(one.taken).toEqual([
      { text: "one\r", atMs: 0 },
      { text: "two\n", atMs: 50 },
      { text: "three\r\n", atMs: 100 },
      { text: "four", atMs: 150 },
    ]);
  });

  it("takes CR and LF for one line end when they come one after the other", () => {
    const one = sender({ lineDelayMs: 50 });
    one.send("one\r");
    one.after(20);
    one.send("\ntwo");
    one.after(1000);
    expect(one.taken).toEqual([
      { text: "one\r", atMs: 0 },
      { text: "\n", atMs: 20 },
      { text: "two", atMs: 70 },
    ]);
  });

  it("counts a rest from when the driver has sent what it was given", () => {
    const one = sender({ lineDelayMs: 50 });
    one.port.left = 4;
    one.send("one\rtwo\r");
    one.after(200);
    expect(one.sent()).toBe("one\r");
    expect(one.sink.isWaiting, "a driver that sends nothing is no reason to wait at the end").toBe(false);
    one.port.left = 0;
    one.after(49);
    expect(one.sent()).toBe("one\r");
    expect(one.sink.isWaiting).toBe(true);
    one.after(20);
    expect(one.sent()).toBe("one\rtwo\r");
  });

  it("does not rest where the time is up already", () => {
    const one = sender({ lineDelayMs: 50, byteDelayMs: 3 });
    one.send("\r");
    one.after(60);
    one.send("x");
    expect(one.taken.at(-1)).toEqual({ text: "x", atMs: 60 });
  });

  it("keeps the rate of delays shorter than a timer, and is never ahead of it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        (byteDelayMs, lateMs) => {
          const one = sender({ byteDelayMs });
          one.send("x".repeat(2000));
          for (let ms = 0; ms < 40; ms++) one.after(lateMs + 1);
          let count = 0;
          for (const { text, atMs } of one.taken) {
            count += text.length;
            expect((count - 1) * byteDelayMs).toBeLessThanOrEqual(atMs + 1e-6);
          }
          const shouldBe = Math.min(2000, (40 * (lateMs + 1)) / byteDelayMs);
          expect(count).toBeGreaterThan(shouldBe * 0.9 - 1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("does not make up for the time in which nothing was to be sent", () => {
    const one = sender({ byteDelayMs: 0.1 });
    one.after(1000);
    one.send("x".repeat(100));
    expect(one.sent()).toBe("x");
    one.after(100);
    expect(one.sent()).toHaveLength(100);
  });

  it("changes while it runs", () => {
    const one = sender({ byteDelayMs: 1000 });
    one.send("abcd");
    one.sink.set({ byteDelayMs: 10 });
    one.after(15);
    expect(one.sent()).toBe("abc");
    one.sink.set({});
    one.after(0);
    expect(one.sent()).toBe("abcd");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the echo", () => {
  it("is waited for byte by byte", () => {
    const one = sender({ echo: "byte" });
    one.send("ab\r");
    expect(one.sent()).toBe("a");
    one.receive("x");
    expect(one.sent()).toBe("a");
    one.receive("a");
    expect(one.sent()).toBe("ab");
    one.receive("b");
    expect(one.sent()).toBe("ab\r");
    expect(one.sink.isWaiting).toBe(true);
    one.receive("\r\n");
    expect(one.sink.isWaiting).toBe(false);
  });

  it("is waited for line by line", () => {
    const one = sender({ echo: "line" });
    one.send("one\rtwo\r");
    expect(one.sent()).toBe("one\r");
    one.receive("on");
    one.receive("[  12.3] usb 1-1: lost\n");
    expect(one.sent()).toBe("one\r");
    one.receive("e\r\n");
    expect(one.sent()).toBe("one\rtwo\r");
  });

  it("of a line that is long is waited for on the way", () => {
    const one = sender({ echo: "line" });
    const line = "x".repeat(3000);
    one.send(`${line}\r`);
    expect(one.sent()).toHaveLength(1024);
    one.receive("x".repeat(1024));
    expect(one.sent()).toHaveLength(2048);
    one.receive(line);
    expect(one.sent()).toBe(`${line}\r`);
  });

  it("of a line end may be any line end, of a tab spaces, and control characters have none", () => {
    const one = sender({ echo: "byte" });
    one.send("\x03\x7f\t\r\nz");
    expect(one.sent()).toBe("\x03\x7f\t");
    one.receive("        ");
    one.receive("\n");
    one.receive("\r\n");
    expect(one.sent()).toBe("\x03\x7f\t\r\nz");
  });

  it("that does not come is told, and the next line is sent", () => {
    const one = sender({ echo: "byte", timeoutMs: 500 });
    one.send("secret\rls\r");
    one.after(499);
    expect(one.misses).toEqual([]);
    one.after(1);
    expect(one.misses).toEqual([{ what: "echo", afterMs: 500 }]);
    one.after(1);
    expect(one.sent()).toBe("secret\rl");
    one.receive("l");
    one.after(499);
    expect(one.misses).toHaveLength(1);
    one.receive("s");
    expect(one.sent()).toBe("secret\rls\r");
  });

  it("has as long for each byte as for the first", () => {
    const one = sender({ echo: "line", timeoutMs: 500 });
    one.send("abc\rx");
    for (const byte of "abc\r") {
      one.after(400);
      one.receive(byte);
    }
    expect(one.misses).toEqual([]);
    expect(one.sent()).toBe("abc\rx");
  });
});

describe("the prompt", () => {
  it("is waited for behind each line of a pipe, the last one too", () => {
    const one = sender({ waitFor: /^=> $/m });
    one.send("help\r\nreset\r\n");
    expect(one.sent()).toBe("help\r\n");
    one.receive("help\r\n=> is no prompt\r\n=");
    expect(one.sent()).toBe("help\r\n");
    one.receive("> ");
    expect(one.sent()).toBe("help\r\nreset\r\n");
    expect(one.waiting).toBe(0);
    expect(one.sink.isWaiting).toBe(true);
    one.receive("\r\n=> ");
    expect(one.sink.isWaiting).toBe(false);
    expect(vi.getTimerCount(), "one that ends by itself").toBe(1);
    one.after(10_000);
    expect(one.misses).toEqual([]);
  });

  it("that came before the line is no answer to it", () => {
    const one = sender({ waitFor: /# / });
    one.receive("# ");
    one.send("a\nb\n");
    expect(one.sent()).toBe("a\n");
    one.receive("# ");
    expect(one.sent()).toBe("a\nb\n");
  });

  it.each(["", "g", "y"])("is found each time, with the flags %j", (flags) => {
    const one = sender({ waitFor: new RegExp("> ", flags) });
    one.send("a\nb\nc\nd");
    for (const sent of ["a\nb\n", "a\nb\nc\n", "a\nb\nc\nd"]) {
      one.receive("\r\n> ");
      expect(one.sent()).toBe(sent);
    }
  });

  it("is found in whatever pieces it comes, in any script, behind any amount of text", () => {
    const text = Buffer.from(`${"word ".repeat(3000)}\r\n路由器❯ `);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
        fc.boolean(),
        (cuts, global) => {
          const one = sender({ waitFor: new RegExp("^路由器❯ ", global ? "gm" : "m") });
          one.send("a\nb");
          let at = 0;
          for (let n = 0; at < text.length; n++) {
            expect(one.sent()).toBe("a\n");
            const piece = text.subarray(at, at + cuts[n % cuts.length]!);
            one.sink.received(Buffer.concat([piece, Buffer.from("❯")]), piece.length);
            one.after(0);
            at += piece.length;
          }
          expect(one.sent()).toBe("a\nb");
          one.sink.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("that does not come is told, and the next line is sent", () => {
    const one = sender({ waitFor: /> /, timeoutMs: 100 });
    one.send("a\nb\n");
    one.after(101);
    expect(one.misses).toEqual([{ what: "prompt", afterMs: 100 }]);
    expect(one.sent()).toBe("a\nb\n");
    one.after(100);
    expect(one.misses).toHaveLength(2);
    expect(one.sink.isWaiting).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is waited for once behind CR and LF that come one after the other", () => {
    const one = sender({ waitFor: /> / });
    one.send("a\r");
    one.receive("> ");
    one.send("\nb\n");
    expect(one.sent()).toBe("a\r\nb\n");
    one.discard();
    one.send("c\r");
    one.send("\nd");
    expect(one.sent()).toBe("a\r\nb\nc\r\n");
    one.receive("> ");
    expect(one.sent()).toBe("a\r\nb\nc\r\nd");
  });

  it("comes behind the echo where both are asked for", () => {
    const one = sender({ waitFor: /> /, echo: "line" });
    one.send("a>\rb");
    one.receive("a> ");
    expect(one.sent()).toBe("a>\r");
    one.receive("\r\n");
    expect(one.sent()).toBe("a>\rb");
  });
});

describe("at a terminal", () => {
  const options: PacingOptions = { waitFor: /> /, echo: "byte", timeoutMs: 1000, isTerminal: true };

  it("single keys and single lines never wait", () => {
    const one = sender(options);
    one.send("sleep 100\r");
    one.send("\x03");
    one.send("ls\r");
    expect(one.sent()).toBe("sleep 100\r\x03ls\r");
    expect(one.sink.isWaiting).toBe(false);
    one.after(5000);
    expect(one.misses).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a paste of several lines waits, to its last byte, and a key behind it comes next", () => {
    const one = sender({ ...options, echo: "line" });
    one.send("one\rtwo\rthree");
    expect(one.sent()).toBe("one\r");
    one.send("\x03");
    expect(one.sent()).toBe("one\r");
    one.receive("one\r\n> ");
    expect(one.sent()).toBe("one\rtwo\r");
    one.receive("two\r\n> ");
    expect(one.sent()).toBe("one\rtwo\rthree\x03");
    one.send("\x03");
    expect(one.sent().at(-1)).toBe("\x03");
  });

  it("a paste that was read in pieces goes on as one", () => {
    const one = sender({ waitFor: /> /, isTerminal: true });
    one.send("one\rtwo\r");
    one.send("three\r");
    one.receive("> ");
    expect(one.sent()).toBe("one\rtwo\r");
    one.receive("> ");
    expect(one.sent()).toBe("one\rtwo\rthree\r");
  });

  it("a paste behind a line waits for that line's prompt, unless it came", () => {
    const one = sender({ waitFor: /> /, isTerminal: true });
    one.send("cd\r");
    one.send("one\rtwo\r");
    expect(one.sent()).toBe("cd\r");
    one.receive("> ");
    expect(one.sent()).toBe("cd\rone\r");
  });

  it("a prompt that does not come is told where a paste waits for it", () => {
    const one = sender({ ...options, echo: "line" });
    one.send("one\rtwo\r");
    one.receive("one\r\n");
    one.after(1001);
    expect(one.misses).toEqual([{ what: "prompt", afterMs: 1000 }]);
    expect(one.sent()).toBe("one\rtwo\r");
  });
});

describe("at the end", () => {
  it("what was discarded keeps nothing waiting", () => {
    const one = sender({ echo: "byte", waitFor: /> /, byteDelayMs: 1000, lineDelayMs: 1000 });
    one.send("a\rb\r");
    expect(one.sink.isWaiting).toBe(true);
    one.discard();
    expect(one.sink.isWaiting).toBe(false);
    one.send("c");
    expect(one.sent()).toBe("ac");
  });

  it("a miss may end it all", () => {
    const one = sender({ echo: "byte", timeoutMs: 10 });
    one.send("abc");
    one.misses.push = () => {
      one.sink.disarm();
      return 0;
    };
    one.after(1000);
    expect(one.sent()).toBe("a");
    expect(vi.getTimerCount()).toBe(0);
    one.sink.close();
    expect(one.port.closed).toBe(true);
  });
});

it("no option and no answer loses, doubles or changes a byte", () => {
  const option = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const bytes = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n", ">", "\x03"), maxLength: 40 });
  fc.assert(
    fc.property(
      option(fc.constantFrom(0.3, 1, 7)),
      option(fc.constantFrom(3, 20)),
      option(fc.constantFrom("byte" as const, "line" as const)),
      option(fc.constant(/>/)),
      fc.boolean(),
      fc.array(
        fc.record({
          send: bytes,
          receive: bytes,
          after: fc.integer({ min: 0, max: 5 }),
          takes: fc.integer({ min: 0, max: 9 }),
        }),
      ),
      (byteDelayMs, lineDelayMs, echo, waitFor, isTerminal, steps) => {
        const given = { byteDelayMs, lineDelayMs, echo, waitFor, isTerminal, timeoutMs: 50 };
        const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        vi.clearAllTimers();
        const one = sender(options);
        let all = "";
        for (const { send, receive, after, takes } of steps) {
          one.port.take = (offered) => Math.min(offered, takes);
          one.send(send);
          all += send;
          one.receive(receive);
          one.after(after);
          one.port.ready();
        }
        one.port.take = (offered) => offered;
        for (let turn = 0; turn < 5000 && one.waiting > 0; turn++) {
          one.after(20);
          one.port.ready();
        }
        expect(one.sent()).toBe(all);
        one.after(1000);
        expect(vi.getTimerCount()).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
