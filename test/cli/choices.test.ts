import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Choice,
  choiceKey,
  choicesPath,
  forgetChoice,
  formatChoices,
  keepChoice,
  parseChoices,
  readChoices,
} from "../../src/cli/choices.js";

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "robin-choices-"));
  path = choicesPath({ XDG_STATE_HOME: home })!;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const choice = (key: string, options: Record<string, string | number | boolean> = {}): Choice => ({
  key,
  options: new Map(Object.entries(options)),
});
const keys = async () => (await readChoices(path)).list.map(({ key }) => key);

describe("an adapter", () => {
  const ftdi = {
    path: "/dev/ttyUSB0",
    bus: "usb",
    vendorId: "0403",
    productId: "6001",
    serialNumber: "A1",
    location: "1-2",
    interfaceNumber: 0,
  };

  it("is known by its serial number in whichever socket, under whichever name", () => {
    expect(choiceKey(ftdi)).toBe(choiceKey({ ...ftdi, path: "/dev/ttyUSB7", location: "3-1" }));
    expect(choiceKey(ftdi)).not.toBe(choiceKey({ ...ftdi, serialNumber: "B2" }));
    expect(choiceKey(ftdi)).not.toBe(choiceKey({ ...ftdi, interfaceNumber: 1 }));
  });

  it("is known by its socket where it has no serial number", () => {
    const { serialNumber: _, ...nameless } = ftdi;
    expect(choiceKey(nameless)).toBe(choiceKey({ ...nameless, path: "/dev/ttyUSB7" }));
    expect(choiceKey(nameless)).not.toBe(choiceKey({ ...nameless, location: "3-1" }));
    expect(choiceKey({ ...nameless, byPath: "/dev/serial/by-path/x" })).toContain("/dev/serial/by-path/x");
  });

  it("is known by its path where it is built in, even below a PCI bridge that has ids", () => {
    expect(choiceKey({ path: "/dev/ttyS0", bus: "pnp", location: "00:02" })).toBe("/dev/ttyS0");
    expect(choiceKey({ path: "/dev/ttyS4", bus: "pci", vendorId: "1d0f", productId: "8250" })).toBe(
      "/dev/ttyS4",
    );
  });
});

describe("choices", () => {
  it("come back as they were kept, the last one first", async () => {
    await keepChoice(path, choice("usb:1", { bps: "9600", echo: true, lock: false, verbose: 2 }));
    await keepChoice(path, choice("/dev/ttyS0"));
    await keepChoice(path, choice("@board"));
    await keepChoice(path, choice("/dev/ttyS0", { hex: true }));
    expect((await readChoices(path)).list).toEqual([
      choice("/dev/ttyS0", { hex: true }),
      choice("@board"),
      choice("usb:1", { bps: "9600", echo: true, lock: false, verbose: 2 }),
    ]);
  });

  it("come back whatever is in them", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const name = fc.stringMatching(/^[a-z][a-z-]{0,10}$/);
    const list = fc.uniqueArray(fc.record({ key: fc.string(), options: fc.dictionary(name, value) }), {
      maxLength: 20,
      selector: ({ key }) => key,
    });
    fc.assert(
      fc.property(list, (all) => {
        const choices = all.map(({ key, options }) => choice(key, options));
        expect(parseChoices(formatChoices(choices))).toEqual(choices);
      }),
    );
  });

  it("are forgotten one by one", async () => {
    for (const key of ["a", "b", "c"]) await keepChoice(path, choice(key));
    await forgetChoice(path, "b");
    await forgetChoice(path, "never");
    expect(await keys()).toEqual(["c", "a"]);
  });

  it("are a hundred at the most: the oldest goes", async () => {
    mkdirSync(join(home, "robin"));
    writeFileSync(path, formatChoices(Array.from({ length: 100 }, (_, n) => choice(`old ${n}`))));
    await keepChoice(path, choice("new"));
    const now = await keys();
    expect(now).toHaveLength(100);
    expect(now[0]).toBe("new");
    expect(now.at(-1)).toBe("old 98");
  });

  it("are for their owner alone, and leave nothing beside them", async () => {
    await keepChoice(path, choice("a"));
    await keepChoice(path, choice("b"));
    expect(readdirSync(join(home, "robin"))).toEqual(["choices.json"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, "robin")).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("choices");
  });

  it("are none where there is no file or no home, and that is no problem", async () => {
    expect(await readChoices(path)).toEqual({ list: [] });
    expect(await readChoices(choicesPath({}))).toEqual({ list: [] });
  });

  it.each([
    ["no JSON", "{ choices: ["],
    ["nothing", ""],
    ["something else", '"choices"'],
    ["null", "null"],
    ["no list", '{"choices": {"a": 1}}'],
    ["far too much", `{"choices": [${" ".repeat(300_000)}]}`],
  ])("are none in a file with %s, which is said, and the next choice replaces it", async (_, text) => {
    mkdirSync(join(home, "robin"));
    writeFileSync(path, text);
    const { list, problem } = await readChoices(path);
    expect(list).toEqual([]);
    expect(problem).toMatch(/^read .*choices\.json: .*: what was chosen before is not known$/);
    await keepChoice(path, choice("a"));
    expect(await keys()).toEqual(["a"]);
  });

  it("leave out what has another shape", () => {
    const odd = [
      ...[null, 1, "x", [], {}, { key: 1, options: {} }, { key: "a" }, { key: "b", options: [] }],
      { key: "c", options: { bps: "9600", deep: { x: 1 }, list: [1], none: null } },
      { key: "c", options: { bps: "1" } },
    ];
    expect(parseChoices(JSON.stringify({ choices: odd, more: 1 }))).toEqual([choice("c", { bps: "9600" })]);
  });

  it("do not wait for a FIFO, and never write into one", async () => {
    mkdirSync(join(home, "robin"));
    execFileSync("mkfifo", [path]);
    expect((await readChoices(path)).problem).toMatch(/no regular file/);
    await keepChoice(path, choice("a"));
    expect(await keys()).toEqual(["a"]);
  });

  it("are not kept where nothing can be written: whoever asked is told by the rejection", async () => {
    writeFileSync(join(home, "file"), "");
    await expect(keepChoice(join(home, "file", "robin", "choices.json"), choice("a"))).rejects.toThrow();
    await expect(keepChoice("/proc/robin/choices.json", choice("a"))).rejects.toThrow();
  });

  it.skipIf(process.getuid?.() === 0)(
    "are not kept in a directory that is not to be written to",
    async () => {
      mkdirSync(join(home, "robin"), { mode: 0o500 });
      await expect(keepChoice(path, choice("a"))).rejects.toThrow();
      chmodSync(join(home, "robin"), 0o700);
    },
  );

  it("replace what a robin that was killed has left beside them", async () => {
    mkdirSync(join(home, "robin"));
    writeFileSync(`${path}.${process.pid}`, "half");
    await keepChoice(path, choice("a"));
    expect(readdirSync(join(home, "robin"))).toEqual(["choices.json"]);
  });
});
