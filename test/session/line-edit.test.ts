import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHistory } from "../../src/session/history.js";
import {
  createLineEditor,
  type EditResult,
  type LineEditor,
  type LineEditorOptions,
  LONGEST_LINE,
} from "../../src/session/line-edit.js";

const KEYS = {
  left: "\x1b[D",
  right: "\x1bOC",
  home: "\x1b[1~",
  end: "\x1b[F",
  delete: "\x1b[3~",
  up: "\x1b[A",
  down: "\x1bOB",
  wordLeft: "\x1b[1;5D",
  wordRight: "\x1b[1;3C",
} as const;

function editor(options: Partial<LineEditorOptions> = {}): LineEditor {
  return createLineEditor({ history: createHistory(), ...options });
}

/** Every result of typing all of `keys`. */
function type(line: LineEditor, keys: string | Uint8Array): EditResult[] {
  const bytes = typeof keys === "string" ? Buffer.from(keys) : keys;
  const results: EditResult[] = [];
  for (let at = 0; at < bytes.length; ) {
    const result = line.push(bytes, at, bytes.length);
    if (result.done !== undefined || result.cancelled || result.control !== undefined) results.push(result);
    at = result.at;
  }
  return results;
}

/** The text with a bar where the cursor stands. */
function seen({ text, cursor }: LineEditor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe("a line", () => {
  const { left, right, home, end, wordLeft, wordRight } = KEYS;
  it.each<[string, string, string]>([
    ["takes what is typed", "bps 9600", "bps 9600|"],
    ["takes it where the cursor stands", `bd${left}u`, "bu|d"],
    ["moves by arrow keys", `abc${left}${left}${right}`, "ab|c"],
    ["moves by control keys", "abc\x02\x02\x06x", "abx|c"],
    ["stops at both ends", `a${left}${left}b${right}${right}${right}`, "ba|"],
    ["knows Home and End", `abc${home}x${end}y`, "xabcy|"],
    ["knows ^A and ^E", "abc\x01x\x05y", "xabcy|"],
    ["deletes before the cursor, by DEL and BS", "abc\x7fd\x08", "ab|"],
    ["deletes nothing at its start", `abc${home}\x7f`, "|abc"],
    ["deletes under the cursor, by Delete and ^D", `abcd${home}${KEYS.delete}\x04`, "|cd"],
    ["deletes nothing at its end", `abc${KEYS.delete}\x04`, "abc|"],
    ["goes by words", `one two.three${wordLeft}${wordLeft}x${wordRight}y`, "one xtwoy|.three"],
    ["goes by words with Alt", "one two\x1bb\x1bbx\x1bfy", "xoney| two"],
    ["cuts the word before the cursor by ^W", "one two.three  \x17", "one |"],
    ["cuts back to the start of a word by Alt-Backspace", "one two.three\x1b\x7f", "one two.|"],
    ["cuts on to the end of a word by Alt-D", "one two\x01\x1bd", "| two"],
    ["cuts all before the cursor by ^U", `abc${left}\x15`, "|c"],
    ["cuts all behind it by ^K, and inserts it again by ^Y", `abcd${left}${left}\x0b\x19\x19`, "abcdcd|"],
    ["keeps what was cut where there is nothing to cut", "abc\x15\x15\x0b\x19", "abc|"],
    ["goes and deletes by whole characters", `路e\u0301😀${left}\x7fx`, "路x|😀"],
    ["does nothing on keys without a meaning", "a\x1b[5~\x1b[15~\x1b[[A\x1bOP\x1b[1;2Rb", "ab|"],
    ["holds no control character that is pasted", "a\x1b[200~b\x01\x7f\tc\x1b[201~d\x01", "|ab\tcd"],
    ["holds a pasted text's newlines as spaces", "\x1b[200~one\r\ntwo\nthree\x1b[201~", "one two three|"],
    ["holds no eight-bit controls", "a\u0085\u009b1mb", "a1mb|"],
  ])("%s", (_, keys, expected) => {
    const line = editor();
    expect(type(line, keys)).toEqual([]);
    expect(seen(line)).toBe(expected);
  });

  it("holds no bytes that are no text, and rings the bell for them", () => {
    const line = editor();
    type(line, Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x63, 0xe8, 0xb7, 0x01, 0x64]));
    expect(seen(line)).toBe("d|abc");
    type(line, Buffer.from([0xe8, 0xb7, 0x05, 0xaf]));
    expect(seen(line)).toBe("dabc|");
    expect(line.isBellDue).toBe(true);
  });

  it("has a longest length", () => {
    const line = editor();
    type(line, "x".repeat(LONGEST_LINE - 1));
    expect(line.isBellDue).toBe(false);
    type(line, "yz");
    expect(line.text).toHaveLength(LONGEST_LINE);
    expect(line.isBellDue).toBe(true);
  });

  it("is accepted by Enter, and the next one is empty", () => {
    const line = editor();
    expect(type(line, `bps${KEYS.left}\r9600\n\r`).map(({ done }) => done)).toEqual(["bps", "9600", ""]);
    expect(type(line, "a\x1bOM")).toEqual([{ at: 4, done: "a" }]);
  });

  it("leaves the bytes behind Enter to others", () => {
    expect(editor().push(Buffer.from("ab\rcd"), 0, 5)).toEqual({ at: 3, done: "ab" });
  });

  it.each([
    ["^C", "ab\x03"],
    ["^G", "ab\x07"],
    ["^D on an empty line", "\x04"],
    ["Esc and another key", "ab\x1bx"],
    ["Esc twice", "ab\x1b\x1b"],
  ])("is given up by %s", (_, keys) => {
    const line = editor();
    expect(type(line, keys)).toEqual([{ at: keys.length, cancelled: true }]);
    expect(seen(line)).toBe("|");
  });

  it("is given up by an Esc behind which nothing comes", () => {
    const line = editor();
    type(line, "ab\x1b");
    expect(line.isEscapePending).toBe(true);
    expect(line.endEscape().cancelled).toBe(true);
    type(line, "c");
    expect(seen(line)).toBe("c|");
    expect(line.endEscape().cancelled).toBeUndefined();
    expect(seen(line)).toBe("c|");
  });
});

describe("what is not for the line", () => {
  const device = () => editor({ passesControls: true });

  it.each<[string, string, string, number | undefined]>([
    ["^C goes on, and gives the line up", "ab\x03", "|", 3],
    ["^Z goes on, and gives the line up", "ab\x1a", "|", 0x1a],
    ["^D goes on from an empty line", "\x04", "|", 4],
    ["^D deletes in a line", "ab\x01\x04", "|b", undefined],
    ["a key that means nothing here goes on, and the line stays", "ab\x11", "ab|", 0x11],
    ["Esc goes on from an empty line", "\x1b\x1b", "|", 0x1b],
    ["a Tab is text", "a\tb", "a\tb|", undefined],
  ])("%s", (_, keys, expected, control) => {
    const line = device();
    const results = type(line, keys);
    expect(results.map((one) => one.control)).toEqual(control === undefined ? [] : [control]);
    expect(seen(line)).toBe(expected);
  });

  it("Esc gives a line up and goes nowhere", () => {
    expect(type(device(), "ab\x1b\x1b")).toEqual([{ at: 4, cancelled: true }]);
  });

  it("each line of a paste is one", () => {
    const results = type(device(), "\x1b[200~one\r\n\ttwo\n\nthree\x1b[201~\r");
    expect(results.map(({ done }) => done)).toEqual(["one", "\ttwo", "", "three"]);
  });
});

describe("the history", () => {
  const lines = ["bps 9600", "parity even", "bps 115200"];
  const { up, down } = KEYS;
  it.each<[string, string, string]>([
    ["comes back by Up and ^P", `${up}\x10`, "parity even|"],
    ["ends at the oldest", up.repeat(9), "bps 9600|"],
    ["ends at what was typed", `x\x7fab${up}${down}${down}`, "ab|"],
    ["comes down by Down and ^N", `${up}${up}${up}${down}\x0e`, "bps 115200|"],
    ["keeps to lines that begin as what was typed", `bps${up}${up}`, "bps 9600|"],
    ["gives the draft back", `bps${up}${up}${down}${down}`, "bps|"],
    ["starts anew from a line that was changed", `${up}\x7f\x7f\x7f\x7f\x7f\x7f9${up}`, "bps 9600|"],
    ["is searched by ^R", "\x12par", "|parity even"],
    ["is searched on by ^R again", "\x12bps\x12", "|bps 9600"],
    ["shows where it is found", "\x12even", "parity |even"],
    ["stays where nothing is found", "\x12evex", "parity |even"],
    ["is searched with less after Backspace", "\x12evx\x7f", "parity |even"],
    ["is searched anew after Backspace", "\x12bps 9\x7f\x7f", "|bps 115200"],
    ["search is left by another key, with what was found", `\x12even${KEYS.end}s`, "parity evens|"],
    ["search is left by Esc, with what was found", "\x12even\x1b\x1bx", "parity x|even"],
    ["search is given up by ^G", "ab\x02\x12even\x07x", "ax|b"],
  ])("%s", (_, keys, expected) => {
    const line = editor({ history: createHistory(lines) });
    expect(type(line, keys)).toEqual([]);
    expect(seen(line)).toBe(expected);
  });

  it.each([
    ["up", "\x1b[A", "\x1b[A", "old|"],
    ["a search", "\x12o", "\x12", "|old"],
  ])("goes on %s to lines from before that came late", (_, first, next, expected) => {
    for (const known of [[], ["new o"]]) {
      const history = createHistory(known);
      const line = editor({ history });
      type(line, first);
      history.prepend(["old"]);
      type(line, known.length === 0 ? first : next);
      expect(seen(line)).toBe(expected);
    }
  });

  it("says what is searched for, until the line is accepted", () => {
    const line = editor({ history: createHistory(lines) });
    type(line, "\x12par");
    expect(line.query).toBe("par");
    expect(type(line, "\r")).toEqual([{ at: 1, done: "parity even" }]);
    expect(line.query).toBeUndefined();
  });

  it("keeps what is accepted, once in a row, without empty lines and those behind a space", () => {
    const history = createHistory(["old"], { limit: 4 });
    const line = editor({ history, passesControls: true });
    type(line, "a\ra\r\r secret\rb\ra\r\tc\r");
    expect(history.lines).toEqual(["old", "a", "b", "a"]);
    type(line, "c\r");
    expect(history.lines).toEqual(["a", "b", "a", "c"]);
  });
});

describe("Tab", () => {
  const complete = (before: string) =>
    before.includes(" ") ? ["even", "none", "odd"] : ["parity", "printable", "log=", "logs", "bps"];
  it.each<[string, string, string]>([
    ["completes a word", "b\t", "bps |"],
    ["completes as far as it is clear", "p\t", "p|"],
    ["completes what many words share", "lo\t", "log|"],
    ["completes in the middle", `pa x${KEYS.left}${KEYS.left}\t`, "parity| x"],
    ["completes the last word", "parity e\t", "parity even |"],
    ["completes nothing where nothing fits", "zz\t", "zz|"],
  ])("%s", (_, keys, expected) => {
    const line = editor({ complete });
    type(line, keys);
    expect(seen(line)).toBe(expected);
    expect(line.choices).toBeUndefined();
  });

  it("leaves no space where more may follow", () => {
    const line = editor({ complete: () => ["--events="] });
    type(line, "--e\t");
    expect(seen(line)).toBe("--events=|");
  });

  it("twice lists the words, and a key between makes it once", () => {
    const line = editor({ complete });
    type(line, "p\t\x02\t");
    expect(line.choices).toBeUndefined();
    type(line, "\x05\t\t");
    expect(line.choices).toEqual(["parity", "printable"]);
    line.choices = undefined;
    type(line, "\x15lo\t\t");
    expect(line.choices).toEqual(["log=", "logs"]);
  });
});

describe("any keys", () => {
  const key = fc.constantFrom(
    ...[
      "a",
      "bc",
      " ",
      "路",
      "e\u0301",
      "😀",
      "\t",
      "\r",
      "\n",
      "\x7f",
      "\x1b",
      "\x1b[200~",
      "\x1b[201~",
      "[",
      "\xc3",
    ],
    ...Object.values(KEYS),
    ...[
      "\x01",
      "\x02",
      "\x03",
      "\x04",
      "\x05",
      "\x06",
      "\x07",
      "\x0b",
      "\x10",
      "\x0e",
      "\x12",
      "\x15",
      "\x17",
      "\x19",
    ],
    ...["\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x1b[3;5~", "\x1bOM", "\x1b[", "\x1bO", "\x1b[[", "1;5"],
  );
  const options = fc.record({ passesControls: fc.boolean(), completes: fc.boolean() });
  const make = ({ passesControls, completes }: { passesControls: boolean; completes: boolean }) =>
    editor({
      history: createHistory(["abc", "bc a", "路 abc"]),
      passesControls,
      complete: completes ? () => ["abc", "abd", "bcd"] : undefined,
    });
  const outcome = (results: EditResult[], line: LineEditor) => [
    results.map(({ at: _, ...rest }) => rest),
    seen(line),
    line.query,
    line.killed,
    line.isEscapePending,
    line.isBellDue,
    line.choices,
  ];

  it("have the same outcome however they are cut", () => {
    fc.assert(
      fc.property(
        options,
        fc.array(key, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (how, keys, cuts) => {
          const bytes = Buffer.concat(
            keys.map((one) => Buffer.from(one, one === "\xc3" ? "latin1" : "utf8")),
          );
          const whole = make(how);
          const pieces = make(how);
          const inPieces: EditResult[] = [];
          for (let at = 0, n = 0; at < bytes.length; n++) {
            const end = at + cuts[n % cuts.length]!;
            inPieces.push(...type(pieces, bytes.subarray(at, end)));
            at = end;
          }
          expect(outcome(inPieces, pieces)).toEqual(outcome(type(whole, bytes), whole));
          expect(whole.cursor).toBeLessThanOrEqual(whole.text.length);
          expect(whole.text).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("of 100,000 random bytes make no line fall over", () => {
    let state = 1;
    const bytes = Uint8Array.from({ length: 100_000 }, () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state >> 16;
    });
    for (const passesControls of [false, true]) {
      const line = make({ passesControls, completes: !passesControls });
      for (let at = 0; at < bytes.length; at++) {
        line.push(bytes, at, at + 1);
        if (line.cursor < 0 || line.cursor > line.text.length) throw new Error(`at ${at}: ${seen(line)}`);
      }
      expect(line.text.length).toBeLessThanOrEqual(LONGEST_LINE);
    }
  });

  it("do to a line what they do to a row of characters", () => {
    const model = { before: [] as string[], behind: [] as string[], cut: [] as string[] };
    const steps: Record<string, (one: typeof model) => void> = {
      x: ({ before }) => before.push("x"),
      路: ({ before }) => before.push("路"),
      [KEYS.left]: ({ before, behind }) => behind.unshift(...before.splice(-1)),
      [KEYS.right]: ({ before, behind }) => before.push(...behind.splice(0, 1)),
      "\x01": ({ before, behind }) => behind.unshift(...before.splice(0)),
      "\x05": ({ before, behind }) => before.push(...behind.splice(0)),
      "\x7f": ({ before }) => before.pop(),
      [KEYS.delete]: ({ behind }) => behind.shift(),
      "\x15": ({ before, cut }) => before.length > 0 && cut.splice(0, cut.length, ...before.splice(0)),
      "\x0b": ({ behind, cut }) => behind.length > 0 && cut.splice(0, cut.length, ...behind.splice(0)),
      "\x19": ({ before, cut }) => before.push(...cut),
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 60 }), (keys) => {
        for (const part of Object.values(model)) part.length = 0;
        const line = editor();
        for (const one of keys) {
          if (model.before.length + model.behind.length > 1000) break;
          type(line, one);
          steps[one]!(model);
          expect(seen(line)).toBe(`${model.before.join("")}|${model.behind.join("")}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});
