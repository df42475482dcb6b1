import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/parse.js";
import { SENDING_OPTIONS, sendingOptions } from "../../src/cli/sending-options.js";

const RAW = { name: "raw", group: "Session", does: "" } as const;

function given(...argv: string[]) {
  return sendingOptions(parseArguments(argv, { usage: "robin", options: [...SENDING_OPTIONS, RAW] }).values);
}

describe("how what is typed is sent", () => {
  it("is at once, unless something else is asked for", () => {
    expect(given()).toEqual({ inputMode: "char", pacing: { timeoutMs: 10_000 } });
    expect(given("--send-delay", "0", "--send-line-delay", "0")).toEqual(given());
  });

  it.each<[string[], object]>([
    [["--send-delay", "5"], { byteDelayMs: 5 }],
    [["--send-delay", "100us"], { byteDelayMs: 0.1 }],
    [["--send-line-delay", "0.5s"], { lineDelayMs: 500 }],
    [["--send-echo"], { echo: "byte" }],
    [["--send-echo=line"], { echo: "line" }],
    [["--send-wait", "^=> $"], { waitFor: /^=> $/m }],
    [["--send-timeout", "2s"], { timeoutMs: 2000 }],
  ])("is told by %j", (argv, pacing) => {
    expect(given(...argv)).toEqual({ inputMode: "char", pacing: { timeoutMs: 10_000, ...pacing } });
  });

  it.each(["char", "line", "hex"] as const)("may be typed as %s", (mode) => {
    expect(given("--input", mode).inputMode).toBe(mode);
  });

  it.each<[string[], string]>([
    [["--input", "lines"], 'option --input: "lines" is not one of char, line, hex (did you mean line?)'],
    [["--send-echo=word"], 'option --send-echo: "word" is not one of byte, line'],
    [["--send-delay", "fast"], 'option --send-delay: "fast" is not a time: a number with us, ms, s, m or h'],
    [["--send-wait", "("], 'option --send-wait: "(" is not a regular expression: Unterminated group'],
    [["--send-wait", ""], "option --send-wait: the regular expression is empty"],
    [["--send-wait", "x*"], 'option --send-wait: "x*" matches nothing at all: it would be found at once'],
    [["--send-timeout", "0"], "option --send-timeout: nothing comes within 0 ms"],
    [["--raw", "--input", "line"], "options --raw and --input: they contradict each other"],
  ])("refuses %j", (argv, message) => {
    expect(() => given(...argv)).toThrow(expect.objectContaining({ code: "usage" }));
    expect(() => given(...argv)).toThrow(message);
  });

  it("is in one group of the help", () => {
    expect(SENDING_OPTIONS.map(({ group }) => group)).toEqual(SENDING_OPTIONS.map(() => "Sending"));
  });
});
