/**
 * Bundles src/ into dist/: main.cjs for the command, index.js for the library. `--types` adds the declarations,
 * `--quiet` says nothing.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { build } from "esbuild";

const quiet = process.argv.includes("--quiet");
const root = new URL(".", import.meta.url).pathname;
/** Each file goes to dist/ whole and in one step: whoever runs robin meanwhile has the old one or the new one. */
const next = `dist.${process.pid}`;
process.on("exit", () => rmSync(`${root}${next}`, { recursive: true, force: true }));

const common = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  absWorkingDir: root,
  logLevel: quiet ? "error" : "info",
  external: ["koffi", "@serialport/bindings-cpp", "serialport"],
  legalComments: "none",
  metafile: true,
};

const main = await build({
  ...common,
  entryPoints: ["src/main.ts"],
  outfile: `${next}/main.cjs`,
  format: "cjs",
  minify: true,
  // Three of the libraries' dependencies cost more at start-up than all of robin: see docs/notes/start-up.md.
  alias: {
    "string-width": "./build/string-width.js",
    "#supports-color": "./build/supports-color.js",
    assert: "./build/assert.js",
  },
  define: { "import.meta.url": "__moduleUrl" },
  plugins: [
    byItself(/^sucrase$/, "sucrase.cjs"),
    byItself(/^toml-eslint-parser$/, "toml.cjs"),
    byItself(/\/tui\/entry\.js$/, "tui.cjs"),
    {
      // It looks at stdout when it is loaded, and the look makes a stream of it: 3 ms. cli/help.ts sets the width.
      name: "yargs-without-a-look-at-stdout",
      setup: ({ onLoad }) =>
        onLoad({ filter: /yargs\/lib\/platform-shims\/esm\.mjs$/ }, ({ path }) => ({
          contents: readFileSync(path, "utf8").replaceAll("process.stdout.columns", "undefined"),
        })),
    },
  ],
  supported: { "dynamic-import": false }, // V8's code cache knows none
  banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
});
// Only for who plays a module, and only for who has a configuration file.
const [sucrase, toml] = await Promise.all([
  buildLibrary('export { transform } from "sucrase"', "sucrase.cjs"),
  buildLibrary('export { ParseError, parseTOML } from "toml-eslint-parser"', "toml.cjs"),
]);
// Only for who opens a view, with Ink in it.
const tui = await build({
  ...common,
  entryPoints: ["src/tui/entry.ts"],
  outfile: `${next}/tui.cjs`,
  format: "cjs",
  minify: true,
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.DEV": '"false"',
    "import.meta.url": "__moduleUrl",
  },
  banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
  plugins: [
    {
      // React's developer tools, which Ink waits for while it is loaded, if a variable says so.
      name: "ink-without-developer-tools",
      setup: ({ onLoad }) =>
        onLoad({ filter: /ink\/build\/reconciler\.js$/ }, ({ path }) => ({
          contents: readFileSync(path, "utf8").replaceAll(/await (import|load)\w*\([^)]*\)/g, "undefined"),
        })),
    },
    {
      name: "layout-without-waiting",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^yoga-layout$/ }, () => ({ path: `${root}build/yoga-layout.js` })),
    },
  ],
});
const library = await build({
  ...common,
  entryPoints: ["src/index.ts"],
  outfile: `${next}/index.js`,
  format: "esm",
});
copyFileSync(`${root}build/start.cjs`, `${root}${next}/start.cjs`);
writeLicences([main, sucrase, toml, tui, library]);
execFileSync(process.execPath, [`${root}build/warm.cjs`, `${root}${next}`], {
  stdio: ["ignore", "ignore", "inherit"],
});
replaceDist();
if (process.argv.includes("--types")) {
  execFileSync(`${root}node_modules/.bin/tsc`, ["-p", `${root}tsconfig.build.json`], { stdio: "inherit" });
}

/** What the command takes of a library, in a file of its own. */
function buildLibrary(contents, file) {
  return build({
    ...common,
    stdin: { contents, resolveDir: root },
    outfile: `${next}/${file}`,
    format: "cjs",
    minify: true,
  });
}

/** What is imported so is a file of its own, read when it is wanted. */
function byItself(filter, file) {
  return {
    name: `${file}-by-itself`,
    setup: ({ onResolve }) => onResolve({ filter }, () => ({ path: `./${file}`, external: true })),
  };
}

function replaceDist() {
  mkdirSync(`${root}dist`, { recursive: true });
  const files = readdirSync(`${root}${next}`);
  for (const file of files) renameSync(`${root}${next}/${file}`, `${root}dist/${file}`);
  for (const file of readdirSync(`${root}dist`)) {
    if (!files.includes(file)) rmSync(`${root}dist/${file}`, { recursive: true });
  }
}

/** The bundles hold other people's code: their licences go with them. */
function writeLicences(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const packages = new Set(
    inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean),
  );
  const texts = [...packages].sort().map((name) => {
    const manifest = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, "utf8"));
    return `${name} ${manifest.version}, ${manifest.license}\n\n${licence(name)}`;
  });
  writeFileSync(`${root}${next}/THIRD-PARTY-LICENCES.txt`, texts.join(`\n${"-".repeat(72)}\n`));
}

function licence(name) {
  for (const file of ["LICENSE", "license", "LICENSE.txt", "LICENSE.md"]) {
    try {
      return readFileSync(`${root}node_modules/${name}/${file}`, "utf8");
    } catch {
      // another spelling
    }
  }
  return "";
}
