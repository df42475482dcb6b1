import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Key, KeyDecoder } from "../../src/tui/keys.js";

const press = (...pieces: readonly (string | Uint8Array)[]): Key[] => {
  const decoder = new KeyDecoder();
  return pieces.flatMap((piece) => decoder.push(typeof piece === "string" ? Buffer.from(piece) : piece));
};
const short = ({ name, text, ctrl, alt, shift }: Key): string =>
  `${shift ? "S-" : ""}${ctrl ? "C-" : ""}${alt ? "M-" : ""}${name}${text === "" ? "" : `:${text}`}`;

/** What xterm, the Linux console, PuTTY and rxvt send. */
const SPELLINGS: readonly (readonly [typed: string, keys: string])[] = [
  ["a", "text:a"],
  ["é漢🙂", "text:é text:漢 text:🙂"],
  [" ", "text: "],
  ["\r", "enter"],
  ["\n", "enter"],
  ["\t", "tab"],
  ["\x7f", "backspace"],
  ["\b", "backspace"],
  ["\x01", "C-text:a"],
  ["\x03", "C-text:c"],
  ["\x1c", "C-text:\\"],
  ["\x00", "C-text:@"],
  ["\x1b[A", "up"],
  ["\x1bOA", "up"],
  ["\x1b[1;5A", "C-up"],
  ["\x1bO5A", "C-up"],
  ["\x1b[1;2D", "S-left"],
  ["\x1b[1;3C", "M-right"],
  ["\x1b[H", "home"],
  ["\x1b[1~", "home"],
  ["\x1b[7~", "home"],
  ["\x1b[4~", "end"],
  ["\x1b[5~", "pageup"],
  ["\x1b[6~", "pagedown"],
  ["\x1b[5;2~", "S-pageup"],
  ["\x1b[2~", "insert"],
  ["\x1b[3~", "delete"],
  ["\x1bOP", "f1"],
  ["\x1b[[A", "f1"],
  ["\x1b[[E", "f5"],
  ["\x1b[11~", "f1"],
  ["\x1b[24~", "f12"],
  ["\x1b[Z", "S-tab"],
  ["\x1bx", "M-text:x"],
  ["\x1b\r", "M-enter"],
  ["\x1b\x01", "C-M-text:a"],
  ["\x1b[?1;2c", "unknown"],
  ["\x1b[200~one\x1b[Atwo\x1b[201~", "paste:one\x1b[Atwo"],
  ["\x1b[<0;5;3M", "mouse"],
  ["\x1b[<69;5;3M", "S-mouse"],
];

describe("keys", () => {
  it("are known by what terminals send for them", () => {
    for (const [typed, keys] of SPELLINGS)
      expect(press(typed).map(short).join(" "), JSON.stringify(typed)).toBe(keys);
  });

  it("keep the bytes that they were, but for the marks around a paste", () => {
    for (const [typed] of SPELLINGS) {
      const sent = Buffer.concat(press(typed).map(({ bytes }) => bytes)).toString();
      expect(sent).toBe(typed.replaceAll(/\x1b\[20[01]~/g, ""));
    }
  });

  it("are the same however they are cut", () => {
    const typed = fc
      .array(fc.constantFrom(...SPELLINGS.map(([text]) => text)), { maxLength: 8 })
      .map((texts) => Buffer.from(texts.join("")));
    fc.assert(
      fc.property(typed, fc.array(fc.nat({ max: 200 })), (bytes, cuts) => {
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index]!, end));
        expect(press(...pieces).map(short)).toEqual(press(bytes).map(short));
      }),
    );
  });

  it("never lose or invent a byte, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom("\x1b", "[", "O", "<", "1", ";", "~", "M", "a", "\r", "\x1b[200~", "\x1b[201~"),
          { maxLength: 40 },
        ),
        (parts) => {
          const decoder = new KeyDecoder();
          const keys = decoder.push(Buffer.from(parts.join("")));
          const sent = Buffer.concat(keys.map(({ bytes }) => bytes)).toString();
          expect(
            parts
              .join("")
              .replaceAll(/\x1b\[20[01]~/g, "")
              .startsWith(sent.replaceAll(/\x1b\[20[01]~/g, "")),
          ).toBe(true);
        },
      ),
    );
  });

  it("tell Esc from what begins with it by the time that passes", () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(Buffer.from("\x1b"))).toEqual([]);
    expect(decoder.isEscapePending).toBe(true);
    expect(decoder.endEscape().map(short)).toEqual(["escape"]);
    expect(decoder.push(Buffer.from("[A")).map(short)).toEqual(["text:[", "text:A"]);
  });

  it("say where the mouse is, from 0", () => {
    const [key] = press("\x1b[<0;5;3M");
    expect(key?.mouse).toEqual({ button: "left", action: "press", column: 4, row: 2 });
    expect(press("\x1b[<0;5;3m")[0]?.mouse?.action).toBe("release");
    expect(press("\x1b[<32;5;3M")[0]?.mouse?.action).toBe("drag");
    expect(press("\x1b[<64;1;1M")[0]?.mouse?.button).toBe("wheelup");
    expect(press("\x1b[<65;1;1M")[0]?.mouse?.button).toBe("wheeldown");
  });

  it("hand on a long paste in pieces, in order", () => {
    const text = "0123456789".repeat(50_000);
    const keys = press("\x1b[200~", text.slice(0, 300_000), text.slice(300_000), "\x1b[201~", "x");
    expect(keys.map((key) => key.text).join("")).toBe(`${text}x`);
    expect(keys.slice(0, -1).every(({ name }) => name === "paste")).toBe(true);
  });

  it("read a long paste that comes byte by byte in no more than its length takes", () => {
    const decoder = new KeyDecoder();
    const bytes = Buffer.from(`\x1b[200~${"x".repeat(400_000)}\x1b[201~`);
    const startMs = performance.now();
    const lengths = [...bytes].flatMap((byte) =>
      decoder.push(Uint8Array.of(byte)).map(({ text }) => text.length),
    );
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(400_000);
    expect(performance.now() - startMs).toBeLessThan(1500); // 0.3 s; 6 s where each byte looks at all before it
  });
});
