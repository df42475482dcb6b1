/** How moments are written. */
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { formatTime, parseTimeFormat, TIME_FORMATS } from "../../src/bytes/time-format.js";

const zoneBefore = process.env.TZ;
/** 2026-02-01 05:04:09.012345 UTC, a Sunday, the 32nd day. */
const WALL_US = Date.UTC(2026, 1, 1, 5, 4, 9) * 1000 + 12_345;
const MOMENT = { wallUs: WALL_US, sinceStartUs: 12_345_678, sinceLineUs: 1_234 };

/** Tests say which zone they are in. */
function inZone(zone: string) {
  process.env.TZ = zone;
}
function written(format: string, wallUs = WALL_US): string {
  return formatTime(parseTimeFormat(format), { ...MOMENT, wallUs });
}

beforeEach(() => inZone("UTC"));
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

describe("a time format", () => {
  it.each([
    ["time", "[05:04:09.012] "],
    ["start", "[   12.345678] "],
    ["line", "[   +0.001234] "],
    ["iso", "[2026-02-01T05:04:09.012+00:00] "],
    ["epoch", "[1769922249.012345] "],
    ["%Y-%m-%d %H:%M:%S", "[2026-02-01 05:04:09] "],
    ["%F %T", "[2026-02-01 05:04:09] "],
    ["%y %j %a %b %e", "[26 032 Sun Feb  1] "],
    ["%I %p", "[05 AM] "],
    ["%s", "[1769922249] "],
    ["%S.%f", "[09.012345] "],
    ["%S.%L", "[09.012] "],
    ["%L%L %f", "[012012 012345] "],
    ["%z %:z %Z", "[+0000 +00:00 UTC] "],
    ["100%% at %H", "[100% at 05] "],
    ["%H Uhr – 時", "[05 Uhr – 時] "],
  ])("%s writes %j", (format, text) => {
    expect(written(format)).toBe(text);
  });

  it.each([
    ["Europe/Berlin", "[2026-02-01T06:04:09.012+01:00] ", "[+0100 CET] "],
    ["America/New_York", "[2026-02-01T00:04:09.012-05:00] ", "[-0500 EST] "],
    ["Asia/Kolkata", "[2026-02-01T10:34:09.012+05:30] ", "[+0530 IST] "],
    ["Asia/Kathmandu", "[2026-02-01T10:49:09.012+05:45] ", "[+0545 +0545] "],
    ["America/Sao_Paulo", "[2026-02-01T02:04:09.012-03:00] ", "[-0300 -03] "],
  ])("is that of the zone %s", (zone, iso, names) => {
    inZone(zone);
    expect(written("iso")).toBe(iso);
    expect(written("%z %Z")).toBe(names);
  });

  it("follows summer time while it runs", () => {
    inZone("Europe/Berlin");
    const format = parseTimeFormat("%T %z %Z");
    const before = Date.UTC(2026, 2, 29, 0, 59, 59) * 1000;
    const texts = [before, before + 1_000_000].map((wallUs) => format.text({ ...MOMENT, wallUs }));
    expect(texts).toEqual(["01:59:59 +0100 CET", "03:00:00 +0200 CEST"]);
  });

  it("writes noon and midnight as 12, and every day of a leap year", () => {
    expect(written("%I %p", Date.UTC(2026, 0, 1, 0) * 1000)).toBe("[12 AM] ");
    expect(written("%I %p", Date.UTC(2026, 0, 1, 12) * 1000)).toBe("[12 PM] ");
    expect(written("%j %b %e", Date.UTC(2028, 11, 31) * 1000)).toBe("[366 Dec 31] ");
  });

  it("keeps its column for eleven hours, and grows then", () => {
    const start = parseTimeFormat("start");
    const at = (seconds: number) => formatTime(start, { ...MOMENT, sinceStartUs: seconds * 1e6 + 1 });
    expect(at(0)).toBe("[    0.000001] ");
    expect(at(99_999)).toBe("[99999.000001] ");
    expect(at(100_000)).toBe("[100000.000001] ");
  });

  it("writes what Date writes, for every moment and however often it is asked", () => {
    inZone("Australia/Lord_Howe"); // half an hour of summer time
    const iso = parseTimeFormat("iso");
    const epoch = parseTimeFormat("epoch");
    const moments = fc.integer({ min: 0, max: Date.UTC(2200, 0) }).chain((ms) =>
      // Neighbours in the same second, and the same again.
      fc.array(
        fc.nat(3000).map((more) => ms * 1000 + more * 997),
        { minLength: 1, maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(moments, (all) => {
        for (const wallUs of all) {
          const text = iso.text({ ...MOMENT, wallUs });
          expect(Date.parse(text)).toBe(Math.floor(wallUs / 1000));
          expect(text.slice(0, 19)).toBe(new Date(Date.parse(text)).toLocaleString("sv").replace(" ", "T"));
          const [seconds, us] = epoch.text({ ...MOMENT, wallUs }).split(".");
          expect(Number(seconds) * 1e6 + Number(us)).toBe(wallUs);
        }
      }),
    );
  });

  it("has a name in the table, or a % in it", () => {
    for (const { name } of TIME_FORMATS) expect(parseTimeFormat(name).name).toBe(name);
    expect(parseTimeFormat("%H").name).toBe("%H");
  });

  it.each([
    [
      "tiem",
      'time format "tiem": it is not one of time, start, line, iso, epoch, nor a pattern such as %H:%M:%S',
    ],
    ["", 'time format "": it is not one of time, start, line, iso, epoch, nor a pattern such as %H:%M:%S'],
    ["%Q", 'time format "%Q": there is no %Q'],
    ["%H:%", 'time format "%H:%": a % ends it'],
    ["%:H", 'time format "%:H": there is no %:H'],
    ["%constructor", 'time format "%constructor": there is no %c'],
    ["%😀", 'time format "%😀": there is no %😀'],
    ["%H\x1b[2J", 'time format "%H\\x1b[2J": there are control characters in it'],
    ["%H\n", 'time format "%H\\x0a": there are control characters in it'],
  ])("is none when it is %j, and that is said", (text, message) => {
    expect(() => parseTimeFormat(text)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
});
