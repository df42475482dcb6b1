/** The command line over the environment over a profile over the default: one property, and every way to say it wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rowsOf } from "../../src/cli/commands/config-text.js";
import { connectConfig, messageConfig } from "../../src/cli/config.js";
import { variableOf } from "../../src/cli/env-options.js";
import { type Layered, layered } from "../../src/cli/layers.js";
import { OPTIONS } from "../../src/cli/options.js";
import { type Origin, originText, type Said } from "../../src/cli/origin.js";
import { parseArguments } from "../../src/cli/parse.js";
import { PROFILE_OPTIONS } from "../../src/cli/profile-options.js";
import { resolveLayers } from "../../src/cli/resolve-layers.js";
import { RobinError } from "../../src/errors.js";
import type { UsbDevice } from "../../src/port/discovery/usb-name.js";
import { tomlValue } from "../../src/profiles/toml-write.js";

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/robin-layers-`);
  mkdirSync(`${home}/.config/robin`, { recursive: true });
  file = `${home}/.config/robin/config.toml`;
});
afterEach(() => rmSync(home, { recursive: true }));

const config = (text: string) => writeFileSync(file, text);

interface Given {
  readonly env?: NodeJS.ProcessEnv;
  readonly device?: UsbDevice;
  readonly awaitDevice?: (name: string) => Promise<void>;
}

function session(line: string, { env = {}, device, awaitDevice }: Given = {}): Promise<Layered> {
  const args = parseArguments(line === "" ? [] : line.split(" "));
  return layered(args, {
    env: { HOME: home, ...env },
    deviceOf: () => device,
    ...(awaitDevice ? { awaitDevice } : {}),
  });
}

/** What holds, as `name: value`. */
async function holds(line: string, given?: Given): Promise<Record<string, unknown>> {
  const { args } = await session(line, given);
  return Object.fromEntries(args.values);
}

/** The one line that is said, without the directory. */
async function refusal(line: string, given?: Given): Promise<string> {
  try {
    await session(line, given);
  } catch (error) {
    expect(error).toBeInstanceOf(RobinError);
    expect((error as RobinError).code).toBe("usage");
    return (error as RobinError).message.replaceAll(`${home}/.config/robin/`, "");
  }
  throw new Error(`${line} was taken`);
}

/** A value for each option that goes together with every other one. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string | boolean>>> = {
  bps: fc.integer({ min: 1, max: 4_000_000 }).map(String),
  crnl: fc.boolean(),
  vmin: fc.nat(255).map(String),
  dtr: fc.constantFrom("on", "off"),
  strict: fc.boolean(),
  lock: fc.boolean(),
  reconnect: fc.boolean(),
  escape: fc.oneof(fc.constantFrom("^A", "^]"), fc.constant(false)),
  drain: fc.nat(5000).map(String),
  echo: fc.boolean(),
  hex: fc.boolean(),
  imap: fc.constantFrom("lfcrlf", "spchex,lfcrlf"),
  timestamp: fc.oneof(fc.constantFrom("iso", "%H:%M"), fc.constant(false)),
  "rx-color": fc.constantFrom("red", "blue"),
  log: fc.constantFrom("a.log", "b c.log"),
  input: fc.constantFrom("line", "hex"),
};
const layer = fc.record(VALUES, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string | boolean>>;
const isNegatable = (name: string) => OPTIONS.find((option) => option.name === name)!.negatable === true;

describe("what holds", () => {
  it("is what the first layer says that says anything, option by option, with its origin", async () => {
    await fc.assert(
      fc.asyncProperty(layer, layer, layer, layer, async (line, variables, profile, included) => {
        const argv = Object.entries(line).map(([name, value]) =>
          typeof value === "string" ? `--${name}=${value}` : `--${value ? "" : "no-"}${name}`,
        );
        const env = Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [
            variableOf(name),
            typeof value === "string" ? value : value ? "yes" : "0",
          ]),
        );
        const toml = (values: Record<string, string | boolean>) =>
          Object.entries(values)
            .map(([name, value]) => `${name} = ${tomlValue(value)}\n`)
            .join("");
        config(
          `[profile.board]\ninclude = "base"\nport = "x"\n${toml(profile)}[profile.base]\n${toml(included)}`,
        );

        const { args, holds: found } = await layered(parseArguments(["@board", ...argv]), {
          env: { HOME: home, ...env },
        });
        const expected = new Map<string, [string | boolean, string]>();
        for (const [values, from] of [
          [included, "[profile.base]"],
          [profile, "[profile.board]"],
          [variables, "ROBIN_"],
          [line, "command line"],
        ] as const) {
          for (const [name, value] of Object.entries(values)) expected.set(name, [value, from]);
        }
        for (const [name, [value]] of expected)
          if (value === false && !isNegatable(name)) expected.delete(name);
        expect(args.positional).toEqual(["x"]);
        expect(new Map(args.values)).toEqual(new Map([...expected].map(([name, [value]]) => [name, value])));
        for (const [name, [, from]] of expected) expect(originText(found.get(name)!.origin)).toContain(from);
        expect(() => connectConfig(args)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it("can be had together, whatever the layers say, and has all that the command line says", () => {
    const words: Readonly<Record<string, readonly string[]>> = {
      bps: ["9600", "115200"],
      line: ["8N1", "7E2"],
      escape: ["^A"],
      exec: ["true"],
      imap: ["lfcrlf", "crlf"],
      omap: ["crlf", "delbs"],
      emap: ["crcrlf"],
      map: ["INLCRNL", "ODELBS"],
      rs485: ["on", "rts-on-send"],
      mask: ["x(y)"],
      "send-wait": ["> $"],
      "log-size": ["1M"],
      "log-every": ["1h"],
      "rx-color": ["red"],
      "tx-color": ["blue"],
    };
    const valueFor = ({
      name,
      value,
      choices,
      counted,
    }: (typeof OPTIONS)[number]): fc.Arbitrary<Said["value"]> => {
      if (counted) return fc.constantFrom(1, 2);
      if (value === undefined) return fc.boolean();
      return fc.oneof(
        { weight: 1, arbitrary: fc.constant(false) },
        { weight: 5, arbitrary: fc.constantFrom(...(choices ?? words[name] ?? ["5"])) },
      );
    };
    const any = fc.record(
      Object.fromEntries(PROFILE_OPTIONS.map((option) => [option.name, valueFor(option)])),
      {
        requiredKeys: [],
      },
    ) as fc.Arbitrary<Record<string, Said["value"]>>;
    const few = fc
      .array(any, { minLength: 4, maxLength: 4 })
      .chain((layers) =>
        fc.tuple(...layers.map((one) => fc.subarray(Object.entries(one), { maxLength: 6 }))),
      );
    const origins: Origin[] = ["a", "b", "c", "d"].map((variable) => ({ from: "environment", variable }));
    let held = 0;
    fc.assert(
      fc.property(few, (layers) => {
        const said = layers.map(
          (entries, n) => new Map(entries.map(([name, value]) => [name, { value, origin: origins[n]! }])),
        );
        const [line] = said;
        const plain = (from: ReadonlyMap<string, Said>) => ({
          positional: ["-"],
          values: new Map([...from].map(([name, { value }]) => [name, value])),
        });
        const isGood = (from: ReadonlyMap<string, Said>) => {
          try {
            connectConfig(plain(from));
            messageConfig(plain(from));
            return true;
          } catch {
            return false;
          }
        };
        fc.pre(isGood(line!));
        let holds: Map<string, Said>;
        try {
          holds = resolveLayers(said);
        } catch (error) {
          // Of one layer alone, which is named once for each option.
          expect((error as RobinError).message).toMatch(/^[bcd]: options? --/);
          return;
        }
        held++;
        expect(isGood(holds)).toBe(true);
        for (const [name, one] of line!) if (one.value !== false) expect(holds.get(name)).toBe(one);
        for (const [name, one] of holds) {
          const above = said.findIndex((layer) => layer.has(name));
          if (above >= 0 && name !== "databits" && name !== "parity" && name !== "stopbits")
            expect(said[above]!.get(name)).toBe(one);
        }
      }),
      { numRuns: 1000 },
    );
    expect(held).toBeGreaterThan(300);
  });

  it("is the command line alone where there is nothing else, as the parser has it", async () => {
    for (const line of [
      "tty",
      "tty 9600 -h",
      "",
      "--raw tty -b 1",
      "-vv tty",
      "--no-escape demo:",
      "tty -t --log=x",
    ]) {
      const args = parseArguments(line === "" ? [] : line.split(" "));
      expect((await session(line)).args).toEqual(args);
    }
  });

  it("has the origin of each value, with file and line", async () => {
    config('[profile.base]\nvmin = 3\n\n[profile.board]\nport = "p"\ninclude = "base"\ncrnl = true\n');
    const found = await session("@board 300 -e", { env: { ROBIN_DRAIN: "5" } });
    const rows = rowsOf(found).map(({ option, value, origin }) => `${option} ${value} ${originText(origin)}`);
    expect(
      rows.map((row) => row.replace(`${home}/.config/robin/`, "")).filter((row) => !row.endsWith(" default")),
    ).toEqual([
      "port p config.toml:5 [profile.board]",
      "bps 300 command line",
      "crnl true config.toml:7 [profile.board]",
      "vmin 3 config.toml:2 [profile.base]",
      "drain 5 ROBIN_DRAIN",
      "echo true command line",
    ]);
    expect(rows).toContain("lock true default");
    expect(rows).toContain("escape ^\\ default");
    expect(rows).toContain("hwflow as the port stands default");
    expect(rows.some((row) => row.startsWith("save "))).toBe(false);
  });
});

describe("what excludes something beneath it", () => {
  it.each([
    ["hwflow = true", "-s", { swflow: true }],
    ["hwflow = true", "-n", { noflow: true }],
    ['databits = 7\nparity = "even"\nstopbits = 2', "--line 8N1", { line: "8N1" }],
    ['line = "7E2"', "-p none", { parity: "none", databits: "7", stopbits: "2" }],
    ["verbose = 2", "-q", { quiet: true }],
    ["quiet = true", "-v", { verbose: 1 }],
    ['on-error = "mark"', "--on-break pass", { "on-break": "pass" }],
    ['imap = "lfcrlf"\necho = true\nescape = "^A"\nbps = 9', "--raw", { raw: true, bps: "9" }],
    [
      'bps = 9\nline = "7E1"\nhwflow = true\nstrict = true\ndtr = "off"',
      "--keep",
      { keep: true, dtr: "off" },
    ],
    ["keep = true", "-b 9600", { bps: "9600" }],
    ["raw = true", "-x", { hex: true }],
    ["bps = 9", "x 300", {}],
    ["baud = 9", "-b 300", { bps: "300" }],
    ['imap = "lfcrlf"', "--imap=spchex", { imap: "spchex" }],
  ])("%j under %s", async (profile, line, expected) => {
    config(`[profile.board]\nport = "p"\n${profile}\n`);
    const isPort = !line.startsWith("-");
    const found = await session(isPort ? `--profile board ${line}` : `@board ${line}`);
    expect(Object.fromEntries(found.args.values)).toEqual(expected);
    expect(() => connectConfig(found.args)).not.toThrow();
  });

  it("does so from the environment too, over a profile and under the command line", async () => {
    config('[profile.board]\nport = "p"\nhwflow = true\nline = "7E1"\n');
    const env = { ROBIN_SWFLOW: "1", ROBIN_LINE: "8N2" };
    expect(await holds("@board", { env })).toEqual({ swflow: true, line: "8N2" });
    expect(await holds("@board -n -p odd", { env })).toEqual({
      noflow: true,
      parity: "odd",
      databits: "8",
      stopbits: "2",
    });
    expect(await holds("@board --raw", { env: { ROBIN_ECHO: "1", ROBIN_HEX: "1" } })).toEqual({
      raw: true,
      hwflow: true,
      line: "7E1",
    });
  });

  it("leaves out what has no use, but where the command line says it", async () => {
    config('[profile.board]\nport = "p"\nlog-keep = 3\nlog-tap = "shown"\nlog-size = "1M"\n');
    expect(await holds("@board")).toEqual({});
    expect(await holds("@board -L x")).toEqual({
      log: "x",
      "log-keep": "3",
      "log-tap": "shown",
      "log-size": "1M",
    });
    const { args } = await session("@board --log-tap raw");
    expect(() => connectConfig(args)).toThrow("option --log-tap: there is no log");
  });

  it("leaves the command line's own contradictions to it", async () => {
    config('[profile.board]\nport = "p"\nvmin = 3\n');
    for (const line of ["@board -h -s", "@board -b x", "@board --line 8N1 -d 7", "@board 9600 -b 300"]) {
      const { args } = await session(line);
      expect(() => connectConfig(args), line).toThrow(RobinError);
    }
  });
});

describe("the environment", () => {
  it.each([
    [{ ROBIN_HWFLOW: "1" }, { hwflow: true }],
    [{ ROBIN_HWFLOW: "Yes" }, { hwflow: true }],
    [{ ROBIN_HWFLOW: "off" }, {}],
    [{ ROBIN_BPS: "" }, {}],
    [{ ROBIN_BAUD: "300" }, { bps: "300" }],
    [{ ROBIN_IDLE_EXIT: "10" }, { "idle-exit": "10" }],
    [{ ROBIN_LOCK: "0" }, { lock: false }],
    [{ ROBIN_LOCK: "true" }, { lock: true }],
    [{ ROBIN_TIMESTAMP: "iso" }, { timestamp: "iso" }],
    [{ ROBIN_TIMESTAMP: "1" }, { timestamp: "time" }],
    [{ ROBIN_TIMESTAMP: "no" }, {}],
    [{ ROBIN_ESCAPE: "^A" }, { escape: "^A" }],
    [{ ROBIN_ESCAPE: "no" }, { escape: false }],
    [{ ROBIN_DTR: "0" }, { dtr: "off" }],
    [{ ROBIN_DTR: "on" }, { dtr: "on" }],
    [{ ROBIN_RS485: "rts-on-send" }, { rs485: "rts-on-send" }],
    [{ ROBIN_VERBOSE: "2" }, { verbose: 2 }],
    [{ ROBIN_VERBOSE: "1" }, { verbose: 1 }],
    [{ ROBIN_LOG: "on" }, { log: "on" }],
    [{ ROBIN_DRIVER: "serialport", ROBIN_PORT: "/dev/x", ROBIN_HELP: "1", ROBIN_SAVE: "x" }, {}],
  ])("%j says %j", async (env, expected) => {
    expect(await holds("tty", { env })).toEqual(expected);
  });

  it.each([
    [{ ROBIN_BPS: "fast" }, 'variable ROBIN_BPS: "fast" is not a whole number from 1 to 4294967295'],
    [{ ROBIN_HWFLOW: "maybe" }, 'variable ROBIN_HWFLOW: "maybe" is neither on nor off'],
    [
      { ROBIN_PARITY: "evn" },
      'variable ROBIN_PARITY: "evn" is not one of none, even, odd, mark, space (did you mean even?)',
    ],
    [{ ROBIN_DTR: "maybe" }, 'variable ROBIN_DTR: "maybe" is not one of on, off'],
    [{ ROBIN_VERBOSE: "-1" }, 'variable ROBIN_VERBOSE: "-1" is no number'],
    [
      { ROBIN_HWFLOW: "1", ROBIN_SWFLOW: "1" },
      "ROBIN_HWFLOW, ROBIN_SWFLOW: options --hwflow and --swflow: they contradict each other, give one",
    ],
  ])("%j is an error that names the variable", async (env, told) => {
    expect(await refusal("tty", { env })).toBe(told);
    expect(await refusal("tty -b 9600", { env })).toBe(told); // also under an option that counts more
  });

  it("warns of a variable that is nearly one", async () => {
    const env = { ROBIN_BSP: "9600", ROBIN_IDLE_EXT: "1", ROBIN_HOOD: "x", ROBIN_COMAND: "x" };
    expect((await session("tty", { env })).warnings).toEqual([
      "variable ROBIN_BSP: there is no such option (did you mean ROBIN_BPS?)",
      "variable ROBIN_IDLE_EXT: there is no such option (did you mean ROBIN_IDLE_EXIT?)",
    ]);
  });

  it("may name the profile, which the user is told", async () => {
    config('[profile.a]\nport = "pa"\nbps = 1\n[profile.b]\nport = "pb"\nbps = 2\n');
    const env = { ROBIN_PROFILE: "a" };
    const found = await session("", { env });
    expect(found.args.positional).toEqual(["pa"]);
    expect(found.notices).toEqual(["profile a (ROBIN_PROFILE)"]);
    expect(await holds("tty", { env })).toEqual({ bps: "1" });
    expect(await holds("@b", { env })).toEqual({ bps: "2" });
    expect(await holds("tty --no-profile", { env })).toEqual({});
    expect(await holds("tty --profile b", { env })).toEqual({ bps: "2" });
  });
});

describe("a profile", () => {
  it("may have every option of the main command but those of the command line alone", async () => {
    const refused = OPTIONS.filter((option) => !PROFILE_OPTIONS.includes(option)).map(({ name }) => name);
    expect(refused).toEqual(["profile", "save", "help", "version"]);
    for (const name of refused) {
      config(`[profile.board]\nport = "p"\n${name} = "x"\n`);
      expect(await refusal("@board")).toMatch(
        new RegExp(`^config.toml:3: ${name}: (it is for the command line alone|another)`),
      );
    }
  });

  it.each(
    PROFILE_OPTIONS.filter(({ value, counted }) => value === undefined && !counted).map(({ name }) => name),
  )("switches %s by true, and takes it back from one that it includes by false", async (name) => {
    config(`[profile.on]\nport = "p"\n${name} = true\n[profile.off]\ninclude = "on"\n${name} = false\n`);
    expect(await holds("@on")).toEqual({ [name]: true });
    expect(await holds("@off")).toEqual(isNegatable(name) ? { [name]: false } : {});
  });

  it("is taken back, option by option", async () => {
    config(
      '[profile.board]\nport = "p"\nbps = 9\nhwflow = true\nlog = "x"\ntimestamp = true\ndtr = "off"\necho = true\n',
    );
    expect(await holds("@board --no-hwflow --no-log --no-timestamp --no-dtr --no-echo")).toEqual({
      bps: "9",
    });
    expect(await holds("@board --no-echo", { env: { ROBIN_ECHO: "1", ROBIN_HEX: "1" } })).not.toHaveProperty(
      "echo",
    );
    expect((await session("@board --no-bps --no-imap 300")).args.positional).toEqual(["p", "300"]);
  });

  it.each([
    ["bps = 115_200", { bps: "115200" }],
    ['bps = "115200"', { bps: "115200" }],
    ["baud = 0x2580", { bps: "9600" }],
    ["timestamp = true", { timestamp: "time" }],
    ['timestamp = "iso"', { timestamp: "iso" }],
    ["timestamp = false", {}],
    ["send-echo = true", { "send-echo": "byte" }],
    ["verbose = true", { verbose: 1 }],
    ["verbose = 2", { verbose: 2 }],
    ["dtr = false", { dtr: "off" }],
    ['rts = "on"', { rts: "on" }],
    ["rs485 = true", { rs485: "on" }],
    ["escape = false", { escape: false }],
    ["escape = '^\\'", { escape: "^\\" }],
    ['imap = ["lfcrlf", "spchex"]', { imap: "lfcrlf,spchex" }],
    ["databits = 7", { databits: "7" }],
    ["send-delay = 0.5", { "send-delay": "0.5" }],
    ["log = false", {}],
    ["exec = 'sz x'", { exec: "sz x" }],
  ])("says %j", async (text, expected) => {
    config(`[profile.board]\nport = "p"\n${text}\n`);
    expect(await holds("@board")).toEqual(expected);
  });

  it("has a home in the names of its files", async () => {
    config('[profile.board]\nport = "p"\nlog = "~/x.log"\nrecord = "~root/x"\n');
    expect(await holds("@board")).toEqual({ log: `${home}/x.log`, record: "~root/x" });
  });

  it.each([
    ["bsp = 1", "3: bsp: there is no such option (did you mean bps?)"],
    ["hw-flow = true", "3: hw-flow: there is no such option (did you mean hwflow?)"],
    ["prot = 'x'", "3: prot: there is no such option (did you mean port?)"],
    ["frobnicate = true", "3: frobnicate: there is no such option"],
    ["b = 9600", "3: b: there is no such option (did you mean bps?)"],
    ["bps = 0", '3: bps: "0" is not a whole number from 1 to 4294967295'],
    ["bps = -1", '3: bps: "-1" is not a whole number from 1 to 4294967295'],
    ["bps = 1.5", '3: bps: "1.5" is not a whole number from 1 to 4294967295'],
    ["bps = true", "3: bps: it needs a value (N)"],
    ["bps = [1, 2]", "3: bps: it takes one value (N), not a list"],
    ["bps = 2020-01-01", "3: bps: it takes a value (N), not a date"],
    ["hwflow = 'yes'", "3: hwflow: it takes true or false, not a text"],
    ["hwflow = 1", "3: hwflow: it takes true or false, not a number"],
    ["verbose = 'x'", "3: verbose: it takes a whole number, or true or false"],
    ["imap = ['lfcrlf', true]", "3: imap: it takes texts, not a list"],
    ["imap = [{ a = 1 }]", "3: imap: it takes texts, not a list"],
    ["parity = 'evn'", '3: parity: "evn" is not one of none, even, odd, mark, space (did you mean even?)'],
    [
      "\n\nline = '9N1'",
      '5: line: "9N1" is not data bits 5 to 8, parity N, E, O, M or S, and stop bits 1 or 2, as in 8N1',
    ],
    ["imap = 'lfcrlff'", '3: imap: "lfcrlff" is no character map (did you mean lfcrlf?)'],
    ["escape = 'x'", '3: escape: "x" is no control character, write one as ^A or ^] (did you mean ^X?)'],
    ["log-size = '1'", '3: log-size: "1" is too small: the least is 4k'],
    ["mask = '('", '3: mask: "(" is no regular expression: Unterminated group'],
    ["hwflow = true\nswflow = true", "4: options hwflow and swflow: they contradict each other, give one"],
    ["bps = 1\nbaud = 2", "4: baud: it is the same option as bps"],
    ["keep = true\nparity = 'even'", "4: options keep and parity: they contradict each other, give one"],
    ["include = 'base'", "6: hwflow: it takes true or false, not a number"],
  ])("that says %j is told with its line", async (text, told) => {
    config(
      `[profile.board]\nport = "p"\n${text}\n\n[profile.base]\nhwflow = 7\n`.replace(
        /\n\n(\[profile.base\])/,
        text.startsWith("include") ? "\n\n$1" : "\n$1",
      ),
    );
    const line = await refusal("@board -b 9600 -n");
    expect(line.replace("config.toml:", "")).toBe(told);
  });

  it("is told with all that is wrong beside it, in number", async () => {
    config('[profile.board]\nport = "p"\nbsp = 1\nhex = 1\necho = 1\n');
    await expect(session("@board")).rejects.toMatchObject({
      hint: "robin config tells 2 more things that are wrong",
    });
  });

  it("keeps no one from working who has another one, or none", async () => {
    config('[profile.bad]\nbps = "x"\nfoo = 1\nmatch = "nonsense"\n[profile.good]\nport = "p"\nbps = 9\n');
    expect(await holds("@good")).toEqual({ bps: "9" });
    expect(await holds("tty", { device: { vendorId: "0403", productId: "6001" } })).toEqual({});
  });

  it("that there is none of is told with the nearest, and with all there are", async () => {
    await expect(session("@board")).rejects.toMatchObject({
      message: "profile board: there is no such profile",
      hint: `${file} has none`,
    });
    config("[profile.board]\n[profile.rig]\n");
    await expect(session("@bord")).rejects.toMatchObject({
      message: "profile bord: there is no such profile (did you mean board?)",
      hint: "there are board, rig",
    });
    expect(await refusal("@")).toBe('profile "": there is no such profile');
  });

  it("gives way to what is wrong with the file, which --no-profile goes on without", async () => {
    config("[profile.board]\nbps = \n");
    const device = { vendorId: "0403", productId: "6001" };
    expect(await refusal("@board")).toBe("config.toml:2: a value is missing behind =");
    expect(await refusal("tty", { device })).toBe("config.toml:2: a value is missing behind =");
    expect(await holds("tty --no-profile", { device })).toEqual({});
    expect(await holds("tty --raw", { device })).toEqual({ raw: true });
    expect(await holds("tty")).toEqual({}); // no device that a profile could be for
  });
});

describe("the port", () => {
  it("is the profile's, or what its match stands for, or the one that is named", async () => {
    config(
      '[profile.a]\nport = "/dev/a"\nmatch = "usb:1:2"\n[profile.b]\nmatch = ["usb:1:2:S", "usb:3:4"]\n[profile.c]\ninclude = "a"\n[profile.d]\nbps = 1\n',
    );
    const port = async (line: string) => (await session(line)).args.positional;
    expect(await port("@a")).toEqual(["/dev/a"]);
    expect(await port("@a 9600")).toEqual(["/dev/a", "9600"]);
    expect(await port("@b")).toEqual(["usb:0001:0002:S or usb:0003:0004"]);
    expect(await port("@c")).toEqual(["/dev/a"]);
    expect(await port("--profile a")).toEqual(["/dev/a"]);
    expect(await port("--profile a tty 300")).toEqual(["tty", "300"]);
    expect(await port("--profile d tty")).toEqual(["tty"]);
    await expect(session("@d")).rejects.toMatchObject({
      message: "profile d: it has no port and no match",
      hint: `robin --profile d PORT, or a line port = "…" at ${file}:8`,
    });
  });

  it("is not named with two profiles", async () => {
    config('[profile.a]\nport = "x"\n[profile.b]\nport = "y"\n');
    expect(await refusal("@a --profile b")).toBe("port @a and option --profile b: give one profile");
    expect(await refusal("@a --no-profile")).toBe("port @a and option --no-profile: give one");
    expect((await session("@a --profile a")).args.positional).toEqual(["x"]);
  });
});

describe("a USB device that a profile matches", () => {
  const device = { vendorId: "0403", productId: "6001", serialNumber: "A1" };
  beforeEach(() => config('[profile.kind]\nmatch = "usb:0403:6001"\nport = "elsewhere"\nbps = 1\n'));

  it("has that profile, which the user is told, at the port that was named", async () => {
    const found = await session("ttyUSB0", { device });
    expect(found.args).toEqual({ ...found.args, positional: ["ttyUSB0"], values: new Map([["bps", "1"]]) });
    expect(found.notices).toEqual(["profile kind (it matches 0403:6001)"]);
  });

  it("has none with --no-profile, with --raw, or with another one", async () => {
    for (const line of ["ttyUSB0 --no-profile", "ttyUSB0 --raw"]) {
      expect((await session(line, { device })).profile, line).toBeUndefined();
    }
    expect((await session("ttyUSB0", { device, env: { ROBIN_RAW: "1" } })).profile).toBeUndefined();
    expect((await session("ttyUSB0", { device, env: { ROBIN_PROFILE: "no" } })).profile).toBeUndefined();
    config('[profile.kind]\nmatch = "usb:0403:6001"\nbps = 1\n[profile.other]\nbps = 2\n');
    expect(await holds("ttyUSB0 --profile other", { device })).toEqual({ bps: "2" });
  });

  it("has the one with its serial number before the others, and none of two that are alike", async () => {
    config(
      '[profile.kind]\nmatch = "usb:0403:6001"\nbps = 1\n[profile.one]\nmatch = "usb:0403:6001:A1"\nbps = 2\n',
    );
    const one = await session("ttyUSB0", { device });
    expect(one.notices).toEqual(["profile one (it matches 0403:6001:A1)"]);
    expect(Object.fromEntries(one.args.values)).toEqual({ bps: "2" });
    config('[profile.a]\nmatch = "usb:0403:6001"\nbps = 1\n[profile.b]\nmatch = "usb:0403:6001"\nbps = 2\n');
    const none = await session("ttyUSB0", { device });
    expect(none.args.values.size).toBe(0);
    expect(none.warnings).toEqual(["profiles a and b match 0403:6001: none is used, name one: --profile a"]);
  });

  it("is waited for where --wait says so, before its profile is looked for", async () => {
    const waited: string[] = [];
    const awaitDevice = async (name: string) => void waited.push(name);
    await session("ttyUSB0 --wait", { device, awaitDevice });
    await session("ttyUSB0", { device, env: { ROBIN_WAIT: "1" }, awaitDevice });
    await session("ttyUSB0", { device, awaitDevice });
    await session("@kind --wait", { device, awaitDevice });
    await session("ttyUSB0 --wait --no-profile", { device, awaitDevice });
    expect(waited).toEqual(["ttyUSB0", "ttyUSB0"]);
  });
});
