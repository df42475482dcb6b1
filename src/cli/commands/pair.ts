/**
 * `robin pair`: a null-modem cable between two ptys. Knows the command line and the words; the cable is
 * virtual/pair/cable.ts.
 */
import { RobinError } from "../../errors.js";
import { joinPorts } from "../../virtual/pair/cable.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import { virtualLife } from "./virtual-life.js";

export const pair: Command = {
  usage: "robin pair [options] [A [B]]",
  options: commandOptions([JSON_OPTION]),
  details: [
    `Makes two ptys, joins them as a null-modem cable joins two serial ports, and prints their names, or the links A and B
that were made for them.`,
  ],
  examples: [["robin pair /tmp/board /tmp/host", "two ports for two programs"]],
  async run({ positional, values }, context) {
    if (positional.length > 2) {
      throw new RobinError("usage", `argument "${positional[2]}": robin pair takes two links at most`);
    }
    const life = virtualLife(context, {
      json: values.get("json") === true,
      describe: () => undefined,
      statistics: () => [],
    });
    const [a, b] = [life.open("a", positional[0]), life.open("b", positional[1])];
    joinPorts(a, b, (error) => {
      throw error;
    });
    life.ready([a, b]);
    return life.ended;
  },
};
