/**
 * The form as questions and answers, one line each: for a terminal that draws nothing over what stands there, and for whoever
 * has it read aloud. Knows how one asks; not how a line is typed.
 */
import { printable } from "../../bytes/printable.js";
import type { Form } from "./form.js";
import { isTyped, OFF, type SetupOption, steps } from "./option.js";

export interface PlainSetup {
  /** Resolves with a line, or undefined where it was given up. */
  readonly ask: (label: string) => Promise<string | undefined>;
  readonly say: (text: string) => void;
  readonly form: Form;
  readonly saveProfile?: ((name: string) => Promise<{ readonly path: string }>) | undefined;
}

/** Short: a prompt has one row, with what is typed in it. */
const WHICH = "setup: ";
const HOW = "the number or the name of an option; ? lists them again, Enter leaves";

/** Resolves when the user leaves. What holds is listed once, and again when it is asked for. */
export async function plainSetup({ ask, say, form, saveProfile }: PlainSetup): Promise<void> {
  const { options } = form;
  const list = () => {
    const save = saveProfile ? ["  save  write a profile"] : [];
    say(["setup", ...setupLines(form), ...save, HOW].join("\n"));
  };
  list();
  for (;;) {
    const answer = (await ask(WHICH))?.trim();
    if (!answer) return;
    const option = find(options, answer);
    if (answer === "?") list();
    else if (answer === "save" && saveProfile) await save(ask, say, saveProfile);
    else if (option) await change(ask, say, form, option);
    else say(`there is no option ${printable(answer)}`);
  }
}

/** `  12  bps: 115200`, a heading in front of each group. */
function setupLines({ options, value }: Pick<Form, "options" | "value">): string[] {
  let group = "";
  return options.flatMap((option, at) => {
    const heading = option.group === group ? [] : [option.group];
    group = option.group;
    return [...heading, `  ${at + 1}  ${option.name}: ${described(option, value(option))}`];
  });
}

function described(
  { otherwise = "not known" }: SetupOption,
  { text, asked }: ReturnType<Form["value"]>,
): string {
  const held = text === undefined ? otherwise : printable(text);
  return asked === undefined ? held : `${held}, asked for ${printable(asked)}`;
}

function find(options: readonly SetupOption[], answer: string): SetupOption | undefined {
  if (/^\d+$/.test(answer)) return options[Number(answer) - 1];
  const begin = options.filter(({ name }) => name.startsWith(answer));
  return options.find(({ name }) => name === answer) ?? (begin.length === 1 ? begin[0] : undefined);
}

async function change(
  ask: PlainSetup["ask"],
  say: PlainSetup["say"],
  form: Form,
  option: SetupOption,
): Promise<void> {
  say(`${option.name}: ${option.does}`);
  const words = isTyped(option)
    ? `${option.value}${option.hasOff ? ` or ${OFF}` : ""}`
    : steps(option).join(", ");
  say(`it is ${described(option, form.value(option))}; a new value (${words}), or Enter to leave it`);
  const text = (await ask(`${option.name}: `))?.trim();
  if (!text) return say(`${option.name} is left as it is`);
  if (!isTyped(option) && !steps(option).includes(text)) {
    return say(`${option.name}: ${printable(text)} is not one of ${steps(option).join(", ")}`);
  }
  const { error, refusal } = await form.apply(option, text);
  if (error !== undefined) return say(`${option.name} is not changed: ${error}`);
  const held = described(option, form.value(option));
  say(`${option.name} is ${held}${refusal === undefined ? "" : `; ${refusal}`}`);
}

async function save(
  ask: PlainSetup["ask"],
  say: PlainSetup["say"],
  saveProfile: NonNullable<PlainSetup["saveProfile"]>,
): Promise<void> {
  say("how it is to be called, or Enter for none");
  const name = (await ask("name of the profile: "))?.trim();
  if (!name) return say("no profile is written");
  try {
    const { path } = await saveProfile(name);
    say(`@${name} is in ${path}`);
  } catch (error) {
    say((error as Error).message);
  }
}
