/** The figures and the table of the full screen, as --json prints them and the tables show them. Knows no measure's method. */
import { quantile } from "./stats.mjs";
import { digits } from "./tables.mjs";
import { UI_KINDS } from "./ui-programs.mjs";

/** @param {import("./bench.mjs").Bench} bench */
export function uiFiguresOf({ ui, samples, failures }) {
  return ui.map(({ name, version }) => ({
    name,
    version: version(),
    failed: failures.get(name),
    earlyMb: samples.figure(name, "earlyMb"),
    lateMb: samples.figure(name, "lateMb"),
    kinds: Object.keys(UI_KINDS).map((kind) => ({
      kind,
      mbPerSecond: samples.figure(name, `${kind}.mbPerSecond`),
      framesPerSecond: samples.figure(name, `${kind}.frames`),
      longestMs: samples.figure(name, `${kind}.longestMs`),
      keyMs: samples.figure(name, `${kind}.keyMs`),
      key99Ms: keys99(samples, name, kind),
      cpuShare: samples.figure(name, `${kind}.cpu`),
    })),
  }));
}

/** The 99th percentile of the time from a key to the frame that shows it, ms. */
export function keys99(samples, name, kind) {
  const all = samples.all(name, `${kind}.keyMs`);
  return all.length === 0 ? undefined : quantile(all, 0.99);
}

/** @returns {readonly (readonly string[][])[]} none where nothing was measured */
export function uiTables({ ui }) {
  const rows = ui.flatMap(({ name, kinds }) =>
    kinds.map(({ kind, mbPerSecond, framesPerSecond, longestMs, keyMs, key99Ms, cpuShare }) => [
      `${name}: ${kind}`,
      digits(mbPerSecond),
      digits(framesPerSecond),
      digits(longestMs),
      digits(keyMs),
      digits(key99Ms),
      cpuShare === undefined ? "–" : `${Math.round(cpuShare * 100)} %`,
    ]),
  );
  if (rows.length === 0) return [];
  const head = ["full screen", "received MB/s", "frames/s", "longest gap ms", "key ms", "99th key ms", "CPU"];
  return [[head, ...rows]];
}

export function uiNotes({ ui, options }) {
  return ui.flatMap(({ name, failed, earlyMb, lateMb }) => [
    ...(failed ? [`${name}: out of the run: ${failed}`] : []),
    ...(lateMb === undefined
      ? []
      : [
          `${name}: ${digits(earlyMb)} MB of memory after ${options.uiMemorySeconds / 5} s of 1 MB each, ${digits(lateMb)} MB after ${options.uiMemorySeconds} s.`,
        ]),
  ]);
}

export function uiVersions({ ui }) {
  return ui.map(({ name, version }) => `${name}: ${version}`);
}
