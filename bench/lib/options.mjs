/** The bench's options, and how large a run they make. */
import { parseArgs } from "node:util";

export const HELP = `npm run bench -- [options]

  --quick           a run of a minute or so, to see that it works; its figures are rough
  --only A,B        these programs only (names as in the table)
  --rounds N        rounds, each with fresh processes          default 7
  --seconds S       how long each transfer takes               default 0.25
  --mb N            how much goes through for the last target  default 1000
  --json            one JSON document on stdout
  --markdown        the tables of docs/bench.md on stdout
  --help            this text
`;

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {"text" | "json" | "markdown"} format
 * @property {readonly string[] | undefined} only
 * @property {number} rounds of round trips and rates, each with fresh processes
 * @property {number} batches of round trips in a round
 * @property {number} trips in a batch
 * @property {number} repeats of each transfer in a round
 * @property {number} seconds of each transfer
 * @property {number} starts of each program
 * @property {number} idleSeconds
 * @property {number} mb through robin, for its memory
 * @property {number} keptRounds of views, log and recording
 * @property {number} keptRepeats of each transfer in such a round
 * @property {number} virtualRounds of the hub's rates and of cat in a terminal
 * @property {number} hubSeconds of each of the hub's rates
 * @property {number} catMb size of the file
 * @property {number} uiRounds of the full screen
 * @property {number} uiSeconds of each kind of text in such a round
 * @property {number} uiMemorySeconds of 1 MB each through the full screen, for its memory
 */

const FULL = {
  rounds: 7,
  batches: 40,
  trips: 50,
  repeats: 3,
  seconds: 0.25,
  starts: 18,
  idleSeconds: 10,
  mb: 1000,
  keptRounds: 3,
  keptRepeats: 4,
  virtualRounds: 5,
  hubSeconds: 0.1,
  catMb: 100,
  uiRounds: 3,
  uiSeconds: 4,
  uiMemorySeconds: 60,
};
const QUICK = {
  rounds: 1,
  batches: 10,
  trips: 50,
  repeats: 1,
  seconds: 0.2,
  starts: 4,
  idleSeconds: 2,
  mb: 100,
  keptRounds: 1,
  keptRepeats: 1,
  virtualRounds: 2,
  hubSeconds: 0.1,
  catMb: 20,
  uiRounds: 1,
  uiSeconds: 3,
  uiMemorySeconds: 20,
};

/** Returns the options, or "help". Throws on what cannot be. */
export function parseOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      only: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      mb: { type: "string" },
    },
  });
  if (values.help) return "help";
  const size = values.quick ? QUICK : FULL;
  return {
    ...size,
    quick: values.quick,
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
    only: values.only?.split(",").map((name) => name.trim()),
    rounds: number("rounds", values.rounds, size.rounds, 1, 1000),
    seconds: number("seconds", values.seconds, size.seconds, 0.05, 600),
    mb: number("mb", values.mb, size.mb, 20, 100_000),
  };
}

function number(name, text, otherwise, least, most) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value >= least && value <= most))
    throw new Error(`--${name} ${text}: it is a number from ${least} to ${most}`);
  return name === "seconds" ? value : Math.round(value);
}
