/**
 * The programs whose work is ptys of their own: robin's pair, hub and run, and what they are compared with. One table for each
 * kind; how a kind is measured stands in measure-pair.mjs, measure-hub.mjs and measure-run.mjs.
 */
import { match, ROBIN_COMMAND, robinVersion, unless } from "./programs.mjs";

/**
 * @typedef {object} VirtualProgram
 * @property {string} name
 * @property {(...args: any[]) => string[]} command a pair: of two links to make; a hub: of its directory and port names; a
 *   run: of the command line of a program that it runs on a pty, with its standard output a pipe
 * @property {() => string} version
 * @property {true} reference it takes part in every round
 * @property {() => string | undefined} needs the package to install where it is not there
 */

const robin = { version: robinVersion, reference: true, needs: () => undefined };

/** @type {readonly VirtualProgram[]} */
const PAIRS = [
  { name: "robin pair", command: (a, b) => [...ROBIN_COMMAND, "pair", a, b], ...robin },
  {
    name: "socat pty pty",
    command: (a, b) => ["socat", `pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`],
    version: () => match("socat", ["-V"], /socat version \S+/),
    reference: true,
    needs: () => unless("socat"),
  },
];

/** The bench's one reading thread may come late on a busy machine: none of its ports should count as stalled for that. */
const HUB_OPTIONS = ["--quiet", "--patience", "1000"];

/** @type {readonly VirtualProgram[]} */
const HUBS = [
  {
    name: "robin hub",
    command: (directory, names) => [...ROBIN_COMMAND, "hub", ...HUB_OPTIONS, "--dir", directory, ...names],
    ...robin,
  },
];

/** @type {readonly VirtualProgram[]} */
const RUNS = [
  { name: "robin run", command: (command) => [...ROBIN_COMMAND, "run", "--", ...command], ...robin },
  {
    name: "script -q",
    command: (command) => ["script", "-q", "-c", command.join(" "), "/dev/null"],
    version: () => match("script", ["--version"], /.+/),
    reference: true,
    needs: () => unless("script", "bsdutils"),
  },
];

export const VIRTUAL_NAMES = [...PAIRS, ...HUBS, ...RUNS].map(({ name }) => name);

/** Those of each kind that are wanted and there, and the packages that have the others. */
export function findVirtualPrograms(wanted) {
  const missing = [];
  const there = (table) =>
    table.filter((program) => {
      if (!wanted(program.name)) return false;
      const needed = program.needs();
      if (needed !== undefined) missing.push({ name: program.name, package: needed });
      return needed === undefined;
    });
  return { pairs: there(PAIRS), hubs: there(HUBS), runs: there(RUNS), missing };
}
