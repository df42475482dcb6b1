/** The table of views, log and recording. Knows no measure's method. */
import { digits, ratio } from "./tables.mjs";

/** @returns {readonly (readonly string[][])[]} none where nothing was measured */
export function keptTables({ kept }) {
  if (kept.rates.length === 0) return [];
  const rows = kept.rates.map(({ name, inMbPerSecond, ofPlain, cpuNsPerByte }) => [
    name,
    digits(inMbPerSecond),
    ratio(ofPlain),
    digits(cpuNsPerByte),
  ]);
  return [[["shown and kept", "received MB/s", "received / robin plain", "CPU ns/B"], ...rows]];
}

export function keptNotes({ kept, options }) {
  return [
    ...kept.rates.flatMap(({ name, note, failed }) => [
      ...(note ? [`${name}: ${note}.`] : []),
      ...(failed ? [`${name}: does not count: ${failed}`] : []),
    ]),
    ...kept.memory.flatMap(({ name, failed, after10Mb, afterAllMb }) => [
      ...(failed ? [`${name}: out of the run: ${failed}`] : []),
      ...(afterAllMb === undefined
        ? []
        : [
            `${name}: ${digits(after10Mb)} MB of memory after 10 MB came, ${digits(afterAllMb)} MB after ${options.mb} MB.`,
          ]),
    ]),
  ];
}

/** One line for each program, not for each thing that it does. */
export function keptVersions({ kept }) {
  const versions = [...kept.rates, ...kept.memory].map(({ name, version }) => [name.split(" ")[0], version]);
  return [...new Map(versions)].map(([name, version]) => `${name} (shown and kept): ${version}`);
}
