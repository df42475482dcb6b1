/** The worked examples: what a program hears of them, on a clock of the test's own. */
import { describe, expect, it } from "vitest";
import modem from "../../../examples/at-modem.js";
import receiver from "../../../examples/nmea-receiver.js";
import { play } from "./played.js";

describe("examples/at-modem.ts", () => {
  const quiet = async () => {
    const played = play(modem);
    await played.answer("ATE0\r");
    await played.pass(1000);
    return {
      ...played,
      /** At 9600 bps an answer takes its time. */
      ask: async (text: string, ms = 200) => (await played.answer(text)) + (await played.pass(ms)),
    };
  };

  it("echoes commands as they are typed until it is told not to", async () => {
    const { answer, pass } = play(modem);
    await answer("at\r\n");
    expect(await pass(100)).toBe("at\r\r\nOK\r\n");
    await answer("ATE0\r");
    expect(await pass(100)).toBe("ATE0\r\r\nOK\r\n");
    await answer("AT\r");
    expect(await pass(100)).toBe("\r\nOK\r\n");
  });

  it.each([
    ["ATI\r", "\r\nrobin AT modem 1.0\r\n\r\nOK\r\n"],
    ["ATS7?\r", "\r\n050\r\n\r\nOK\r\n"],
    ["ATS0=2S0?;S7=300S7?\r", "\r\n002\r\n\r\n044\r\n\r\nOK\r\n"],
    ["ATS\r", "\r\nERROR\r\n"],
    ["AT+CSQ\r", "\r\n+CSQ: 18,99\r\n\r\nOK\r\n"],
    ["AT%\r", "\r\nERROR\r\n"],
    ["ATB\r", "\r\nERROR\r\n"],
    ["AT S7=45 S0=0 L1 V1 X4 &c1 E0 Q0\r", "\r\nOK\r\n"],
    ["AT+NONE=1\r", "\r\nERROR\r\n"],
    ["AT=\r", "\r\nERROR\r\n"],
    ["hello\r", ""],
    ["ATO\r", "\r\nNO CARRIER\r\n"],
    ["ATD1230\r", "\r\nBUSY\r\n"],
    ["ATDT 123;\r", "\r\nCONNECT 9600\r\n"],
    ["ATDP123\r\rAT\r", "\r\nNO CARRIER\r\n\r\nOK\r\n"],
    ['AT+CMGF=1;+CMGS="+49151"\rone\r\ntwo\x1a', "\r\n> \r\n+CMGS: 1\r\n\r\nOK\r\n"],
    ['AT+CMGS="123"\rno\x1bAT\r', "\r\n> \r\nOK\r\n\r\nOK\r\n"],
  ])("answers %j", async (typed, answer) => {
    const { ask, errors } = await quiet();
    expect(await ask(typed, 3000)).toBe(answer);
    expect(errors).toEqual([]);
  });

  it("is as new after ATZ", async () => {
    const { ask } = await quiet();
    expect(await ask("ATS7=1Z\r")).toBe("\r\nOK\r\n");
    expect(await ask("ATS7?\r")).toBe("ATS7?\r\r\n050\r\n\r\nOK\r\n");
  });

  it("carries bytes while a call is up, and leaves it by silence, +++, silence only", async () => {
    const { ask } = await quiet();
    expect(await ask("ATD1\r\n", 3000)).toBe("\r\nCONNECT 9600\r\n");
    expect(await ask("AT\r+++", 3000)).toBe("AT\r+++");
    expect(await ask("+++A", 3000)).toBe("+++A");
    expect(await ask("++++", 3000)).toBe("++++");
    expect(await ask("++", 500)).toBe("++");
    expect(await ask("+", 900)).toBe("+");
    expect(await ask("", 200)).toBe("\r\nOK\r\n");
    expect(await ask("ATO\r")).toBe("\r\nCONNECT\r\n");
    expect(await ask("x")).toBe("x");
  });

  it("hangs up by ATH, by the far end, and when the port is closed", async () => {
    const { ask, device } = await quiet();
    await ask("ATD1\r", 3000);
    await ask("+++", 1100);
    expect(await ask("ATHO\r")).toBe("\r\nNO CARRIER\r\n");
    await ask("ATD1\r", 3000);
    expect(await ask("bye\x04")).toBe("bye\x04\r\nNO CARRIER\r\n");
    await ask("ATD1\r", 3000);
    device.closed();
    expect(await ask("AT\r")).toBe("\r\nOK\r\n");
  });
});

describe("examples/nmea-receiver.ts", () => {
  const xor = (body: string) =>
    [...Buffer.from(body)]
      .reduce((sum, byte) => sum ^ byte, 0)
      .toString(16)
      .toUpperCase()
      .padStart(2, "0");
  const sentence = (body: string) => `$${body}*${xor(body)}\r\n`;
  const linesOf = (text: string) => text.split("\r\n").slice(0, -1);

  it("sends sentences with right checksums, once a second, along its whole way", async () => {
    const { pass, errors } = play(receiver);
    const lines = linesOf(await pass(7_200_500));
    for (const line of lines) {
      const [, body, sum] = /^\$([^*]+)\*([0-9A-F]{2})$/.exec(line) ?? expect.fail(line);
      expect(sum).toBe(xor(body!));
      expect(line.length).toBeLessThanOrEqual(80); // NMEA 0183: 82 with CR LF
    }
    expect(lines.slice(0, 4).map((line) => line.slice(1, 6))).toEqual(["GPGGA", "GPRMC", "GPGSV", "GPGSV"]);
    const fixes = lines.filter((line) => line.startsWith("$GPRMC")).map((line) => line.split(","));
    expect(fixes).toHaveLength(7200);
    const places = fixes.map((f) =>
      [f[3], f[5]].map((a) => Number(a!.slice(-7)) + 60 * Number(a!.slice(0, -7))),
    );
    for (const [n, [lat, lon]] of places.entries()) {
      const [latBefore, lonBefore] = places[Math.max(0, n - 1)]!;
      const metres = Math.hypot((lat! - latBefore!) * 1855, (lon! - lonBefore!) * 1855 * Math.cos(0.9165));
      expect(metres).toBeLessThan(2); // 1.4 m, and what four digits round
    }
    expect(new Set(fixes.map((f) => f[8])).size).toBe(4);
    expect(new Set(places.map(String)).size).toBeGreaterThan(2000);
    expect(errors).toEqual([]);
  });

  it("obeys commands with a right checksum, acknowledges them, and is silent about others", async () => {
    const { answer, pass } = play(receiver);
    const ask = async (text: string) => (await answer(text)) + (await pass(80));
    expect(await ask("$PMTK000*32\r\n")).toBe(sentence("PMTK001,000,3"));
    expect(await ask("$PMTK605*31\r\n")).toBe(sentence("PMTK705,robin-nmea_1.0,0001,robin,"));
    expect(await ask(sentence("PMTK999"))).toBe(sentence("PMTK001,999,1"));
    expect(await ask(sentence("PMTK220,5"))).toBe(sentence("PMTK001,220,2"));
    expect(await ask("$PMTK000*33\r\n$PMTK000\r\nPMTK000*32\r\n")).toBe("");
    expect(await ask(sentence("PMTK220,200"))).toBe(sentence("PMTK001,220,3"));
    const lines = linesOf(await pass(2000));
    expect(lines.filter((line) => line.startsWith("$GPGGA")).length).toBe(10);
    expect(lines.filter((line) => line.startsWith("$GPGSV,2,1")).length).toBe(2);
    await ask(sentence("PMTK220,10000"));
    expect(linesOf(await pass(10_000)).map((line) => line.slice(1, 6))).toEqual([
      "GPGGA",
      "GPRMC",
      "GPGSV",
      "GPGSV",
    ]);
  });
});
