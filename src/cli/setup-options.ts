/**
 * Options of a running session as fields of a form: which of them, in which order, and which values one goes through. Pure:
 * from the tables that the command line is read by.
 */
import type { SetupOption } from "../tui/setup/option.js";
import type { ValueKind } from "./completion/kinds.js";
import { optionValues } from "./completion/values.js";
import { canBeOff, LIVE_OPTIONS } from "./live-options.js";
import type { Option, OptionGroup } from "./options.js";

/** What one changes most often first. */
const GROUPS: readonly OptionGroup[] = ["Line", "Screen", "Sending", "Keeping", "Session", "Messages"];

/** One field of its own for what is three options, of which one holds. */
const FLOW: Readonly<Record<string, string>> = { hardware: "hwflow", software: "swflow", none: "noflow" };
/** What the fields beside them say already. */
const TOGETHER = ["line", "map"];
/** Values of these kinds are words that one goes through; of others one begins to type. */
const STEPPED: readonly ValueKind[] = ["speed", "time-format", "color"];

/** What most boards have at their console. */
const USUAL_SPEED = "115200";

export function setupOptions(): readonly SetupOption[] {
  const flows = Object.values(FLOW);
  return GROUPS.flatMap((group) =>
    LIVE_OPTIONS.filter((option) => option.group === group && !TOGETHER.includes(option.name)).flatMap(
      (option) => {
        if (option.name === flows[0]) return [flowField(option)];
        return flows.includes(option.name) ? [] : [field(option)];
      },
    ),
  );
}

function flowField({ group, otherwise }: Option): SetupOption {
  return {
    name: "flow",
    group,
    does: "flow control: RTS/CTS, XON/XOFF (IXON, IXOFF and IXANY), or none",
    choices: Object.keys(FLOW),
    hasOff: false,
    optionOf: FLOW,
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

function field(option: Option): SetupOption {
  const { name, group, does, value, choices, negatable, completes } = option;
  const otherwise = option.otherwise ?? (value === undefined ? "off" : undefined);
  const isStepped = STEPPED.some((kind) => kind === completes);
  const words = (typed: string) => {
    const { prefix, candidates } = optionValues(option, typed);
    return candidates.map(({ word }) => prefix + word);
  };
  // An emptied field takes an option back; the escape key is nothing to lose so.
  return {
    ...{ name, group, does, hasOff: canBeOff(option) && !negatable },
    ...(value === undefined ? {} : { value }),
    ...(choices === undefined ? {} : { choices }),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(negatable === undefined ? {} : { negatable }),
    ...(isStepped ? { suggests: words("") } : {}),
    ...(completes === "speed" ? { usual: USUAL_SPEED } : {}),
    ...(value !== undefined && choices === undefined && words("").length > 0 ? { complete: words } : {}),
  };
}
