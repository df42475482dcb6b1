/** Runs a TypeScript file of the tests in a process of its own, with src/ and its native modules as here. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { build } from "esbuild";

const SOURCES = new URL("../../src/main.ts", import.meta.url);

export interface Bundle {
  readonly file: string;
  remove(): void;
}

/** `entry` and what it imports, in one file outside the project. Native modules are looked up from src/. */
export async function bundle(entry: URL): Promise<Bundle> {
  const directory = mkdtempSync(`${tmpdir()}/robin-test-`);
  chmodSync(directory, 0o755); // for tests that become another user
  const file = `${directory}/bundle.mjs`;
  await build({
    entryPoints: [entry.pathname],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    define: { "import.meta.url": JSON.stringify(SOURCES.href) },
  });
  return { file, remove: () => rmSync(directory, { recursive: true }) };
}

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The outcome of a process with pipes as stdout and stderr. */
export function outcome(child: ChildProcess): Promise<Outcome> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** Bundles and runs `entry` to its end. */
export async function runBundled(entry: URL, ...args: string[]): Promise<Outcome> {
  const { file, remove } = await bundle(entry);
  try {
    return await outcome(spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
  } finally {
    remove();
  }
}
