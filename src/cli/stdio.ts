/**
 * Which kind of standard input, output and error this process has: descriptors that never wait where the libc
 * layer is there, Node's streams elsewhere.
 */
import type { ByteSink, ByteSource } from "../port/ends.js";
import { streamSink, streamSource } from "../port/stream-ends.js";
import { openInput, openOutput, wasClosed } from "../session/stdio.js";
import { rawTermios, type UserTerminal, userTerminal } from "../session/terminal.js";
import { whyNoLibc } from "../tty/abi.js";
import { isTerminal } from "./is-terminal.js";
import { jobInput } from "./job-input.js";

export interface Stdio {
  readonly input: ByteSource;
  readonly output: ByteSink;
  /** Where robin's own words go. */
  readonly words: ByteSink;
  /** Standard input's terminal, if it is one. */
  readonly terminal: UserTerminal | undefined;
}

/** `raw` makes the terminal's settings raw. */
export function openStdio(raw = rawTermios): Stdio {
  if (whyNoLibc() !== undefined) {
    return {
      input: streamSource(process.stdin),
      output: streamSink(process.stdout),
      words: streamSink(process.stderr),
      terminal: isTerminal(0) ? nodeTerminal() : undefined,
    };
  }
  const ownsTerminal = isTerminal(0);
  return {
    input: ownsTerminal ? jobInput(openInput(0), 0) : openInput(0),
    output: openOutput(1),
    words: openOutput(2),
    terminal: ownsTerminal ? userTerminal(0, raw) : undefined,
  };
}

/** Standard output once more, for what is drawn beside the session's own bytes. */
export function openScreen(): ByteSink {
  return whyNoLibc() === undefined ? openOutput(1) : streamSink(process.stdout);
}

/** What to tell of standard descriptors that lead nowhere. */
export function closedNotes(): string[] {
  if (whyNoLibc() !== undefined) return [];
  const notes: string[] = [];
  if (wasClosed(0))
    notes.push(
      "read stdin: it is closed or /dev/null, so nothing is sent (--idle-exit MS goes on receiving)",
    );
  if (wasClosed(1))
    notes.push("write stdout: it is closed or /dev/null, so what the port sends goes nowhere");
  return notes;
}

/** The terminal as Node can have it: setRawMode leaves no choice of flags, and there is no job control. */
function nodeTerminal(): UserTerminal {
  return {
    take: () => void process.stdin.setRawMode(true),
    giveBack: () => void process.stdin.setRawMode(false),
    newline: () => "\n", // libuv sets ONLCR
    windowSize: () => ({ rows: process.stdout.rows, columns: process.stdout.columns }),
  };
}
