/**
 * The process: argv, environment, standard descriptors, and the one way out. Knows no command's work.
 */
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { connectConfig, messageConfig } from "./cli/config.js";
import { connectCommand } from "./cli/connect.js";
import { isTerminal } from "./cli/is-terminal.js";
import { helpText, parseArguments } from "./cli/parse.js";
import { Words } from "./cli/words.js";
import { keepCompiledCode, restWhenIdle } from "./engine.js";
import { RobinError, statusOf } from "./errors.js";
import { whyNoLibc } from "./tty/abi.js";
import { exitNow } from "./tty/libc.js";
import { createWayOut, type WayOut } from "./way-out.js";

const HELP_COLUMNS = 100;
/** How long the last words may take where they are written by a thread. */
const LAST_WORDS_MS = 200;

/** Words before the options are known. */
function plainWords(): Words {
  return new Words({
    color: "auto",
    quiet: false,
    verbose: 0,
    isTerminal: () => isTerminal(2),
    env: process.env,
  });
}

function version(): string {
  const manifest = createRequire(import.meta.url).resolve("../package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

function print(text: string): number {
  try {
    writeSync(1, text);
  } catch {
    // `robin --help | head -1`: nobody reads on
  }
  return 0;
}

async function run(
  argv: readonly string[],
  wayOut: WayOut,
  speakWith: (words: Words) => void,
): Promise<number> {
  const args = parseArguments(argv);
  const help = args.values.get("help") === true || (argv.length === 1 && argv[0] === "-h");
  if (help) {
    const { columns = HELP_COLUMNS } = process.stdout;
    return print(await helpText(Math.min(columns, HELP_COLUMNS)));
  }
  if (args.values.get("version") === true) return print(`robin ${version()}\n`);
  const chosen = new Words({ ...messageConfig(args), isTerminal: () => isTerminal(2), env: process.env });
  speakWith(chosen);
  restWhenIdle();
  return connectCommand(connectConfig(args), chosen, wayOut);
}

/** A thread may hang in a write to a stopped terminal or in a break; process.exit would wait for it. */
function endProcess(status: number): never {
  keepCompiledCode();
  return whyNoLibc() === undefined ? exitNow(status) : process.exit(status);
}

/** Runs robin as the command of this process, and ends the process by `end`. */
export async function main(
  argv: readonly string[],
  end: (status: number) => never = endProcess,
): Promise<never> {
  const wayOut = createWayOut(end);
  let words = plainWords();
  wayOut.add(() => words.close());
  const fail = (error: unknown): never => {
    words.error(error);
    return wayOut.leave(statusOf(error instanceof RobinError ? error.code : "internal"));
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    const status = await run(argv, wayOut, (chosen) => {
      words = chosen;
    });
    await words.settle(LAST_WORDS_MS);
    return wayOut.leave(status);
  } catch (error) {
    return fail(error);
  }
}
