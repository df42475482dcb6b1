/**
 * Values and keys as TOML text. Pure; how people write them: numbers bare, a text in double quotes unless it has backslashes.
 */

/** What an option's value is, as a command line has it; a list for keys that take one. */
export type PlainValue = string | number | boolean | readonly string[];

/** Digits alone are a number, but for those that would come back as another text. */
const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,15})$/;

export function tomlValue(value: PlainValue): string {
  if (typeof value === "object") return `[${value.map(tomlText).join(", ")}]`;
  if (typeof value !== "string") return String(value);
  return WHOLE_NUMBER.test(value) ? value : tomlText(value);
}

function tomlText(text: string): string {
  const isLiteral = text.includes("\\") && !/['\x00-\x1f\x7f]/.test(text);
  return isLiteral ? `'${text}'` : basicString(text);
}

/** TOML's escapes are JSON's, but for DEL, which JSON leaves as it is. */
function basicString(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : basicString(key);
}
