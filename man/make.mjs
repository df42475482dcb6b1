/** Writes man/robin.1 from the tables in src/. */
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/man.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const { manPage } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
writeFileSync(`${root}man/robin.1`, manPage(version));
