/** Lines of a recording: what is written, and that it is read as it was meant. */
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLine } from "../../src/bytes/json-line.js";
import type { Way } from "../../src/bytes/stage.js";
import { decodeLine, encodeBytes, encodeEvent } from "../../src/recording/format.js";
import type { Stamp } from "../../src/recording/record.js";
import type { SessionEvent } from "../../src/session/session-event.js";

const STAMP: Stamp = { at: 1763745000.123456, elapsed: 1.234567 };

function lines(way: Way, bytes: Uint8Array, start = 0, end = bytes.length): string[] {
  const all: string[] = [];
  encodeBytes(way, bytes, start, end, STAMP, (line) => all.push(Buffer.from(line).toString("utf8")));
  return all;
}

function bytesOf(all: readonly string[]): Buffer {
  return Buffer.concat(
    all.map((line) => {
      const record = decodeLine(line);
      if (record?.kind !== "bytes") throw new Error(`no bytes in ${line}`);
      return record.bytes;
    }),
  );
}

describe("a line with bytes", () => {
  it.each<[string, Way, Buffer, string]>([
    ["text", "rx", Buffer.from("login: "), '"text":"login: "'],
    ["what was sent", "tx", Buffer.from("root\r"), '"text":"root\\r"'],
    ["what is no text", "rx", Buffer.from([0xff, 0x00, 0x41]), '"base64":"/wBB"'],
    [
      "quotes and control characters",
      "rx",
      Buffer.from('"\\\x1b[0m\0\x7f'),
      '"text":"\\"\\\\\\u001b[0m\\u0000\\u007f"',
    ],
    ["other alphabets as they are", "rx", Buffer.from("20 °C → 温度 😀"), '"text":"20 °C → 温度 😀"'],
    ["a C1 control", "rx", Buffer.from("\x9b2J"), '"text":"\\u009b2J"'],
    [
      "a change of direction",
      "rx",
      Buffer.from("a\u202eb\u061cc\u2066d"),
      '"text":"a\\u202eb\\u061cc\\u2066d"',
    ],
  ])("holds %s", (_, way, bytes, content) => {
    expect(lines(way, bytes)).toEqual([
      `{"event":"${way}","at":1763745000.123456,"elapsed":1.234567,${content}}\n`,
    ]);
  });

  it("has its times to the microsecond, with all their digits", () => {
    const all: string[] = [];
    encodeBytes("rx", Buffer.from("a"), 0, 1, { at: 1763745000.1, elapsed: 0 }, (line) =>
      all.push(`${Buffer.from(line)}`),
    );
    expect(all).toEqual(['{"event":"rx","at":1763745000.100000,"elapsed":0.000000,"text":"a"}\n']);
  });

  it("leaves all but a character that was cut by a read as text", () => {
    const text = Buffer.from("温度 20 °C 😀");
    const parts = lines("rx", text, 1, text.length - 1).map((line) => JSON.parse(line));
    expect(parts.map(({ text, base64 }) => text ?? Buffer.from(base64, "base64").length)).toEqual([
      2,
      "度 20 °C ",
      3,
    ]);
  });

  it("is equal to what JSON.stringify makes of any text, and harmless on a screen", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        const all = lines("rx", Buffer.from(text));
        if (text === "") return void expect(all).toEqual([]);
        const { event, ...rest } = { event: "rx", text };
        expect(all.join("")).toBe(
          `{"event":"${event}","at":1763745000.123456,"elapsed":1.234567,${jsonLine(rest).slice(1)}`,
        );
      }),
      { numRuns: 500 },
    );
    const everything = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join("");
    expect(lines("rx", Buffer.from(everything)).join("").trimEnd()).not.toMatch(
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u,
    );
  });

  it("gives back any bytes, however they are cut", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text)),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(40), { maxLength: 12 }), (parts, cuts) => {
        const bytes = Buffer.concat(parts);
        const all: string[] = [];
        let start = 0;
        for (const cut of [...cuts, bytes.length]) {
          const end = Math.min(bytes.length, start + cut);
          all.push(...lines("tx", bytes, start, end));
          start = end;
        }
        expect(bytesOf(all).equals(bytes)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it("has a bound: more bytes are more lines", () => {
    const bytes = Buffer.alloc(200_000);
    const all = lines("rx", bytes);
    expect(all.length).toBe(4);
    expect(bytesOf(all).equals(bytes)).toBe(true);
  });

  it("is made of 100,000 random chunks without a throw", () => {
    const bytes = Buffer.alloc(64);
    let state = 1;
    for (let run = 0; run < 100_000; run++) {
      for (let at = 0; at < bytes.length; at += 4) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes.writeUInt32LE(state, at);
      }
      const start = state % 50;
      encodeBytes("rx", bytes, start, start + ((state >>> 8) % 15), STAMP, (line) => {
        if (line[0] !== 0x7b || line.at(-1) !== 0x0a || !isUtf8(line))
          throw new Error(`${Buffer.from(line)}`);
      });
    }
  });
});

describe("a line with an event", () => {
  it.each<[SessionEvent, string]>([
    [
      { event: "start", version: 1, program: "robin 0.2.0", port: "/dev/ttyUSB0" },
      '"version":1,"program":"robin 0.2.0","port":"/dev/ttyUSB0"',
    ],
    [{ event: "lines", lines: { cts: true, dcd: false } }, '"lines":{"cts":true,"dcd":false}'],
    [{ event: "break", way: "rx", count: 2 }, '"way":"rx","count":2'],
    [{ event: "error", counters: { frame: 3 } }, '"counters":{"frame":3}'],
    [{ event: "error", message: "write log x: No space left" }, '"message":"write log x: No space left"'],
    [{ event: "mark", text: "power on\x1b[2J\u202e" }, '"text":"power on\\u001b[2J\\u202e"'],
    [{ event: "lost", port: "/dev/ttyUSB0" }, '"port":"/dev/ttyUSB0"'],
    [{ event: "back", port: "/dev/ttyUSB1" }, '"port":"/dev/ttyUSB1"'],
    [{ event: "drop", way: "tx", bytes: 12 }, '"way":"tx","bytes":12'],
    [{ event: "command", command: "sz file", status: 0 }, '"command":"sz file","status":0'],
    [{ event: "end", reason: "quit", received: 10, sent: 2 }, '"reason":"quit","received":10,"sent":2'],
  ])("%j is written with both clocks and read again", (event, content) => {
    const line = encodeEvent(event, STAMP);
    expect(line).toBe(`{"event":"${event.event}","at":1763745000.123456,"elapsed":1.234567,${content}}\n`);
    expect(decodeLine(line)).toEqual({ kind: "event", event, ...STAMP });
  });
});

describe("a line that is read", () => {
  it.each([
    "",
    "login: ",
    "null",
    "[]",
    "{}",
    '{"event":"rx"}',
    '{"event":"rx","at":1,"elapsed":1}',
    '{"event":"rx","at":"1","elapsed":1,"text":"a"}',
    '{"event":"rx","at":1e999,"elapsed":1,"text":"a"}',
    '{"event":"rx","at":1,"elapsed":null,"text":"a"}',
    '{"event":"rx","at":1,"elapsed":1,"text":"a","base64":"YQ=="}',
    '{"event":"rx","at":1,"elapsed":1,"base64":"Y"}',
    '{"event":"rx","at":1,"elapsed":1,"base64":"Y!=="}',
    '{"event":"rx","at":1,"elapsed":1,"text":"\\ud800"}',
    '{"event":"mark","at":1,"elapsed":1}',
    '{"event":"lines","at":1,"elapsed":1,"lines":[]}',
    '{"event":"break","at":1,"elapsed":1,"way":"up"}',
    '{"event":"rx","at":1,"elapsed":1,"text":"a"',
  ])("is no record where it is %s", (line) => {
    expect(decodeLine(line)).toBeUndefined();
  });

  it("may be of an event of later days", () => {
    expect(decodeLine('{"event":"weather","at":2,"elapsed":1,"sky":"clear"}')).toEqual({
      kind: "unknown",
      name: "weather",
      at: 2,
      elapsed: 1,
    });
    expect(decodeLine('{"event":"toString","at":2,"elapsed":1}')).toMatchObject({ kind: "unknown" });
  });

  it("may have keys of later days", () => {
    const line = '{"event":"rx","at":2,"elapsed":1,"text":"a","port":"A"}';
    expect(decodeLine(line)).toMatchObject({ kind: "bytes", way: "rx", bytes: Buffer.from("a") });
  });

  it("counts from the first line where it has the wall clock alone", () => {
    expect(decodeLine('{"event":"rx","at":12.5,"text":"a"}', 10.25)).toMatchObject({ elapsed: 2.25 });
    expect(decodeLine('{"event":"rx","at":12.5,"text":"a"}')).toMatchObject({ elapsed: 0 });
    expect(decodeLine('{"event":"rx","at":9,"text":"a"}', 10)).toMatchObject({ elapsed: 0 });
  });

  it("is read or refused, never thrown at, whatever it is", () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.object().map((it) => JSON.stringify({ event: "rx", at: 1, ...it })),
    );
    fc.assert(
      fc.property(value, (line) => void decodeLine(line)),
      { numRuns: 2000 },
    );
  });
});
