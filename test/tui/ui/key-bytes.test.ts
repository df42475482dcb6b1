import { describe, expect, it } from "vitest";
import { type Key, KeyDecoder } from "../../../src/tui/keys.js";
import { keyBytes, wheelBytes } from "../../../src/tui/ui/key-bytes.js";
import { keyName } from "../../../src/tui/ui/key-name.js";

const PLAIN = { applicationCursorKeysMode: false, bracketedPasteMode: false };
const typed = (text: string): Key[] => new KeyDecoder().push(Buffer.from(text));
const sent = (text: string, modes = PLAIN) =>
  Buffer.concat(typed(text).map((key) => keyBytes(key, modes))).toString();

describe("a key for the device", () => {
  it("is what the terminal sent", () => {
    const text = "aé\r\x7f\x03\x1b[A\x1b[1;5C\x1b[5~\x1bOP\x1bx\t";
    expect(sent(text)).toBe(text);
  });

  it("has the spelling that a full-screen program asked for", () => {
    const modes = { ...PLAIN, applicationCursorKeysMode: true };
    expect(sent("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[1;2A\x1b[3~", modes)).toBe(
      "\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF\x1b[1;2A\x1b[3~",
    );
    expect(Buffer.from(wheelBytes(-1, modes)).toString()).toBe("\x1bOA");
    expect(Buffer.from(wheelBytes(1, PLAIN)).toString()).toBe("\x1b[B");
  });

  it("pasted, ends lines as typing does, and is marked as a paste for a program that wants it", () => {
    const paste = "\x1b[200~a\nb\r\nc\x1b[201~";
    expect(sent(paste)).toBe("a\rb\rc");
    expect(sent(paste, { ...PLAIN, bracketedPasteMode: true })).toBe("\x1b[200~a\rb\rc\x1b[201~");
  });

  it("cannot end a paste from inside", () => {
    const [key] = typed("\x1b[200~x\x1b[201~");
    const evil: Key = { ...key!, text: "x\x1b[201~rm -rf /\r" };
    expect(Buffer.from(keyBytes(evil, { ...PLAIN, bracketedPasteMode: true })).toString()).toBe(
      "\x1b[200~x[201~rm -rf /\r\x1b[201~",
    );
  });
});

describe("the name of a key", () => {
  it("is what the tables and the help say", () => {
    const names = typed("a/ \x06\x1b[5;2~\x1b[Z\t\r\x1b[1;5A\x1b[Fé\x1bx").map(keyName);
    expect(names).toEqual([
      ...[
        "a",
        "/",
        "Space",
        "^F",
        "Shift-PageUp",
        "Shift-Tab",
        "Tab",
        "Enter",
        "Ctrl-Up",
        "End",
        "é",
        "Alt-x",
      ],
    ]);
  });
});
