/**
 * `robin export`: a recording in another format. Knows its options and where the result goes; how a recording is read and what a
 * format looks like is recording/'s.
 */
import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import type { Way } from "../../bytes/stage.js";
import { RobinError } from "../../errors.js";
import { createAsciicast, type ScreenSize } from "../../recording/export/asciicast.js";
import type { Encoder } from "../../recording/export/encoder.js";
import { createHexDump } from "../../recording/export/hex.js";
import { createPcap } from "../../recording/export/pcap.js";
import { createPlainText, createTranscript } from "../../recording/export/text.js";
import { type ReadRecord, readRecording } from "../../recording/read-recording.js";
import { SysError } from "../../tty/sys-error.js";
import { type Command, commandOptions } from "../command.js";
import { isTerminal } from "../is-terminal.js";
import type { RawArguments } from "../parse.js";
import { printBytes } from "../result.js";
import { choiceOption, fail, wholeNumber } from "../values.js";

const FORMATS = ["asciicast", "text", "hex", "pcap"] as const;
type Format = (typeof FORMATS)[number];
const WAYS = ["rx", "tx", "both"] as const;

interface ExportConfig {
  readonly file: string;
  readonly format: Format;
  readonly ways: Way | "both";
  readonly size: ScreenSize;
  readonly out: string | undefined;
}

const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };
const MOST_COLUMNS = 9999;
const STDOUT = 1;

export const exportCommand: Command = {
  usage: "robin export [options] FILE --to FORMAT",
  takes: { first: ["file"] },
  options: commandOptions([
    {
      name: "to",
      value: "FORMAT",
      choices: FORMATS,
      group: "Options",
      does: "what it becomes",
    },
    {
      name: "out",
      alias: ["o"],
      value: "FILE",
      completes: "file",
      group: "Options",
      does: "write it to this file, which is emptied first",
      otherwise: "stdout",
    },
    {
      name: "way",
      value: "WAY",
      choices: WAYS,
      group: "Options",
      does: "what was received, what was sent, or both",
      otherwise: "rx for text, both for the others",
    },
    {
      name: "size",
      value: "COLUMNSxROWS",
      group: "Options",
      does: "the terminal that an asciicast is played on",
      otherwise: `${USUAL_SIZE.columns}x${USUAL_SIZE.rows}`,
    },
  ]),
  details: [
    `Turns FILE, a recording of robin --record, also one that is packed by gzip or zstd or that is still written (- is stdin),
into another format. A recorder that was killed leaves half a line at the end: it is left out, and said.`,
    `asciicast is asciinema's format, version 2: what was received is its output, what was sent its input, and marks are
markers. Bytes that are no UTF-8 become U+FFFD there.`,
    `text is what was received, byte for byte, as a log of the session would be; --way tx what was sent. --way both makes a
transcript: lines with their times, < for received and > for sent, and what happened beside them behind =, with control
characters written as \\x1b.`,
    `hex is a dump of both ways with the time of each row's first byte. A row that is not full was followed by 50 ms of
silence, by the other way or by an event.`,
    `pcap is for Wireshark and tshark: its packets (LINKTYPE_RTAC_SERIAL) have a direction, the modem lines and a time to the
microsecond; breaks, errors and changes of the lines are packets of their own. It is not written to a terminal.`,
  ],
  examples: [
    ["robin export boot.jsonl --to text > boot.log", "what the device said"],
    ["robin export boot.jsonl --to text --way both", "who said what and when"],
    ["robin export field.jsonl.gz --to pcap -o field.pcap", "for Wireshark"],
    ["robin export boot.jsonl --to asciicast -o boot.cast", "for asciinema play"],
  ],
  async run(args, { words }) {
    const config = exportConfig(args);
    const out = openOut(config);
    const encoder = encoderFor(config);
    const onCut = (line: number) => {
      words.notice(`read recording ${config.file}: it ends in the middle of line ${line}, which is left out`);
    };
    try {
      for await (const record of readRecording(config.file, { onCut })) {
        if (isWanted(record, config.ways) && !out.write(encoder.push(record))) return 0;
      }
      out.write(encoder.end());
      return 0;
    } finally {
      out.close();
    }
  },
};

function exportConfig({ positional, values }: RawArguments): ExportConfig {
  const [file, ...rest] = positional;
  if (file === undefined) throw new RobinError("usage", "argument FILE: robin export needs a recording");
  if (rest.length > 0) throw new RobinError("usage", `argument "${rest[0]}": one recording is all`);
  const format = choiceOption<Format>(values, "to");
  if (format === undefined) {
    throw new RobinError("usage", `option --to: it has to be there, with ${FORMATS.join(", ")}`);
  }
  const size = values.get("size");
  if (size !== undefined && format !== "asciicast") fail("size", "it is for --to asciicast alone");
  return {
    file,
    format,
    ways: choiceOption<Way | "both">(values, "way") ?? (format === "text" ? "rx" : "both"),
    size: size === undefined ? USUAL_SIZE : screenSize(String(size)),
    out: values.get("out") as string | undefined,
  };
}

function screenSize(text: string): ScreenSize {
  const [columns, rows] = text.split("x").map((part) => wholeNumber(part, 1, MOST_COLUMNS));
  if (columns === undefined || rows === undefined || text.split("x").length !== 2) {
    return fail("size", `"${text}" is not columns and rows from 1 to ${MOST_COLUMNS}, as in 80x24`);
  }
  return { columns, rows };
}

function encoderFor({ format, ways, size }: ExportConfig): Encoder {
  switch (format) {
    case "asciicast":
      return createAsciicast(size);
    case "hex":
      return createHexDump();
    case "pcap":
      return createPcap();
    case "text":
      return ways === "both" ? createTranscript() : createPlainText(ways);
  }
}

function isWanted(record: ReadRecord, ways: Way | "both"): boolean {
  return record.kind !== "bytes" || ways === "both" || record.way === ways;
}

interface Out {
  /** False when nobody reads on. */
  write(bytes: Uint8Array): boolean;
  close(): void;
}

function openOut({ file, format, out }: ExportConfig): Out {
  if (out === undefined) {
    if (format === "pcap" && isTerminal(STDOUT)) {
      throw new RobinError("usage", "write stdout: a pcap file is not for a terminal", {
        hint: `robin export ${file} --to pcap -o FILE.pcap, or … | tshark -r -`,
      });
    }
    return { write: (bytes) => printBytes(bytes), close: () => {} };
  }
  if (isSame(file, out)) {
    throw new RobinError("usage", `option --out: ${out} is the recording itself`);
  }
  let fd: number;
  try {
    fd = openSync(out, "w");
  } catch (error) {
    const cause = new SysError("open", -((error as NodeJS.ErrnoException).errno ?? 0));
    throw new RobinError("open-failed", `write ${out}: ${cause.message}`, { cause });
  }
  return { write: (bytes) => printBytes(bytes, fd, out), close: () => closeSync(fd) };
}

/** Whether both are one regular file. */
function isSame(file: string, out: string): boolean {
  try {
    const one = file === "-" ? fstatSync(0) : statSync(file);
    const other = statSync(out);
    return one.isFile() && one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false; // one of them is not there
  }
}
