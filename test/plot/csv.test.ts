/** Rows to CSV. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvLayout, createCsv } from "../../src/plot/csv.js";
import type { Value } from "../../src/plot/value.js";

const row = (values: Record<string, number | string>): Value[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: Number(value), text: String(value) }));

function table(layout: CsvLayout) {
  let text = "";
  const late: string[] = [];
  const csv = createCsv({
    layout,
    write: (more) => {
      text += more;
    },
    timeText: (atUs) => String(atUs),
    onLate: (name) => late.push(name),
  });
  return { csv, late, text: () => text };
}

/** RFC 4180, for lines that end with LF. */
function parse(text: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)([,\n])/gy;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error(`no CSV: ${text}`);
    const [, raw = "", end] = found;
    rows.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === "\n") rows.push([]);
  }
  rows.pop();
  return rows;
}

describe("a wide table", () => {
  it("has a column for each name, and waits for the header until one comes again", () => {
    const { csv, text } = table("wide");
    csv.push(row({ a: 1 }), 1);
    csv.push(row({ b: "2.50" }), 2);
    expect(text()).toBe("");
    expect(csv.isWaiting).toBe(true);
    csv.push(row({ a: 3, b: 4 }), 3);
    csv.push(row({ b: 5 }), 4);
    expect(text()).toBe("time,a,b\n1,1,\n2,,2.50\n3,3,4\n4,,5\n");
    expect(csv.isWaiting).toBe(false);
  });

  it("waits no longer than it is told to", () => {
    const { csv, text } = table("wide");
    csv.begin();
    expect(text()).toBe("");
    csv.push(row({ a: 1 }), 1);
    csv.begin();
    csv.begin();
    expect(text()).toBe("time,a\n1,1\n");
    const many = table("wide");
    for (let at = 0; at < 256; at++) many.csv.push(row({ [`n${at}`]: at }), at);
    expect(many.text().split("\n")).toHaveLength(258);
  });

  it("has no column for what comes later, and tells that once", () => {
    const { csv, text, late } = table("wide");
    for (let at = 0; at < 3; at++) csv.push(row({ a: at }), at);
    csv.push(row({ a: 3, b: 1 }), 3);
    csv.push(row({ b: 2 }), 4);
    expect(text()).toBe("time,a\n0,0\n1,1\n2,2\n3,3\n");
    expect(late).toEqual(["b"]);
    for (let at = 0; at < 200; at++) csv.push(row({ [`n${at}`]: 1 }), 5);
    expect(late).toHaveLength(100);
  });
});

describe("a long table", () => {
  it("has a line for each value, whenever its name came", () => {
    const { csv, text } = table("long");
    csv.push([{ name: "a", value: 1, text: "1", unit: "°C" }], 1);
    csv.push(row({ b: 2, c: 3 }), 2);
    expect(text()).toBe("time,name,value,unit\n1,a,1,°C\n2,b,2,\n2,c,3,\n");
  });
});

describe("CSV", () => {
  it.each([
    ["1.50", 1.5, "1.50"],
    ["nan", Number.NaN, "nan"],
    ["ovf", Number.NaN, "nan"],
    ["-INF", Number.NaN, "-inf"],
    ["1e999", Number.NaN, "nan"],
    ["0x1f", 31, "31"],
  ])("has numbers as they were written, where programs know them: %s", (text, value, shown) => {
    const long = table("long");
    long.csv.push([{ name: "a", value, text }], 0);
    expect(long.text()).toContain(`\n0,a,${shown},\n`);
  });

  it("is read back the same, whatever the names are", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", ";", "é"),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer(), { minLength: 5 }),
        (names, numbers) => {
          const wide = table("wide");
          const values = Object.fromEntries(names.map((one, at) => [`n${one}`, numbers[at]!]));
          for (const atUs of [7, 8]) wide.csv.push(row(values), atUs);
          const cells = Object.values(values).map(String);
          expect(parse(wide.text())).toEqual([
            ["time", ...Object.keys(values)],
            ["7", ...cells],
            ["8", ...cells],
          ]);
        },
      ),
    );
  });
});
