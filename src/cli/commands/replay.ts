/**
 * `robin replay`: a recording played as a device behind a pty. Knows the command's way from its options to its end; the
 * playing and the comparing are virtual/replay/'s.
 */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { Chalk } from "chalk";
import { printable } from "../../bytes/printable.js";
import { RobinError, statusOf } from "../../errors.js";
import { readRecording } from "../../recording/read-recording.js";
import { openOutput } from "../../session/stdio.js";
import { describeErrno } from "../../tty/sys-error.js";
import type { VirtualEvent } from "../../virtual/port/virtual-event.js";
import {
  type Departure,
  describeDeparture,
  differsInNewlineOnly,
  diffOf,
} from "../../virtual/replay/departure.js";
import { runVisits, type Visits } from "../../virtual/replay/visits.js";
import type { Command, CommandContext } from "../command.js";
import { messageConfig } from "../config.js";
import { isTerminal } from "../is-terminal.js";
import type { RawArguments } from "../parse.js";
import { wantsColor } from "../words.js";
import { childStatus, startChild } from "./child-command.js";
import { childScreen } from "./child-screen.js";
import { departureEvent, describeReplayEvent, recordedEvent } from "./replay-events.js";
import { REPLAY_OPTIONS, type ReplayConfig, replayConfig } from "./replay-options.js";
import { type VirtualLife, virtualLife } from "./virtual-life.js";

export const replay: Command = {
  usage: "robin replay [options] FILE [-- command…]",
  takes: { first: ["file"], command: true },
  options: REPLAY_OPTIONS,
  details: [
    `Plays a recording (robin --record) as the device that was recorded, behind a pty, and prints the port's name. A program
that opens it is told what the device said, with the times of then, which begin when it opens the port, as at a board that
is switched on; the next one hears it from the beginning. What is due while a program does not read waits. Where the device
was lost, the port hangs up, and goes on behind its link for whoever opens it again. Modem lines, settings, breaks and
marks of then are told as events. A recording may be longer than memory, and compressed by gzip or zstd.`,
    `With --match the device answers when the program has sent what was sent then, so long after it as then. A line that is
not the expected one is told, with the recording's line, what was expected and what came. Where it is one of the next 16
lines, those in front of it count as left out, with what was answered to them; else it is ignored, and the expected one is
still awaited. A line ends with CR, LF or CR LF, or where the device answered something other than the echo; what fits
nothing also with half a second of silence. What the device said of its own accord between two lines waits for the first.`,
    `With --strict the first departure ends robin with status 6 and a diff of what was expected and what came, and so does a
program that closes the port before it has sent everything; one that has sent everything ends it with status 0. A program
that has sent nothing, as stty does, does not count.`,
    `A command behind -- has the port's name in ROBIN_PORT. The recording is played once while it runs, however often it opens
the port, and its status is robin's, unless --strict has found a departure: then that is 6, and a command that still runs
gets SIGTERM.`,
    `With --json, one object a line: ready, and then open, close, hangup, recorded (line, elapsed, record), departure (kind:
changed, skipped, extra, timeout or unfinished; line, elapsed, byte, expected, actual), end when all was said, and statistics
(received, sent, matched, departures) at the end and on SIGUSR1.`,
  ],
  examples: [
    ["robin replay --link /tmp/board boot.jsonl", "what a board said, again, with its pauses"],
    [
      "robin replay --match --link /tmp/modem field.jsonl",
      "a device that answers what it has been heard to answer",
    ],
    ["robin replay --strict --speed max field.jsonl -- ./test", "a recorded session as a test"],
  ],
  async run(args, context) {
    const config = replayConfig(args);
    await refuseUnreadable(config.file);
    return new ReplayCommand(config, args, context).run();
  },
};

class ReplayCommand {
  readonly #config: ReplayConfig;
  readonly #context: CommandContext;
  readonly #life: VirtualLife;
  readonly #name: string;
  readonly #hasColors: boolean;
  #visits: Visits | undefined;
  #departures = 0;
  #failure: unknown;
  #wasCut = false;

  constructor(config: ReplayConfig, args: RawArguments, context: CommandContext) {
    this.#config = config;
    this.#context = context;
    this.#name = basename(config.file).replace(/\..*/, "") || "replay";
    const { color } = messageConfig(args);
    this.#hasColors = wantsColor({ color, isTerminal: () => isTerminal(2), env: process.env });
    this.#life = virtualLife(context, {
      json: config.json,
      describe: describeReplayEvent,
      statistics: () => this.#statistics(),
    });
  }

  async run(): Promise<number> {
    const { file, link, command, json } = this.#config;
    const [life, port] = [this.#life, this.#life.open(this.#name, link)];
    this.#visits = runVisits(
      port,
      { ...this.#config, isLoop: this.#config.loop, isOnce: command !== undefined, open: () => this.#open() },
      {
        onDeparture: (departure) => this.#depart(departure),
        onEvent: (moment) => life.tell(recordedEvent(this.#name, moment)),
        onEnd: () => life.tell({ event: "end", port: this.#name }),
        onError: (error) => this.#fail(error),
        onHangUpFailure: (error) =>
          this.#context.words.warning(`hang up ${this.#name}: ${(error as Error).message}`),
        onLeft: (isComplete) => {
          if (this.#config.strict && isComplete) life.end(0);
        },
      },
    );
    if (command && isTerminal(2)) this.#context.words.attach(openOutput(2), childScreen(2));
    if (command === undefined || json) life.ready([port]);
    if (command) void this.#runCommand(command, link ?? port.path).catch((error) => this.#fail(error));
    const status = await life.ended;
    this.#visits.off();
    if (this.#failure === undefined) return status;
    if (this.#failure instanceof RobinError) throw this.#failure;
    throw new RobinError("internal", `replay ${file}: ${this.#failure}`, { cause: this.#failure });
  }

  #statistics(): VirtualEvent[] {
    if (this.#visits === undefined) return [];
    const { received, sent, matched } = this.#visits.totals;
    const compared = this.#config.match ? { matched, departures: this.#departures } : {};
    return [{ event: "statistics", port: this.#name, received, sent, ...compared }];
  }

  async #runCommand(command: readonly string[], port: string): Promise<void> {
    const env = { ...process.env, ROBIN_PORT: port };
    const { child, exit } = startChild(command, { stdio: "inherit", env });
    let isOver = false;
    this.#context.wayOut.add(() => {
      if (!isOver) child.kill();
    });
    const how = await exit.finally(() => {
      isOver = true;
    });
    const status = childStatus(how);
    if (this.#config.strict && status !== 0) {
      this.#context.words.notice(`the command has ended with status ${status}`); // which 6 may take the place of
    }
    await this.#visits?.finish();
    this.#life.end(status);
  }

  #open() {
    const { file } = this.#config;
    return readRecording(file, {
      onCut: (line) => {
        if (this.#wasCut) return;
        this.#wasCut = true;
        this.#context.words.notice(
          `${printable(file)}: it ends in the middle of line ${line}, which is left out`,
        );
      },
    });
  }

  #depart(departure: Departure): void {
    const { file, strict, match } = this.#config;
    if (strict && this.#failure !== undefined) return;
    this.#departures++;
    this.#life.tell(departureEvent(this.#name, departure));
    const text = `replay ${printable(file)}: ${describeDeparture(departure)}`;
    const isNewline = !match?.anyNewline && differsInNewlineOnly(departure);
    const hint = isNewline ? "--any-newline takes CR, LF and CR LF for the same" : undefined;
    const { words } = this.#context;
    if (!strict) {
      words.warning(text);
      if (hint !== undefined && this.#departures === 1) words.notice(`  hint: ${hint}`);
      return;
    }
    words.warning(
      `not as it was recorded:\n${diffOf(departure, file, this.#hasColors ? new Chalk({ level: 1 }) : undefined)}`,
    );
    this.#fail(new RobinError("expectation", text, { hint }));
  }

  /** The first failure counts, and ends it. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#life.end(statusOf(error instanceof RobinError ? error.code : "internal"));
  }
}

/** Before there is a port: that it is a recording, and can be read again for the next program. */
async function refuseUnreadable(file: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown) => {
    throw new RobinError("open-failed", `read recording ${printable(file)}: ${reason}`, { cause });
  };
  try {
    if (file === "-" || !statSync(file).isFile()) {
      refuse("it is no file, and a replay reads it again for each program that opens the port");
    }
  } catch (error) {
    if (error instanceof RobinError) throw error;
    const { errno = 0, code } = error as NodeJS.ErrnoException;
    refuse(`${describeErrno(-errno)[1]} (${code})`, error);
  }
  const records = readRecording(file);
  const { done } = await records.next();
  await records.return(undefined);
  if (done) refuse("it is empty");
}
