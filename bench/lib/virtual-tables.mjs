/** The tables of pair, hub and run. Knows no measure's method. */
import { digits } from "./tables.mjs";

function percent(share) {
  return share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

/** @returns {readonly (readonly string[][])[]} one for each kind that was measured */
export function virtualTables({ virtual }) {
  const { pairs, hubs, runs } = virtual;
  const tables = [
    [
      ["pair", "there MB/s", "back MB/s", "both, there + back", "CPU ns/B", "round trip µs"],
      ...pairs.map(({ name, thereMbPerSecond, backMbPerSecond, both, cpuNsPerByte, roundTripUs }) => [
        name,
        digits(thereMbPerSecond),
        digits(backMbPerSecond),
        `${digits(both.thereMbPerSecond)} + ${digits(both.backMbPerSecond)}`,
        digits(cpuNsPerByte),
        digits(roundTripUs),
      ]),
    ],
    [
      ["hub", "delivered MB/s", "hub's CPU", "bench's CPU"],
      ...hubs.flatMap(({ name, shapes }) =>
        shapes.map(({ ports, stalled, mbPerSecond, hubShare, benchShare }) => [
          `${name}, ${ports} ports${stalled > 0 ? `, ${stalled} stalled` : ""}`,
          digits(mbPerSecond),
          percent(hubShare),
          percent(benchShare),
        ]),
      ),
    ],
    [
      ["cat in a terminal", "MB/s"],
      ...runs.map(({ name, catMbPerSecond }) => [name, digits(catMbPerSecond)]),
    ],
  ];
  return tables.filter((rows) => rows.length > 1);
}

export function virtualNotes({ virtual, options }) {
  return [...virtual.pairs, ...virtual.hubs, ...virtual.runs].flatMap(
    ({ name, failed, damaged, earlyMb, lateMb }) => [
      ...(failed ? [`${name}: out of the run: ${failed}`] : []),
      ...(damaged ? [`${name}: what came out is not what went in.`] : []),
      ...(lateMb === undefined
        ? []
        : [
            `${name}: ${digits(earlyMb)} MB of memory with 64 ports, one of them stalled, after ${options.mb / 4} MB were delivered, ${digits(lateMb)} MB after ${options.mb} MB.`,
          ]),
    ],
  );
}

export function virtualVersions({ virtual }) {
  return [...virtual.pairs, ...virtual.hubs, ...virtual.runs].map(
    ({ name, version }) => `${name}: ${version}`,
  );
}
