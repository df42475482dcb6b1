/** What becomes of received breaks and errors: the flags, and what Linux's n_tty makes of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BreakHandling, ErrorHandling } from "../../../src/port/port.js";
import {
  describeReceivedErrors,
  isContradiction,
  setReceivedErrors,
} from "../../../src/port/tty/received-errors.js";
import { describeTermios, withBridge, withSettings } from "../../../src/port/tty/settings.js";
import { copyTermios, getControl, hasFlag, setFlag, type Termios } from "../../../src/tty/termios.js";
import { anyTermios, found } from "../../golden/settings.js";

type Input = { readonly byte: number; readonly error?: "parity" | "break" };

/**
 * What a reader gets: n_tty_receive_break(), n_tty_receive_parity_error() and the doubling of Linux's n_tty.c, behind a
 * driver of usb-serial, which drops nothing by itself.
 */
function received(termios: Termios, input: readonly Input[]): string {
  const has = (name: Parameters<typeof hasFlag>[1]) => hasFlag(termios, name);
  const looksAtNothing =
    !has("ISIG") &&
    !has("IXON") &&
    !has("PARMRK") &&
    (has("IGNBRK") || !has("BRKINT")) &&
    (has("IGNPAR") || !has("INPCK"));
  const out = input.flatMap(({ byte, error }): (number | string)[] => {
    if (looksAtNothing) return [byte];
    if (error === "break") {
      if (has("IGNBRK")) return [];
      if (has("BRKINT")) return ["SIGINT"];
      return has("PARMRK") ? [0xff, 0, 0] : [0];
    }
    if (error === "parity" && has("INPCK")) {
      if (has("IGNPAR")) return [];
      return has("PARMRK") ? [0xff, 0, byte] : [0];
    }
    return byte === 0xff && has("PARMRK") ? [0xff, 0xff] : [byte];
  });
  return out.map((one) => (typeof one === "string" ? one : one.toString(16))).join(" ");
}

const INPUT: readonly Input[] = [
  { byte: 0x61 },
  { byte: 0x41, error: "parity" },
  { byte: 0, error: "break" },
  { byte: 0xff },
];
const plain = () => withSettings(withBridge(found("uart")), { flow: "none" });
const asked = (onError?: ErrorHandling, onBreak?: BreakHandling) => ({
  ...(onError && { onError }),
  ...(onBreak && { onBreak }),
});

const anyHandling = fc
  .record(
    {
      onError: fc.constantFrom<ErrorHandling>("drop", "mark", "pass"),
      onBreak: fc.constantFrom<BreakHandling>("drop", "mark", "pass", "interrupt"),
    },
    { requiredKeys: [] },
  )
  .filter((one) => !isContradiction(one));

describe("a bad byte 41 and a break between 61 and ff", () => {
  it.each<[string, ErrorHandling | undefined, BreakHandling | undefined]>([
    ["61 41 0 ff", undefined, undefined],
    ["61 0 ff", "drop", undefined],
    ["61 41 ff", undefined, "drop"],
    ["61 ff", "drop", "drop"],
    ["61 ff 0 41 ff 0 0 ff ff", "mark", undefined],
    ["61 ff 0 41 ff 0 0 ff ff", "mark", "mark"],
    ["61 ff 0 41 ff ff", "mark", "drop"],
    ["61 ff 0 41 SIGINT ff ff", "mark", "interrupt"],
    ["61 41 ff 0 0 ff ff", undefined, "mark"],
    ["61 41 ff 0 0 ff ff", "pass", "mark"],
    ["61 ff 0 0 ff ff", "drop", "mark"],
    ["61 0 ff", "drop", "pass"],
    ["61 41 0 ff", "pass", "pass"],
    ["61 41 SIGINT ff", "pass", "interrupt"],
    ["61 SIGINT ff", "drop", "interrupt"],
    ["61 41 ff", "pass", "drop"],
  ])("are read as %s with --on-error %s and --on-break %s", (bytes, onError, onBreak) => {
    expect(received(withSettings(plain(), asked(onError, onBreak)), INPUT)).toBe(bytes);
  });
});

describe("the flags", () => {
  it("are left alone where nothing was asked", () => {
    fc.assert(
      fc.property(anyTermios, (start) => {
        const after = copyTermios(start);
        setReceivedErrors(after, {});
        expect(after).toEqual(start);
      }),
    );
  });

  it("are what was asked for, whatever stood before", () => {
    fc.assert(
      fc.property(anyTermios, anyHandling, (start, handling) => {
        const after = copyTermios(start);
        setReceivedErrors(after, handling);
        expect(describeReceivedErrors(after)).toMatchObject(handling);
      }),
    );
  });

  it("keep what was not asked for, but for the one flag that marks both", () => {
    fc.assert(
      fc.property(anyTermios, anyHandling, (start, handling) => {
        const before = describeReceivedErrors(start);
        const after = copyTermios(start);
        setReceivedErrors(after, handling);
        const now = describeReceivedErrors(after);
        if (handling.onError === undefined && handling.onBreak !== "pass" && before.onError !== "null") {
          expect(now.onError).toBe(before.onError);
        }
        if (handling.onBreak === undefined && handling.onError !== "mark") {
          expect(now.onBreak).toBe(before.onBreak);
        }
      }),
    );
  });

  it("make the kernel look at each byte where something is to be dropped, and no character mean a signal", () => {
    const dropping = withSettings(plain(), { onError: "drop" });
    expect(hasFlag(dropping, "ISIG")).toBe(true);
    for (const name of ["VINTR", "VQUIT", "VSUSP"] as const) expect(getControl(dropping, name)).toBe(0);
    const marking = withSettings(plain(), { onError: "mark" });
    expect(hasFlag(marking, "ISIG")).toBe(false);
  });

  it("of a PARMRK that was found are told as what they do, and as found only where that is doubling alone", () => {
    const marked = plain();
    for (const name of ["PARMRK", "INPCK"] as const) setFlag(marked, name);
    expect(describeTermios(marked)).toMatchObject({ onError: "mark", onBreak: "mark", translations: [] });
    for (const name of ["IGNPAR", "IGNBRK"] as const) setFlag(marked, name);
    expect(describeTermios(marked)).toMatchObject({
      onError: "drop",
      onBreak: "drop",
      translations: ["PARMRK"],
    });
    expect(describeTermios(withSettings(marked, { onError: "drop" })).translations).toEqual([]);
  });

  it("of INPCK alone make a NUL of each bad byte", () => {
    const nul = plain();
    setFlag(nul, "INPCK");
    expect(describeTermios(nul).onError).toBe("null");
    expect(received(nul, INPUT)).toBe("61 0 0 ff");
  });
});
