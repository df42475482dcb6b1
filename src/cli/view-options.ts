/**
 * How the screen shows what goes by: the options' table and their values, checked. Pure. What they do is session/view.ts's.
 */
import { COLORS, type Color, parseColor } from "../bytes/paint.js";
import { parseTimeFormat, TIME_FORMATS, type TimeFormat } from "../bytes/time-format.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { within } from "./values.js";

const COLOR_NAMES = `${[...COLORS.keys()].filter((name) => !name.startsWith("bright-")).join(", ")}, bright-red and so on`;

export const VIEW_OPTIONS: readonly Option[] = [
  {
    name: "hex",
    alias: ["x"],
    group: "Screen",
    does: "show bytes as hex digits, with their offset and the text beside them",
    otherwise: "off",
  },
  {
    name: "timestamp",
    alias: ["t"],
    value: "FORMAT",
    completes: "time-format",
    usual: "time",
    group: "Screen",
    does: `show in front of each line when its first byte arrived: ${TIME_FORMATS.map(({ name, does }) => `${name} (${does})`).join(", ")}, or a pattern of strftime(3) with %L for milliseconds and %f for microseconds`,
    otherwise: "off",
  },
  {
    name: "printable",
    group: "Screen",
    does: "show control characters and escape sequences from the device instead of obeying them",
    otherwise: "off",
  },
  {
    name: "rx-color",
    value: "COLOR",
    completes: "color",
    group: "Screen",
    does: `the colour of what is received: ${COLOR_NAMES}`,
    otherwise: "the terminal's",
  },
  {
    name: "tx-color",
    value: "COLOR",
    completes: "color",
    group: "Screen",
    does: "the colour of what is sent, where --echo shows it",
    otherwise: "the terminal's",
  },
];

export interface ViewValues {
  readonly hex: boolean;
  readonly printable: boolean;
  readonly timestamp: TimeFormat | undefined;
  readonly rxColor: Color | undefined;
  readonly txColor: Color | undefined;
}

/** Throws RobinError "usage". With --hex there is nothing left for --printable to do, and no harm in both. */
export function viewOptions(values: RawArguments["values"]): ViewValues {
  const parsed = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = values.get(name);
    if (text === undefined || text === false) return undefined;
    return within(`option --${name}`, () => parse(String(text)));
  };
  return {
    hex: values.get("hex") === true,
    printable: values.get("printable") === true,
    timestamp: parsed("timestamp", parseTimeFormat),
    rxColor: parsed("rx-color", parseColor),
    txColor: parsed("tx-color", parseColor),
  };
}
