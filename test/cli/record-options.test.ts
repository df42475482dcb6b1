/** Values of the options that keep everything. */
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/parse.js";
import { recordOption, sessionEventsOption } from "../../src/cli/record-options.js";
import type { RobinError } from "../../src/errors.js";
import { canPack } from "../../src/sink/packed-writer.js";

const valuesOf = (...argv: string[]) => parseArguments([...argv, "/dev/ttyUSB0"]).values;

function refusal(read: () => unknown): RobinError {
  try {
    read();
  } catch (error) {
    return error as RobinError;
  }
  throw new Error("it was taken");
}

describe("--record", () => {
  it("takes a name, also a pattern", () => {
    expect(recordOption(valuesOf())).toBeUndefined();
    expect(recordOption(valuesOf("--record", "{port}-%Y%m%d.jsonl.gz"))).toBe("{port}-%Y%m%d.jsonl.gz");
  });

  it.each([
    ["", 'option --record: recording name "": it is empty'],
    ["-", 'option --record: recording name "-": stdout has the port\'s bytes already'],
    ["{prot}.jsonl", 'option --record: recording name "{prot}.jsonl": there is no {prot}'],
  ])("refuses the name %j before a port is opened", (name, message) => {
    expect(refusal(() => recordOption(valuesOf(`--record=${name}`)))).toMatchObject({
      code: "usage",
      message,
    });
  });

  it("refuses zstd before a port is opened, where this Node has none", ({ skip }) => {
    if (canPack("zstd")) skip("this Node has it");
    expect(refusal(() => recordOption(valuesOf("--record", "x.zst")))).toMatchObject({
      code: "usage",
      message: `option --record: pack x.zst: Node ${process.version} has no zstd`,
      hint: "Node 22.15 and later have it; a name that ends in .gz is packed by gzip",
    });
  });
});

describe("--events of a session", () => {
  it.each(["1", "01", "-"])("is not stdout: %s", (where) => {
    expect(refusal(() => sessionEventsOption(valuesOf("--events", where)))).toMatchObject({
      code: "usage",
      message: `option --events: ${where} is stdout, which has the port's bytes`,
      hint: "robin … --events 3 3>FILE, or --events FILE",
    });
  });

  it("may be a descriptor, or nothing", () => {
    expect(sessionEventsOption(valuesOf())).toBeUndefined();
    expect(sessionEventsOption(valuesOf("--events", "2"))).toBe(2);
  });
});
