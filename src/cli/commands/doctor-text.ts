/**
 * What doctor found, as people read it: a headline for each port, and two lines for each finding. Pure; knows how they
 * look, and that names of devices and processes may hold anything.
 */
import type { ChalkInstance } from "chalk";
import { printable } from "../../bytes/printable.js";
import type { PortFacts } from "../../doctor/facts.js";
import type { Finding, Severity, Unlooked } from "../../doctor/finding.js";
import { modeText } from "../../doctor/judge/access.js";

/** What stands in front of a finding. */
export const MARKS: Readonly<Record<Severity | "unlooked", string>> = {
  problem: "!",
  warning: "*",
  note: "-",
  unlooked: "?",
};

const COLOURS: Readonly<Record<Severity, "red" | "yellow" | "dim">> = {
  problem: "red",
  warning: "yellow",
  note: "dim",
};

export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly unlooked: readonly Unlooked[];
}

/** All sections, each with its title in a line of its own. */
export function doctorText(sections: readonly Section[], colours: ChalkInstance): string {
  return sections.map((section) => sectionText(section, colours)).join("\n");
}

function sectionText({ title, findings, unlooked }: Section, colours: ChalkInstance): string {
  const bad = findings.some(({ severity }) => severity !== "note");
  const lines = [
    colours.bold(printable(title)),
    ...(bad ? [] : [`  nothing is wrong${unlooked.length > 0 ? ", as far as was looked" : ""}`]),
    ...findings.flatMap((finding) => findingLines(finding, colours)),
    ...unlooked.flatMap(({ what, why, type }) => [
      `  ${colours.dim(MARKS.unlooked)} not looked at: ${printable(`${what}: ${why}`)}`,
      ...(type === undefined ? [] : [`      ${printable(type)}`]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function findingLines({ severity, what, seen, advice, type }: Finding, colours: ChalkInstance): string[] {
  const mark = colours[COLOURS[severity]](MARKS[severity]);
  return [
    `  ${mark} ${printable(what)}${seen === undefined ? "" : colours.dim(`  [${printable(seen)}]`)}`,
    ...(type === undefined ? [] : [`      ${printable(type)}`]),
    ...(advice === undefined ? [] : [`      ${printable(advice)}`]),
  ];
}

/** `/dev/ttyUSB0: FT232R USB UART (FTDI), 0403:6001 at 1-1, driver ftdi_sio, root:dialout rw-rw----`. */
export function headline({ path, realPath, info, driver, node, isPty }: PortFacts): string {
  const { product, manufacturer, vendorId, productId, location } = info ?? {};
  const name = product && manufacturer ? `${product} (${manufacturer})` : (product ?? manufacturer);
  const kernelDriver = info?.driver ?? (driver ? driver.name : undefined);
  const parts = [
    realPath === path ? undefined : realPath,
    name,
    vendorId === undefined ? undefined : `${vendorId}:${productId}`,
    location === undefined ? undefined : `at ${location}`,
    isPty ? "a pty" : kernelDriver === undefined ? undefined : `driver ${kernelDriver}`,
    node && `${node.owner ?? node.uid}:${node.group?.name ?? node.gid} ${modeText(node.mode)}`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? `${path}: ${parts.join(", ")}` : path;
}
