/** The login records that utmp.c wrote by the C library's headers, as files. */
import { readFileSync } from "node:fs";

export interface GoldenUtmp {
  readonly layout: Readonly<Record<string, number>>;
  /** Records in hexadecimal digits. */
  readonly records: readonly string[];
  /** What inet_ntop(3) makes of the addresses, by the record's index. */
  readonly inet_ntop: Readonly<Record<string, string>>;
  /** What getutid(3) and getutline(3) find: indices of records. */
  readonly selections?: readonly {
    readonly by: "id" | "line";
    readonly text: string;
    readonly found: readonly number[];
  }[];
}

/** Of 384 bytes as on x86-64, or of 400 as on arm64. */
export function goldenUtmp(size: 384 | 400): GoldenUtmp {
  return JSON.parse(readFileSync(new URL(`utmp-${size}.json`, import.meta.url), "utf8")) as GoldenUtmp;
}

export function goldenFile(size: 384 | 400): Buffer {
  return Buffer.from(goldenUtmp(size).records.join(""), "hex");
}
