/**
 * `robin run`: a command on a terminal of its own. Knows its options and what is wrong with them; run-session.ts has the session.
 */
import { RobinError } from "../../errors.js";
import { whyNoLibc } from "../../tty/abi.js";
import { type Command, commandOptions } from "../command.js";
import { escapeKey } from "../config.js";
import { OPTIONS } from "../options.js";
import { MAX_MS, numberOption } from "../values.js";
import { runSession } from "./run-session.js";

export const run: Command = {
  usage: "robin run [options] [--] [command…]",
  stopsAtFirst: true,
  options: commandOptions([
    {
      name: "link",
      value: "PATH",
      completes: "file",
      group: "Options",
      does: "make the session a serial port at PATH as well: who opens it sees and types",
    },
    ...OPTIONS.filter(({ name }) => name === "escape" || name === "drain"),
  ]),
  details: [
    `Runs the command, or $SHELL, or /bin/sh, as the leader of a session of its own, on a pty that is its controlling
terminal and has the settings and the size of the user's terminal. The size follows. Job control, ^C, ^Z and
full-screen programs work inside as they do without robin; a command alone has nobody who would wake it up, so that
^Z does nothing there, and the key z of robin's stops robin. The keys that concern a line say that there is none.
Robin's options end at the first word that is none.`,
    `The exit status is the command's, or 128 and the number of the signal that ended it; 127 where there is no such
program and 126 where it cannot be run, as env(1) has it. Robin ends when the command has ended and all that it
printed is shown (a screen that takes nothing has the time of --drain for that, a pipe has all it wants), also when processes that it started still have the terminal. The quit key, and a stdout that
nobody reads any more, hang the terminal up: the command gets SIGHUP, and its end is robin's status if it
comes within a second; else that is 0. A signal that ends robin hangs up as well, and waits for nothing.`,
    `Where standard input is no terminal, its bytes are typed as they are, without echo, and its end is typed as the
character VEOF (^D) when all before it has been read, again whenever it was read: except in raw mode (neither ICANON
nor ISIG), where it would be a byte, and with --link, where others may go on. Until the command makes it raw, a
terminal acts on control characters, and drops what a line has beyond 4095 bytes; programs with an editor of their
own (bash) want a newline behind the last line. Without any terminal the size is 24 rows and 80 columns.`,
    `With --link, those who open PATH get what is printed from then on. What nobody has open is sent nothing; a reader
who is more than 64 KiB behind loses bytes, which is told at the end. The user is never held by them.`,
  ],
  examples: [
    ["robin run", "a shell on a terminal of its own"],
    ["robin run --link /tmp/console -- ./simulator", "a program that other programs use by a serial port"],
    ["robin run make | tee log", "a program that shows colours and progress only on a terminal, in a pipe"],
  ],
  async run({ positional, values }, context) {
    const why = whyNoLibc();
    if (why !== undefined) throw new RobinError("unsupported", `make a pty: ${why}`);
    const [command = process.env.SHELL || "/bin/sh", ...args] = positional;
    return runSession(
      {
        command,
        args,
        escapeKey: escapeKey(values.get("escape")),
        drainMs: numberOption(values, "drain", 0, MAX_MS) ?? 2000,
        link: values.get("link") as string | undefined,
      },
      context,
    );
  },
};
