/**
 * The programs that are measured: one table. Each is started as the plainest bridge that it can be: raw, no
 * flow control, no lock, no words of its own.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {(path: string) => string[]} command how it is started on the tty `path`
 * @property {() => string} version
 * @property {"pipe" | "pty"} keyboard what it gets as standard input: a pipe, where it takes one
 * @property {"pipe" | "pty"} screen what it gets as standard output
 * @property {string} [note] why it gets a pty, or what else is not as with the others
 * @property {boolean} [draws] whether it draws its screen, so that its output is not the bytes that came
 * @property {string} [knockShown] how it shows a mark, where that is not the mark itself
 * @property {boolean} [reference] whether it is measured in every round, as robin is
 * @property {Record<string, string>} [env]
 * @property {string} [missing] how to install it, where it is not there
 */

/** How robin is started. */
export const ROBIN_COMMAND = [process.execPath, new URL("../../bin/robin.js", import.meta.url).pathname];
const LOOP_SOURCE = new URL("../c/loop.c", import.meta.url).pathname;
const PYTHON = "/usr/bin/python3";

/** A directory for what is built and for programs that write into their home; gone at the end. */
export const SCRATCH = mkdtempSync(join(tmpdir(), "robin-bench-"));
process.on("exit", () => rmSync(SCRATCH, { recursive: true, force: true }));

const robinOptions = ["--raw", "--noflow"];
const pipes = { keyboard: "pipe", screen: "pipe" };

/** @type {readonly (Program & { needs: () => string | undefined })[]} */
const TABLE = [
  {
    name: "robin",
    command: (path) => [...ROBIN_COMMAND, ...robinOptions, path],
    version: robinVersion,
    ...pipes,
    reference: true,
    needs: () => undefined,
  },
  {
    name: "C loop",
    command: (path) => [join(SCRATCH, "loop"), path],
    version: () => `buffer of 1 KiB, ${firstLine(compiler(), ["--version"])} -O2`,
    ...pipes,
    reference: true,
    needs: () => (buildLoop() ? undefined : "gcc"),
  },
  {
    name: "socat",
    command: (path) => ["socat", "-", `${path},raw,echo=0`],
    version: () => match("socat", ["-V"], /socat version \S+/),
    ...pipes,
    reference: true,
    needs: () => unless("socat"),
  },
  {
    name: "picocom",
    command: (path) => ["picocom", "-q", "--flow", "n", "--nolock", path],
    version: () => firstLine("picocom", ["--help"]),
    ...pipes,
    needs: () => unless("picocom"),
  },
  {
    name: "minicom",
    command: (path) => ["minicom", "-o", "-D", path],
    version: () => firstLine("minicom", ["--version"]),
    ...pipes,
    draws: true,
    env: { HOME: SCRATCH },
    note: "draws what it receives; received is counted by lines",
    needs: () => unless("minicom"),
  },
  {
    name: "tio",
    command: (path) => ["tio", "--no-autoconnect", "--mute", path],
    version: () => firstLine("tio", ["--version"]),
    keyboard: "pipe",
    screen: "pty",
    note: "a pty as its output: into a pipe it holds bytes back",
    env: { HOME: SCRATCH },
    needs: () => unless("tio"),
  },
  {
    name: "miniterm",
    command: (path) => [PYTHON, "-m", "serial.tools.miniterm", "--raw", "--eol", "LF", "-q", path],
    version: () => `pyserial ${firstLine(PYTHON, ["-c", "import serial; print(serial.__version__)"])}`,
    keyboard: "pty",
    screen: "pipe",
    note: "a pty as its input: it takes nothing else",
    needs: () => (runs(PYTHON, ["-c", "import serial.tools.miniterm"]) ? undefined : "python3-serial"),
  },
  {
    name: "robin (serialport)",
    command: (path) => [...ROBIN_COMMAND, ...robinOptions, path],
    version: () => "robin with ROBIN_DRIVER=serialport",
    ...pipes,
    env: { ROBIN_DRIVER: "serialport" },
    needs: () => undefined,
  },
];

export const PROGRAM_NAMES = TABLE.map(({ name }) => name);

/** Node itself, as it stands among the programs' figures: wall time of the first, memory of the second. */
export const NODE = "node";
export const NODE_ENDS = [process.execPath, "-e", "0"];
export const NODE_WAITS = [process.execPath, "-e", "setInterval(()=>{},1e9)"];

/** The programs of the table that are wanted and there, and the packages that have the others. */
export function findPrograms(wanted) {
  const programs = [];
  const missing = [];
  for (const program of TABLE.filter(({ name }) => wanted(name))) {
    const needed = program.needs();
    if (needed === undefined) programs.push(program);
    else missing.push({ name: program.name, package: needed });
  }
  return { programs, missing };
}

function buildLoop() {
  const cc = compiler();
  return cc !== undefined && runs(cc, ["-O2", "-o", join(SCRATCH, "loop"), LOOP_SOURCE]);
}

function compiler() {
  return ["gcc", "cc", "clang"].find(inPath);
}

export function robinVersion() {
  const [node, ...robin] = ROBIN_COMMAND;
  return firstLine(node, [...robin, "--version"]);
}

/** The package to install where the program `name` is not there. */
export function unless(name, packageName = name) {
  return inPath(name) ? undefined : packageName;
}

function inPath(name) {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function runs(command, args) {
  try {
    execFileSync(command, args, { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function firstLine(command, args) {
  return match(command, args, /.+/);
}

/** What a program prints, stdout or stderr, whatever its status; only what `pattern` finds. */
export function match(command, args, pattern) {
  let printed = "";
  try {
    printed = execFileSync(command, args, {
      encoding: "utf8",
      timeout: 10_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    printed = `${error.stdout ?? ""}${error.stderr ?? ""}`;
  }
  return pattern.exec(printed)?.[0]?.trim() ?? "?";
}
