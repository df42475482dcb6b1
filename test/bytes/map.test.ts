/** Bytes mapped by the rules that a user names. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMap } from "../../src/bytes/map.js";
import { MAP_RULES, type MapSide, parseMapRules } from "../../src/bytes/map-rules.js";
import {
  anyPieces,
  anyPlaces,
  cutPieces,
  hundredThousand,
  latin1,
  outputOf,
  textOf,
} from "../support/stage.js";

const mapped = (rules: string, text: string, side: MapSide = "imap") =>
  textOf(createMap(parseMapRules(rules, side)), text);

/** Every set of rules that does not contradict itself; picocom's names stand on every side. */
const anyRules = fc.subarray(MAP_RULES as (typeof MAP_RULES)[number][]);

describe("a character map", () => {
  it.each<[rules: string, input: string, output: string]>([
    ["crlf", "a\r\nb\r", "a\n\nb\n"],
    ["crcrlf", "a\rb\r\n", "a\r\nb\r\n\n"],
    ["igncr", "a\r\nb\r", "a\nb"],
    ["lfcr", "a\nb\r\n", "a\rb\r\r"],
    ["lfcrlf", "a\nb\r\n", "a\r\nb\r\r\n"],
    ["ignlf", "a\r\nb\n", "a\rb"],
    ["bsdel", "ab\b\x7f", "ab\x7f\x7f"],
    ["delbs", "ab\x7f\b", "ab\b\b"],
    ["spchex", "\0\x1b[m\x7f\x1f \t\r\n\x80", "[00][1b][m[7f][1f] \t\r\n\x80"],
    ["tabhex", "a\tb\n", "a[09]b\n"],
    ["crhex", "a\r\n", "a[0d]\n"],
    ["lfhex", "a\r\n", "a\r[0a]"],
    ["8bithex", "\x7f\x80\xe4\xff", "\x7f[80][e4][ff]"],
    ["nrmhex", "\x1f ~\x7fA\n", "\x1f[20][7e]\x7f[41]\n"],
    ["IFFESCC", "a\fb", "a\x1bcb"],
    ["IMSB2LSB", "\x01\x80\x0f\xa5\x02", "\x80\x01\xf0\xa5\x40"],
  ])("%s makes %j %j", (rules, input, output) => {
    expect(mapped(rules, input)).toBe(output);
  });

  it.each([
    ["ONLCRNL", "a\nb\rc", "a\r\nb\r\nc"],
    ["OLTU", "Robin az{`\xe4\n", "ROBIN AZ{`\xe4\n"],
  ])("%s makes %j %j, on its way out", (rules, input, output) => {
    expect(mapped(rules, input, "omap")).toBe(output);
  });

  it.each([
    // Each byte by one rule, and what comes of it by none.
    ["crlf,lfcr", "\r\n", "\n\r"],
    ["bsdel,delbs", "\b\x7f", "\x7f\b"],
    ["crlf,ignlf", "a\r\n", "a\n"],
    // What names a byte goes before what is about many.
    ["spchex,delbs", "\b\x7f", "[08]\b"],
    ["spchex,IFFESCC", "\f\v", "\x1bc[0b]"],
    ["spchex,tabhex,crhex,lfhex,8bithex,nrmhex", "A\t\r\n\0\xff", "[41][09][0d][0a][00][ff]"],
    // The bits of a byte say which one it is.
    ["IMSB2LSB,lfcrlf", "\x50\n", "\r\nP"],
  ])("of the rules %s makes %j %j", (rules, input, output) => {
    expect(mapped(rules, input)).toBe(output);
  });

  it("sends upper-case letters before it sends them as hex", () => {
    expect(mapped("OLTU,nrmhex", "aA ", "omap")).toBe("A[41][20]");
  });

  it("is the same however the input is cut", () => {
    fc.assert(
      fc.property(anyRules, anyPieces, anyPlaces, (rules, pieces, places) => {
        const whole = outputOf(createMap(rules), pieces);
        expect(outputOf(createMap(rules), cutPieces(pieces, places))).toEqual(whole);
      }),
    );
  });

  it("is the same for each byte, whatever stands beside it", () => {
    fc.assert(
      fc.property(anyRules, fc.uint8Array({ maxLength: 300 }), (rules, bytes) => {
        const alone = [...bytes].map((byte) => Buffer.from(createMap(rules).push(Uint8Array.of(byte), 0)));
        expect(Buffer.from(createMap(rules).push(bytes, 0))).toEqual(Buffer.concat(alone));
      }),
    );
  });

  it("costs nothing where there is nothing to map: the chunk itself comes out", () => {
    const chunk = latin1("no newline");
    const stage = createMap(parseMapRules("lfcrlf,delbs,8bithex", "imap"));
    expect(stage.push(chunk, 0)).toBe(chunk);
    expect(stage.flush(0)).toHaveLength(0);
  });

  it("leaves the chunk as it was", () => {
    const chunk = latin1("a\r\n");
    createMap(parseMapRules("crlf,lfcrlf", "imap")).push(chunk, 0);
    expect(Buffer.from(chunk).toString()).toBe("a\r\n");
  });

  it("maps more than its memory has room for", () => {
    const stage = createMap(parseMapRules("8bithex", "imap"));
    for (const length of [10, 100_000, 300_000, 5]) {
      const shown = Buffer.from(stage.push(new Uint8Array(length).fill(0xff), 0)).toString();
      expect(shown === "[ff]".repeat(length)).toBe(true);
    }
  });

  it("takes 100,000 random inputs", () => {
    const rules = parseMapRules("crcrlf,ignlf,delbs,spchex,8bithex,IFFESCC", "imap");
    const unwanted = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\xff]/;
    let shown = "";
    hundredThousand(createMap(rules), (bytes) => {
      shown = Buffer.from(bytes).toString("latin1").replaceAll("\x1bc", "").replaceAll("\b", "");
      if (unwanted.test(shown)) throw new Error(`shown: ${JSON.stringify(shown)}`);
    });
  });
});

describe("a NUL that stands for a break", () => {
  /** What a session would send of `chunks`: bytes, and `<break>` in its place. */
  function sent(rules: string, chunks: readonly Uint8Array[]): string {
    const parts: string[] = [];
    const put = (bytes: Uint8Array) => parts.push(Buffer.from(bytes).toString("latin1"));
    const onBreak = (before: Uint8Array) => {
      put(before);
      parts.push("<break>");
    };
    const stage = createMap(parseMapRules(rules, "omap"), { onBreak });
    for (const chunk of chunks) put(stage.push(chunk, 0));
    put(stage.flush(0));
    return parts.join("");
  }

  it.each([
    ["ONULBRK", "\0", "<break>"],
    ["ONULBRK", "ab\0cd", "ab<break>cd"],
    ["ONULBRK", "\0\0a\0", "<break><break>a<break>"],
    ["ONULBRK,ONLCRNL", "ab\n\0\r\0", "ab\r\n<break>\r\n<break>"],
    ["ONULBRK,spchex", "\x01\0", "[01]<break>"],
    ["ONULBRK", "none", "none"],
  ])("by %s makes %j %j", (rules, input, output) => {
    expect(sent(rules, [latin1(input)])).toBe(output);
  });

  it("comes between the same bytes however they are cut", () => {
    const text = fc.array(fc.constantFrom("a", "\0", "\n", "\x7f")).map((parts) => latin1(parts.join("")));
    fc.assert(
      fc.property(text, anyPlaces, (bytes, places) => {
        const cut = cutPieces([{ bytes, afterUs: 0, way: "tx" }], places).map((piece) => piece.bytes);
        expect(sent("ONULBRK,ONLCRNL,delbs", cut)).toBe(sent("ONULBRK,ONLCRNL,delbs", [bytes]));
      }),
    );
  });

  it("stays a NUL where nobody sends breaks", () => {
    expect(mapped("ONULBRK", "a\0", "omap")).toBe("a\0");
  });
});
