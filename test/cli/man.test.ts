/** The manual page and the help agree with the tables. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { helpText } from "../../src/cli/help.js";
import { manPage } from "../../src/cli/man.js";
import { OPTIONS } from "../../src/cli/options.js";

import { EXIT_STATUSES } from "../../src/errors.js";
import { KEYS } from "../../src/session/keys.js";

const ROOT = new URL("../../", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { version: string };
const PAGE = readFileSync(`${ROOT}man/robin.1`, "utf8");

describe("man/robin.1", () => {
  it("is what `npm run man` makes of the tables today", async () => {
    expect(PAGE).toBe(await manPage(version));
  });

  it("renders without a warning, and shows every option, key and exit status", ({ skip }) => {
    if (spawnSync("man", ["--version"]).status !== 0) skip("man is not installed");
    const { stdout, stderr, status } = spawnSync("man", ["--warnings", `${ROOT}man/robin.1`], {
      env: { ...process.env, MANWIDTH: "200", LC_ALL: "C.UTF-8", MANPAGER: "cat", PAGER: "cat" },
    });
    const text = stdout.toString();
    if (text === "" && status !== 0) skip(`man does not render here: ${stderr}`);
    expect(stderr.toString()).toBe("");
    for (const { name, alias = [] } of OPTIONS) {
      expect(text).toContain(`--${name}`);
      for (const other of alias) expect(text).toContain(other.length === 1 ? `-${other}` : `--${other}`);
    }
    for (const { key } of KEYS) expect(text).toContain(`^\\ ${key}`);
    for (const { status: number } of EXIT_STATUSES) expect(text).toMatch(new RegExp(`^ +${number} `, "m"));
  });
});

describe("--help", () => {
  it("has every option with its spellings, its values and its default", async () => {
    const help = (await helpText(200)).replaceAll(/\s+/g, " ");
    for (const { name, alias = [], does, choices = [], otherwise } of OPTIONS) {
      expect(help).toContain(`--${name}`);
      for (const other of alias) expect(help).toContain(other.length === 1 ? `-${other}` : `--${other}`);
      expect(help).toContain(does);
      if (choices.length > 0) expect(help).toContain(choices.join(", "));
      if (otherwise !== undefined) expect(help).toContain(`[${otherwise}]`);
    }
  });
});
