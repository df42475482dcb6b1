/**
 * Loads main.cjs with the code that V8 compiled for it at an earlier start, which is most of robin's start-up.
 * Knows no more than that. Copied into dist/ by build.mjs.
 */
"use strict";
const { readFileSync } = require("node:fs");
const module_ = require("node:module");
const { Script } = require("node:vm");

const filename = require.resolve("./main.cjs");
const CACHE = `${__dirname}/main.cache`;

/** The bundle's exports, and the script they come from where this file compiled it. */
function load() {
  if (module_.enableCompileCache) {
    module_.enableCompileCache(); // Node 22.1 and later keep such a cache themselves
    return { exports: require(filename) };
  }
  const script = new Script(module_.wrap(readFileSync(filename, "latin1")), {
    filename,
    cachedData: readIfThere(CACHE), // V8 refuses one of another version or build, and compiles as usual
  });
  const bundle = { exports: {} };
  script.runInThisContext().call(bundle.exports, bundle.exports, require, bundle, filename, __dirname);
  return { exports: bundle.exports, script };
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

module.exports = { load, CACHE };
