import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { utmpHeading, utmpJson, utmpText } from "../../../src/cli/commands/utmp-text.js";
import { decodeUtmp } from "../../../src/utmp/records.js";
import { goldenFile } from "../../golden/utmp.js";

const { records } = decodeUtmp(goldenFile(384), 384);

/** What the book's program prints of the records that it can print: it needs a NUL in each member, and times to 2038. */
const BOOKS_OUTPUT = readFileSync(new URL("../../golden/utmp.txt", import.meta.url), "utf8");
const NOT_IN_BOOKS = [15, 16, 18];

describe("utmpText", () => {
  it("shows of each type what the book's program shows", () => {
    const ours = [
      utmpHeading("utmp-records"),
      ...records.filter((_, i) => !NOT_IN_BOOKS.includes(i)).map(utmpText),
    ].join("");
    // Ours has all six digits of the microseconds, and the addresses whose first word is 0.
    const books = BOOKS_OUTPUT.replace(
      /^( {2}time: .*)\.(\d+)$/gm,
      (_, time, us) => `${time}.${us.padStart(6, "0")}`,
    );
    expect(ours.replace(/^ {2}IPV6: ::.*\n/gm, "")).toBe(books);
    expect(ours.match(/^ {2}IPV6: ::.*$/gm)).toEqual([
      "  IPV6: ::1",
      "  IPV6: ::ffff:192.0.2.33",
      "  IPV6: ::192.0.2.33",
    ]);
  });

  it("leaves nothing in it for a terminal to obey", () => {
    const text = utmpText(records[16]!);
    expect(text).toContain("  host: evil\\x1b]0;title\\x07\\x1b[2J\\x0d\\x0a\\x9b31m\\u202e.org\n");
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
    expect(utmpHeading("a\x1b[2J")).toContain("a\\x1b[2J:");
  });

  it("shows members that are full, and times behind 2038", () => {
    expect(utmpText(records[15]!)).toContain(
      "line: line-of-thirty-two-characters-00\n pid:    806 id: full\n",
    );
    expect(utmpText(records[18]!)).toContain("  time: Mon Aug  5 09:04:00 2097.018023\n");
  });

  it("shows the bare seconds of a time that no calendar has", () => {
    expect(utmpText({ ...records[13]!, seconds: 2 ** 60 })).toContain(`  time: ${2 ** 60}.013018\n`);
  });
});

describe("utmpJson", () => {
  it("has every member as it stands in the record", () => {
    expect(utmpJson("f", records[8]!)).toEqual({
      file: "f",
      type: "USER_PROCESS",
      pid: 1234567,
      id: "ts/1",
      line: "pts/1",
      user: "grace",
      host: "2001:db8::1:0:0:1",
      session: 0,
      address: "2001:db8::1:0:0:1",
      exit: { termination: 0, status: 0 },
      at: 1235259090.008013,
    });
    expect(utmpJson("f", records[13]!)).not.toHaveProperty("address");
  });

  it("has the microseconds, to the last digit", () => {
    for (const record of records) {
      expect(utmpJson("f", record).at.toFixed(6)).toBe(
        `${record.seconds}.${String(record.microseconds).padStart(6, "0")}`,
      );
    }
  });

  it("has the bytes of what is not UTF-8", () => {
    expect(utmpJson("f", records[16]!)).toMatchObject({ user: "r\ufffdmy", base64: { user: "culteQ==" } });
  });
});
