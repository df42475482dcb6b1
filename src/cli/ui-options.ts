/**
 * The options of the full screen: the main command's, but for those that have no meaning there, and its own. Knows their table and
 * their values, checked, for each port; what they do is ui-sessions.ts's.
 */
import { RobinError } from "../errors.js";
import { type ConnectConfig, connectConfig } from "./config.js";
import { OPTIONS, type Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { numberOption } from "./values.js";

/** What needs another screen, or none. */
const NOT_HERE: readonly string[] = ["raw", "exec", "events"];
/** As many as there is room for. */
const MOST_PORTS = 4;
const USUAL_SCROLLBACK = 10_000;
/** Each line takes 12 bytes a column. */
const MOST_SCROLLBACK = 1_000_000;

export const UI_OPTIONS: readonly Option[] = [
  {
    name: "scrollback",
    value: "N",
    group: "Screen",
    does: "lines kept above each port's screen, 0 to 1000000",
    otherwise: "10000",
  },
  // -h is for help here, as at every command but the main one.
  ...OPTIONS.filter(({ name, group }) => group !== "Messages" && !NOT_HERE.includes(name)).map((option) =>
    option.alias?.includes("h") ? { ...option, alias: option.alias.filter((one) => one !== "h") } : option,
  ),
];

export interface UiConfig {
  /** One for each port. */
  readonly ports: readonly ConnectConfig[];
  /** What the options of each say, for those that change later. */
  readonly values: readonly RawArguments["values"][];
  readonly scrollback: number;
}

/**
 * The command line of each port, as the main command would have it; one without a port where none is named. Throws RobinError
 * "usage".
 */
export function uiPorts({ positional, values }: RawArguments): RawArguments[] {
  const speed = positional.slice(1).find((word) => /^\d+$/.test(word));
  if (speed !== undefined) {
    throw new RobinError("usage", `port "${speed}": it is no port; a speed is given by -b ${speed}`);
  }
  if (positional.length > MOST_PORTS) {
    throw new RobinError("usage", `${positional.length} ports: a screen has room for ${MOST_PORTS}`);
  }
  const twice = positional.find((name, at) => name !== "demo:" && positional.indexOf(name) !== at);
  if (twice !== undefined) throw new RobinError("usage", `port ${twice}: it is named twice`);
  if (positional.length > 1 && values.has("save")) {
    throw new RobinError("usage", `option --save: ${positional.length} ports have no one profile; name one`);
  }
  const shared = new Map([...values].filter(([name]) => name !== "scrollback"));
  return positional.length === 0
    ? [{ positional: [], values: shared }]
    : positional.map((port) => ({ positional: [port], values: shared }));
}

/** `each` is what holds for each port, profiles included. Throws RobinError "usage". */
export function uiConfig(given: RawArguments["values"], each: readonly RawArguments[]): UiConfig {
  const ports = each.map(({ positional, values }) => {
    if (positional.length === 0) {
      throw new RobinError("usage", "no port was named: robin ui [options] <port>…", {
        hint: "robin ui demo: needs no hardware",
      });
    }
    // A profile may have them, for other sessions.
    const here = new Map([...values].filter(([name]) => !NOT_HERE.includes(name)));
    return { config: connectConfig({ positional, values: here }), values: here };
  });
  for (const { values } of ports) {
    for (const name of ["log", "record"] as const) {
      const file = values.get(name);
      if (ports.length > 1 && file !== undefined && !String(file).includes("{port}")) {
        throw new RobinError("usage", `option --${name} ${file}: several ports would write into one file`, {
          hint: "{port} in its name stands for the port",
        });
      }
    }
  }
  return {
    ports: ports.map(({ config }) => config),
    values: ports.map(({ values }) => values),
    scrollback: numberOption(given, "scrollback", 0, MOST_SCROLLBACK) ?? USUAL_SCROLLBACK,
  };
}
