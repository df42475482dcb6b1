/**
 * A recording as asciinema plays it: asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/). Pure. What was received is
 * output, what was sent is input, and marks, like the loss and the return of the device, are markers.
 *
 * Text has to be UTF-8 there: a character that a read has cut is joined, and a byte that is none becomes U+FFFD.
 */
import { jsonLine } from "../../bytes/json-line.js";
import { NO_BYTES, type Way } from "../../bytes/stage.js";
import type { SessionEvent } from "../../session/session-event.js";
import type { RecordingRecord, Stamp } from "../record.js";
import type { Encoder } from "./encoder.js";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const CODES: Readonly<Record<Way, string>> = { rx: "o", tx: "i" };

export function createAsciicast({ columns, rows }: ScreenSize): Encoder {
  const decoders = {
    rx: new TextDecoder("utf-8", { ignoreBOM: true }),
    tx: new TextDecoder("utf-8", { ignoreBOM: true }),
  };
  let first: Stamp | undefined;
  let lastS = 0;

  const header = (timestamp?: number, title?: string) =>
    jsonLine({
      version: 2,
      width: columns,
      height: rows,
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(title === undefined ? {} : { title }),
    });
  const line = (code: string, text: string) => jsonLine([lastS, code, text]);
  const body = (record: RecordingRecord): string => {
    if (record.kind === "bytes") {
      const text = decoders[record.way].decode(record.bytes, { stream: true });
      return text === "" ? "" : line(CODES[record.way], text);
    }
    const label = record.kind === "event" ? labelOf(record.event) : undefined;
    return label === undefined ? "" : line("m", label);
  };

  return {
    push(record) {
      let text = "";
      if (first === undefined) {
        first = record;
        const title =
          record.kind === "event" && record.event.event === "start" ? record.event.port : undefined;
        text = header(Math.floor(record.at), title);
      }
      // Players want times that do not go back; those of files that were joined do.
      lastS = Math.max(lastS, Math.round((record.elapsed - first.elapsed) * 1e6) / 1e6);
      text += body(record);
      return text === "" ? NO_BYTES : Buffer.from(text);
    },
    end() {
      let text = first === undefined ? header() : "";
      for (const way of ["rx", "tx"] as const) {
        const rest = decoders[way].decode();
        if (rest !== "") text += line(CODES[way], rest);
      }
      return Buffer.from(text);
    },
  };
}

function labelOf(event: SessionEvent): string | undefined {
  if (event.event === "mark") return event.text;
  if (event.event === "lost" || event.event === "back") return `${event.event} ${event.port}`;
  return undefined;
}
