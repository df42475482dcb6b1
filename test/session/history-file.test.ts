import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { historyPath, openHistoryFile } from "../../src/session/history-file.js";

let directory: string;
let count = 0;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "robin-history-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const newPath = () => join(directory, `${count++}`, "robin", "history");
function written(text: string): string {
  const path = newPath();
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("where the history is", () => {
  it.each([
    [{ XDG_STATE_HOME: "/state", HOME: "/home/a" }, "/state/robin/history"],
    [{ XDG_STATE_HOME: "relative", HOME: "/home/a" }, "/home/a/.local/state/robin/history"],
    [{ HOME: "/home/a" }, "/home/a/.local/state/robin/history"],
    [{ HOME: "" }, undefined],
    [{}, undefined],
  ])("of %j is %s", (env, path) => {
    expect(historyPath(env)).toBe(path);
  });
});

describe("a history on disk", () => {
  it("is there the next time, each by its name, for nobody else to read", async () => {
    const path = newPath();
    const first = openHistoryFile(path);
    first.history("options").add("bps 9600");
    first.history("options").add(" secret");
    first.history("commands").add("sz a file");
    first.history("options").add("parity even");
    await first.settle();
    expect(readFileSync(path, "utf8")).toBe("options bps 9600\ncommands sz a file\noptions parity even\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);

    const second = openHistoryFile(path);
    const options = second.history("options");
    options.add("bps 115200");
    await second.settle();
    expect(options.lines).toEqual(["bps 9600", "parity even", "bps 115200"]);
    expect(second.history("options")).toBe(options);
  });

  it("is shared by two robins, without a line lost or mixed", async () => {
    const path = newPath();
    const robins = [openHistoryFile(path), openHistoryFile(path)];
    for (let n = 0; n < 50; n++) {
      for (const [at, robin] of robins.entries())
        robin.history("options").add(`${at}-${n} ${"x".repeat(200)}`);
    }
    await Promise.all(robins.map((robin) => robin.settle()));
    const rows = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(100);
    for (const row of rows) expect(row).toMatch(/^options [01]-\d+ x{200}$/);
  });

  it.each([
    ["no home", undefined],
    ["a directory in its place", "/"],
    ["a file in the directory's place", "/dev/null/robin/history"],
    ["a file system that takes nothing", "/proc/robin/history"],
    ["a device in its place", "/dev/full"],
  ])("is kept in memory where there is %s", async (_, path) => {
    const file = openHistoryFile(path);
    const history = file.history("options");
    history.add("bps 9600");
    await file.settle();
    history.add("parity even");
    await file.settle();
    expect(history.lines).toEqual(["bps 9600", "parity even"]);
  });

  it("does not wait for a FIFO that stands in its place", async () => {
    const path = join(directory, "fifo");
    execFileSync("mkfifo", [path]);
    const file = openHistoryFile(path);
    file.history("options").add("bps 9600");
    await file.settle();
  });

  it("takes what it understands of any file", async () => {
    const path = written(
      "\n\nnonsense\noptions \x1b[2J\noptions  padded\noptions a\noptions a\noptions b\xff\n",
    );
    const file = openHistoryFile(path);
    const history = file.history("options");
    await file.settle();
    expect(history.lines).toEqual(["a", "b\u00ff"]);
  });

  it("is cut when it has become long, and keeps its newest lines", async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `options line number ${n}`);
    const path = written(`${rows.join("\n")}\n`);
    const file = openHistoryFile(path);
    const history = file.history("options");
    await file.settle();
    expect(history.lines).toHaveLength(500);
    expect(history.lines.at(-1)).toBe("line number 19999");
    const left = readFileSync(path, "utf8");
    expect(left.length).toBeLessThanOrEqual(64 * 1024);
    expect(`${rows.join("\n")}\n`.endsWith(left)).toBe(true);
    expect(left).toMatch(/^options line number/);
  });
});
