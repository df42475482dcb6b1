import { describe, expect, it } from "vitest";
import { LIVE_OPTIONS } from "../../src/cli/live-options.js";
import { parseArguments } from "../../src/cli/parse.js";
import { setupOptions } from "../../src/cli/setup-options.js";
import { argument, changeText, step, steps } from "../../src/tui/setup/option.js";

const options = setupOptions();
const option = (name: string) => options.find((one) => one.name === name)!;

describe("fields for the options of a session", () => {
  it("are all that can change, and none twice", () => {
    const together = ["hwflow", "swflow", "noflow", "line", "map"];
    const names = LIVE_OPTIONS.map(({ name }) => name).filter((name) => !together.includes(name));
    expect(options.map(({ name }) => name).sort()).toEqual([...names, "flow"].sort());
  });

  it("have their groups together", () => {
    const groups = options.map(({ group }) => group).filter((group, at, all) => group !== all[at - 1]);
    expect(groups).toEqual(["Line", "Screen", "Sending", "Keeping", "Session", "Messages"]);
  });

  it("are said as the command line reads them, with each of their values", () => {
    for (const one of options) {
      for (const value of steps(one)) {
        const said = argument(one, value);
        if (said !== undefined) expect(() => parseArguments([said]), said).not.toThrow();
        else expect(value, one.name).toBe("off");
        expect(changeText(one, value)).toMatch(/^[a-z0-9-]+([ =].+)?$/);
      }
    }
  });

  it("go through speeds to both ends, from any speed", () => {
    const bps = option("bps");
    expect(step(bps, "115200", 1)).toBe("230400");
    expect(step(bps, "115200", -1)).toBe("57600");
    expect(step(bps, "100000", 1)).toBe("115200");
    expect(step(bps, steps(bps)[0], -1)).toBeUndefined();
    expect(step(bps, steps(bps).at(-1), 1)).toBeUndefined();
    expect(step(bps, undefined, 1)).toBe("115200");
  });

  it("go round in words, with off among them where an option can be taken back", () => {
    expect(steps(option("parity"))).toEqual(["none", "even", "odd", "mark", "space"]);
    expect(step(option("parity"), "space", 1)).toBe("none");
    expect(steps(option("echo"))).toEqual(["off", "on"]);
    expect(steps(option("send-echo"))).toEqual(["off", "byte", "line"]);
    expect(steps(option("timestamp"))[0]).toBe("off");
    expect(steps(option("log-tap"))).toEqual(["raw", "shown"]);
    expect(step(option("log-tap"), undefined, 1)).toBe("shown");
    expect(steps(option("mask"))).toEqual([]);
  });

  it("complete lists of words behind a comma, and have nothing to offer for a number", () => {
    expect(option("imap").complete!("lfcrlf,sp")).toContain("lfcrlf,spchex");
    expect(option("drain").complete).toBeUndefined();
    expect(option("parity").complete).toBeUndefined();
  });
});
