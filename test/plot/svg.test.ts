/** The picture as a document. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { svgOf } from "../../src/plot/picture.js";
import { SeriesSet } from "../../src/plot/series.js";

const svg = (set: SeriesSet, title: string, startWall = 0) => svgOf(set, { title, bounds: {}, startWall });

function setOf(names: readonly string[], count = 50): SeriesSet {
  const set = new SeriesSet({ x: { kind: "time" }, kept: { seconds: 60 } });
  for (let at = 0; at < count; at++) {
    const row = names.map((name, n) => ({ name, value: n + Math.sin(at / 5), text: "1.5", unit: "°C" }));
    set.push(row, at * 1e6);
  }
  return set;
}

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Node | string)[];
}

/** As much of XML 1.0 as makes sure that a document is well-formed. Throws where it is not. */
function parseXml(text: string): Node {
  if (/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new Error("no XML character");
  const body = text.replace(/^<\?xml [^?]*\?>\s*/, "");
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const root: Node = { name: "", attributes: {}, children: [] };
  const open = [root];
  const decode = (raw: string) => {
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(raw)) throw new Error(`bare & in ${raw}`);
    const map: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
    return raw.replace(/&([^;]+);/g, (_, entity: string) => map[entity]!);
  };
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const [, close, name, attributes = "", isEmpty, words] = token.exec(body) ?? [];
    if (words === undefined && name === undefined) throw new Error(`no XML at ${body.slice(at, at + 60)}`);
    if (words !== undefined) open.at(-1)!.children.push(decode(words));
    else if (close === "/") {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key!,
        decode(value!),
      ]);
      const node: Node = { name: name!, attributes: Object.fromEntries(pairs), children: [] };
      open.at(-1)!.children.push(node);
      if (isEmpty !== "/") open.push(node);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> is open`);
  return root.children.find((child) => typeof child !== "string") as Node;
}

const all = (node: Node): Node[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === "string" ? [] : all(child))),
];
const textOf = (node: Node): string =>
  node.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");

describe("an SVG", () => {
  it("has a title, axes, a curve and a legend for each series, and words for those who do not see it", () => {
    const root = parseXml(svg(setOf(["temp", "hum"]), "/dev/ttyUSB0", 1.7e9));
    const nodes = all(root);
    expect(root.attributes).toMatchObject({
      role: "img",
      "aria-labelledby": "title desc",
      viewBox: expect.any(String),
    });
    const byId = (id: string) => nodes.find(({ attributes }) => attributes.id === id)!;
    expect(textOf(byId("title"))).toBe("/dev/ttyUSB0");
    expect(textOf(byId("desc"))).toMatch(/^time from \d\d:\d\d:\d\d.* temp: last 1\.5 °C, from -[\d.]+ to /);
    const curves = nodes.filter(({ name, children }) => name === "path" && children.length > 0);
    expect(curves.map(textOf)).toEqual(["temp", "hum"]);
    for (const { attributes } of curves) expect(attributes.d).toMatch(/^(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)*)+$/);
    const texts = nodes.filter(({ name }) => name === "text").map(textOf);
    expect(texts).toContain("time");
    expect(texts.some((text) => /^hum: last 1\.5 °C, from .* to /.test(text))).toBe(true);
    expect(texts.filter((text) => /^\d\d:\d\d:\d\d$/.test(text)).length).toBeGreaterThan(2);
  });

  it("is well-formed and has no element of a device's making, whatever its series are called", () => {
    const piece = fc.constantFrom(
      "<script>alert(1)</script>",
      "]]>",
      "&",
      "&amp;",
      '"',
      "'",
      "\0",
      "\ud800",
      "\uffff",
      "<!--",
      "x",
    );
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.array(piece, { maxLength: 4 }).map((parts) => parts.join("")),
    );
    const known = new Set(["svg", "title", "desc", "rect", "text", "clipPath", "path", "g"]);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), name, (names, title) => {
        for (const node of all(parseXml(svg(setOf(names, 3), title)))) {
          expect(known).toContain(node.name);
          expect(Object.keys(node.attributes).filter((key) => /^on|href/i.test(key))).toEqual([]);
        }
      }),
    );
  });

  it("of nothing is a document too", () => {
    const root = parseXml(svg(setOf([]), "nothing"));
    expect(all(root).map(textOf)).toContain("There are no values.");
  });

  it("is small, however many values there were, and has their peaks", () => {
    const set = new SeriesSet({ x: { kind: "time" }, kept: { seconds: 60 } });
    for (let at = 0; at < 200_000; at++)
      set.push([{ name: "a", value: at === 123_456 ? 7 : at % 2, text: "0" }], at * 300);
    const text = svg(set, "a");
    expect(text.length).toBeLessThan(200_000);
    const ys = [...text.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.min(...ys.filter((y) => y > 0))).toBeLessThan(50 + 420 * 0.15);
  });

  it("has another line where the colours begin anew", () => {
    const root = parseXml(svg(setOf(Array.from({ length: 20 }, (_, at) => `s${at}`)), "many"));
    const curves = all(root).filter(({ name, children }) => name === "path" && children.length > 0);
    const looks = curves.map(({ attributes }) => `${attributes.stroke} ${attributes["stroke-dasharray"]}`);
    expect(new Set(looks).size).toBe(20);
  });
});
