/** The tables of a run, as text for a terminal or as Markdown for docs/bench.md. Knows no measure's method. */
import { keptNotes, keptTables, keptVersions } from "./kept-tables.mjs";
import { RATIOS } from "./targets.mjs";
import { uiNotes, uiTables, uiVersions } from "./ui-tables.mjs";
import { virtualNotes, virtualTables, virtualVersions } from "./virtual-tables.mjs";

/** Fewer digits for larger numbers; a dash for what was not measured. */
export function digits(value) {
  if (value === undefined || Number.isNaN(value)) return "–";
  return value.toFixed(value >= 20 ? 0 : value >= 2 ? 1 : 2);
}

function count(value) {
  return value === undefined ? "–" : String(value);
}

export function ratio(value) {
  if (value === undefined) return "–";
  return value < 0.095 ? value.toPrecision(1) : value.toFixed(2);
}

/** A rate, and what was lost on the way where something was. */
function rate(mbPerSecond, lost) {
  const percent = (lost ?? 0) * 100;
  if (mbPerSecond === undefined || percent === 0) return digits(mbPerSecond);
  return `${digits(mbPerSecond)} (loses ${percent < 0.1 ? "<0.1" : percent.toFixed(1)} %)`;
}

function sum({ inMbPerSecond, outMbPerSecond }) {
  return inMbPerSecond === undefined ? "–" : `${digits(inMbPerSecond)} + ${digits(outMbPerSecond)}`;
}

/** @type {readonly [title: string, cell: (program: any) => string][]} */
const COLUMNS = [
  ["program", (program) => program.name],
  ["received MB/s", (program) => rate(program.inMbPerSecond, program.inLost)],
  ["sent MB/s", (program) => rate(program.outMbPerSecond, program.outLost)],
  ["both, in + out", ({ both }) => sum(both)],
  ["round trip µs", (program) => digits(program.roundTripUs)],
  ["99th µs", (program) => digits(program.roundTrip99Us)],
  ["CPU ns/B in", (program) => digits(program.inCpuNsPerByte)],
  ["CPU ns/B out", (program) => digits(program.outCpuNsPerByte)],
  ["start ms", (program) => digits(program.startMs)],
  ["memory MB", (program) => digits(program.residentMb)],
  ["wake-ups", (program) => count(program.wakeUps)],
  ["ticks", (program) => count(program.idleTicks)],
];

function figureRows({ programs, node }) {
  if (programs.length === 0) return [];
  const rows = programs.map((program) => COLUMNS.map(([, cell]) => cell(program)));
  const nodeCells = {
    program: "node alone",
    "start ms": digits(node.wallMs),
    "memory MB": digits(node.residentMb),
    "wake-ups": count(node.wakeUps),
  };
  return [COLUMNS.map(([title]) => title), ...rows, COLUMNS.map(([title]) => nodeCells[title] ?? "")];
}

function ratioRows({ programs }) {
  if (programs.length === 0) return [];
  const rows = programs.map(({ name, ratios }) => [
    name,
    ...RATIOS.map(({ measure }) => ratio(ratios[measure])),
  ]);
  return [["program", ...RATIOS.map(({ title }) => title)], ...rows];
}

function tables(document) {
  const all = [
    figureRows(document),
    ratioRows(document),
    ...keptTables(document),
    ...virtualTables(document),
    ...uiTables(document),
    targetRows(document),
  ];
  return all.filter((rows) => rows.length > 0);
}

function targetRows({ targets }) {
  const rows = targets.map(({ title, bound, limit, value, passed }) => [
    title,
    value === undefined ? "–" : limit === 0 ? String(value) : value.toFixed(2),
    `at ${bound} ${limit}`,
    passed === undefined ? "not measured" : passed ? "pass" : "FAIL",
  ]);
  return [["robin", "this run", "target", "verdict"], ...rows];
}

function notes(document) {
  const { programs, missing, memory, options } = document;
  const lines = programs.flatMap(({ name, note, failed, damaged, inLost, outLost }) => [
    ...(note ? [`${name}: ${note}.`] : []),
    ...(damaged && !inLost && !outLost ? [`${name}: what came out is not what went in.`] : []),
    ...(failed ? [`${name}: out of the run: ${failed}`] : []),
  ]);
  for (const { name, package: wanted } of missing) lines.push(`${name}: not measured; apt install ${wanted}`);
  if (memory.afterAllMb !== undefined) {
    const all = digits(memory.afterAllMb);
    lines.push(
      `robin: ${digits(memory.after10Mb)} MB of memory after 10 MB through, ${all} MB after ${options.mb} MB.`,
    );
  }
  lines.push(...keptNotes(document), ...virtualNotes(document), ...uiNotes(document));
  if (options.quick) lines.push("A quick run: its figures are rough.");
  return lines;
}

function machineLines(document) {
  const { machine, programs } = document;
  return [
    `${machine.cpu} × ${machine.cpus}, ${machine.kernel}, Node ${machine.node}, koffi ${machine.koffi}`,
    ...programs.map(({ name, version }) => `${name}: ${version}`),
    ...keptVersions(document),
    ...virtualVersions(document),
    ...uiVersions(document),
  ];
}

function alignedText(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function markdownTable([head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  return line(head) + line(head.map((_, at) => (at === 0 ? "---" : "---:"))) + rows.map(line).join("");
}

/** Everything for a person at a terminal. */
export function asText(document) {
  const parts = tables(document).map(alignedText);
  const rest = [notes(document), machineLines(document)].map((lines) =>
    lines.map((line) => `${line}\n`).join(""),
  );
  return [...parts, ...rest].filter((part) => part !== "").join("\n");
}

/** The same for docs/bench.md. */
export function asMarkdown(document) {
  const parts = tables(document).map(markdownTable);
  const rest = [notes(document), machineLines(document)].map((lines) =>
    lines.map((line) => `- ${line}\n`).join(""),
  );
  return [...parts, ...rest].filter((part) => part !== "").join("\n");
}
