/** The options that name character maps. */
import { describe, expect, it } from "vitest";
import { MAP_OPTIONS, mapOptions, mapTable } from "../../src/cli/map-options.js";
import { parseArguments } from "../../src/cli/parse.js";

/** The first name of each rule, by side. */
function maps(...argv: string[]) {
  const { values } = parseArguments(argv, { usage: "robin [options] <port>", options: MAP_OPTIONS });
  const { imap, omap, emap } = mapOptions(values);
  const [one, two, three] = [imap, omap, emap].map((rules) => rules.map(({ names }) => names[0]));
  return { imap: one, omap: two, emap: three };
}

describe("options of character maps", () => {
  it.each([
    [[], [], [], []],
    [["--imap", "lfcrlf,spchex"], ["lfcrlf", "spchex"], [], []],
    [["--omap", "OCRNL", "--emap", "crcrlf,delbs"], [], ["crlf"], ["crcrlf", "delbs"]],
    [["-m", "INLCRNL,ODELBS"], ["lfcrlf"], ["delbs"], []],
    [["--map=ICRNL", "--imap", "delbs", "--omap", "crlf"], ["crlf", "delbs"], ["crlf"], []],
    [["--imap", "", "-m", ""], [], [], []],
  ])("%j are rules for each side", (argv, imap, omap, emap) => {
    expect(maps(...argv)).toEqual({ imap, omap, emap });
  });

  it.each([
    [["--imap", "crfl"], 'option --imap: "crfl" is no character map (did you mean crlf?)'],
    [["--omap", "ocrnl"], 'option --omap: "ocrnl" is no character map (did you mean OCRNL?)'],
    [["--emap", "IGNRC"], 'option --emap: "IGNRC" is no character map (did you mean igncr or IGNCR?)'],
    [["-m", "ODELS"], 'option --map: "ODELS" is no character map (did you mean ODELBS?)'],
    [["--imap", "nonsense"], 'option --imap: "nonsense" is no character map'],
    [
      ["--omap", "ICRNL"],
      "option --omap: ICRNL is for what arrives, not for what is sent: write crlf or OCRNL",
    ],
    [["-m", "spchex"], 'option --map: "spchex" does not say on which side'],
    [["--imap", "crlf,crhex"], "option --imap: crlf and crhex: they make different things of CR, give one"],
    [
      ["--imap", "igncr", "-m", "ICRNL"],
      "options --imap and --map: crlf and igncr: they make different things of CR, give one",
    ],
  ])("%j are refused in words that help", (argv, message) => {
    expect(() => maps(...argv)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  it("are none where an option was taken back", () => {
    expect(mapOptions(new Map([["imap", false]]))).toEqual({ imap: [], omap: [], emap: [] });
  });

  it("say which names there are", () => {
    expect(() => maps("--omap", "x")).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^there are crlf, OCRNL, crcrlf, .*nrmhex$/) }),
    );
  });

  it("have a table of every name for the manual page", () => {
    const table = mapTable();
    expect(table).toContainEqual(["crlf, ICRNL, OCRNL", "CR to LF"]);
    expect(table).toContainEqual(["ONULBRK", "NUL to a break"]);
    expect(table.flatMap(([names]) => names.split(", "))).toHaveLength(28);
  });
});
