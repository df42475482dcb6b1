/** The errors' codes and the exit statuses that belong to them. */
import { describe, expect, it } from "vitest";
import { type ErrorCode, EXIT_STATUSES, RobinError, signalStatus, statusOf } from "../src/errors.js";

/** Each code and its status; the type check keeps the list whole. */
const STATUSES: Readonly<Record<ErrorCode, number>> = {
  internal: 1,
  usage: 2,
  "open-failed": 3,
  "setup-failed": 3,
  unsupported: 3,
  busy: 4,
  lost: 5,
  expectation: 6,
  unsent: 7,
};
const CODES = Object.keys(STATUSES) as ErrorCode[];

describe("exit statuses", () => {
  it.each(CODES)("have one for %s", (code) => {
    expect(statusOf(code)).toBe(STATUSES[code]);
    expect(EXIT_STATUSES.filter((row) => row.codes.includes(code))).toHaveLength(1);
  });

  it("are in the table once each, in order, each with a meaning", () => {
    expect(EXIT_STATUSES.map((row) => row.status)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { meaning } of EXIT_STATUSES) expect(meaning).toMatch(/^[a-z].*[^.]$/);
    expect(EXIT_STATUSES.flatMap((row) => row.codes).sort()).toEqual([...CODES].sort());
  });

  it("are 1 for a code that nobody knows", () => {
    expect(statusOf("from a later version" as ErrorCode)).toBe(1);
  });

  it.each([
    [1, 129],
    [2, 130],
    [15, 143],
  ])("of signal %i are %i, as a shell has it", (signal, status) => {
    expect(signalStatus(signal)).toBe(status);
  });
});

describe("a RobinError", () => {
  it("has a code, a message, and a hint and a cause where they were given", () => {
    const cause = new Error("ENOENT");
    const error = new RobinError("open-failed", "open /dev/x: no such file", { hint: "plug it in", cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: "RobinError", code: "open-failed", hint: "plug it in", cause });
    expect(error.message).toBe("open /dev/x: no such file");
    const bare = new RobinError("usage", "no port");
    expect(bare.hint).toBeUndefined();
    expect("cause" in bare).toBe(false);
  });
});
