import { describe, expect, it } from "vitest";
import { decodeUtmp } from "../../src/utmp/records.js";
import { matchesId, matchesLine } from "../../src/utmp/select.js";
import { goldenFile, goldenUtmp } from "../golden/utmp.js";

const { records } = decodeUtmp(goldenFile(384), 384);
const selections = goldenUtmp(384).selections!;

describe("a selection by id and by line", () => {
  it.each(selections)("finds for the $by $text what the C library finds", ({ by, text, found }) => {
    const matches = by === "id" ? matchesId : matchesLine;
    expect(records.flatMap((record, i) => (matches(record, text) ? [i] : []))).toEqual(found);
  });

  it("has cases of both, with and without a result", () => {
    for (const by of ["id", "line"]) {
      const counts = selections.filter((one) => one.by === by).map((one) => one.found.length);
      expect(Math.max(...counts)).toBeGreaterThan(1);
      expect(Math.min(...counts)).toBeLessThan(2);
    }
  });
});
