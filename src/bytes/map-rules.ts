/**
 * Character maps: every name that picocom and tio have for one, in one table, and lists of names to rules. Knows which bytes a
 * rule is about and on which sides it may stand; not how a chunk is mapped, nor which options name the rules. Pure.
 *
 * Sources: picocom(1) and picocom.c of 3.1, tio(1) and tty.c of 2.5 and 3.9.
 */
import { RobinError } from "../errors.js";

/** What is mapped: what arrives, on its way to the screen; what is sent; the echo of what is sent. */
export type MapSide = "imap" | "omap" | "emap";

/** What becomes of a byte: other bytes, perhaps none, or a break on the line in its place. */
export type Mapped = readonly number[] | "break";

export interface MapRule {
  /** picocom's name, which says no side, and tio's, which begin with the side: I for what arrives, O for what is sent. */
  readonly names: readonly string[];
  readonly does: string;
  /** Where it may stand; some of its names say fewer of them. */
  readonly sides: readonly MapSide[];
  /** The bytes that it names: a second rule that makes something else of one of them contradicts it. */
  readonly about: readonly number[];
  /** What becomes of a byte, 0..255; undefined where it is none of this rule's. */
  readonly becomes: (byte: number) => Mapped | undefined;
  /** Which byte it is at all, before any other rule. */
  readonly reads?: (byte: number) => number;
}

const NUL = 0x00;
const BS = 0x08;
const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
const ESC = 0x1b;
const DEL = 0x7f;
const BYTE_NAMES: Readonly<Record<number, string>> = {
  [NUL]: "NUL",
  [BS]: "BS",
  [TAB]: "TAB",
  [LF]: "LF",
  [FF]: "FF",
  [CR]: "CR",
  [DEL]: "DEL",
};

const ALL: readonly MapSide[] = ["imap", "omap", "emap"];
const TEXT = { imap: "what arrives", omap: "what is sent", emap: "the echo" } as const;

/** A rule about single bytes: `table` holds each and what becomes of it. */
function single(
  names: readonly string[],
  does: string,
  table: Readonly<Record<number, Mapped>>,
  sides = ALL,
): MapRule {
  return { names, does, sides, about: Object.keys(table).map(Number), becomes: (byte) => table[byte] };
}

/** A rule about a kind of bytes. */
function many(
  names: readonly string[],
  does: string,
  isOne: (byte: number) => boolean,
  to: (byte: number) => readonly number[],
): MapRule {
  return { names, does, sides: ALL, about: [], becomes: (byte) => (isOne(byte) ? to(byte) : undefined) };
}

/** As picocom writes it: `[0d]`. */
function hex(byte: number): readonly number[] {
  return [...Buffer.from(`[${byte.toString(16).padStart(2, "0")}]`)];
}

function reversed(byte: number): number {
  let bits = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) bits |= 0x80 >> bit;
  return bits;
}

const isSpecial = (byte: number) =>
  byte === DEL || (byte < 0x20 && byte !== CR && byte !== LF && byte !== TAB);
const isLower = (byte: number) => byte >= 0x61 && byte <= 0x7a;

/** The first that fits a byte holds, so that rules about many bytes come last, in picocom's order. */
export const MAP_RULES: readonly MapRule[] = [
  single(["crlf", "ICRNL", "OCRNL"], "CR to LF", { [CR]: [LF] }),
  single(["crcrlf", "ICRCRNL"], "CR to CR LF", { [CR]: [CR, LF] }),
  single(["igncr", "IGNCR", "OIGNCR"], "ignore CR", { [CR]: [] }),
  single(["lfcr", "INLCR"], "LF to CR", { [LF]: [CR] }),
  single(["lfcrlf", "INLCRNL"], "LF to CR LF", { [LF]: [CR, LF] }),
  // tio's manual names NL only; since its version 1.33 it is CR too, which is what Enter sends.
  single(["ONLCRNL"], "LF and CR, each to CR LF", { [LF]: [CR, LF], [CR]: [CR, LF] }),
  single(["ignlf"], "ignore LF", { [LF]: [] }),
  single(["bsdel"], "BS to DEL", { [BS]: [DEL] }),
  single(["delbs", "ODELBS"], "DEL to BS", { [DEL]: [BS] }),
  single(["IFFESCC"], "FF to ESC c, which clears the screen", { [FF]: [ESC, 0x63] }, ["imap", "emap"]),
  single(["ONULBRK"], "NUL to a break", { [NUL]: "break" }, ["omap"]),
  many(["OLTU"], "lower-case letters (a to z) to upper case", isLower, (byte) => [byte - 0x20]),
  many(
    ["spchex"],
    "control characters (below 0x20, and 0x7f) but CR, LF and TAB to hex, such as [1b]",
    isSpecial,
    hex,
  ),
  single(["tabhex"], "TAB to hex", { [TAB]: hex(TAB) }),
  single(["crhex"], "CR to hex", { [CR]: hex(CR) }),
  single(["lfhex"], "LF to hex", { [LF]: hex(LF) }),
  many(["8bithex"], "bytes from 0x80 to hex", (byte) => byte >= 0x80, hex),
  many(["nrmhex"], "printable ASCII (0x20 to 0x7e) to hex", (byte) => byte >= 0x20 && byte < DEL, hex),
  {
    names: ["IMSB2LSB", "MSB2LSB"], // without the I up to tio 3.4
    does: "reverse the order of the bits of each byte, before any other map",
    sides: ["imap"],
    about: [],
    becomes: () => undefined,
    reads: reversed,
  },
];

/** tio applies some of its rules one after the other: the first name, beside the second, stands for the third. */
const IN_TIO: readonly (readonly [name: string, beside: string, standsFor: string])[] = [
  ["ICRNL", "INLCRNL", "ICRCRNL"],
  ["INLCR", "ICRCRNL", "INLCRNL"],
  ["OCRNL", "ONLCRNL", "ONLCRNL"],
  ["ONLCRNL", "OIGNCR", "lfcrlf"],
  ["ICRNL", "IGNCR", "IGNCR"],
];

/** ` (did you mean X?)`, or nothing. */
type Suggest = (word: string, names: readonly string[]) => string;
const NO_SUGGESTION: Suggest = () => "";

/** The sides that a rule may stand on under one of its names. */
function sidesUnder({ sides }: MapRule, name: string): readonly MapSide[] {
  const other: Readonly<Record<string, MapSide>> = { I: "omap", O: "imap" };
  return sides.filter((side) => side !== other[name.charAt(0)]);
}

/** The names that may stand on a side. */
export function mapNames(side: MapSide): readonly string[] {
  return MAP_RULES.flatMap((rule) => rule.names.filter((name) => sidesUnder(rule, name).includes(side)));
}

/** The only side, but for its echo, that a name says; undefined where it says none. */
function sideOf(rule: MapRule, name: string): "imap" | "omap" | undefined {
  const [side, second] = sidesUnder(rule, name).filter((one) => one !== "emap") as ("imap" | "omap")[];
  return second === undefined ? side : undefined;
}

function refuse(text: string, hint?: string): never {
  throw new RobinError("usage", text, { hint });
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function ruleOf(name: string): MapRule | undefined {
  return MAP_RULES.find(({ names }) => names.includes(name));
}

/**
 * The rules of `text`, names by commas, in the table's order; none for an empty text. Throws RobinError "usage" for a name
 * that is none or of another side, and for rules that contradict each other.
 */
export function parseMapRules(text: string, side: MapSide, suggest = NO_SUGGESTION): readonly MapRule[] {
  const given = words(text);
  const names = given.map(
    (name) => IN_TIO.find(([one, beside]) => one === name && given.includes(beside))?.[2] ?? name,
  );
  const known = mapNames(side);
  for (const name of given) {
    if (known.includes(name)) continue;
    const rule = ruleOf(name);
    if (rule === undefined) {
      refuse(`"${name}" is no character map${suggest(name, known)}`, `there are ${known.join(", ")}`);
    }
    const here = rule.names.filter((one) => known.includes(one));
    const instead = here.length === 0 ? "" : `: write ${here.join(" or ")}`;
    refuse(`${name} is for ${TEXT[sidesUnder(rule, name)[0]!]}, not for ${TEXT[side]}${instead}`);
  }
  return joinMaps([names.map((name) => ruleOf(name)!)], side);
}

/**
 * The rules of `text`, names by commas, each on the side that its name says. Throws RobinError "usage", also for a name that
 * says no side.
 */
export function parseBothMaps(
  text: string,
  suggest = NO_SUGGESTION,
): { readonly imap: readonly MapRule[]; readonly omap: readonly MapRule[] } {
  const sided = MAP_RULES.flatMap((rule) => rule.names.filter((name) => sideOf(rule, name) !== undefined));
  const lists = { imap: [] as string[], omap: [] as string[] };
  for (const name of words(text)) {
    const rule = ruleOf(name);
    if (rule === undefined) {
      refuse(`"${name}" is no character map${suggest(name, sided)}`, `there are ${sided.join(", ")}`);
    }
    const side = sideOf(rule, name) ?? refuse(...sideless(rule, name));
    lists[side].push(name);
  }
  return {
    imap: parseMapRules(lists.imap.join(","), "imap"),
    omap: parseMapRules(lists.omap.join(","), "omap"),
  };
}

function sideless(rule: MapRule, name: string): [text: string, hint: string] {
  const sided = rule.names.flatMap((one) => {
    const side = sideOf(rule, one);
    return side === undefined ? [] : [`${one} for ${TEXT[side]}`];
  });
  const instead = sided.length === 0 ? "" : `: write ${sided.join(" or ")}`;
  return [`"${name}" does not say on which side${instead}`, `--imap, --omap and --emap take ${name}`];
}

/** Several lists of rules for one side as one, in the table's order. Throws RobinError "usage" for a contradiction. */
export function joinMaps(lists: readonly (readonly MapRule[])[], side: MapSide): readonly MapRule[] {
  const all = new Set(lists.flat());
  const rules = MAP_RULES.filter((rule) => all.has(rule));
  for (const [at, first] of rules.entries()) {
    for (const second of rules.slice(at + 1)) {
      const byte = first.about.find(
        (one) => second.about.includes(one) && String(first.becomes(one)) !== String(second.becomes(one)),
      );
      if (byte === undefined) continue;
      const [one, other] = [first, second].map(({ names }) =>
        names.find((name) => mapNames(side).includes(name)),
      );
      refuse(`${one} and ${other}: they make different things of ${BYTE_NAMES[byte]}, give one`);
    }
  }
  return rules;
}
