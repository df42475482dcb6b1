import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { bashReply, fishReply, zshReply } from "../../src/cli/completion/reply.js";
import { completionScript, SHELLS } from "../../src/cli/completion/scripts.js";
import { quoteFor, readTyped } from "../../src/cli/completion/shell-words.js";

const BREAKS = " \t\n\"'@><=;|&(:";
const TWO = {
  prefix: "",
  candidates: [
    { word: "usb:0403:6001", does: "FT232R" },
    { word: "usb:1a86:7523", does: "a\u001b[2J\tb" },
  ],
};

describe("a word that is typed into bash", () => {
  it.each([
    ["plain", { text: "plain", quote: "", start: 0 }],
    ["a\\ b", { text: "a b", quote: "", start: 0 }],
    ["'a b'", { text: "a b", quote: "", start: 3 }],
    ['"a b', { text: "a b", quote: '"', start: 0 }],
    ['--log="my f', { text: "--log=my f", quote: '"', start: 6 }],
    ["'a\\", { text: "a\\", quote: "'", start: 0 }],
    ['"a\\"\\b', { text: 'a"\\b', quote: '"', start: 0 }],
    ["usb:0403:60", { text: "usb:0403:60", quote: "", start: 9 }],
    ["@bo", { text: "@bo", quote: "", start: 0 }],
    ["--profile=@bo", { text: "--profile=@bo", quote: "", start: 10 }],
    ["a\\:b", { text: "a:b", quote: "", start: 0 }],
    ["a\\", { text: "a", quote: "", start: 0 }],
    ["", { text: "", quote: "", start: 0 }],
  ] as const)("%s is read as bash reads it", (raw, read) => {
    expect(readTyped(raw, BREAKS)).toEqual(read);
  });

  it("is the same again when it is quoted and read, however it was begun", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((one) => !/[\p{Cc}]/u.test(one));
    fc.assert(
      fc.property(text, fc.constantFrom("", "'", '"'), (one, quote) => {
        const quoted = quoteFor(one, quote as "" | "'" | '"');
        if (quoted === undefined) return /['!]/.test(one);
        const { text: read } = readTyped(`${quote}${quoted}${quote}`);
        return read === one;
      }),
    );
  });

  it("is for bash itself the text, and nothing else", () => {
    const texts = [
      "$(exit 7)`exit 7`;exit 7|&\"'\\!*?[x]{a,b}~<>()#",
      "~",
      "#x",
      "a b",
      "é→",
      "$HOME",
      "a\\",
      "*",
    ];
    for (const quote of ["", "'", '"'] as const) {
      const words = texts.flatMap((text) => {
        const quoted = quoteFor(text, quote);
        return quoted === undefined ? [] : [{ text, word: `${quote}${quoted}${quote}` }];
      });
      const script = `printf '%s\\0' ${words.map(({ word }) => word).join(" ")}`;
      const { stdout, status } = spawnSync("bash", ["-c", script], { cwd: "/", encoding: "utf8" });
      expect(status).toBe(0);
      expect(stdout.split("\0").slice(0, -1)).toEqual(words.map(({ text }) => text));
    }
  });
});

describe("the answer for bash", () => {
  it("is what stands behind the place where bash begins to replace", () => {
    expect(bashReply(TWO, readTyped("usb:04", BREAKS))).toEqual(["0403:6001 "]);
    expect(bashReply(TWO, readTyped("usb:04", ""))).toEqual(["usb:0403:6001 "]);
    expect(bashReply(TWO, readTyped('"usb:04', BREAKS))).toEqual(["usb:0403:6001"]);
    const even = { prefix: "--parity=", candidates: [{ word: "even" }, { word: "gap:", more: true }] };
    expect(bashReply(even, readTyped("--parity=", BREAKS))).toEqual(["even ", "gap:"]);
  });

  it("has descriptions only where all are listed, in the screen's width", () => {
    expect(bashReply(TWO, readTyped("usb:", BREAKS), 40)).toEqual([
      "0403:6001  FT232R",
      "1a86:7523  a\\x1b[2J\\x09b",
    ]);
    expect(bashReply(TWO, readTyped("usb:", BREAKS), 24)[1]).toBe("1a86:7523  a\\x1b[2J\\...");
    expect(bashReply(TWO, readTyped("usb:0", BREAKS), 40)).toEqual(["0403:6001 "]);
  });

  it("leaves out what cannot be written behind an open quote", () => {
    const odd = { prefix: "", candidates: [{ word: "it's" }, { word: "its!" }] };
    expect(bashReply(odd, readTyped("'it", BREAKS))).toEqual(["its!"]);
    expect(bashReply(odd, readTyped('"it', BREAKS))).toEqual(["it's"]);
    expect(bashReply(odd, readTyped("it", BREAKS))).toEqual(["it\\'s ", "its\\! "]);
  });
});

describe("the answer for zsh and fish", () => {
  it("has a candidate a line, with no control character of a device's", () => {
    expect(zshReply(TWO, "", 40)).toEqual([
      "usb:0403:6001\tusb:0403:6001  FT232R",
      "usb:1a86:7523\tusb:1a86:7523  a\\x1b[2J\\x09b",
    ]);
    expect(fishReply(TWO)).toEqual(["usb:0403:6001\tFT232R", "usb:1a86:7523\ta\\x1b[2J\\x09b"]);
  });

  it("says what stands before each, where a blank may not follow, and what the shell does", () => {
    const some = { prefix: "--frame=", candidates: [{ word: "gap:", more: true }], byShell: { from: 2 } };
    expect(zshReply(some, "", 40)).toEqual(["\tcommand 2", "\tprefix --frame=", "gap:\tgap:\t+"]);
    expect(fishReply(some)).toEqual(["\tcommand 2", "--frame=gap:"]);
    expect(fishReply({ prefix: "", candidates: [], byShell: "files" })).toEqual(["\tfiles"]);
  });

  it("is aligned for what begins with what is typed", () => {
    const some = {
      prefix: "",
      candidates: [
        { word: "long-one", does: "l" },
        { word: "a", does: "s" },
      ],
    };
    expect(zshReply(some, "a", 40)).toEqual(["long-one\tlong-one  l", "a\ta  s"]);
    expect(zshReply(some, "x", 40)).toEqual(["long-one\tlong-one  l", "a\ta         s"]);
  });

  it("is cut by columns, not by characters", () => {
    const wide = { prefix: "", candidates: [{ word: "x", does: "調試串口適配器第二個端口" }] };
    expect(zshReply(wide, "", 20)).toEqual(["x\tx  調試串口適配..."]);
  });
});

describe("the script", () => {
  it.for(SHELLS)("for %s is one that it reads", (shell, { skip }) => {
    const directory = mkdtempSync(`${tmpdir()}/robin-script-`);
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(`${directory}/script`, completionScript(shell));
    const { error, status, stderr } = spawnSync(shell, ["-n", `${directory}/script`], { encoding: "utf8" });
    if (error) skip(`${shell} is not installed`);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
