/**
 * Login records on their way to stdout: as text or as one JSON document, in pieces. Knows what stands between records.
 */
import type { UtmpRecord } from "../../utmp/records.js";
import { print } from "../result.js";
import { utmpHeading, utmpJson, utmpText } from "./utmp-text.js";

/** Output is written in pieces of about so many characters: a wtmp may have a hundred thousand records. */
const PIECE = 32 * 1024;

export interface UtmpWriter {
  /** Once it is known that a file can be read; once more does nothing. */
  begin(path: string): void;
  /** False when nobody reads on. */
  record(path: string, record: UtmpRecord): boolean;
  end(): void;
}

/** A heading for each file, and its records beneath. */
export function textWriter(out = createOutput()): UtmpWriter {
  let current: string | undefined;
  return {
    begin(path) {
      if (path === current) return;
      out.put(`${current === undefined ? "" : "\n\n\n"}${utmpHeading(path)}`);
      current = path;
    },
    record: (_path, record) => out.put(utmpText(record)),
    end: () => out.flush(),
  };
}

/** One array, with an object a line. */
export function jsonWriter(out = createOutput()): UtmpWriter {
  let before = "[";
  return {
    begin() {},
    record(path, record) {
      const isRead = out.put(`${before}${JSON.stringify(utmpJson(path, record))}`);
      before = ",\n";
      return isRead;
    },
    end() {
      out.put(before === "[" ? "[]\n" : "]\n");
      out.flush();
    },
  };
}

interface Output {
  put(text: string): boolean;
  flush(): boolean;
}

function createOutput(): Output {
  let waiting = "";
  const flush = () => {
    const text = waiting;
    waiting = "";
    return text === "" || print(text);
  };
  return {
    put(text) {
      waiting += text;
      return waiting.length < PIECE || flush();
    },
    flush,
  };
}
