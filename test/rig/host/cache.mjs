/**
 * What the guest is booted from, fetched once and kept outside the tree. Knows where it is kept, when it is out of date
 * and how it comes to be whole or not at all; what is in it is fetch.sh's.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const here = new URL(".", import.meta.url).pathname;

/** The cache's name follows the recipe: a change of one of these, or of the system, makes another. */
const RECIPE = ["fetch.sh", "initrd.sh", "null-modem.c", "../guest/init"];
const PROGRAMS = ["apt-get", "apt-cache", "dpkg-deb", "gcc", "tar", "xz", "awk"];
const KEPT_MS = 60 * 24 * 3_600_000;
const CANNOT = 75; // fetch.sh's: EX_TEMPFAIL of sysexits.h

function key() {
  const hash = createHash("sha256");
  for (const file of RECIPE) hash.update(readFileSync(join(here, file)));
  if (existsSync("/etc/os-release")) hash.update(readFileSync("/etc/os-release"));
  return hash.digest("hex").slice(0, 16);
}

function onPath(program) {
  return (process.env.PATH ?? "").split(":").some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Resolves with `{ path }`, or with `{ cannot }`, the reason why this machine cannot have one. Throws on a broken recipe and on an abort. */
export async function guestImage(signal) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { cannot: `the guest is Linux on x86-64, this is ${process.platform} on ${process.arch}` };
  }
  const parent = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "robin-rig");
  const path = join(parent, key());
  if (existsSync(path)) return { path };
  const missing = PROGRAMS.filter((program) => !onPath(program));
  if (missing.length > 0) return { cannot: `no ${missing.join(", ")} here` };

  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent);
  const partial = `${path}.partial.${process.pid}`;
  console.error("rig: fetching Debian's QEMU and kernel, about 90 MB, once");
  try {
    const { status, said } = await fetchInto(partial, signal);
    signal.throwIfAborted();
    if (status === CANNOT) return { cannot: said.trimEnd().split("\n").at(-1) };
    if (status !== 0) throw new Error(`rig: fetch.sh failed (${status})\n${said}`);
    try {
      renameSync(partial, path);
    } catch (error) {
      if (!existsSync(path)) throw error; // made by another run meanwhile
    }
    return { path };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** In a process group of its own, so that all of it can be ended. */
function fetchInto(directory, signal) {
  const fetch = spawn(join(here, "fetch.sh"), [directory], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stop = () => process.kill(-fetch.pid, "SIGKILL");
  signal.addEventListener("abort", stop);
  let said = "";
  fetch.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    fetch.on("error", reject);
    fetch.on("close", (status) => {
      signal.removeEventListener("abort", stop);
      resolve({ status, said });
    });
  });
}

/** What killed runs left behind, and images of recipes long past. */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const pid = /\.partial\.(\d+)$/.exec(name)?.[1];
    const old = pid ? !existsSync(`/proc/${pid}`) : Date.now() - statSync(path).mtimeMs > KEPT_MS;
    if (old) rmSync(path, { recursive: true, force: true });
  }
}
