/**
 * Options in the environment: ROBIN_BPS for --bps. Pure; knows how a variable says a switch, and which variables are others'.
 */
import { distance } from "fastest-levenshtein";
import { RobinError } from "../errors.js";
import { nearest } from "./nearest.js";
import { spellingsOf, wrongValue } from "./option-check.js";
import { OPTIONS, type Option } from "./options.js";
import type { Layer, Said } from "./origin.js";
import { switched } from "./profile-options.js";

const PREFIX = "ROBIN_";
/** For the command line alone. */
const NO_VARIABLE = ["help", "version", "save"];
/** Variables that robin has for something else. */
const OTHERS = ["ROBIN_DRIVER", "ROBIN_PORT", "ROBIN_COMMAND", "ROBIN_MASTER_FD"];
/** Other software may have variables of that prefix. */
const MOST_SLIPS = 2;
const ON = ["1", "true", "on", "yes"];
const OFF = ["0", "false", "off", "no"];

/** Options that a variable may say. */
export const ENV_OPTIONS: readonly Option[] = OPTIONS.filter(({ name }) => !NO_VARIABLE.includes(name));

/** `idle-exit` is ROBIN_IDLE_EXIT. */
export function variableOf(name: string): string {
  return `${PREFIX}${name.toUpperCase().replaceAll("-", "_")}`;
}

/** An empty variable says nothing. Throws RobinError "usage" for a value that the option does not take. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const layer = new Map<string, Said>();
  for (const option of ENV_OPTIONS) {
    for (const variable of spellingsOf(option).map(variableOf)) {
      const text = env[variable];
      if (!text) continue;
      const value = valueFrom(option, text, variable);
      if (!layer.has(option.name))
        layer.set(option.name, { value, origin: { from: "environment", variable } });
    }
  }
  return layer;
}

/** A line for each variable that is nearly an option's. */
export function strayVariables(env: NodeJS.ProcessEnv): string[] {
  const valid = ENV_OPTIONS.flatMap(spellingsOf).map(variableOf);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && env[name] && !valid.includes(name) && !OTHERS.includes(name))
    .flatMap((name) => {
      const meant = nearest(wordOf(name), valid.map(wordOf));
      return meant === undefined || distance(wordOf(name), meant) > MOST_SLIPS
        ? []
        : `variable ${name}: there is no such option (did you mean ${PREFIX}${meant.toUpperCase()}?)`;
    });
}

function wordOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase();
}

function valueFrom(option: Option, text: string, variable: string): Said["value"] {
  const said = saidBy(option, text);
  const why = typeof said === "object" ? said.why : wrongValue(option, said)?.message;
  if (why === undefined) return said as Said["value"];
  throw new RobinError("usage", `variable ${variable}: ${why}`);
}

function saidBy(option: Option, text: string): Said["value"] | { readonly why: string } {
  const { value: placeholder, choices, usual, negatable, counted, completes } = option;
  const word = text.toLowerCase();
  const isSwitch = placeholder === undefined || choices?.includes("on") || completes === "rs485";
  if (isSwitch && ON.includes(word) && !(counted && word === "1")) return switched(option, true);
  if ((isSwitch || negatable || usual !== undefined) && OFF.includes(word)) return switched(option, false);
  if (usual !== undefined && ON.includes(word)) return usual;
  if (counted) return /^\d{1,3}$/.test(text) ? Number(text) : { why: `"${text}" is no number` };
  if (placeholder === undefined) return { why: `"${text}" is neither on nor off` };
  return text;
}
