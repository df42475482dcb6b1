/** Writes man/robin.1 from the tables in src/. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const directory = mkdtempSync(`${tmpdir()}/robin-man-`);
const outfile = `${directory}/man.mjs`;
await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/man.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  // The page is made of tables: what a command draws with is not wanted.
  external: ["koffi", "@serialport/bindings-cpp", "serialport", "*/tui/entry.js"],
  banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
  outfile,
});
const { manPage } = await import(outfile);
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
writeFileSync(`${root}man/robin.1`, await manPage(version));
rmSync(directory, { recursive: true });
