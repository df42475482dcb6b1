/** Robin's own words: how they look, who gets them, and that nobody waits for them. */
import { describe, expect, it } from "vitest";
import { Words, type WordsOptions, wantsColor } from "../../src/cli/words.js";
import { RobinError } from "../../src/errors.js";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { type HandMadeSink, handMadeSink } from "../session/hand-made.js";

const PLAIN: WordsOptions = { color: "never", quiet: false, verbose: 0, isTerminal: () => true, env: {} };

/** What comes out of words said with `options`. */
function said(
  say: (words: Words) => void,
  options: Partial<WordsOptions> = {},
  sink = handMadeSink(),
): string {
  const words = new Words({ ...PLAIN, ...options });
  words.attach(sink);
  say(words);
  return sink.taken.toString();
}

const all = (words: Words) => {
  words.error(new RobinError("lost", "an error"));
  words.warning("a warning");
  words.notice("a notice");
  words.detail("a detail");
};

describe("colour", () => {
  it.each<[string, Partial<WordsOptions>, boolean]>([
    ["on a terminal", {}, true],
    ["not on a pipe", { isTerminal: () => false }, false],
    ["not under NO_COLOR", { env: { NO_COLOR: "1" } }, false],
    ["under an empty NO_COLOR, which says nothing", { env: { NO_COLOR: "" } }, true],
    ["not on a terminal that can do nothing", { env: { TERM: "dumb" } }, false],
    ["on an ordinary TERM", { env: { TERM: "xterm" } }, true],
    [
      "under --color always, whatever else",
      { color: "always", isTerminal: () => false, env: { NO_COLOR: "1", TERM: "dumb" } },
      true,
    ],
    ["not under --color never", { color: "never" }, false],
  ])("is there %s", (_, options, colored) => {
    const chosen = { ...PLAIN, color: "auto" as const, ...options };
    expect(wantsColor(chosen)).toBe(colored);
    expect(said(all, chosen).includes("\x1b[")).toBe(colored);
  });

  it("changes no letter of what is said", () => {
    const colored = said(all, { color: "always", verbose: 1 });
    expect(colored.replace(/\x1b\[\d+m/g, "")).toBe(said(all, { verbose: 1 }));
  });
});

describe("what is said", () => {
  it("is errors, warnings and notices, each a line that starts with robin:", () => {
    expect(said(all)).toBe("robin: an error\nrobin: a warning\nrobin: a notice\n");
  });

  it("is details too under -v", () => {
    expect(said(all, { verbose: 1 })).toBe(
      "robin: an error\nrobin: a warning\nrobin: a notice\nrobin: a detail\n",
    );
  });

  it("is errors and warnings only under --quiet", () => {
    expect(said(all, { quiet: true })).toBe("robin: an error\nrobin: a warning\n");
  });

  it("of an error with a hint has the hint on a line of its own", () => {
    const error = new RobinError("open-failed", "open /dev/x: no such file", { hint: "plug it in" });
    expect(said((words) => words.error(error))).toBe(
      "robin: open /dev/x: no such file\n  hint: plug it in\n",
    );
  });

  it("of an error that nobody foresaw is that it is robin's fault, with the place under -vv", () => {
    const error = new TypeError("x is not a function");
    expect(said((words) => words.error(error))).toBe("robin: a fault of robin's own: x is not a function\n");
    expect(said((words) => words.error(error), { verbose: 2 })).toContain("words.test.ts");
    expect(said((words) => words.error("a word"))).toBe("robin: a fault of robin's own: a word\n");
  });
});

describe("a screen that the words share with the port", () => {
  const onScreen = (atLineStart: boolean) => {
    const screen = { atLineStart, newline: "\r\n" };
    const sink = handMadeSink();
    const words = new Words(PLAIN);
    words.attach(sink, screen);
    return { words, sink, screen };
  };

  it("gets a line of its own for them when the cursor stands in the middle of one", () => {
    const { words, sink, screen } = onScreen(false);
    words.notice("one");
    expect(screen.atLineStart).toBe(true);
    words.notice("two");
    expect(sink.taken.toString()).toBe("\r\nrobin: one\r\nrobin: two\r\n");
  });

  it("gets no empty line when the cursor stands at the start of one", () => {
    const { words, sink } = onScreen(true);
    words.notice("one\ntwo");
    expect(sink.taken.toString()).toBe("robin: one\r\ntwo\r\n");
  });
});

describe("words that nobody takes", () => {
  const stopped = (): [Words, HandMadeSink] => {
    const sink = handMadeSink(() => NOTHING);
    const words = new Words(PLAIN);
    words.attach(sink);
    return [words, sink];
  };

  it("wait, come out in order when somebody does, and are said once", () => {
    const [words, sink] = stopped();
    words.notice("one");
    words.notice("two");
    expect(sink.isArmed()).toBe(true);
    expect(sink.taken.toString()).toBe("");
    sink.take = () => 3;
    while (sink.ready());
    expect(sink.taken.toString()).toBe("robin: one\nrobin: two\n");
  });

  it("are at most 64 KiB: more is dropped, whole lines at a time", () => {
    const [words, sink] = stopped();
    for (let n = 0; n < 10_000; n++) words.warning(`line ${n}`);
    sink.take = (offered) => offered;
    sink.ready();
    const lines = sink.taken.toString().split("\n");
    expect(sink.taken.length).toBeLessThanOrEqual(64 * 1024);
    expect(sink.taken.length).toBeGreaterThan(63 * 1024);
    expect(lines.slice(0, -1)).toEqual(
      Array.from({ length: lines.length - 1 }, (_, n) => `robin: line ${n}`),
    );
    words.warning("heard again");
    expect(sink.taken.toString().endsWith("robin: heard again\n")).toBe(true);
  });

  it("are tried once more at the end, and no longer", () => {
    const [words, sink] = stopped();
    words.notice("one");
    words.close();
    expect(sink.taken.toString()).toBe("");
    const [others, other] = stopped();
    others.notice("one");
    other.take = (offered) => offered;
    others.close();
    expect(other.taken.toString()).toBe("robin: one\n");
  });

  it.each<[string, () => number | Error]>([
    ["whose reader is gone", () => GONE],
    ["that fails", () => new Error("EIO")],
  ])("throw nothing at a sink %s", (_, take) => {
    const sink = handMadeSink(take);
    expect(said(all, {}, sink)).toBe("");
  });
});

describe("what is drawn", () => {
  it("is told to be on the screen, once, after the screen was stopped", () => {
    const sink = handMadeSink();
    const words = new Words(PLAIN);
    words.attach(sink);
    let told = 0;
    words.onDrawn = () => {
      told++;
      words.draw("again");
    };
    words.draw("at once ");
    expect([told, words.isDrawn]).toEqual([0, true]);
    sink.take = () => NOTHING;
    words.draw("late ");
    expect([told, words.isDrawn]).toEqual([0, false]);
    sink.take = (offered) => offered;
    sink.ready();
    expect([told, words.isDrawn]).toEqual([1, true]);
    expect(sink.taken.toString()).toBe("at once late again");
  });
});
