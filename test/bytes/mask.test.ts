import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMask, MAX_LINE } from "../../src/bytes/mask.js";

/** What comes out of `input` in parts that end at `ends`. */
function masked(expression: RegExp, input: Uint8Array, ends: readonly number[] = []): Buffer {
  const mask = createMask(expression);
  const parts: Buffer[] = [];
  let start = 0;
  for (const end of [...ends, input.length]) {
    parts.push(Buffer.from(mask.push(input.subarray(start, end), end)));
    start = end;
  }
  parts.push(Buffer.from(mask.flush(input.length)));
  return Buffer.concat(parts);
}

const text = (expression: RegExp, input: string) => masked(expression, Buffer.from(input)).toString();

describe("a mask", () => {
  it.each<[string, RegExp, string, string]>([
    ["all that matches", /pass\w+/, "login\npassword1 x passport\n", "login\n*** x ***\n"],
    ["only its groups where it has any", /password: (\S+)/, "password: geheim ok\n", "password: *** ok\n"],
    ["each of several groups", /(\w+):(\w+)@/, "ftp://me:word@host\r\n", "ftp://***:***@host\r\n"],
    ["groups within groups once", /key=((\w+)-(\w+))/, "key=ab-cd.\n", "key=***.\n"],
    ["groups that overlap once", /(?=(ab))a(bc)/, "xabcx\n", "x***x\n"],
    ["all of it where no group takes part", /(secret)|token/, "token secret\n", "*** ***\n"],
    [
      "up to the line's end, CR LF or CR or LF",
      /pin (.*)$/,
      "pin 1\r\npin 2\rpin 3\n",
      "pin ***\r\npin ***\rpin ***\n",
    ],
    ["from the line's start", /^\w/, "one\r\n\r\ntwo\n", "***ne\r\n\r\n***wo\n"],
    ["an unfinished line at the end", /key (\d+)/, "x\nkey 42", "x\nkey ***"],
    ["nothing where it matches nothing", /x*/, "abc\n", "abc\n"],
    ["with its flags", /PASS=(\w+)/iy, "pass=a\nx pass=b\n", "pass=***\nx pass=***\n"],
    ["characters beyond ASCII as one", /^Schlüssel: (.)$/, "Schlüssel: ä\n", "Schlüssel: ***\n"],
    ["and nothing else of such a line", /ß(.)/u, "äßö🙂ü\n", "äß***🙂ü\n"],
    ["across lines never", /a\sb/, "a\nb\na b\n", "a\nb\n***\n"],
  ])("hides %s", (_, expression, input, output) => {
    expect(text(expression, input)).toBe(output);
  });

  it.each<[string, RegExp, string, string, string]>([
    ["is typed behind a prompt", /password: (.*)/, "password: ", "geheim\rls\r", "***\rls\r"],
    ["begins in the prompt", /word: \S+/, "password: ", "geheim ok\r", "*** ok\r"],
    ["is in the line alone", /^pin (\d+)/, "$ ", "pin 42\r", "pin ***\r"],
    ["is in both", /(?::|pin) (\w+)/, "pin: ", "pin 42\r", "*** ***\r"],
  ])("hides what %s", (_, expression, prompt, input, output) => {
    const prompts = [prompt];
    for (const at of [0, 1, input.length - 1]) {
      const mask = createMask(expression, () => prompts.shift() ?? "");
      prompts[0] = prompt;
      const bytes = Buffer.from(input);
      const parts = [bytes.subarray(0, at), bytes.subarray(at)].map((part) =>
        Buffer.from(mask.push(part, 0)),
      );
      expect(Buffer.concat([...parts, Buffer.from(mask.flush(0))]).toString()).toBe(output);
    }
  });

  it("says what stands in the unfinished line", () => {
    const mask = createMask(/x/);
    mask.push(Buffer.from("one\ntwö: "), 0);
    expect(mask.unfinished).toBe("twö: ");
    mask.push(Buffer.from("\n"), 0);
    expect(mask.unfinished).toBe("");
  });

  it("sees one character for each byte where a line is not UTF-8, and keeps the rest exactly", () => {
    const line = Buffer.from([0xff, 0x00, 0x41, 0x80, 0x42, 0x0a]);
    expect(masked(/A(.)B/s, line)).toEqual(Buffer.concat([line.subarray(0, 3), Buffer.from("***B\n")]));
  });

  it("gives the same however the input is cut", () => {
    const piece = fc.constantFrom("pass=ge", "heim", "x", "ü", "\xff", "\n", "\r", "\r\n", " ", "pass=", "=");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(100), { maxLength: 8 }),
        (pieces, cuts) => {
          const input = Buffer.concat(
            pieces.map((one) => Buffer.from(one, one === "\xff" ? "latin1" : "utf8")),
          );
          const ends = cuts.filter((cut) => cut <= input.length).sort((one, other) => one - other);
          expect(masked(/pass=(\w+)/, input, ends)).toEqual(masked(/pass=(\w+)/, input));
        },
      ),
    );
  });

  it("changes nothing but what it hides", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        expect(masked(/this is not there/, input).equals(input)).toBe(true);
      }),
    );
  });

  it("holds an unfinished line back, and one without an end in parts of 64 KiB wherever it is cut", () => {
    const mask = createMask(/x(y)/);
    expect(Buffer.from(mask.push(Buffer.from("a\nlogin: "), 0)).toString()).toBe("a\n");
    expect(mask.push(Buffer.from("me"), 0).length).toBe(0);
    expect(Buffer.from(mask.flush(0)).toString()).toBe("login: me");
    expect(mask.flush(0).length).toBe(0);

    const long = Buffer.alloc(3 * MAX_LINE, "a");
    long.write("xy", MAX_LINE - 1); // cut in two: not seen
    long.write("xy", 2 * MAX_LINE); // not cut
    const whole = masked(/x(y)/, long);
    expect(whole.toString()).toBe(long.toString().replace(/^(.{131072}x)y/s, "$1***"));
    expect(masked(/x(y)/, long, [1000, MAX_LINE + 1, 2 * MAX_LINE + 1]).equals(whole)).toBe(true);
    const held = createMask(/x/);
    expect(held.push(long.subarray(0, MAX_LINE), 0).length).toBeGreaterThan(0);
  });

  it("takes 100,000 random inputs", () => {
    const mask = createMask(/(\w+)=(\d*)|[^ -~]{3}/u);
    const random = Buffer.alloc(100_064);
    for (let at = 0, seed = 1; at < random.length; at++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      random[at] = seed >> 16;
    }
    let count = 0;
    for (let at = 0; at < 100_000; at++)
      count += mask.push(random.subarray(at, at + (random[at]! & 63)), at).length;
    count += mask.flush(0).length;
    expect(count).toBeGreaterThan(1_000_000);
  });
});
