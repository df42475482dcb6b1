/** Characters on a wire between two UARTs that are set differently. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/virtual/pair/line-frame.js";
import { createStrictLine, isHarmless } from "../../../src/virtual/pair/strict-line.js";
import { createUart } from "../../../src/virtual/pair/uart.js";
import { bytes, cuts, passed, pieces } from "./queue.js";

const at = (bps: number, more: Partial<Frame> = {}): Frame => ({
  bps,
  databits: 8,
  parity: "none",
  stopbits: 1,
  ...more,
});

/** What is received of `sent`, sent without a pause. */
const received = (sender: Frame, receiver: Frame, sent: readonly number[] | Uint8Array) =>
  passed((out) => {
    const uart = createUart(sender, receiver);
    uart.send(Uint8Array.from(sent), 0, sent.length, out);
    uart.rest(out);
  });

const hex = (list: readonly number[]) => list.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

/*
 * Worked by hand from the levels on the line: bit 0 is the start, 1 to 8 the data, 9 the stop bit.
 * At half speed samples fall on the starts of bits 1, 3, 5, 7, 9, …; at twice the speed on 0.25, 0.75, 1.25, …
 */
describe("a receiver at another speed", () => {
  it.each<[string, number, number, number[], string]>([
    ["low for nine bits: three data bits and then the pause", 9600, 4800, [0x00], "f8"],
    ["a start bit that is over by its middle, five times", 9600, 4800, [0x55], ""],
    ["the low half is the second one: it begins at bit 5", 9600, 4800, [0x0f], "fe"],
    ["low up to bit 5", 9600, 4800, [0xf0], "fe"],
    ["two characters read as one, with the stop bit between them as bit 3", 9600, 4800, [0x00, 0x00], "08"],
    ["the start bit is read twice", 9600, 19200, [0xff], "fe"],
    ["a stop bit that is low, and then a line that stays low", 9600, 19200, [0x00], "00"],
    ["a stop bit that is low in bit 4; then the low bit 8 starts one more", 9600, 19200, [0x41], "06 fe"],
    ["a second character that begins within the first one's echo", 9600, 19200, [0x41, 0x41], "06 66 fe"],
    [
      "each stretch of low line is longer than a character: five of them",
      9600,
      115200,
      [0x55],
      "00 00 00 00 00",
    ],
    ["one stretch", 9600, 115200, [0x00], "00"],
    ["low for nine of twelve bits: a start bit", 115200, 9600, [0x00], "ff"],
    ["low again in the middle of the start bit", 115200, 9600, [0x0f], "ff"],
    ["high in the middle of the start bit", 115200, 9600, [0xff], ""],
  ])("reads %s", (_, from, to, sent, expected) => {
    expect(hex(received(at(from), at(to), sent))).toBe(expected);
  });

  // The middle of the last stop bit has to be in that bit: half a bit less a tick, of 9.5 bits, or of 10.5.
  it.each([
    [0.96, 1],
    [0.965, 2],
    [0.999, 1],
    [1.001, 2],
    [1.04, 1],
    [1.04, 2],
  ] as const)("harms nothing at %f of the speed with %i stop bits", (ratio, stopbits) => {
    const [sender, receiver] = [at(100_000, { stopbits }), at(100_000 * ratio, { stopbits })];
    expect(isHarmless(sender, receiver)).toBe(true);
    fc.assert(
      fc.property(bytes, (sent) => {
        expect(received(sender, receiver, sent)).toEqual([...sent]);
      }),
    );
  });

  it.each([0.5, 0.9, 0.93, 1.07, 1.1, 2])("is told to do harm at %f of the speed", (ratio) => {
    expect(isHarmless(at(100_000), at(100_000 * ratio))).toBe(false);
  });

  it("gets more bytes of a slower sender, and fewer of a faster one", () => {
    const sent = Array.from({ length: 1000 }, (_, place) => (place * 37) & 0xff);
    expect(received(at(9600), at(115200), sent).length).toBeGreaterThan(1500);
    expect(received(at(115200), at(9600), sent).length).toBeLessThan(200);
  });

  it("gets five bytes of one at most", () => {
    const speed = fc.integer({ min: 1, max: 4_000_000 });
    fc.assert(
      fc.property(speed, speed, bytes, (from, to, sent) => {
        expect(received(at(from), at(to), sent).length).toBeLessThanOrEqual(5 * sent.length);
      }),
    );
  });
});

describe("another frame", () => {
  const two: Partial<Frame> = { stopbits: 2 };
  it.each<[string, Partial<Frame>, Partial<Frame>, number[], string]>([
    ["one stop bit wanted, two sent: nothing", two, {}, [0x00, 0xff, 0x41], "00 ff 41"],
    ["two wanted, one sent, with a pause behind: nothing", {}, two, [0x41], "41"],
    ["two wanted, one sent: the next start bit is a stop bit that is low", {}, two, [0xff, 0xff], "ff"],
    ["two wanted, one sent: the line is high again after both", {}, two, [0x00, 0x00], "00"],
    ["seven bits wanted: the eighth is a stop bit that is low", {}, { databits: 7 }, [0x41], "41"],
    ["seven bits wanted: the eighth is a stop bit", {}, { databits: 7 }, [0xc1], "41"],
    ["an even parity bit of two ones", { databits: 7, parity: "even" }, {}, [0x41], "41"],
    ["an even parity bit of three ones", { databits: 7, parity: "even" }, {}, [0x43], "c3"],
    ["an odd parity bit of two ones", { databits: 7, parity: "odd" }, {}, [0x41], "c1"],
    ["a mark as parity bit", { databits: 7, parity: "mark" }, {}, [0x40], "c0"],
    ["a space as parity bit", { databits: 7, parity: "space" }, {}, [0x41], "41"],
    ["the parity bit is left out of the byte", { parity: "odd" }, { parity: "odd" }, [0x41, 0x00], "41 00"],
  ])("%s", (_, from, to, sent, expected) => {
    expect(hex(received(at(9600, from), at(9600, to), sent))).toBe(expected);
  });

  it("breaks a dense stream where two stop bits are wanted and one is sent, and nothing the other way", () => {
    expect(isHarmless(at(9600), at(9600, two))).toBe(false);
    expect(isHarmless(at(9600, two), at(9600))).toBe(true);
  });
});

describe("any two ends", () => {
  const frame = fc.record({
    bps: fc.oneof(fc.integer({ min: 1, max: 4_000_000 }), fc.integer({ min: 1, max: 2 ** 32 - 1 })),
    databits: fc.constantFrom(5, 6, 7, 8 as const),
    parity: fc.constantFrom("none", "even", "odd", "mark", "space" as const),
    stopbits: fc.constantFrom(1, 2 as const),
  }) as fc.Arbitrary<Frame>;

  it("give the same bytes however the stream is cut", () => {
    fc.assert(
      fc.property(frame, frame, bytes, cuts, (sender, receiver, sent, sizes) => {
        const cut = passed((out) => {
          const uart = createUart(sender, receiver);
          for (const { from, start, end } of pieces(sent, sizes)) uart.send(from, start, end, out);
          uart.rest(out);
        });
        expect(cut).toEqual(received(sender, receiver, sent));
      }),
      { numRuns: 500 },
    );
  });

  it("understand each other when they are set alike, in each burst anew", () => {
    fc.assert(
      fc.property(frame, fc.array(bytes, { maxLength: 4 }), (both, bursts) => {
        const mask = 2 ** both.databits - 1;
        const found = passed((out) => {
          const uart = createUart(both, both);
          for (const burst of bursts) {
            uart.send(burst, 0, burst.length, out);
            uart.rest(out);
          }
        });
        expect(found).toEqual(bursts.flatMap((burst) => [...burst].map((byte) => byte & mask)));
      }),
    );
  });

  it("make the same of a burst whatever went before it", () => {
    fc.assert(
      fc.property(frame, frame, fc.array(bytes, { maxLength: 4 }), (sender, receiver, bursts) => {
        const found = passed((out) => {
          const uart = createUart(sender, receiver);
          for (const burst of bursts) {
            uart.send(burst, 0, burst.length, out);
            uart.rest(out);
          }
        });
        expect(found).toEqual(bursts.flatMap((burst) => received(sender, receiver, burst)));
      }),
      { numRuns: 300 },
    );
  });

  it("never throw: 100,000 characters", () => {
    fc.assert(
      fc.property(
        frame,
        frame,
        fc.uint8Array({ minLength: 1000, maxLength: 1000 }),
        (sender, receiver, sent) => {
          received(sender, receiver, sent);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("a strict line", () => {
  const line = createStrictLine;
  const send = (strict: ReturnType<typeof line>, sent: readonly number[]) =>
    passed((out) => {
      strict.send(Uint8Array.from(sent), 0, sent.length, out);
      strict.rest(out);
    });
  const set = (strict: ReturnType<typeof line>, sender: Frame, receiver: Frame) =>
    passed((out) => strict.set({ sender, receiver }, out));

  it("passes what is sent between ends that agree, or nearly do, and counts nothing", () => {
    const strict = line();
    set(strict, at(9600), at(9700));
    expect(send(strict, [1, 2, 3])).toEqual([1, 2, 3]);
    expect([strict.garbled, strict.misread]).toEqual([0, 0]);
  });

  it("counts what was sent and what was read in its place", () => {
    const strict = line();
    set(strict, at(9600), at(19200));
    expect(send(strict, [0x41, 0x41])).toEqual([0x06, 0x66, 0xfe]);
    expect([strict.garbled, strict.misread]).toEqual([2, 3]);
    passed((out) => strict.set(undefined, out));
    expect(send(strict, [0x41])).toEqual([0x41]);
    expect([strict.garbled, strict.misread]).toEqual([2, 3]);
  });

  it("delivers the character that a new setting interrupts", () => {
    const strict = line();
    set(strict, at(9600), at(4800));
    expect(passed((out) => strict.send(Uint8Array.of(0x00), 0, 1, out))).toEqual([]);
    expect(set(strict, at(9600), at(9600))).toEqual([0xf8]);
  });

  it("hears nothing at 0 bps", () => {
    const strict = line();
    set(strict, at(9600), at(0));
    expect(send(strict, [1, 2, 3])).toEqual([]);
    expect([strict.garbled, strict.misread]).toEqual([3, 0]);
  });
});
