/** Numbers found in lines. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReader } from "../../src/plot/reader.js";

/** The rows of lines, as `name=value unit`. */
function read(lines: string, match?: RegExp): string[] {
  const reader = createReader(match);
  return lines
    .split("\n")
    .flatMap((line) => [...reader.read(line)])
    .map((row) => row.map(({ name, value, unit }) => `${name}=${value}${unit ? ` ${unit}` : ""}`).join(" "));
}

describe("numbers in lines", () => {
  it.each([
    ["23.5", "value=23.5"],
    ["-3e4", "value=-30000"],
    ["+.5", "value=0.5"],
    ["1.5,2,-3e4", "1=1.5 2=2 3=-30000"],
    ["1.5, 2 , 3,", "1=1.5 2=2 3=3"],
    ["1;2;3", "1=1 2=2 3=3"],
    ["1\t2\t3", "1=1 2=2 3=3"],
    ["1 2   3", "1=1 2=2 3=3"],
    ["1, 2 3", "1=1 2=2 3=3"],
    ["1,,3", "1=1 3=3"],
    ["nan,1,inf,ovf", "1=NaN 2=1 3=NaN 4=NaN"],
    ["(1, 2, 3)", "1=1 2=2 3=3"],
    ["[1, 2.5]", "1=1 2=2.5"],
    ["a:1,b:2", "a=1 b=2"],
    ["a:1 b:2", "a=1 b=2"],
    ["a:1\tb:2", "a=1 b=2"],
    ["a: 1, b: 2,", "a=1 b=2"],
    ["a=1;b=-2.5", "a=1 b=-2.5"],
    ["temp: 12.5 C", "temp=12.5 C"],
    ["temp: 12.5 C hum: 40 %", "temp=12.5 C hum=40 %"],
    ["temp: 12.5°C | hum: 40%", "temp=12.5 °C hum=40 %"],
    ["Core temp: 45.2 C, Fan 1 = 1200 rpm", "Core temp=45.2 C Fan 1=1200 rpm"],
    ["3V3:3.29 5V:4.98", "3V3=3.29 5V=4.98"],
    ["acc_x:0.1 acc_y:nan", "acc_x=0.1 acc_y=NaN"],
    ["v:0.5m/s^2", "v=0.5 m/s^2"],
    ['{"t":1,"imu":{"x":2,"y":[3,4.5]},"ok":true,"s":"6"}', "t=1 imu.x=2 imu.y.0=3 imu.y.1=4.5"],
    ['{"__proto__":1,"constructor":2}', "__proto__=1 constructor=2"],
    [">temp:21.5", "temp=21.5"],
    [">temp:1627551892437:21.5§°C|g", "temp=21.5 °C"],
    [">pos:1:2|xy", "pos.x=1 pos.y=2"],
  ])("are taken from %j", (line, row) => {
    expect(read(line)).toEqual([row]);
  });

  it.each([
    "",
    "Temp is 21.5 deg",
    "Booting 3 cores, 2 threads",
    "I (27) boot: ESP-IDF v4.4 2nd stage bootloader",
    "ets Jun  8 2016 00:22:57",
    "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)",
    "load:0x3fff0030,len:1184",
    "mode:DIO, clock div:1",
    "ho 0 tail 12 room 4",
    "[    0.123456] Memory: 1024K/2048K available",
    "Hit any key to stop autoboot:  3 ",
    "12:30:45",
    "up: 12:30",
    "2026-11-21 10:00:00",
    "192.168.0.1",
    "ip:192.168.0.1",
    "0x1f,0x20",
    "a:0x1f",
    "1.2.3",
    "1,2,x",
    "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
    "# ",
    "- - -",
    "e5",
    "{}",
    '{"a":"1"}',
    '{"a":1',
    "{1,2,3}",
    ">status:Running|t",
    ">:1",
    ">a:1:2:3",
    "::1",
    ":1",
    "()",
    ",,,",
  ])("are not seen in %j", (line) => {
    expect(read(line)).toEqual([]);
  });

  it("have the names of a header right before them, as long as there are as many", () => {
    expect(read("hello\ntemp,hum\n1,2\n3,4")).toEqual(["temp=1 hum=2", "temp=3 hum=4"]);
    expect(read('"Temp (C)";"Temp, in [F]"\n1;2')).toEqual(["Temp=1 C Temp, in=2 F"]);
    expect(read("aX aY aZ\n\n0 0 1")).toEqual(["aX=0 aY=0 aZ=1"]);
    expect(read("label0:\tlabel1:\n1\t2")).toEqual(["label0=1 label1=2"]);
    expect(read("temp:\n21\n22")).toEqual(["temp=21", "temp=22"]);
    expect(read("x,x,x_2\n1,2,3")).toEqual(["x=1 x_2=2 x_2_2=3"]);
    expect(read("Hello, world\nready\n1,2")).toEqual(["1=1 2=2"]);
    expect(read("one,two,three\n1,2")).toEqual(["1=1 2=2"]);
    expect(read("ready\n5")).toEqual(["value=5"]);
  });

  it("have columns of text left out under a header", () => {
    expect(read("time,temp,state\n12:00:01,21.5,OK\n12:00:02,nan,ERR")).toEqual(["temp=21.5", "temp=NaN"]);
  });

  it("are not taken from a line that lost bytes, but from another table", () => {
    expect(read("a,b,c\n1,2,3\n1,2\n4,5,6")).toEqual(["a=1 b=2 c=3", "a=4 b=5 c=6"]);
    expect(read("a,b,c\n1,2,3\n1,2\n3,4\n5,6\n7,8")).toEqual(["a=1 b=2 c=3", "1=5 2=6", "1=7 2=8"]);
    expect(read("a,b\n1,2\nx,y\n3,4")).toEqual(["a=1 b=2", "x=3 y=4"]);
  });

  it("have a gap for null of what was a number before", () => {
    expect(read('{"a":null,"e":null}\n{"a":1}\n{"a":null,"e":null}')).toEqual(["a=1", "a=NaN"]);
  });

  it("of Teleplot may be many in one line", () => {
    expect(read(">a:1:10;2:20;3:30")).toEqual(["a=10", "a=20", "a=30"]);
  });

  it("are what an expression of the user's says: named groups, numbered ones, all of it", () => {
    const log = "I (1234) imu: t=21.5 deg, raw 0x1f";
    expect(read(log, /t=(?<temp>\S+) deg, raw (?<raw>\w+)/)).toEqual(["temp=21.5 raw=31"]);
    expect(read(log, /\((\d+)\).*t=(\S+)/)).toEqual(["1=1234 2=21.5"]);
    expect(read(log, /t=(\S+)/)).toEqual(["value=21.5"]);
    expect(read(log, /\d+/)).toEqual(["value=1234"]);
    expect(read("a:1", /t=(\S+)/)).toEqual([]);
    expect(read("t=x", /t=(\S+)/)).toEqual([]);
    expect(read("t=", /t=(\d+)?/)).toEqual([]);
  });

  it("have names that do nothing to a terminal and are not too long", () => {
    expect(read(`{"\\u001b[2J\\u202e":1,"${"n".repeat(99)}":2}`)).toEqual([
      `\\x1b[2J\\u202e=1 ${"n".repeat(39)}…=2`,
    ]);
  });
});

describe("whatever is printed", () => {
  const number = fc
    .oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(Number.NaN),
    )
    .map((value) => value + 0); // no -0: it is printed as 0
  const word = fc.stringMatching(/^[A-Za-z_µ][A-Za-z0-9_.]{0,12}$/);
  const names = fc.uniqueArray(word, { minLength: 1, maxLength: 8 });
  const unit = fc.constantFrom("", "C", "°C", "%", "m/s", "V");
  const shown = (value: number) => (Number.isNaN(value) ? "nan" : String(value));
  const values = (reader: ReturnType<typeof createReader>, line: string) =>
    reader.read(line).flatMap((row) => row.map(({ name, value }) => [name, value]));

  it("as name:value is read back the same", () => {
    fc.assert(
      fc.property(
        names,
        fc.array(number, { minLength: 8, maxLength: 8 }),
        unit,
        fc.constantFrom(":", "=", ": ", " = "),
        fc.constantFrom(",", ", ", " ", "\t", " | ", ";"),
        (all, numbers, mark, colon, between) => {
          const row = all.map((name, at) => [name, numbers[at]!] as const);
          const line = row.map(([name, value]) => `${name}${colon}${shown(value)}${mark}`).join(between);
          fc.pre(!/^(nan|inf|ovf)/i.test(mark) && !(mark !== "" && /nan/.test(line)));
          expect(values(createReader(), line)).toEqual(row);
        },
      ),
    );
  });

  it("as rows is read back the same, with the header's names and without", () => {
    const table = fc.integer({ min: 2, max: 8 }).chain((width) =>
      fc.record({
        header: fc.uniqueArray(word, { minLength: width, maxLength: width }),
        rows: fc.array(fc.array(number, { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 5,
        }),
      }),
    );
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "\t", " ", ", "), ({ header, rows }, between) => {
        fc.pre(!header.some((name) => /^(nan|inf|infinity|ovf)$/i.test(name)));
        const named = createReader();
        const bare = createReader();
        expect(named.read(header.join(between))).toEqual([]);
        for (const row of rows) {
          const line = row.map(shown).join(between);
          expect(values(named, line)).toEqual(row.map((value, at) => [header[at], value]));
          expect(values(bare, line)).toEqual(row.map((value, at) => [String(at + 1), value]));
        }
      }),
    );
  });

  it("as JSON is read back the same", () => {
    fc.assert(
      fc.property(
        names,
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 8 }),
        (all, numbers) => {
          const flat = Object.fromEntries(all.map((name, at) => [`k${name}`, numbers[at]!]));
          expect(values(createReader(), JSON.stringify({ outer: flat }))).toEqual(
            Object.entries(flat).map(([name, value]) => [`outer.${name}`, value === 0 ? 0 : value]),
          );
        },
      ),
    );
  });

  it("of other bytes never throws", () => {
    const reader = createReader();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (line) => {
        for (const row of reader.read(line)) expect(row.length).toBeGreaterThan(0);
      }),
    );
  });

  it("costs no time that grows with the square of a line's length", () => {
    const reader = createReader(undefined);
    for (const line of [
      "a".repeat(65_000),
      "a:1 ".repeat(16_000),
      "a_".repeat(32_000),
      "1 ".repeat(32_000),
      `${"a ".repeat(32_000)}:`,
      "(".repeat(65_000),
    ]) {
      const start = performance.now();
      reader.read(line);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});
