/**
 * `npm run test:rig`: the suite of this directory on real serial drivers, in a guest that QEMU emulates. See README.md.
 *   node test/rig/run.mjs [--report FILE] [--no-build] [arguments of vitest]
 *   node test/rig/run.mjs --exec COMMAND [ARGUMENT…]
 * Exit status: that of the suite or command; 0 and one line `rig: skipped: …` where the guest cannot be had; 125 where it
 * gave no result.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { guestImage } from "./host/cache.mjs";
import { boot, hasKvm } from "./host/machine.mjs";

const here = new URL(".", import.meta.url).pathname;
const root = resolve(here, "../..");
const NO_RESULT = 125;
/** Far more than the suite takes on a slow machine without KVM. */
const TIMEOUT_MS = 900_000;
/** What the guest gets of this environment. */
const PASSED_ON = ["CI", "NODE_DEBUG", "TERM"];
const VITEST = [
  process.execPath,
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "test/rig/vitest.config.ts",
];

const stopped = new AbortController();
let stopSignal;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(name, () => {
    stopSignal = name;
    stopped.abort();
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!stopped.signal.aborted) throw error;
}
if (stopSignal !== undefined) process.exitCode = 128 + constants.signals[stopSignal];

async function main(args) {
  const image = await guestImage(stopped.signal);
  if (image.cannot !== undefined) {
    console.log(`rig: skipped: ${image.cannot}`);
    return 0;
  }
  if (args[0] === "--exec") return inGuest(image.path, process.cwd(), args.slice(1));
  let report;
  let build = true;
  for (; args[0] === "--report" || args[0] === "--no-build"; args.shift()) {
    if (args[0] === "--no-build") build = false;
    else report = resolve(args.splice(1, 1)[0]);
  }
  if (build) {
    const built = spawnSync(process.execPath, ["build.mjs", "--quiet"], { cwd: root, stdio: "inherit" });
    if (built.status !== 0) return built.status ?? 1;
  }
  return inGuest(image.path, root, [...VITEST, ...args], report);
}

/** Runs `command` in `cwd` of a guest of its own; its report, if any, is copied to `report`. */
async function inGuest(cache, cwd, command, report) {
  const job = mkdtempSync(join(shortTmpdir(), "robin-rig."));
  try {
    copyFileSync(join(here, "guest/start"), `${job}/start`);
    writeFileSync(`${job}/env`, `RIG=${quote(cache)}\nLIMIT=${Math.ceil(TIMEOUT_MS / 1000)}\n`);
    writeFileSync(`${job}/command`, guestScript(cwd, command));
    const run = (accel) => boot({ cache, job, accel, timeoutMs: TIMEOUT_MS, signal: stopped.signal });
    let result = await run(hasKvm() ? "kvm" : "tcg");
    if (result.status === undefined && !stopped.signal.aborted && hasKvm()) result = await run("tcg");
    if (report !== undefined && existsSync(`${job}/report.json`)) copyFileSync(`${job}/report.json`, report);
    if (result.status === undefined && !stopped.signal.aborted) {
      console.error(`rig: the guest gave no result\n${result.error}${tail(`${job}/console`)}`);
    }
    return result.status ?? NO_RESULT;
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

function guestScript(cwd, command) {
  const path = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const kept = PASSED_ON.filter((name) => process.env[name] !== undefined);
  return [
    `export HOME=/tmp PATH=${quote(path)}`,
    `export ${process.stdout.isTTY ? "FORCE_COLOR=1" : "NO_COLOR=1"}`,
    ...kept.map((name) => `export ${name}=${quote(process.env[name])}`),
    `cd ${quote(cwd)} || exit 126`,
    `exec ${command.map(quote).join(" ")}`,
    "",
  ].join("\n");
}

/** The path of a Unix socket has 107 bytes at most (unix(7)). */
function shortTmpdir() {
  return tmpdir().length < 60 ? tmpdir() : "/tmp";
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function tail(path) {
  return existsSync(path) ? readFileSync(path, "latin1").split("\n").slice(-8).join("\n") : "";
}
