/**
 * The form of a port that is not open yet: values are checked and kept, and told as a command line would have them.
 */
import type { Form } from "./form.js";
import { argument, type SetupOption } from "./option.js";
import { besideField } from "./session-form.js";

export interface NewForm extends Form {
  /** What was chosen, as arguments: `--bps=9600`, `--hwflow`. */
  arguments(): string[];
}

/**
 * `given`: what holds already, by the options' names. `check` says what is wrong with a command line; undefined: nothing.
 */
export function newForm(
  options: readonly SetupOption[],
  given: ReadonlyMap<string, string>,
  check: (args: readonly string[]) => string | undefined,
): NewForm {
  let values = new Map(given);
  const argumentsOf = (all: ReadonlyMap<string, string>) =>
    options.flatMap((option) => {
      const value = all.get(option.name);
      return (value === undefined ? undefined : argument(option, value)) ?? [];
    });
  return {
    options,
    value: ({ name }) => ({ text: values.get(name) }),
    async apply({ name }, text) {
      const next = new Map(values).set(name, text);
      const wrong = check(argumentsOf(next));
      if (wrong !== undefined) return { error: besideField(wrong) };
      values = next;
      return {};
    },
    arguments: () => argumentsOf(values),
  };
}
