/**
 * The settings of a session that has not begun, as a form in place of the picker's list. Knows what holds for a row before and what is
 * said from then on; the form is tui/setup's, and the values are the layers'.
 */
import { RobinError } from "../errors.js";
import type { PickerRow } from "../tui/picker/row.js";
import { connectConfig, messageConfig } from "./config.js";
import { layered } from "./layers.js";
import type { Tui } from "./load-tui.js";
import { parseArguments, type RawArguments } from "./parse.js";
import { chosenOf, fieldsOf, namesOf } from "./picker-fields.js";
import { setupOptions } from "./setup-options.js";
import type { ViewStage } from "./view-stage.js";

type Values = RawArguments["values"];
type Form = ReturnType<Tui["newForm"]>;

export interface Settings {
  readonly form: Form;
  /** What is said from now on. */
  chosen(): Values;
}

/** Of a session with `row`, for which `said` holds above all layers. Rejects with RobinError where the layers are wrong. */
export async function settingsOf(
  { newForm }: Pick<Tui, "newForm">,
  row: Pick<PickerRow, "name">,
  said: Values,
  env: NodeJS.ProcessEnv,
): Promise<Settings> {
  const options = setupOptions();
  const { args } = await layered({ positional: [row.name], values: said }, { env });
  const held = args.values;
  // What the form knows nothing of has a say in what goes together.
  const names = namesOf(options);
  const beside = [...held].filter(([name]) => !names.includes(name) && name !== "line");
  const form = newForm(options, fieldsOf(held, options), (words) => wrongWith(words, beside));
  return {
    form,
    chosen: () => chosenOf({ said, held, wanted: parseArguments(form.arguments()).values }, names),
  };
}

function wrongWith(
  words: readonly string[],
  beside: readonly (readonly [string, string | number | boolean])[],
) {
  try {
    const values = new Map([...beside, ...parseArguments(words).values]);
    messageConfig({ positional: [], values });
    connectConfig({ positional: ["-"], values });
    return undefined;
  } catch (error) {
    if (error instanceof RobinError) return error.message;
    throw error;
  }
}

/** Shows the form on `stage`. Resolves with what is said from then on, or undefined: back to the list. */
export function showSettings(
  stage: ViewStage,
  { openSetup }: Pick<Tui, "openSetup">,
  row: Pick<PickerRow, "name">,
  { form, chosen }: Settings,
): Promise<Values | undefined> {
  return new Promise((resolve) => {
    stage.host((surface) => {
      const view = openSetup(surface, {
        form,
        title: `settings for ${row.name}`,
        accept: "connect",
        // Not at once: keys come in a poller's callback, without a turn of Node's for what waits for this.
        onClose: ({ accepted }) => void setImmediate(() => resolve(accepted ? chosen() : undefined)),
      });
      stage.listen((level, text) => view.say(level, text));
      return view;
    });
  });
}
