/** What `npm pack` makes works elsewhere, and the example does what it says. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = new URL("..", import.meta.url).pathname;
let folder: string;
let files: string[];

beforeAll(() => {
  folder = mkdtempSync("/tmp/robin-package-");
  // Without its scripts: they would build dist/ anew under the other tests.
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const listing = JSON.parse(packed.toString()) as Record<string, PackListing> | PackListing[];
  const [{ filename, files: packedFiles }] = Object.values(listing) as [PackListing];
  files = packedFiles.map((file) => file.path);
  execFileSync("tar", ["-xzf", `${folder}/${filename}`, "-C", folder]);
  symlinkSync(`${ROOT}node_modules`, `${folder}/node_modules`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface PackListing {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe("the package", () => {
  it("holds the command, the library, the manual page and the licences, and nothing of the workshop", () => {
    for (const path of [
      "bin/robin.js",
      "dist/main.cjs",
      "dist/start.cjs",
      "dist/index.js",
      "dist/sucrase.cjs",
      "dist/toml.cjs",
      "dist/tui.cjs",
      "dist/THIRD-PARTY-LICENCES.txt",
      "man/robin.1",
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "examples/ask.mjs",
      "examples/at-modem.ts",
      "examples/nmea-receiver.ts",
    ]) {
      expect(files).toContain(path);
    }
    expect(files.filter((path) => /^(src|test|bench|build|\.ci)\//.test(path))).toEqual([]);
  });

  it("runs elsewhere", async () => {
    const version = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).version;
    const bin = `${folder}/package/bin/robin.js`;
    expect((await run(process.execPath, [bin, "--version"])).stdout).toBe(`robin ${version}\n`);
    const { stdout } = await run("sh", [
      "-c",
      `echo uptime | '${process.execPath}' '${bin}' demo: --idle-exit 500`,
    ]);
    expect(stdout).toMatch(/up \d+\.\d{3} s/);
  });

  it("plays its examples elsewhere, with nothing installed beside them", async () => {
    const [bin, example] = ["bin/robin.js", "examples/at-modem.ts"].map(
      (path) => `${folder}/package/${path}`,
    );
    const robin = spawn(process.execPath, [bin!, "emulate", example!], {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [name] = await Promise.race([once(robin.stdout, "data"), once(robin.stderr, "data")]);
    robin.kill();
    expect(String(name)).toMatch(/^\/dev\/pts\/\d+\n$/);
    await once(robin, "exit");
  });

  it("is a library elsewhere, with declarations that a program's types are checked against", async () => {
    writeFileSync(
      `${folder}/program.mts`,
      `import { connect, device, memoryPort, openPort, playDevice, runDevice, type LineSettings } from "./package/dist/index.js";
       const settings: LineSettings = { bps: 9600, flow: "hardware" };
       const { port } = memoryPort("memory", { settings });
       const session = connect(port, { input: process.stdin, output: process.stdout });
       export const reason: string = (await session.ended).reason;
       const modem = device({
         state: () => ({ calls: 0 }),
         async start(d) {
           const [all, name]: (string | undefined)[] = await d.waitFor(/name (.*)/, { timeoutMs: 10 });
           d.println(\`\${all}\${name}\`);
         },
         byte: (d, byte) => byte === 0 && d.state.calls > 0,
         on: [["AT", "OK"], [/^ATD(.*)/, (d, [, number]) => { d.state.calls++; d.println(number); }]],
       });
       const bytes: Uint8Array = playDevice(modem, { clock: () => 0 }).take(1);
       const { device: end } = memoryPort("memory");
       export const dropped: number = runDevice(modem, end.source, end.sink, { isHeard: bytes.length > 0 }).dropped;
       // @ts-expect-error: the state has no such key
       device({ state: () => ({ calls: 0 }), start: (d) => d.println(d.state.call) });
       // @ts-expect-error: a device has no such key
       device({ onn: [] });
       // @ts-expect-error: there is no such flow control
       void openPort("x", { settings: { flow: "magic" } });`,
    );
    const tsc = `${ROOT}node_modules/.bin/tsc`;
    await run(tsc, ["-p", `${ROOT}tsconfig.build.json`, "--outDir", `${folder}/package/dist`]);
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
    await run(tsc, [...flags, "--types", "node", "--ignoreConfig", `${folder}/program.mts`], {
      cwd: folder,
    }).catch((error: { stdout: string }) => expect.fail(error.stdout));
  });
});

describe("examples/ask.mjs", () => {
  it("asks a device one thing and prints what it answers", async () => {
    const { stdout, stderr } = await run(process.execPath, [
      `${ROOT}examples/ask.mjs`,
      "demo:",
      "echo",
      "hello",
    ]);
    expect(stdout).toMatch(/demo> echo hello\r\nhello\r\ndemo> $/);
    expect(stderr).toMatch(/bytes, ended by idle/);
  });

  it("says in a line why a port does not open", async () => {
    const failed = await run(process.execPath, [`${ROOT}examples/ask.mjs`, "/dev/none", "AT"]).catch(
      (error) => error,
    );
    expect(failed.code).toBe(1);
    expect(failed.stderr).toBe("open-failed: open /dev/none: no such file or directory (ENOENT)\n");
  });
});
