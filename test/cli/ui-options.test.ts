import { describe, expect, it } from "vitest";
import { commandOptions } from "../../src/cli/command.js";
import { parseArguments } from "../../src/cli/parse.js";
import { UI_OPTIONS, uiConfig, uiPorts } from "../../src/cli/ui-options.js";

const SYNTAX = { usage: "robin ui [options] <port>…", options: commandOptions(UI_OPTIONS) };
function config(...argv: string[]) {
  const given = parseArguments(argv, SYNTAX);
  return uiConfig(given.values, uiPorts(given));
}

describe("the options of robin ui", () => {
  it("are the main command's, for every port", () => {
    const { ports, scrollback } = config("-b", "9600", "--line", "7E1", "ttyUSB0", "ttyUSB1");
    expect(ports.map(({ port }) => port)).toEqual(["ttyUSB0", "ttyUSB1"]);
    for (const { settings } of ports) {
      expect(settings).toEqual({ bps: 9600, databits: 7, parity: "even", stopbits: 1 });
    }
    expect(scrollback).toBe(10_000);
  });

  it("say how much is kept to look back at", () => {
    expect(config("--scrollback", "0", "a").scrollback).toBe(0);
    expect(() => config("--scrollback", "-1", "a")).toThrow(/scrollback/);
    expect(() => config("--scrollback", "1000001", "a")).toThrow(/scrollback/);
  });

  it("let several ports have logs of their own", () => {
    expect(config("--log", "{port}.log", "--record", "{port}.robin", "a", "b").ports).toHaveLength(2);
    expect(config("--log", "one.log", "a").ports).toHaveLength(1);
  });

  it("leave out of a profile what is for other sessions", () => {
    const given = parseArguments(["a"], SYNTAX);
    const values = new Map<string, string | boolean>([
      ["raw", true],
      ["exec", "true"],
      ["bps", "9600"],
    ]);
    const { ports } = uiConfig(given.values, [{ positional: ["a"], values }]);
    expect(ports[0]).toMatchObject({ raw: false, exec: undefined, settings: { bps: 9600 } });
  });

  it.each([
    [[], /no port was named/],
    [["demo:", "115200"], /port "115200": it is no port; a speed is given by -b 115200/],
    [["a", "b", "c", "d", "e"], /5 ports: a screen has room for 4/],
    [["a", "a"], /port a: it is named twice/],
    [["--log", "x", "a", "b"], /option --log x: several ports would write into one file/],
    [["--record", "x", "a", "b"], /option --record x: several ports would write into one file/],
    [["--save", "x", "a", "b"], /option --save: 2 ports have no one profile/],
    [["--raw", "a"], /raw/],
    [["--exec", "true", "a"], /exec/],
    [["--events", "a"], /events/],
  ])("refuse %j", (argv, said) => {
    expect(() => config(...argv)).toThrow(said);
  });
});
