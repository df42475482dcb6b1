/** A recording as Wireshark opens it, byte by byte. What Wireshark makes of it is test/e2e/export.test.ts. */
import { describe, expect, it } from "vitest";
import { createPcap } from "../../../src/recording/export/pcap.js";
import { bytes, encode, event, SAMPLE, START_S } from "./sample.js";

const FILE_HEADER = "d4c3b2a1 0200 0400 00000000 00000000 ffff0000 fa000000".replaceAll(" ", "");

/** Packets as their time in µs since START_S, event, lines and bytes. */
function packets(file: Buffer) {
  expect(file.subarray(0, 24).toString("hex")).toBe(FILE_HEADER);
  const all = [];
  for (let at = 24; at < file.length; ) {
    const [seconds, micros, length] = [0, 4, 8].map((offset) => file.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    expect(file.readUInt32LE(at + 12)).toBe(length);
    expect(length).toBeLessThanOrEqual(65_535);
    const packet = file.subarray(at + 16, at + 16 + length);
    expect([packet.readUInt32BE(0), packet.readUInt32BE(4)]).toEqual([seconds, micros]);
    expect(packet.readUInt16BE(10)).toBe(0);
    all.push([
      (seconds - START_S) * 1e6 + micros,
      packet[8],
      packet[9],
      packet.subarray(12).toString("latin1"),
    ]);
    at += 16 + length;
  }
  return all;
}

describe("a pcap file", () => {
  it("has a packet for each piece of either way, and for what happened on the line", () => {
    expect(packets(encode(createPcap(), SAMPLE))).toEqual([
      [1000, 0x00, 0x19, ""],
      [1_234_567, 0x02, 0x19, "login: "],
      [2_000_000, 0x01, 0x19, "r"],
      [2_001_000, 0x02, 0x19, "r"],
      [2_500_000, 0x01, 0x19, "oot\r"],
      [2_501_000, 0x02, 0x19, "oot\r\n"],
      [2_502_000, 0x02, 0x19, "\xe6\xb8"],
      [2_503_000, 0x02, 0x19, "\xa9 20 \xc2\xb0C\r\n"],
      [3_100_000, 0x07, 0x19, ""],
      [3_100_000, 0x0a, 0x19, ""],
      [3_200_000, 0x09, 0x19, ""],
      [3_260_000, 0x05, 0x19, ""],
      [3_300_000, 0x00, 0x00, ""],
      [4_000_000, 0x06, 0x00, ""],
    ]);
  });

  it("has a bit for each line", () => {
    const bits = (["cts", "dcd", "dsr", "rts", "dtr", "ri"] as const).map((line) => {
      const lines = { [line]: true };
      return packets(encode(createPcap(), [event(0, { event: "lines", lines })]))[0]![2];
    });
    expect(bits).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it("splits what is longer than a packet may be", () => {
    const all = packets(encode(createPcap(), [bytes("rx", 1, "x".repeat(150_000))]));
    expect(all.map(([, , , text]) => (text as string).length)).toEqual([
      65_523,
      65_523,
      150_000 - 2 * 65_523,
    ]);
  });

  it("is a file without packets where nothing was recorded", () => {
    expect(encode(createPcap(), []).toString("hex")).toBe(FILE_HEADER);
  });
});
