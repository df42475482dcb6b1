/**
 * The help texts, made from the tables. Pure; knows how they look.
 */
import type { Command, Syntax } from "./command.js";
import { COMMANDS } from "./commands.js";
import { CONNECT, PORT_NAMES } from "./options.js";
import { buildParser } from "./parse.js";

const MORE = "The manual page says more: man robin";

/** The help of robin itself, `columns` wide. */
export async function helpText(columns: number): Promise<string> {
  const ports = PORT_NAMES.map(({ form, means }) => row(form, means, columns)).join("\n");
  const commands = COMMANDS.map(({ name, does }) => row(`robin ${name}`, does, columns)).join("\n");
  return help(CONNECT, columns, [
    ["Ports", ports],
    ["Commands", commands],
  ]);
}

/** The help of one command, `columns` wide. */
export async function commandHelp(command: Command, does: string, columns: number): Promise<string> {
  const examples = command.examples
    .map(([line, means]) => `  ${line}\n${" ".repeat(6)}${fold(means, columns, 6)}`)
    .join("\n");
  const start = fold(`${does.charAt(0).toUpperCase()}${does.slice(1)}.`, columns, 0);
  return help(command, columns, [["", start], ...(examples ? [["Examples", examples] as const] : [])]);
}

const NAME_COLUMNS = 26;

function row(name: string, text: string, columns: number): string {
  return `  ${name.padEnd(NAME_COLUMNS - 2)}${fold(text, columns, NAME_COLUMNS)}`;
}

/** `text` behind `indent` columns, in lines of `columns`; a word that is longer has a line of its own. */
function fold(text: string, columns: number, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

async function help(
  syntax: Syntax,
  columns: number,
  sections: readonly (readonly [title: string, text: string])[],
): Promise<string> {
  const text = await buildParser([], syntax).wrap(columns).epilogue(MORE).getHelp();
  const withoutTypes = text.replaceAll(/\s*\[(?:string|boolean|count)\]$/gm, "");
  const between = sections.map(([title, body]) => `\n\n${title ? `${title}:\n` : ""}${body}`).join("");
  return `${withoutTypes.replace(/\n\n/, () => `${between}\n\n`)}\n`;
}
