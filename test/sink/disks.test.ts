/** A log on disks that fill, and in a process that is killed. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Bundle, bundle, outcome } from "../tty/bundle.js";
import { numberedLines } from "./numbered.js";

let directory: string;
let logger: Bundle;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "robin-disks-"));
  logger = await bundle(new URL("./logger.ts", import.meta.url));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  logger.remove();
});

const BLOCK = numberedLines(900_000);

/** Whether it is the beginning of what the logger logs. */
function isPrefix(file: Buffer): boolean {
  for (let at = 0; at < file.length; at += BLOCK.length) {
    const part = file.subarray(at, at + BLOCK.length);
    if (!part.equals(BLOCK.subarray(0, part.length))) return false;
  }
  return true;
}

const PIPES = { stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"] };

describe("a log", () => {
  it("has a prefix of what came when its disk is full, which is told, and everything goes on", async ({
    skip,
  }) => {
    const disk = join(directory, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], { stdio: "pipe" });
    } catch (error) {
      skip(`no small disk can be mounted here: ${(error as Error).message.split("\n")[1]}`);
    }
    onTestFinished(() => void execFileSync("umount", ["-l", disk]));
    const path = join(disk, "x.log");
    const { status, stdout } = await outcome(spawn(process.execPath, [logger.file, path, "3000000"], PIPES));
    expect(stdout).toContain(`write log ${path}: no space left on device (ENOSPC); the log ends here`);
    expect([status, stdout.endsWith("done\n")]).toEqual([0, true]);
    const file = readFileSync(path);
    expect(file.length).toBe(1024 * 1024);
    expect(isPrefix(file)).toBe(true);
  });

  it("has a prefix when its file may not be larger, and robin is not ended by that", async () => {
    const path = join(directory, "limited.log");
    const limited = ["--fsize=1000000", process.execPath, logger.file, path, "3000000"];
    const { status, signal, stdout } = await outcome(spawn("prlimit", limited, PIPES));
    expect(stdout).toContain(`write log ${path}: file too large (EFBIG); the log ends here`);
    expect([status, signal, stdout.endsWith("done\n")]).toEqual([0, null, true]);
    const file = readFileSync(path);
    expect(file.length).toBe(1_000_000);
    expect(isPrefix(file)).toBe(true);
  });

  it("lacks no more than the last 100 ms of a process that was killed", async () => {
    const path = join(directory, "killed.log");
    const child = spawn(process.execPath, [logger.file, path, String(4e9)], PIPES);
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      const told = stdout.slice(0, stdout.lastIndexOf("\n")).split("\n").map(Number.parseFloat);
      if (told.at(-1)! - told[0]! > 400) child.kill("SIGKILL");
    });
    const { signal } = await outcome(child);
    expect(signal).toBe("SIGKILL");
    const file = readFileSync(path);
    expect(isPrefix(file)).toBe(true);
    const told = stdout
      .slice(0, stdout.lastIndexOf("\n"))
      .split("\n")
      .map((line) => line.split(" ").map(Number) as [atMs: number, given: number]);
    const lastMs = told.at(-1)![0];
    const before = told.findLast(([atMs]) => atMs <= lastMs - 100)!;
    expect(before[1]).toBeGreaterThan(1_000_000);
    expect(file.length).toBeGreaterThanOrEqual(before[1]);
    // Not all of it was let through at the end only.
    expect(told.length).toBeGreaterThan(10);
  });
});
