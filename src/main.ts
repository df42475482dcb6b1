/**
 * The process: argv, environment, standard descriptors, and the one way out. Knows no command's work.
 */
import { constants } from "node:os";
import { findCommand } from "./cli/commands.js";
import { messageConfig } from "./cli/config.js";
import { connectCommand } from "./cli/connect.js";
import { commandHelp, helpText } from "./cli/help.js";
import { isTerminal } from "./cli/is-terminal.js";
import { parseArguments } from "./cli/parse.js";
import { print, printError } from "./cli/result.js";
import { version } from "./cli/version.js";
import { Words } from "./cli/words.js";
import { keepCompiledCode, restWhenIdle } from "./engine.js";
import { RobinError, signalStatus, statusOf } from "./errors.js";
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

async function run(
  argv: readonly string[],
  wayOut: WayOut,
  speakWith: (words: Words) => void,
): Promise<number> {
  const entry = findCommand(argv[0]);
  const command = entry && (await entry.load());
  const args = command ? parseArguments(argv.slice(1), command) : parseArguments(argv);
  if (args.values.get("help") === true || (argv.length === 1 && argv[0] === "-h")) {
    const columns = Math.min(process.stdout.columns ?? HELP_COLUMNS, HELP_COLUMNS);
    print(command ? await commandHelp(command, entry.does, columns) : await helpText(columns));
    return 0;
  }
  if (args.values.get("version") === true) {
    print(`robin ${version()}\n`);
    return 0;
  }
  const words = new Words({ ...messageConfig(args), isTerminal: () => isTerminal(2), env: process.env });
  speakWith(words);
  if (!command && findCommand(args.positional[0])) {
    const name = args.positional[0];
    throw new RobinError("usage", `command ${name}: it has to be the first word: robin ${name} [options]`);
  }
  restWhenIdle();
  const context = { words, wayOut };
  return command ? command.run(args, context) : connectCommand(args, context);
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
): Promise<void> {
  const wayOut = createWayOut(end);
  // A user's module may end the process by itself (robin emulate).
  process.on("exit", () => wayOut.giveBack());
  let words = plainWords();
  wayOut.add(() => words.close());
  const fail = (error: unknown): void => {
    words.error(error);
    if (argv.includes("--json")) printError(error);
    const status = statusOf(error instanceof RobinError ? error.code : "internal");
    // Where a thread writes robin's words, the last ones are still on their way.
    if (!words.isSettled) return void words.settle(LAST_WORDS_MS).finally(() => wayOut.leave(status));
    wayOut.leave(status);
  };
  // Node's own action is to start its debugger, for anyone on this machine to connect to.
  process.on("SIGUSR1", () => {
    if (process.listenerCount("SIGUSR1") === 1) wayOut.leave(signalStatus(constants.signals.SIGUSR1));
  });
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  try {
    const status = await run(argv, wayOut, (chosen) => {
      words = chosen;
    });
    await words.settle(LAST_WORDS_MS);
    return wayOut.leave(status);
  } catch (error) {
    fail(error);
  }
}
