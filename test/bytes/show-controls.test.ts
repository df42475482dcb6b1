/** What a hostile device sends, made harmless. */
import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPrintable } from "../../src/bytes/show-controls.js";
import type { Way } from "../../src/bytes/stage.js";
import {
  anyPieces,
  anyPlaces,
  cutPieces,
  hundredThousand,
  latin1,
  outputOf,
  type Piece,
  randomNumbers,
} from "../support/stage.js";

const REST_US = 100_000;
const piece = (bytes: string | Uint8Array, afterUs = 0, way: Way = "rx"): Piece => ({
  bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes,
  afterUs,
  way,
});
const shown = (...pieces: Piece[]) => outputOf(createPrintable(), pieces).toString();

/** Why `bytes` could act on a terminal; undefined where they cannot. By another way than the stage's own. */
function harm(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "no UTF-8";
  }
  const found = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.exec(text.replaceAll("\r\n", "\n"));
  return found === null ? undefined : `U+${found[0].codePointAt(0)!.toString(16)}`;
}

/** Bytes, one a character: sequences that do something to a terminal, starts of them, and what may stand between. */
const ATTACKS = [
  ...["\x1b]0;owned\x07", "\x9d0;owned\x9c", "\xc2\x9d2;owned\xc2\x9c", "\x1b]52;c;aGk=\x07"],
  ...["\x1b[c", "\x9bc", "\xc2\x9bc", "\x05", "\x1b[6n", "\x1bP$qm\x1b\\", "\x90$qm\x9c"],
  ...[
    "\x1b[?2004h",
    "\x1b[?1049h",
    "\x1b[?1000h",
    "\x1b[5A",
    "\x1b[2J",
    "\x1b[10;10H",
    "\x1bc",
    "\x1bM",
    "\x1b#8",
  ],
  ...[
    "\x07",
    "\b\b",
    "\v",
    "\f",
    "\x0e",
    "\r",
    "\x84",
    "\x85",
    "\xc2\x85",
    "\x8d",
    "\x7f",
    "\x1b",
    "\x9b",
    "\x1b[",
  ],
  ...[
    "\xc2",
    "\xe2\x80",
    "\xc0\x9b",
    "\xe0\x80\x9b",
    "\xe2\x80\xae",
    "\xe2\x80\xa8",
    "text",
    "\xc3\xa9",
    "\r\n",
    "\n",
  ],
];

describe("printable text", () => {
  it.each([
    ["plain text\tand\n", "plain text\tand\n"],
    ["a\r\nb\r\n\r\n", "a\r\nb\r\n\r\n"],
    ["10%\r20%", "10%^M20%"],
    ["a\r\r\nb", "a^M\r\nb"],
    ["a\n\rb", "a\n^Mb"],
    ["end\r", "end^M"],
    ["\0\x01\b\v\f\x1f\x7f", "^@^A^H^K^L^_^?"],
    ["\x1b[2J\x07", "^[[2J^G"],
    ["\x1b]52;c;aGk=\x07", "^[]52;c;aGk=^G"],
    ["\x1b]0;title\x1b\\", "^[]0;title^[\\"],
    ["\x05\x1b[c\x1b[?2004h", "^E^[[c^[[?2004h"],
    ["Größe 漢字 😀", "Größe 漢字 😀"],
    ["e\u0301", "e\u0301"],
    ["\u009b2J\u0085", "<U+009B>2J<U+0085>"],
    ["a\u202egnp.exe", "a<U+202E>gnp.exe"],
    ["\u2028\u2029\u200b\ufeff\u00ad", "<U+2028><U+2029><U+200B><U+FEFF><U+00AD>"],
    ["\u{e0041}", "<U+E0041>"],
    [
      "\u{10ffff}\ud7ff\ue000\u07ff\u0800\uffff\u{10000}",
      "\u{10ffff}\ud7ff\ue000\u07ff\u0800\uffff\u{10000}",
    ],
  ])("of %j is %j", (input, output) => {
    expect(shown(piece(input))).toBe(output);
  });

  it.each([
    ["a C1 control", [0x9b, 0x32, 0x4a], "<9b>2J"],
    ["Latin-1", [0x47, 0x72, 0xf6, 0xdf, 0x65], "Gr<f6><df>e"],
    ["a character that is cut by another", [0xe2, 0x82, 0x41], "<e2><82>A"],
    ["a longer form of /", [0xc0, 0xaf, 0xe0, 0x80, 0xaf], "<c0><af><e0><80><af>"],
    ["a longer form of ESC", [0xc0, 0x9b, 0xf0, 0x80, 0x80, 0x9b], "<c0><9b><f0><80><80><9b>"],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80], "<ed><a0><80>"],
    ["what is above U+10FFFF", [0xf4, 0x90, 0x80, 0x80, 0xf5, 0xff], "<f4><90><80><80><f5><ff>"],
    ["a control in the middle of a character", [0xe2, 0x1b, 0x82], "<e2>^[<82>"],
    ["a character behind the start of one", [0xf0, 0x9f, 0xe2, 0x82, 0xac], "<f0><9f>€"],
    ["the start of a character at the end", [0x41, 0xf0, 0x9f, 0x98], "A<f0><9f><98>"],
  ])("shows bytes that are none: %s", (_, input, output) => {
    expect(shown(piece(Uint8Array.from(input)))).toBe(output);
  });

  it("waits for the rest of a character, and for what follows a return", () => {
    const stage = createPrintable();
    const push = (bytes: number[], atUs: number) =>
      Buffer.from(stage.push(Uint8Array.from(bytes), atUs)).toString();
    expect(push([0x41, 0xe2], 1)).toBe("A");
    expect(stage.deadlineUs?.()).toBe(1 + REST_US);
    expect(push([0x82], 99)).toBe("");
    expect(stage.deadlineUs?.()).toBe(99 + REST_US);
    expect(push([0xac, 0x0d], 100)).toBe("€");
    expect(push([0x0a], 101)).toBe("\r\n");
    expect(stage.deadlineUs?.()).toBeUndefined();
    expect(stage.flush(102)).toHaveLength(0);
  });

  it("waits no longer than that", () => {
    const euro = [...Buffer.from("€")].map((byte) => Uint8Array.of(byte));
    const drip = (afterUs: number) => shown(...euro.map((bytes) => piece(bytes, afterUs)));
    expect(drip(REST_US - 1)).toBe("€");
    expect(drip(REST_US)).toBe("<e2><82><ac>");
    expect(shown(piece("a\r"), piece("\nb", REST_US))).toBe("a^M\nb");
  });

  it("makes no character of bytes that went different ways", () => {
    const [first, ...rest] = Buffer.from("€");
    const pieces = [piece(Uint8Array.of(first!)), piece("x", 0, "tx"), piece(Uint8Array.from(rest))];
    expect(shown(...pieces)).toBe("<e2>x<82><ac>");
    expect(shown(piece("a\r"), piece("\n", 0, "tx"))).toBe("a^M\n");
  });

  it("is the chunk itself where nothing has to be done", () => {
    const chunk = latin1("plain\ttext\r\n\nand more");
    expect(createPrintable().push(chunk, 0)).toBe(chunk);
  });

  it("does not change with the memory that its input came in", () => {
    const stage = createPrintable();
    const memory = Buffer.from([0x41, 0xe2, 0x82]);
    stage.push(memory, 0);
    memory.fill(0x78);
    expect(Buffer.from(stage.push(Uint8Array.of(0xac), 0)).toString()).toBe("€");
  });

  it("leaves every safe character as it is, and shows every other one", () => {
    const stage = createPrintable();
    const wrong: string[] = [];
    for (let block = 0; block < 0x110000; block += 0x100) {
      if (block >= 0xd800 && block < 0xe000) continue; // halves of surrogate pairs are no characters
      const codes = Array.from({ length: 0x100 }, (_, at) => block + at).filter((code) => code >= 0x80);
      const text = String.fromCodePoint(...codes);
      const expected = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
        return `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`;
      });
      const output = Buffer.from(stage.push(Buffer.from(text), 0)).toString();
      if (output !== expected) wrong.push(block.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it("is valid and harmless, whatever comes when, and the same however it is cut", () => {
    fc.assert(
      fc.property(anyPieces, anyPlaces, (pieces, places) => {
        const whole = outputOf(createPrintable(), pieces);
        expect(harm(whole)).toBeUndefined();
        for (const inTime of [true, false]) {
          const cut = outputOf(createPrintable(), cutPieces(pieces, places), inTime);
          expect(cut.toString()).toBe(whole.toString());
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("passes text that holds nothing unsafe, however it is cut", () => {
    const safe = fc
      .array(fc.string({ unit: "grapheme-composite" }), { maxLength: 10 })
      .map((words) => words.join("\r\n").replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ""));
    fc.assert(
      fc.property(safe, anyPlaces, (text, places) => {
        const lines = text.replaceAll("\n", "\r\n");
        expect(outputOf(createPrintable(), cutPieces([piece(lines)], places)).toString()).toBe(lines);
      }),
    );
  });

  it("lets a device do nothing to a terminal but write on it", async () => {
    const attacks = ATTACKS.map(latin1);
    const random = randomNumbers(2);
    const stage = createPrintable();
    const terminal = new xterm.Terminal({
      cols: 200,
      rows: 40,
      scrollback: 200_000,
      convertEol: true,
      allowProposedApi: true,
    });
    const acts: string[] = [];
    terminal.onTitleChange((title) => acts.push(`title ${title}`));
    terminal.onData((data) => acts.push(`answer ${JSON.stringify(data)}`));
    terminal.onBinary((data) => acts.push(`answer ${JSON.stringify(data)}`));
    terminal.onBell(() => acts.push("bell"));
    for (const final of "ABCDEFGHJKLMPSTXZ`abcdfghilmnpqrstux") {
      terminal.parser.registerCsiHandler({ final }, () => acts.push(`CSI ${final}`) > 0);
    }
    const modes = JSON.stringify(terminal.modes);
    const parts: Buffer[] = [];
    for (let round = 0; round < 4000; round++) {
      const isByte = random() % 4 === 0;
      const bytes = isByte ? Uint8Array.of(random() & 255) : attacks[random() % attacks.length]!;
      const cut = random() % (bytes.length + 1);
      for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)])
        parts.push(Buffer.from(stage.push(part, 0)));
    }
    const all = Buffer.concat(parts);
    await new Promise<void>((resolve) => terminal.write(all, resolve));
    expect(acts).toEqual([]);
    expect(JSON.stringify(terminal.modes)).toBe(modes);
    const { active } = terminal.buffer;
    expect(active.type).toBe("normal");
    let last = active.baseY + active.cursorY;
    while (active.getLine(last)?.isWrapped) last--;
    const rows = Array.from({ length: last + 1 }, (_, row) => active.getLine(row)!).filter(
      (row) => !row.isWrapped,
    );
    expect(rows).toHaveLength(all.toString().split("\n").length);
  });

  it("is made of 100,000 random inputs", () => {
    const harms = new Set<string>();
    hundredThousand(createPrintable(), (bytes) => {
      const found = harm(bytes);
      if (found !== undefined) harms.add(found);
    });
    expect([...harms]).toEqual([]);
  });
});
