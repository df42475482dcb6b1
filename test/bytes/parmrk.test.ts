/** The kernel's marks made visible, however the input is cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createParmrk, type ParmrkOptions } from "../../src/bytes/parmrk.js";

/** What comes out of `chunks`, one character a byte. */
function shown(chunks: readonly Uint8Array[], options: ParmrkOptions = { breaks: true }): string {
  const stage = createParmrk(options);
  const parts = chunks.map((chunk) => Buffer.from(stage.push(chunk)));
  return Buffer.concat([...parts, Buffer.from(stage.flush())]).toString("latin1");
}
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));

/** What a line brings, and the two forms of it: the kernel's, and the screen's. */
const event = fc.oneof(
  fc.uint8Array({ maxLength: 5 }).map((data) => ({
    kernel: [...data].flatMap((byte) => (byte === 0xff ? [0xff, 0xff] : [byte])),
    screen: Buffer.from(data).toString("latin1"),
  })),
  fc.integer({ min: 1, max: 255 }).map((byte) => ({
    kernel: [0xff, 0, byte],
    screen: `<${byte.toString(16).padStart(2, "0")}?>`,
  })),
  fc.constant({ kernel: [0xff, 0, 0], screen: "<break>" }),
);

/** `all` cut at any places. */
function cut(all: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (all.length + 1)).sort((a, b) => a - b), all.length];
  return at.slice(1).map((end, index) => all.subarray(at[index], end));
}

describe("marks", () => {
  it.each([
    ["nothing of all this", "nothing of all this"],
    ["a\xff\0\0b", "a<break>b"],
    ["a\xff\0Ab", "a<41?>b"],
    ["\xff\0\x07", "<07?>"],
    ["\xff\0\xff\xff\xff", "<ff?>\xff"],
    ["\xff\xff\0\0", "\xff\0\0"],
    ["\0\0", "\0\0"],
    ["\xffA", "\xffA"], // not the kernel's
    ["end\xff", "end\xff"],
    ["end\xff\0", "end\xff\0"],
  ])("%j are shown as %j", (input, output) => {
    expect(shown([bytes(input)])).toBe(output);
  });

  it("are what the line brought, however they are cut", () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat()), (events, places) => {
        const all = Uint8Array.from(events.flatMap(({ kernel }) => kernel));
        expect(shown(cut(all, places))).toBe(events.map(({ screen }) => screen).join(""));
      }),
    );
  });

  it("that are none are as they came, however they are cut", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat()), (all, places) => {
        expect(shown(cut(all, places))).toBe(shown([all]));
      }),
    );
  });

  it("of a NUL are errors where breaks are not marked", () => {
    expect(shown([bytes("\xff\0\0")], { breaks: false })).toBe("<00?>");
  });

  it("stand between what was given to go around them", () => {
    expect(shown([bytes("a\xff\0\0b")], { breaks: true, around: ["[", "]"] })).toBe("a[<break>]b");
  });

  it("cost nothing where there are none: the chunk itself comes out", () => {
    const chunk = bytes("plain");
    const stage = createParmrk({ breaks: true });
    expect(stage.push(chunk)).toBe(chunk);
    expect(stage.flush()).toHaveLength(0);
  });

  it("are not changed by what becomes of the chunk afterwards", () => {
    const stage = createParmrk({ breaks: true });
    const buffer = bytes("a\xff");
    stage.push(buffer);
    buffer.fill(0x78);
    expect(Buffer.from(stage.push(bytes("\0\0"))).toString()).toBe("<break>");
  });
});
