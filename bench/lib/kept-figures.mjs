/** The figures of views, log and recording, as --json prints them and the tables show them. What was not measured is not there. */

/** What the plain session is called among the programs. */
export const PLAIN = "robin plain";

/** @param {import("./bench.mjs").Bench} bench */
export function keptFiguresOf({ kept, samples, failures }) {
  const rates = kept.rates.map(({ name, note, version }) => ({
    name,
    note,
    version: version(),
    failed: failures.get(name),
    inMbPerSecond: samples.figure(name, "in"),
    ofPlain: samples.ratio("in", name, PLAIN),
    cpuNsPerByte: cpuNsPerByte(samples, name),
  }));
  const memory = kept.memory.map(({ name, version }) => ({
    name,
    version: version(),
    failed: failures.get(name),
    after10Mb: samples.figure(name, "earlyMb"),
    afterAllMb: samples.figure(name, "lateMb"),
  }));
  return { rates, memory };
}

/** User and system time of the process for each byte that it received. */
function cpuNsPerByte(samples, name) {
  const bytes = samples.sum(name, "sent");
  return bytes === 0 ? undefined : (samples.sum(name, "cpuSeconds") / bytes) * 1e9;
}
