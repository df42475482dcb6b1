/** Names of character maps, as a user of picocom or tio knows them. */
import { describe, expect, it } from "vitest";
import {
  joinMaps,
  MAP_RULES,
  type MapSide,
  parseBothMaps,
  parseMapRules,
} from "../../src/bytes/map-rules.js";

const PICOCOM =
  "crlf crcrlf igncr lfcr lfcrlf ignlf bsdel delbs spchex tabhex crhex lfhex 8bithex nrmhex".split(" ");
const TIO_IN = "ICRNL IGNCR IFFESCC INLCR INLCRNL ICRCRNL IMSB2LSB".split(" ");
const TIO_OUT = "OCRNL ODELBS ONLCRNL OLTU ONULBRK OIGNCR".split(" ");

/** The first name of each rule. */
const firstNames = (text: string, side: MapSide) => parseMapRules(text, side).map(({ names }) => names[0]);

describe("the table of character maps", () => {
  it("has every name of picocom and tio once", () => {
    const names = MAP_RULES.flatMap((rule) => rule.names);
    expect(names).toHaveLength(new Set(names).size);
    expect(new Set(names)).toEqual(new Set([...PICOCOM, ...TIO_IN, ...TIO_OUT, "MSB2LSB"]));
  });

  it.each([
    ["crlf", "ICRNL", "imap"],
    ["crlf", "OCRNL", "omap"],
    ["crcrlf", "ICRCRNL", "imap"],
    ["igncr", "IGNCR", "imap"],
    ["igncr", "OIGNCR", "omap"],
    ["lfcr", "INLCR", "imap"],
    ["lfcrlf", "INLCRNL", "imap"],
    ["delbs", "ODELBS", "omap"],
  ] as const)("has %s of picocom and %s of tio as one rule", (one, other, side) => {
    expect(parseMapRules(one, side)).toHaveLength(1);
    expect(parseMapRules(other, side)).toEqual(parseMapRules(one, side));
  });
});

describe("a list of character maps", () => {
  it.each(["imap", "omap", "emap"] as const)("takes each of picocom's names for %s", (side) => {
    for (const name of PICOCOM) expect(firstNames(name, side)).toEqual([name]);
  });

  it("takes tio's names for the side that they say, and for the echo where they can be seen", () => {
    for (const name of TIO_IN) expect(parseMapRules(name, "imap")).toHaveLength(1);
    for (const name of TIO_OUT) expect(parseMapRules(name, "omap")).toHaveLength(1);
    for (const name of ["ICRNL", "IFFESCC", "OLTU", "ONLCRNL"])
      expect(parseMapRules(name, "emap")).toHaveLength(1);
  });

  it.each([
    ["", []],
    [" , ,", []],
    ["crlf", ["crlf"]],
    ["delbs,crlf", ["crlf", "delbs"]],
    ["delbs, crlf\t8bithex", ["crlf", "delbs", "8bithex"]],
    ["crlf,crlf,ICRNL", ["crlf"]],
    ["crlf,lfcr", ["crlf", "lfcr"]],
    ["delbs,bsdel", ["bsdel", "delbs"]],
  ])("%j has the rules %j, in the table's order", (text, rules) => {
    expect(firstNames(text, "imap")).toEqual(rules);
  });

  it.each([
    // What tio makes of two of its names together.
    ["ICRNL,INLCRNL", "imap", ["crcrlf", "lfcrlf"]],
    ["INLCRNL,ICRNL", "imap", ["crcrlf", "lfcrlf"]],
    ["INLCR,ICRCRNL", "imap", ["crcrlf", "lfcrlf"]],
    ["OCRNL,ONLCRNL", "omap", ["ONLCRNL"]],
    ["OIGNCR,ONLCRNL", "omap", ["igncr", "lfcrlf"]],
    ["ICRNL,IGNCR", "imap", ["igncr"]],
    // picocom's names stay what they are.
    ["crlf,lfcrlf", "imap", ["crlf", "lfcrlf"]],
  ] as const)("%s for %s is %j", (text, side, rules) => {
    expect(firstNames(text, side)).toEqual(rules);
  });

  it.each<[string, MapSide, string]>([
    ["crfl", "imap", '"crfl" is no character map'],
    ["CRLF", "imap", '"CRLF" is no character map'],
    ["crlf;lfcr", "imap", '"crlf;lfcr" is no character map'],
    ["ICRNL", "omap", "ICRNL is for what arrives, not for what is sent: write crlf or OCRNL"],
    ["OCRNL", "imap", "OCRNL is for what is sent, not for what arrives: write crlf or ICRNL"],
    ["OLTU", "imap", "OLTU is for what is sent, not for what arrives"],
    ["IFFESCC", "omap", "IFFESCC is for what arrives, not for what is sent"],
    ["ONULBRK", "imap", "ONULBRK is for what is sent, not for what arrives"],
    ["ONULBRK", "emap", "ONULBRK is for what is sent, not for the echo"],
    ["IMSB2LSB", "emap", "IMSB2LSB is for what arrives, not for the echo"],
    ["crlf,igncr", "imap", "crlf and igncr: they make different things of CR, give one"],
    ["crhex,crcrlf", "omap", "crcrlf and crhex: they make different things of CR, give one"],
    ["lfcr,ignlf", "emap", "lfcr and ignlf: they make different things of LF, give one"],
    ["OCRNL,OIGNCR", "omap", "crlf and igncr: they make different things of CR, give one"],
    ["ONLCRNL,lfhex", "omap", "ONLCRNL and lfhex: they make different things of LF, give one"],
  ])("%s for %s is refused", (text, side, why) => {
    expect(() => parseMapRules(text, side)).toThrow(expect.objectContaining({ code: "usage", message: why }));
  });

  it("is refused with what the caller thinks was meant, and all names that there are", () => {
    const suggest = (word: string, names: readonly string[]) => ` (${word}: ${names.includes("ICRNL")})`;
    expect(() => parseMapRules("crfl", "imap", suggest)).toThrow(
      expect.objectContaining({
        message: '"crfl" is no character map (crfl: true)',
        hint: expect.stringMatching(/^there are crlf, ICRNL, .*, MSB2LSB$/),
      }),
    );
  });

  it("may have two rules that make the same of a byte", () => {
    expect(firstNames("crcrlf,lfcrlf,ONLCRNL", "omap")).toEqual(["crcrlf", "lfcrlf", "ONLCRNL"]);
  });
});

describe("a list for both sides", () => {
  const both = (text: string) => {
    const { imap, omap } = parseBothMaps(text);
    return { imap: imap.map(({ names }) => names[0]), omap: omap.map(({ names }) => names[0]) };
  };

  it("puts each rule on the side that its name says", () => {
    expect(both("INLCRNL,ODELBS,ICRNL,OCRNL")).toEqual({
      imap: ["crcrlf", "lfcrlf"],
      omap: ["crlf", "delbs"],
    });
    expect(both("MSB2LSB")).toEqual({ imap: ["IMSB2LSB"], omap: [] });
    expect(both("")).toEqual({ imap: [], omap: [] });
    for (const name of TIO_IN) expect(both(name)).toMatchObject({ imap: [expect.anything()], omap: [] });
    for (const name of TIO_OUT) expect(both(name)).toMatchObject({ imap: [], omap: [expect.anything()] });
  });

  it.each([
    ["crlf", '"crlf" does not say on which side: write ICRNL for what arrives or OCRNL for what is sent'],
    ["ICRNL,lfcr", '"lfcr" does not say on which side: write INLCR for what arrives'],
    ["spchex", '"spchex" does not say on which side'],
    ["ONLCR", '"ONLCR" is no character map'],
    ["ICRNL,ICRCRNL", "crlf and crcrlf: they make different things of CR, give one"],
  ])("%s is refused", (text, why) => {
    expect(() => parseBothMaps(text)).toThrow(expect.objectContaining({ code: "usage", message: why }));
  });

  it("says which options take a name without a side", () => {
    expect(() => parseBothMaps("spchex")).toThrow(
      expect.objectContaining({ hint: "--imap, --omap and --emap take spchex" }),
    );
  });
});

describe("lists joined", () => {
  it("are one, without what is there twice", () => {
    const join = (...texts: string[]) =>
      joinMaps(
        texts.map((text) => parseMapRules(text, "imap")),
        "imap",
      ).map(({ names }) => names[0]);
    expect(join("delbs", "crlf,ICRNL")).toEqual(["crlf", "delbs"]);
    expect(() => join("igncr", "ICRNL")).toThrow("crlf and igncr: they make different things of CR");
  });
});
