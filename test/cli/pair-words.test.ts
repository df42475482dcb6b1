/** What happens on a cable, in words. */
import { describe, expect, it } from "vitest";
import { describePairEvent } from "../../src/cli/commands/pair-words.js";

const NAMES = { a: "/tmp/a", b: "/dev/pts/4" };
const frame = (bps: number, more = {}) => ({ bps, databits: 8, parity: "none", stopbits: 1, ...more });
const counts = {
  sent: 0,
  received: 0,
  waiting: 0,
  dropped: 0,
  flipped: 0,
  duplicated: 0,
  garbled: 0,
  misread: 0,
  lost: 0,
};

describe("the words for", () => {
  it.each<[string, Parameters<typeof describePairEvent>[0], string | undefined]>([
    [
      "a mismatch",
      {
        event: "mismatch",
        state: "begin",
        a: frame(9600),
        b: frame(115200, { stopbits: 2 }),
        harmless: false,
      },
      "/tmp/a is at 9600 8N1, /dev/pts/4 is at 115200 8N2: what arrives is garbage",
    ],
    [
      "a harmless one, of an end that listens at a speed of its own",
      {
        event: "mismatch",
        state: "begin",
        a: frame(9600, { inputBps: 9700 }),
        b: frame(9600),
        harmless: true,
      },
      "/tmp/a is at 9600 8N1, listening at 9700 bps, /dev/pts/4 is at 9600 8N1: near enough to be understood",
    ],
    [
      "its end",
      { event: "mismatch", state: "end", reason: "alike" },
      "/tmp/a and /dev/pts/4 are set alike again",
    ],
    [
      "its end",
      { event: "mismatch", state: "end", reason: "closed" },
      "/tmp/a and /dev/pts/4 are both closed",
    ],
    ["a stall", { event: "fault", kind: "stall", state: "begin", forMs: 500 }, "nothing moves for 0.5 s"],
    ["its end", { event: "fault", kind: "stall", state: "end" }, "bytes move again"],
    [
      "one byte that is dropped: none",
      { event: "fault", kind: "drop", port: "a", offset: 1, count: 1 },
      undefined,
    ],
    ["an opening: none", { event: "open", port: "a" }, undefined],
    [
      "a hang-up of a port with a link",
      { event: "hangup", port: "a", path: "/dev/pts/9" },
      "/tmp/a: hung up; behind it is /dev/pts/9 now",
    ],
    [
      "a hang-up of a port without",
      { event: "hangup", port: "b", path: "/dev/pts/4" },
      "port b: hung up; it is /dev/pts/4 now",
    ],
    [
      "a hang-up whose link cannot be made again",
      { event: "hangup", port: "a", path: "/dev/pts/9", error: "make link /tmp/a: no" },
      "/tmp/a: hung up; behind it is /dev/pts/9 now; make link /tmp/a: no",
    ],
    [
      "a hang-up that cannot be",
      { event: "fault", kind: "hangup", port: "a", error: "posix_openpt: no space" },
      "hang up /tmp/a: posix_openpt: no space",
    ],
    [
      "bytes that it takes along",
      { event: "drop", port: "a", count: 1 },
      "/tmp/a: lost on the way from it: 1 byte",
    ],
    [
      "packet conditions",
      { event: "packet", port: "a", conditions: ["stop", "doStop"] },
      "/tmp/a: stop, doStop",
    ],
  ])("%s", (_, event, words) => {
    expect(describePairEvent(event, NAMES)).toBe(words);
  });

  it("statistics: a table with the columns that have something to say", () => {
    const ports = [
      { ...counts, port: "a", sent: 1234, dropped: 5 },
      { ...counts, port: "b", received: 1229 },
    ];
    expect(describePairEvent({ event: "statistics", uptime: 12.34, seed: 7, ports }, NAMES)).toBe(
      [
        "after 12.3 s, --seed 7",
        "  bytes       sent  received  dropped",
        "  /tmp/a      1234         0        5",
        "  /dev/pts/4     0      1229        0",
      ].join("\n"),
    );
  });
});
