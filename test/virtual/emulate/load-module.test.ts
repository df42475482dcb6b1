/** Modules of a user's, wherever they lie and whatever they are written in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModule } from "../../../src/virtual/emulate/load-module.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "robin-module-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes files, and gives the first one's path. */
function write(files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]!);
}

const load = async (files: Record<string, string>) => (await loadModule(write(files))).value;

async function failure(files: Record<string, string>) {
  const { code, message } = await loadModule(write(files)).catch((error) => error);
  return [code, message.replaceAll(`${folder}/`, "")];
}

const TYPED = "interface A { a: number }\nenum E { X = 3 }\nexport default { a: E.X } satisfies A;\n";
const PLAIN = "export default { a: 3 };\n";

describe("a module", () => {
  it.each([
    ["device.ts", TYPED],
    ["device.mts", TYPED],
    ["device.cts", TYPED],
    ["device.js", PLAIN],
    ["device.mjs", PLAIN],
    ["device", PLAIN],
    ["device.cjs", "module.exports = { a: 3 };"],
    ["device.js", "exports.a = 3;"],
    ["device.ts", `#!/usr/bin/env robin\n${TYPED}`],
    ["a folder/ünïcode $1.ts", TYPED],
  ])("is read as %s", async (name, text) => {
    expect(await load({ [name]: text })).toEqual({ a: 3 });
  });

  it.each(["module", "commonjs"])("is read the same below a package.json of type %s", async (type) => {
    expect(await load({ "a.js": PLAIN, "package.json": JSON.stringify({ type }) })).toEqual({ a: 3 });
    expect(await load({ "a.ts": TYPED })).toEqual({ a: 3 });
  });

  it("has robin-serial, Node's own modules, files beside it in any spelling, and packages that lie there", async () => {
    const value = await load({
      "main.ts": `import { device, RobinError } from "robin-serial";
        import { device as same } from "robin";
        import { join } from "node:path";
        import * as os from "os";
        import one from "./one.js";
        import { two, type Two } from "./sub/two";
        import three from "./three.json";
        import four from "four";
        import { five } from "five";
        const later = await import("./sub/two.ts");
        export default [device === same, typeof RobinError, join("a", "b"), typeof os.EOL, one, two, three.n, four, five, later.two];`,
      "one.ts": "export default 1 as number;",
      "sub/two.ts": 'import "../one.ts"; export type Two = 2; export const two: Two = 2;',
      "three.json": '{"n": 3}',
      "node_modules/four/index.js": "module.exports = 4;",
      "node_modules/five/package.json": '{"type": "module", "exports": "./five.js"}',
      "node_modules/five/five.js": "export const five = 5;",
    });
    expect(value).toEqual([true, "function", "a/b", "string", 1, 2, 3, 4, 5, 2]);
  });

  it("knows where it lies, and may wait", async () => {
    const value = await load({
      "main.mts": "export default [await Promise.resolve(import.meta.url), import.meta.dirname];",
    });
    expect(value).toEqual([new URL(`file://${folder}/main.mts`).href, folder]);
  });

  it("may import what imports it", async () => {
    const value = await load({
      "a.ts": 'import { b } from "./b"; export const a = () => "a"; export default b();',
      "b.ts": 'import { a } from "./a"; export const b = () => "b".concat(a());',
    });
    expect(value).toBe("ba");
  });

  it("without a default export has none", async () => {
    expect(await load({ "a.ts": "export const a = 1;" })).toBeUndefined();
    expect(await load({ "b.ts": "const a: number = 1;" })).toBeUndefined();
    expect(await load({ "c.js": "" })).toBeUndefined();
  });
});

describe("what is wrong with a module", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "what no parser takes",
      { "a.ts": "const a: number = 1;\n\nfoo bar;\n" },
      'a.ts:3: Unexpected token, expected ";"',
    ],
    [
      "what only V8 sees",
      { "a.js": "let a = 1;\nlet a = 2;" },
      "a.js:2: Identifier 'a' has already been declared",
    ],
    [
      "a throw",
      { "a.ts": "interface A {\n  a: 1;\n}\nthrow new RangeError('oh');" },
      "a.ts:4: RangeError: oh",
    ],
    ["a late throw", { "a.ts": "await null;\nthrow new Error('oh');" }, "a.ts:2: oh"],
    ["a throw of no error", { "a.ts": "throw 'oh';" }, "a.ts: oh"],
    ["an import of nothing", { "a.ts": '\nimport "./none.js";' }, 'a.ts:2: import "./none.js": no such file'],
    [
      "a fault in another file",
      { "a.ts": 'import "./b.js";', "b.ts": "\nconst =;" },
      "b.ts:2: Unexpected token",
    ],
    [
      "a throw in another file",
      {
        "a.ts": 'import { b } from "./b";\nb();',
        "b.ts": "export const b = () => {\n  throw new Error('deep');\n};",
      },
      "b.ts:2: deep",
    ],
    ["no text at all", { "a.ts": "\x00\x01\xff\x7fELF" }, "a.ts:1: Unexpected character"],
  ])("is told with file and line: %s", async (_, files, message) => {
    const [code, text] = await failure(files);
    expect(code).toBe("setup-failed");
    expect(text.startsWith(`load device ${message}`), text).toBe(true);
  });

  it("is told where there is no such file, or none that can be read", async () => {
    const path = join(folder, "none.ts");
    await expect(loadModule(path)).rejects.toThrow(`load device ${path}: no such file or directory (ENOENT)`);
    await expect(loadModule(folder)).rejects.toMatchObject({
      code: "open-failed",
      message: expect.stringContaining("EISDIR"),
    });
  });

  it("is found later in what its functions throw", async () => {
    const path = write({
      "a.ts": 'import { b } from "./b";\nexport default b;',
      "b.ts": "export const b = () => {\n\n null.x;\n};",
    });
    const { value, placeOf } = await loadModule(path);
    let thrown: unknown;
    try {
      (value as () => void)();
    } catch (error) {
      thrown = error;
    }
    expect(placeOf(thrown)).toBe(`${folder}/b.ts:3`);
    expect(placeOf(new Error("elsewhere"))).toBeUndefined();
    expect(placeOf("no error")).toBeUndefined();
  });
});
