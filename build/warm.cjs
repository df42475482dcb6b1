/**
 * Runs one session of the built command and keeps what V8 compiled for it, for start.cjs to load. Run by build.mjs,
 * with the directory of the build, on Nodes that keep no such cache themselves.
 */
"use strict";
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { load, CACHE } = require(join(process.argv[2], "start.cjs"));

const { exports: robin, script } = load();
if (script) {
  // After the run, not before: functions are compiled when they are first called.
  robin.main(["--quiet", "--idle-exit", "1", "demo:"], (status) => {
    writeFileSync(CACHE, script.createCachedData());
    process.exit(status);
  });
}
