/**
 * How what is typed or piped in is sent: as it comes or by lines, how fast, and what is waited for. The options' table and
 * their values, checked; what they do is session/pacing.ts's and the ways to type.
 */
import type { PacingOptions } from "../session/pacing.js";
import type { Option } from "./options.js";
import type { RawArguments } from "./parse.js";
import { durationOption } from "./time-values.js";
import { choiceOption, contradiction, fail } from "./values.js";

const INPUT_MODES = ["char", "line", "hex"] as const;
const ECHO_STEPS = ["byte", "line"] as const;
const DEFAULT_TIMEOUT_MS = 10_000;

export const SENDING_OPTIONS: readonly Option[] = [
  {
    name: "input",
    value: "MODE",
    choices: INPUT_MODES,
    group: "Sending",
    does: "how a person types: each key is sent at once; a line is edited here and sent at Enter; bytes are typed as hex digits",
    otherwise: "char",
  },
  {
    name: "send-delay",
    value: "MS",
    group: "Sending",
    does: "wait so long behind each byte, in milliseconds or with a unit (100us); the time counts from when the driver has sent it",
    otherwise: "0",
  },
  {
    name: "send-line-delay",
    value: "MS",
    group: "Sending",
    does: "wait so long behind each line, in milliseconds or with a unit",
    otherwise: "0",
  },
  {
    name: "send-echo",
    value: "STEP",
    usual: "byte",
    choices: ECHO_STEPS,
    group: "Sending",
    does: "wait until the device has echoed each byte, or each line (=line), before more is sent; of what is typed this holds for a paste of several lines",
    otherwise: "off",
  },
  {
    name: "send-wait",
    value: "REGEX",
    group: "Sending",
    does: "wait behind each line until this regular expression (JavaScript's, ^ and $ match at lines) is found in what has arrived since; of what is typed this holds for a paste of several lines",
    otherwise: "off",
  },
  {
    name: "send-timeout",
    value: "MS",
    group: "Sending",
    does: "how long --send-echo and --send-wait wait, in milliseconds or with a unit",
    otherwise: "10000",
  },
];

export interface SendingConfig {
  readonly inputMode: (typeof INPUT_MODES)[number];
  readonly pacing: PacingOptions;
}

/** Throws RobinError "usage". */
export function sendingOptions(values: RawArguments["values"]): SendingConfig {
  const byteDelayMs = durationOption(values, "send-delay");
  const lineDelayMs = durationOption(values, "send-line-delay");
  const timeoutMs = durationOption(values, "send-timeout");
  const echo = choiceOption<(typeof ECHO_STEPS)[number]>(values, "send-echo");
  const waitFor = regularExpression(values, "send-wait");
  if (timeoutMs === 0) fail("send-timeout", "nothing comes within 0 ms");
  if (values.get("raw") === true && values.has("input") && values.get("input") !== "char") {
    contradiction("raw", "input");
  }
  return {
    inputMode: choiceOption<(typeof INPUT_MODES)[number]>(values, "input") ?? "char",
    pacing: {
      ...(byteDelayMs ? { byteDelayMs } : {}),
      ...(lineDelayMs ? { lineDelayMs } : {}),
      ...(echo === undefined ? {} : { echo }),
      ...(waitFor === undefined ? {} : { waitFor }),
      timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    },
  };
}

function regularExpression(values: RawArguments["values"], name: string): RegExp | undefined {
  const value = values.get(name);
  if (value === undefined) return undefined;
  const text = String(value);
  if (text === "") fail(name, "the regular expression is empty: it would be found at once");
  let regex: RegExp;
  try {
    regex = new RegExp(text, "m");
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: .*\/m: /s, "");
    return fail(name, `"${text}" is not a regular expression: ${why}`);
  }
  if (regex.test("")) fail(name, `"${text}" matches nothing at all: it would be found at once`);
  return regex;
}
