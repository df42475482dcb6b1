/** Preloaded into robin by a test: SIGWINCH, which ends nothing, makes it say which of its files it has loaded. */
const { basename } = require("node:path");
const { writeSync } = require("node:fs");

process.on("SIGWINCH", () => {
  const files = Object.keys(require.cache).map((path) => basename(path));
  writeSync(2, `loaded ${files.join(" ")}\n`);
});
