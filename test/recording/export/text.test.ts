/** A recording as text: a log of it, and a transcript. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlainText, createTranscript } from "../../../src/recording/export/text.js";
import { bytes, cutRecords, encode, event, SAMPLE } from "./sample.js";

describe("a recording as text", () => {
  it("is what went one way, byte for byte", () => {
    expect(encode(createPlainText("rx"), SAMPLE).toString()).toBe("login: root\r\n温 20 °C\r\n");
    expect(encode(createPlainText("tx"), SAMPLE).toString()).toBe("root\r");
    const any = bytes("rx", 0, Buffer.from([0xff, 0, 0x1b]));
    expect(encode(createPlainText("rx"), [any])).toEqual(Buffer.from([0xff, 0, 0x1b]));
  });
});

describe("a transcript", () => {
  it("has the lines of both sides with their times, and what happened between them", () => {
    expect(encode(createTranscript(), SAMPLE).toString()).toBe(`\
        0.000000 = start /dev/ttyUSB0 at 2025-11-21T17:10:00.000000Z, recorded by robin 0.2.0
        0.000500 = settings 115200 8N1, no flow control
        0.001000 = lines DTR on, RTS on, CTS on, DSR off, DCD off, RI off
        1.234567 < login: 
        2.000000 > root
        2.001000 < root
        2.502000 < 温 20 °C
        3.000000 = mark power off
        3.100000 = error frame 2, overrun 1
        3.150000 = error write log x: no space left on device (ENOSPC)
        3.200000 = break sent, 250 ms
        3.250000 = drop 12 bytes not sent
        3.260000 = drop 3 events
        3.300000 = lost /dev/ttyUSB0
        3.500000 = back /dev/ttyUSB1
        3.600000 = command sz file, status 0
        4.000000 = end quit, 20 bytes received, 5 bytes sent
`);
  });

  it("has nothing that acts on a terminal", () => {
    const records = [
      bytes("rx", 1, "\x1b]52;c;aGVsbG8=\x07\x9b2J\u202e\n"),
      event(2, { event: "mark", text: "\x1b[2J" }),
      event(3, { event: "break", way: "rx", count: 2 }),
      event(3.5, { event: "lines", lines: { dcd: true, ri: false }, changes: { dcd: 1, ri: 2 } }),
      event(4, { event: "command", command: "rz\x07" }),
      bytes("rx", 5, Buffer.concat([Buffer.from([0xff, 0x41]), Buffer.from(" über\n")])),
    ];
    expect(encode(createTranscript(), records).toString()).toBe(`\
        1.000000 < \\x1b]52;c;aGVsbG8=\\x07\\x9b2J\\u202e
        2.000000 = mark \\x1b[2J
        3.000000 = break received 2 times
        3.500000 = lines DCD on, RI off, RI changed 2 times
        4.000000 = command rz\\x07
        5.000000 < \\xffA über
`);
  });

  it("keeps a CR within a line, and takes CR LF as one end of what was sent, cut or not", () => {
    const records = [
      bytes("rx", 1, "10%\r20%\r\n"),
      bytes("tx", 2, "a\r"),
      bytes("tx", 3, "\nb\r\n"),
      bytes("tx", 4, "\r"),
      bytes("tx", 5, "c\n\n"),
    ];
    expect(encode(createTranscript(), records).toString()).toBe(`\
        1.000000 < 10%\\x0d20%
        2.000000 > a
        3.000000 > b
        4.000000 > 
        5.000000 > c
        5.000000 > 
`);
  });

  it("has a bound for a line that does not end", () => {
    const text = encode(createTranscript(), [bytes("rx", 1, "x".repeat(10_000))]).toString();
    expect(text.split("\n").map((line) => line.length)).toEqual([19 + 4096, 19 + 4096, 19 + 1808, 0]);
  });

  it("is the same however the bytes were cut", () => {
    fc.assert(
      fc.property(cutRecords, ({ whole, cut }) => {
        expect(encode(createTranscript(), cut)).toEqual(encode(createTranscript(), whole));
      }),
      { numRuns: 1000 },
    );
  });
});
