import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RobinError } from "../../src/errors.js";
import { readUtmp, UTMP_PATH } from "../../src/utmp/file.js";
import type { UtmpRecord } from "../../src/utmp/records.js";
import { goldenFile } from "../golden/utmp.js";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "robin-utmp-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

/** All records, and the error behind them. */
function readAll(path: string): { records: UtmpRecord[]; error?: RobinError } {
  const records: UtmpRecord[] = [];
  try {
    for (const record of readUtmp(path)) records.push(record);
    return { records };
  } catch (error) {
    if (error instanceof RobinError) return { records, error };
    throw error;
  }
}

describe("readUtmp", () => {
  it.each([384, 400] as const)("gives every record of a file of many pieces, of %i bytes each", (size) => {
    const golden = goldenFile(size);
    const times = 40; // 400 kB
    const { records, error } = readAll(file(`long-${size}`, Buffer.concat(Array(times).fill(golden))));
    expect(error).toBeUndefined();
    const once = readAll(file(`once-${size}`, golden)).records;
    expect(records).toEqual(Array(times).fill(once).flat());
  });

  it("gives nothing of an empty file", () => {
    expect(readAll(file("empty", new Uint8Array(0)))).toEqual({ records: [] });
  });

  it("gives the whole records of a file that is cut off, and then says so", () => {
    const golden = goldenFile(384);
    const path = file("cut", Buffer.concat([...Array(30).fill(golden), golden.subarray(0, 384 + 100)]));
    const { records, error } = readAll(path);
    expect(records).toHaveLength(30 * 26 + 1);
    expect(error).toMatchObject({
      code: "open-failed",
      message: `read ${path}: it is cut off: 100 bytes at byte ${(30 * 26 + 1) * 384} are less than a record of 384`,
    });
  });

  it("stops at what no login record can be, and says where", () => {
    const golden = goldenFile(384);
    const path = file("foreign", Buffer.concat([golden, Buffer.from("not a login record".repeat(100))]));
    const { records, error } = readAll(path);
    expect(records).toHaveLength(26);
    expect(error?.message).toBe(
      `read ${path}: no utmp record at byte ${golden.length}: its type is 28526, and types are 0 to 9`,
    );
  });

  it("hints at the byte order of another machine", () => {
    const bytes = goldenFile(384);
    for (let at = 0; at < bytes.length; at += 384) bytes.subarray(at, at + 2).swap16();
    expect(readAll(file("big-endian", bytes)).error?.hint).toBe("a big-endian machine may have written it");
  });

  it("says why a file cannot be opened or read", () => {
    const missing = join(dir, "missing");
    expect(readAll(missing).error).toMatchObject({
      code: "open-failed",
      message: `open ${missing}: no such file or directory (ENOENT)`,
      hint: undefined,
    });
    expect(readAll(dir).error?.message).toBe(`read ${dir}: illegal operation on a directory (EISDIR)`);
    expect(UTMP_PATH).toBe("/var/run/utmp");
  });
});
