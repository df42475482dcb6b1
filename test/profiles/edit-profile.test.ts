/** A profile put into a file: everything else stays byte for byte, whatever the file looks like. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editProfile, isSame, type Wanted } from "../../src/profiles/edit-profile.js";
import { parseToml } from "../../src/profiles/toml.js";
import type { PlainValue } from "../../src/profiles/toml-write.js";

function wanted(entries: Record<string, PlainValue>, stays: readonly string[] = []): Wanted {
  return {
    entries: new Map(Object.entries(entries)),
    stays: (key) => stays.includes(key),
    canonical: (key) => (key === "baud" ? "bps" : key),
  };
}

const edit = (text: string, entries: Record<string, PlainValue>, stays?: readonly string[], name = "board") =>
  editProfile(text, parseToml(text), name, wanted(entries, stays));
const edited = (text: string, entries: Record<string, PlainValue>, stays?: readonly string[]) =>
  edit(text, entries, stays).text;

describe("a new profile", () => {
  it("is the file, where there was none", () => {
    expect(edited("", { port: "/dev/ttyS0", bps: "9600", hwflow: true })).toBe(
      '[profile.board]\nport = "/dev/ttyS0"\nbps = 9600\nhwflow = true\n',
    );
  });

  it.each([
    ["# mine", "# mine\n\n"],
    ["# mine\n", "# mine\n\n"],
    ["# mine\n\n", "# mine\n\n"],
    ["a = 1\r\n", "a = 1\r\n\r\n"],
    ["a = 1\r\n\r\n", "a = 1\r\n\r\n"],
  ])("stands behind %j with one empty line between, and ends its lines in the same way", (text, before) => {
    const eol = text.includes("\r") ? "\r\n" : "\n";
    expect(edited(text, { bps: "9600" })).toBe(`${before}[profile.board]${eol}bps = 9600${eol}`);
  });

  it("quotes a name with a dot", () => {
    expect(edit("", { echo: true }, [], "a.b").text).toBe('[profile."a.b"]\necho = true\n');
  });

  it("goes into the braces where all profiles stand in braces", () => {
    expect(edited("profile = { a = { bps = 1 } } # all\n", { bps: "9600", dtr: "off" })).toBe(
      'profile = { a = { bps = 1 }, board = { bps = 9600, dtr = "off" } } # all\n',
    );
    expect(edited("profile = {}\n", { bps: "1" })).toBe("profile = { board = { bps = 1 } }\n");
  });

  it("has lists where a key takes one", () => {
    expect(edited("", { match: ["usb:0403:6001", "usb:10c4:ea60"] })).toBe(
      '[profile.board]\nmatch = ["usb:0403:6001", "usb:10c4:ea60"]\n',
    );
  });
});

describe("a profile that is there", () => {
  const before = `# all my boards
include = "team.toml"

[profile.other] # before
bps = 300 # slow

  [profile.board]   # the blue one
  # its speed
  bps   =  115200      # the bootloader's
  hwflow = true # wired since May
  # kept
  imap = [ "lfcrlf", # for the screen
    "spchex" ]

# the last
[profile.last]
echo=true
`;

  it("has its values changed in place, with comments and blanks as they were", () => {
    expect(edited(before, { bps: "9600", hwflow: true, imap: "lfcrlf,spchex" })).toBe(
      before.replace("115200", "9600"),
    );
  });

  it("is not touched where it says already what is wanted, in whichever way", () => {
    const same = '[profile.board]\nbps = 0x2580 # 9600\nbreak-ms = 1_000\ndtr = true\nimap = ["a", "b"]\n';
    expect(edited(same, { bps: "9600", "break-ms": "1000", dtr: "on", imap: "a,b" })).toBe(same);
  });

  it("loses what holds no more, and no comment; what is new stands behind its last key", () => {
    expect(edit(before, { bps: "115200", echo: true, imap: "nlcr" })).toEqual({
      removed: ["hwflow"],
      text: before
        .replace("  hwflow = true # wired since May\n", "  # wired since May\n")
        .replace(
          '  imap = [ "lfcrlf", # for the screen\n    "spchex" ]\n',
          '  # for the screen\n  imap = "nlcr"\n  echo = true\n',
        ),
    });
  });

  it("keeps keys that are no options", () => {
    const text = '[profile.board]\ndescription = "x"\ninclude = "base"\nbps = 1\n';
    expect(edited(text, { bps: "1" }, ["description", "include"])).toBe(text);
    expect(edited(text, { bps: "1" }, ["description"])).toBe('[profile.board]\ndescription = "x"\nbps = 1\n');
  });

  it("keeps the spelling that its owner likes", () => {
    expect(edited("[profile.board]\nbaud = 1\n", { bps: "2" })).toBe("[profile.board]\nbaud = 2\n");
  });

  it.each([
    ["[profile.board]", { bps: "1" }, "[profile.board]\nbps = 1\n"],
    ["[profile.board]\nbps = 2", { bps: "1", echo: true }, "[profile.board]\nbps = 1\necho = true\n"],
    ["[profile.board]\nhex = true", { bps: "1" }, "[profile.board]\nbps = 1\n"],
    ["[profile.board]\r\nhex = true # x", { bps: "1" }, "[profile.board]\r\n# x\r\nbps = 1\r\n"],
    ["[profile.board]\nhex = true", {}, "[profile.board]\n"],
    [
      "[profile]\nboard.bps = 2\n\n[x]\n",
      { bps: "1", echo: true },
      "[profile]\nboard.bps = 1\nboard.echo = true\n\n[x]\n",
    ],
    [
      "profile . board . bps=2\n",
      { bps: "1", echo: true },
      "profile . board . bps=1\nprofile . board . echo = true\n",
    ],
    ["profile.board = { bps = 2, hex = true } # x\n", { bps: "1" }, "profile.board = { bps = 1 } # x\n"],
    ["profile.board = {}\n", { bps: "1" }, "profile.board = { bps = 1 }\n"],
    ["profile.board = {  bps=1 }\n", { bps: "1" }, "profile.board = {  bps=1 }\n"],
    [
      "[profile.board]\n\n# next\n[profile.b]\n",
      { bps: "1" },
      "[profile.board]\nbps = 1\n\n# next\n[profile.b]\n",
    ],
  ])("may be written as %j", (text, entries, after) => {
    expect(edited(text, entries as Record<string, PlainValue>)).toBe(after);
  });

  it("is left alone where it is no profile any more", () => {
    expect(() => edit("[profile.board.x]\na = 1\n", {})).toThrow("a profile has keys and values alone");
    expect(() => edit("profile = { board.bps = 1 }\n", { bps: "2" })).toThrow("write it as [profile.board]");
  });
});

/** Lines of a file that somebody has written: comments, blanks, odd spacing, other profiles, tabs, long values. */
const eol = fc.constantFrom("\n", "\r\n");
const comment = fc.constantFrom("", " # note", "\t#tab", "  # = [profile.board] \"'", " # ü😀");
const key = fc.constantFrom("bps", "hex", "log", "imap", "dtr", "description", "baud", "'echo'", '"escape"');
const value = fc.constantFrom(
  "1",
  "0x1F",
  "true",
  "'it''s'".slice(0, 4),
  '"a # b"',
  '"""x\ny"""',
  "[1,\n 2, # c\n]",
  "1.5",
  "{ a = 1 }",
);
const filler = fc.constantFrom("", "# a comment", "   ", "\t# tab", "#[profile.board]", "# bps = 9600");

function tableText(name: string) {
  const line = fc.tuple(
    fc.constantFrom("", "  ", "\t"),
    key,
    fc.constantFrom("=", " = ", "\t=  "),
    value,
    comment,
  );
  return fc.record({
    header: fc.constantFrom(`[profile.${name}]`, `[ profile . ${name} ]`, `[profile."${name}"]`),
    note: comment,
    lines: fc.array(fc.oneof(line, filler), { maxLength: 6 }),
  });
}

const file = fc
  .tuple(
    fc.array(filler, { maxLength: 3 }),
    fc.shuffledSubarray(["a", "board", "b", "c"]).chain((names) => fc.tuple(...names.map(tableText))),
    eol,
    fc.boolean(),
  )
  .map(([top, tables, end, isEnded]) => {
    const lines = [
      ...top,
      ...tables.flatMap(({ header, note, lines: body }) => [header + note, ...bodyOf(body)]),
    ];
    const text = lines.join("\n").replaceAll("\n", end);
    return isEnded && text !== "" ? text + end : text;
  });

/** Each key once. */
function bodyOf(lines: readonly (string | readonly string[])[]): string[] {
  const seen = new Set<string>();
  return lines.flatMap((line) => {
    if (typeof line === "string") return [line];
    const name = line[1]!.replaceAll(/['"]/g, "");
    if (seen.has(name)) return [];
    seen.add(name);
    return [line.join("")];
  });
}

const entries = fc.dictionary(
  fc.constantFrom("bps", "hex", "log", "imap", "dtr", "echo", "escape", "port", "timestamp"),
  fc.oneof(
    fc.boolean(),
    fc.nat().map(String),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("on", "off", "a'b\"c", "^\\"),
  ),
);

describe("any file", () => {
  it("keeps every byte outside of the profile, every comment in it, and then says what was wanted", () => {
    fc.assert(
      fc.property(file, entries, (text, values) => {
        fc.pre(parses(text));
        const before = parseToml(text);
        const isOwn = ({ path }: { path: readonly string[] }) => path[0] === "profile" && path[1] === "board";
        // A profile with a table in it is refused, which is told elsewhere.
        fc.pre(![...before.tables, ...before.leaves].some((part) => isOwn(part) && part.path.length > 3));
        fc.pre(!before.tables.some((part) => isOwn(part) && part.path.length > 2));
        const { text: after } = edit(text, values, ["description"]);

        const own = before.tables.find(isOwn);
        const [from, to] = own ? sectionOf(text, own.range[0]) : [text.length, text.length];
        expect(after.startsWith(text.slice(0, from))).toBe(true);
        expect(after.endsWith(text.slice(to))).toBe(true);

        const now = parseToml(after);
        const said = now.leaves.filter((leaf) => isOwn(leaf) && leaf.path[2] !== "description");
        expect(said.length).toBe(Object.keys(values).length);
        for (const leaf of said) {
          const name = leaf.path[2] === "baud" ? "bps" : leaf.path[2]!;
          expect(isSame(leaf.value, values[name]!)).toBe(true);
        }
        const notes = (source: string, { comments }: typeof now) =>
          comments.map((range) => source.slice(...range)).sort();
        expect(notes(after, now)).toEqual(notes(text, before));
        if (text.includes("\r\n") && !/(?<!\r)\n/.test(text)) expect(after).not.toMatch(/(?<!\r)\n/);
        // What is there is not written again.
        expect(edit(after, values, ["description"])).toEqual({ text: after, removed: [] });
      }),
      { numRuns: 1500 },
    );
  });
});

function parses(text: string): boolean {
  try {
    return parseToml(text) !== undefined;
  } catch {
    return false;
  }
}

/** From a header's line to the next header's: all that may change. */
function sectionOf(text: string, at: number): [number, number] {
  const start = text.lastIndexOf("\n", at) + 1;
  const rest = parseToml(text)
    .tables.filter(({ kind, range }) => kind === "header" && range[0] > at)
    .map(({ range }) => text.lastIndexOf("\n", range[0]) + 1);
  return [start, Math.min(text.length, ...rest)];
}
