/** argv to raw values: every spelling of every option, and the line that a wrong one gets. */
import { describe, expect, it } from "vitest";
import { findCommand } from "../../src/cli/commands.js";
import { connectConfig } from "../../src/cli/config.js";
import { helpText } from "../../src/cli/help.js";
import { OPTIONS, type Option } from "../../src/cli/options.js";
import { parseArguments } from "../../src/cli/parse.js";
import { RobinError } from "../../src/errors.js";

const values = (...argv: string[]) => Object.fromEntries(parseArguments(argv).values);
const positional = (...argv: string[]) => parseArguments(argv).positional;

/** The one error that `argv` gives. */
function refusal(...argv: string[]): RobinError {
  try {
    parseArguments(argv);
  } catch (error) {
    expect(error, argv.join(" ")).toBeInstanceOf(RobinError);
    expect((error as RobinError).code).toBe("usage");
    expect((error as RobinError).message).not.toContain("\n");
    return error as RobinError;
  }
  throw new Error(`${argv.join(" ")} was taken`);
}

const spelled = (option: Option): string[] =>
  [option.name, ...(option.alias ?? [])].map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
const withValue = OPTIONS.filter((option) => option.value !== undefined && option.usual === undefined);
const withUsual = OPTIONS.filter((option) => option.usual !== undefined);
const switches = OPTIONS.filter((option) => option.value === undefined && !option.counted);

describe("options with a value", () => {
  it.each(
    withValue.flatMap(({ name, choices = ["5"], ...option }) =>
      spelled({ name, ...option }).map((spelling) => ({ name, spelling, value: choices.at(-1)! })),
    ),
  )("$spelling gives $name its value, apart and joined by =", ({ name, spelling, value }) => {
    expect(values(spelling, value, "tty")).toEqual({ [name]: value });
    expect(values(`${spelling}=${value}`, "tty")).toEqual({ [name]: value });
    expect(positional(spelling, value, "tty")).toEqual(["tty"]);
  });

  it("take a value that is joined to a letter", () => {
    expect(values("-b9600", "tty")).toEqual({ bps: "9600" });
    expect(values("-d7", "tty")).toEqual({ databits: "7" });
    expect(values("-hb9600", "tty")).toEqual({ hwflow: true, bps: "9600" });
  });

  it("take a negative number as a value, for the config to refuse", () => {
    expect(values("-b", "-1", "tty")).toEqual({ bps: "-1" });
    expect(values("--bps=-1", "tty")).toEqual({ bps: "-1" });
  });

  it("keep a value as it is written", () => {
    expect(values("-b", "0x10")).toEqual({ bps: "0x10" });
    expect(values("-b", "1e12")).toEqual({ bps: "1e12" });
    expect(values("-b", "")).toEqual({ bps: "" });
    expect(values("--escape", "^]")).toEqual({ escape: "^]" });
    expect(values("--escape=^\\")).toEqual({ escape: "^\\" });
  });

  it.each(
    withValue.flatMap((option) => spelled(option).map((spelling) => ({ name: option.name, spelling }))),
  )("$spelling without its value is told so", ({ name, spelling }) => {
    for (const argv of [[spelling], [spelling, "--hwflow"], ["tty", spelling]]) {
      expect(refusal(...argv).message).toMatch(new RegExp(`^option --${name}: it needs a value`));
    }
  });

  it("count only once, the last, when they are given twice", () => {
    expect(values("-b", "1200", "--baud", "9600")).toEqual({ bps: "9600" });
  });
});

describe("options that may stand without their value", () => {
  it.each(withUsual.flatMap((option) => spelled(option).map((spelling) => ({ ...option, spelling }))))(
    "$spelling takes one by = alone",
    ({ name, usual, choices = ["other"], spelling }) => {
      expect(values(`${spelling}=${choices.at(-1)}`, "tty")).toEqual({ [name]: choices.at(-1) });
      expect(values(spelling, "tty")).toEqual({ [name]: usual });
      expect(positional(spelling, "tty")).toEqual(["tty"]);
      expect(values("tty", spelling)).toEqual({ [name]: usual });
    },
  );

  it("stand anywhere behind one dash", () => {
    for (const word of ["-et", "-te"]) {
      expect(values(word, "tty")).toEqual({ echo: true, timestamp: "time" });
      expect(positional(word, "tty")).toEqual(["tty"]);
    }
    for (const words of [["-tb", "9600"], ["-tb9600"], ["-t", "-b9600"]]) {
      expect(values(...words, "tty")).toEqual({ timestamp: "time", bps: "9600" });
    }
    expect(values("-et=iso", "tty")).toEqual({ echo: true, timestamp: "iso" });
  });

  it("leave what is behind -- where it is", () => {
    const { positional, beforeDashes } = parseArguments(["-te", "tty", "--", "-t", "x"]);
    expect({ positional, beforeDashes }).toEqual({ positional: ["tty", "-t", "x"], beforeDashes: 1 });
  });
});

describe("options without a value", () => {
  it.each(switches.flatMap((option) => spelled(option).map((spelling) => ({ name: option.name, spelling }))))(
    "$spelling switches $name on and takes nothing away",
    ({ name, spelling }) => {
      expect(values(spelling, "tty")).toEqual({ [name]: true });
      expect(positional(spelling, "tty")).toEqual(["tty"]);
      expect(values("tty", spelling, spelling)).toEqual({ [name]: true });
    },
  );

  it("combine behind one dash", () => {
    expect(values("-hv", "tty")).toEqual({ hwflow: true, verbose: 1 });
    expect(values("-rce", "tty")).toEqual({ raw: true, crnl: true, echo: true });
  });

  it("make -h the hardware handshake", () => {
    expect(values("-h", "tty")).toEqual({ hwflow: true });
  });

  it("count how often -v was given", () => {
    expect(values("tty")).toEqual({});
    expect(values("-v", "tty")).toEqual({ verbose: 1 });
    expect(values("-vv", "--verbose", "tty")).toEqual({ verbose: 3 });
  });

  it("have an opposite where the table says so", () => {
    expect(values("--no-lock", "tty")).toEqual({ lock: false });
    expect(values("--no-escape", "tty")).toEqual({ escape: false });
    expect(values("--lock", "--no-lock")).toEqual({ lock: false });
    expect(values("--no-lock", "--lock")).toEqual({ lock: true });
  });

  it.each([
    ...OPTIONS.flatMap((option) => option.alias ?? []),
    ...["save", "quiet", "verbose", "color", "help", "version"],
  ])("have none for --%s", (name) => {
    expect(refusal(`--no-${name}`, "tty").message).toContain(`option --no-${name}: there is no such option`);
  });
});

describe("options that a profile may have", () => {
  const taken = OPTIONS.filter(({ group, name }) => group !== "Messages" && name !== "save");
  it.each(taken.map(({ name }) => name))("are taken back by --no-%s", (name) => {
    expect(values(`--no-${name}`, "tty")).toEqual({ [name]: false });
    expect(positional(`--no-${name}`, "tty")).toEqual(["tty"]);
    expect(refusal(`--no-${name}=x`, "tty").message).toBe(`option --no-${name}: it takes no value`);
  });

  it("hold as if nobody had said them, where there is no profile", () => {
    const config = (...argv: string[]) => connectConfig(parseArguments([...argv, "tty"]));
    const same = taken.filter(({ negatable }) => !negatable).map(({ name }) => `--no-${name}`);
    expect(config(...same)).toEqual(config());
  });

  it.each(["ui", "plot"])("are taken back by robin %s too, but for its own", async (name) => {
    const syntax = await findCommand(name)!.load();
    const { values: said } = parseArguments(["--no-log", "--no-bps", "tty"], syntax);
    expect(Object.fromEntries(said)).toEqual({ log: false, bps: false });
    const own = name === "ui" ? "scrollback" : "csv";
    expect(() => parseArguments([`--no-${own}`], syntax)).toThrow(`leave --${own} out`);
  });

  it("are not taken back by other commands", () => {
    const syntax = { usage: "robin list", options: OPTIONS };
    expect(() => parseArguments(["--no-echo"], syntax)).toThrow(
      "option --no-echo: there is no such option (leave --echo out)",
    );
  });
});

describe("a value for an option that takes none", () => {
  const spellings = OPTIONS.filter((option) => option.value === undefined).flatMap(spelled);
  it.each([...spellings, "--no-lock", "--no-escape"])("is told for %s", (spelling) => {
    for (const value of ["maybe", "true", "false", "2", ""]) {
      expect(refusal(`${spelling}=${value}`, "tty").message).toBe(`option ${spelling}: it takes no value`);
    }
  });
});

describe("what stands without a dash", () => {
  it("keeps its order, before and behind the options", () => {
    expect(positional("tty", "9600")).toEqual(["tty", "9600"]);
    expect(positional("tty", "-h", "9600")).toEqual(["tty", "9600"]);
    expect(positional("-b", "9600", "tty", "-q")).toEqual(["tty"]);
    expect(positional("tty", "-1")).toEqual(["tty", "-1"]);
    expect(positional()).toEqual([]);
  });

  it("keeps its spelling, numbers included", () => {
    expect(positional("0x10", "09600", "1e3", "")).toEqual(["0x10", "09600", "1e3", ""]);
  });

  it("is everything behind --", () => {
    expect(positional("--", "tty")).toEqual(["tty"]);
    expect(positional("-h", "--", "-x", "--hwflow")).toEqual(["-x", "--hwflow"]);
    expect(values("-h", "--", "-x", "--swflow")).toEqual({ hwflow: true });
  });
});

describe("options that there are not", () => {
  it.each([
    ["--bsp", "9600", "--bsp", "--bps"],
    ["--bsp=9600", "tty", "--bsp", "--bps"],
    ["--bauds", "9600", "--bauds", "--baud"],
    ["--hwflw", "tty", "--hwflw", "--hwflow"],
    ["--versoin", "tty", "--versoin", "--version"],
    ["--no-lok", "tty", "--no-lok", "--no-lock"],
    ["--no-escpe", "tty", "--no-escpe", "--no-escape"],
    ["--idle-ext", "5", "--idle-ext", "--idle-exit"],
    ["--colour", "auto", "--colour", "--color"],
  ])("%s %s is told as %s, with %s as the nearest spelling", (first, second, wrong, right) => {
    expect(refusal(first, second).message).toBe(
      `option ${wrong}: there is no such option (did you mean ${right}?)`,
    );
  });

  it.each([
    ["-y", "-y"],
    ["-hy", "-y"],
    ["--frobnicate", "--frobnicate"],
    ["--constructor", "--constructor"],
    ["--_", "--_"],
    ["--_=x", "--_"],
    ["--$0", "--$0"],
    ["--$0=x", "--$0"],
  ])("%s is told, with no guess where nothing is near", (argument, wrong) => {
    expect(refusal(argument, "tty").message).toBe(`option ${wrong}: there is no such option`);
  });

  it("are told the first one first", () => {
    expect(refusal("--hwflw", "--swflw", "tty").message).toContain("--hwflw:");
  });

  it("come with where to look", () => {
    expect(refusal("--frobnicate").hint).toBe("robin --help lists the options");
  });
});

describe("a command line with another program's in it", () => {
  const syntax = {
    usage: "robin run [options] [--] [command…]",
    stopsAtFirst: true,
    options: OPTIONS.filter(({ name }) => ["escape", "quiet", "verbose", "drain", "bps"].includes(name)),
  };
  const parse = (...argv: string[]) => {
    const { values: own, positional: rest } = parseArguments(argv, syntax);
    return [Object.fromEntries(own), rest];
  };

  it("ends robin's options at the first word that is none, and leaves the rest as it is", () => {
    expect(parse("vi", "-q", "--escape", "--", "x")).toEqual([{}, ["vi", "-q", "--escape", "--", "x"]]);
    expect(parse("-q", "vi", "-v")).toEqual([{ quiet: true }, ["vi", "-v"]]);
    expect(parse("-", "-q")).toEqual([{}, ["-", "-q"]]);
    expect(parse("", "-q")).toEqual([{}, ["", "-q"]]);
    expect(parse()).toEqual([{}, []]);
  });

  it("ends them at --, which is not passed on, but a second one is", () => {
    expect(parse("-q", "--", "-v", "--", "x")).toEqual([{ quiet: true }, ["-v", "--", "x"]]);
    expect(parse("--")).toEqual([{}, []]);
  });

  it("knows which options have a value, in each way of writing it", () => {
    expect(parse("--escape", "^A", "vi", "x")).toEqual([{ escape: "^A" }, ["vi", "x"]]);
    expect(parse("--escape=^A", "vi", "x")).toEqual([{ escape: "^A" }, ["vi", "x"]]);
    expect(parse("--no-escape", "vi", "x")).toEqual([{ escape: false }, ["vi", "x"]]);
    expect(parse("-b", "9600", "vi")).toEqual([{ bps: "9600" }, ["vi"]]);
    expect(parse("-b9600", "vi")).toEqual([{ bps: "9600" }, ["vi"]]);
    expect(parse("-qb", "9600", "vi")).toEqual([{ quiet: true, bps: "9600" }, ["vi"]]);
  });

  it("refuses what robin does not know in front of it, and nothing behind", () => {
    expect(() => parse("--frob", "vi")).toThrow("option --frob: there is no such option");
    expect(() => parse("--escape")).toThrow("option --escape: it needs a value");
    expect(parse("vi", "--frob", "--_", "-c")).toEqual([{}, ["vi", "--frob", "--_", "-c"]]);
  });
});

describe("the help", () => {
  it("lists every option with its spellings and what it does, no line wider than asked", async () => {
    const text = await helpText(100);
    for (const option of OPTIONS) {
      for (const spelling of spelled(option)) expect(text).toContain(spelling);
    }
    expect(text).toContain("demo:");
    expect(text).toContain("robin [options] <port> [bps]");
    expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(text.endsWith("\n")).toBe(true);
  });
});
