/**
 * What `robin pair` can be asked for: its options, and the values that are made of them. Pure; throws RobinError "usage".
 */
import { resolve } from "node:path";
import { RobinError } from "../../errors.js";
import type { CableOptions } from "../../virtual/pair/cable.js";
import { MAX_SEED } from "../../virtual/pair/random.js";
import { commandOptions, JSON_OPTION } from "../command.js";
import { EVENTS_OPTION } from "../events-option.js";
import type { Option } from "../options.js";
import type { RawArguments } from "../parse.js";
import { durationOption, momentsOption, probabilityOption, spansOption } from "../time-values.js";
import { contradiction, numberOption } from "../values.js";

/** Headings of the help are few: these stand under the one that every command has. */
const group = "Options";

const WIRE_OPTIONS: readonly Option[] = [
  {
    name: "pace",
    group,
    does: "move bytes no faster than their sender's speed and frame allow",
    otherwise: "as fast as they are read",
  },
  {
    name: "strict-line",
    group,
    does: "ends of different speed or frame read garbage, as on a wire, and it is told",
    otherwise: "bytes arrive as they were sent",
  },
];

const FAULT_OPTIONS: readonly Option[] = [
  { name: "drop", value: "P", group, does: "lose each byte with this probability: 0.001, 1e-3 or 0.1%" },
  { name: "flip", value: "P", group, does: "turn over one bit of a byte with this probability" },
  { name: "dup", value: "P", group, does: "let a byte arrive twice with this probability" },
  {
    name: "delay",
    value: "MS",
    group,
    does: "let bytes arrive so much later, in milliseconds or as in 1.5s",
  },
  {
    name: "jitter",
    value: "MS",
    group,
    does: "and up to so much later again, differently for each byte; their order is kept",
  },
  {
    name: "stall",
    value: "SPANS",
    group,
    does: "let nothing move for a time: 5s@30s is for 5 s, from 30 s after the start; more by commas",
  },
  {
    name: "hangup",
    value: "TIMES",
    group,
    does: "hang up both ends so long after the start, as in 10s, and go on with new ptys behind the same links; more by commas",
  },
  {
    name: "seed",
    value: "N",
    group,
    does: "the same faults again at the same bytes, whole number up to 4294967295",
    otherwise: "chosen, and told",
  },
];

const PACKET_OPTION: Option = {
  name: "packet",
  group,
  does: "packet mode (TIOCPKT): tell what programs do to their port (flush, stop, start, settings) as packet events; with a command behind --, it gets the master of the one port A as descriptor 3, where select sees those as exceptional conditions",
  otherwise: "off",
};

export const PAIR_OPTIONS = commandOptions([
  ...WIRE_OPTIONS,
  ...FAULT_OPTIONS,
  PACKET_OPTION,
  EVENTS_OPTION,
  JSON_OPTION,
]);

/** Options that say something of a cable: a master for one program has none. */
const CABLE_OPTIONS = [...WIRE_OPTIONS, ...FAULT_OPTIONS].map(({ name }) => name);

export interface PairConfig {
  readonly links: readonly [string | undefined, string | undefined];
  readonly packet: boolean;
  /** With --packet: the program that gets the master, and its arguments. */
  readonly command: readonly string[] | undefined;
  readonly json: boolean;
  readonly cable: Omit<CableOptions, "seed">;
  readonly seed: number | undefined;
}

export function pairConfig({ positional, values, beforeDashes }: RawArguments): PairConfig {
  const packet = values.get("packet") === true;
  const [links, command] = splitCommand(positional, beforeDashes, packet);
  const most = command ? 1 : 2;
  if (links.length > most) {
    const takes = command ? "a command takes one link" : "robin pair takes two links at most";
    throw new RobinError("usage", `argument "${links[most]}": ${takes}`);
  }
  if (links.includes("")) throw new RobinError("usage", "make a link: its path is empty");
  const [a, b] = links;
  if (a !== undefined && b !== undefined && resolve(a) === resolve(b)) {
    throw new RobinError("usage", `argument "${b}": both ends cannot have the same link`);
  }
  if (command) {
    const given = [...CABLE_OPTIONS, "events"].find((name) => values.get(name) !== undefined);
    if (given !== undefined) contradiction(given, "packet with a command");
  }
  return {
    links: [a, b],
    packet,
    command,
    json: values.get("json") === true,
    cable: {
      pace: values.get("pace") === true,
      strictLine: values.get("strict-line") === true,
      drop: probabilityOption(values, "drop") ?? 0,
      flip: probabilityOption(values, "flip") ?? 0,
      dup: probabilityOption(values, "dup") ?? 0,
      delayMs: durationOption(values, "delay") ?? 0,
      jitterMs: durationOption(values, "jitter") ?? 0,
      stalls: spansOption(values, "stall"),
      hangupsMs: momentsOption(values, "hangup"),
    },
    seed: numberOption(values, "seed", 0, MAX_SEED),
  };
}

/** What stands behind `--` is a command only with --packet; without, it is a link whose name starts with a dash. */
function splitCommand(
  positional: readonly string[],
  beforeDashes: number | undefined,
  packet: boolean,
): [links: readonly string[], command: readonly string[] | undefined] {
  if (!packet || beforeDashes === undefined) return [positional, undefined];
  const command = positional.slice(beforeDashes);
  if (command.length === 0 || command[0] === "") {
    throw new RobinError("usage", "option --packet: there is no command behind --");
  }
  return [positional.slice(0, beforeDashes), command];
}
