/**
 * `robin` without a port, on a terminal: the ports that are there are shown, and the one that is picked is connected to. Knows what
 * such a command line may be, and what is remembered of a choice; how it is shown is picker-screen.ts's and picker-plain.ts's.
 */
import { looksOf } from "../tui/looks.js";
import type { CommandContext } from "./command.js";
import { connectConfig } from "./config.js";
import { environmentLayer } from "./env-options.js";
import type { Layer } from "./origin.js";
import type { RawArguments } from "./parse.js";
import { pickPlain } from "./picker-plain.js";
import { pickOnScreen } from "./picker-screen.js";
import { openPickerSource, type PickerSource } from "./picker-source.js";
import { choiceOption } from "./values.js";
import type { ColorMode } from "./words.js";

/**
 * The command line as if what was picked had been named in it, with what was chosen for it the last time; undefined where nothing
 * was. Rejects with RobinError "usage" for options that would be refused with a port.
 */
export async function pickPort(
  args: RawArguments,
  context: CommandContext,
): Promise<RawArguments | undefined> {
  const { values } = args;
  const environment = plain(environmentLayer(process.env));
  const said = new Map([...environment, ...values]);
  connectConfig({ positional: ["-"], values });
  const wishes = {
    color: choiceOption<ColorMode>(said, "color") ?? "auto",
    screenReader: said.get("screen-reader") === true,
  };
  const looks = looksOf(process.env, wishes);
  let source: PickerSource | undefined;
  const open = async (onChange: () => void) => {
    source = await openPickerSource({
      ...{ values, environment, env: process.env, cwd: process.cwd(), onChange },
    });
    return source;
  };
  const picked = looks.isPlain
    ? await pickPlain({ ...context, looks, open })
    : await pickOnScreen({ ...context, looks, open });
  if (picked === undefined) return undefined;
  await source?.choose(picked.row, picked.values);
  return { positional: [picked.row.name], values: picked.values };
}

function plain(layer: Layer): RawArguments["values"] {
  return new Map([...layer].map(([name, { value }]) => [name, value]));
}
