/**
 * What is wrong with a text that is no TOML, in words that help who has written it, and the line that it is on. Pure; knows the
 * parser's messages.
 */

/** The parser's words, and robin's. */
const WORDS: Readonly<Record<string, string>> = {
  "Unterminated string constant": "a text has no quote at its end",
  "Unterminated table-key": "] is missing at the end of the table's name",
  "Unterminated array": "a list has no ] at its end",
  "Unterminated inline table": "a table has no } at its end",
  "Empty bare keys are not allowed": "a key is missing",
  "Must be a newline": "there is more on the line than belongs there",
  "Expected equal (=) token": "= is missing behind the key",
  "Unspecified values are invalid": "a value is missing behind =",
  "Expected comma (,) token": "a comma is missing",
  "Defining a key multiple times is invalid": "this is there already: a key or a table stands once",
  "The key, equals sign, and value must be on the same line":
    "key, = and value, or [ and ], have to be on one line",
  "Leading zeros are not allowed": "a number has no zeros in front",
};
/** Said of what comes behind the fault, which may be a line further down. */
const LATE = [
  "Unspecified values are invalid",
  "The key, equals sign, and value must be on the same line",
  "Unterminated table-key",
];

/** `index`: where the parser was. */
export function faultOf(
  text: string,
  parserMessage: string,
  index: number,
): { readonly message: string; readonly line: number } {
  const before = text.slice(0, index).trimEnd();
  // What stands where a value is missing may be the next line's key.
  const isMissing = before.endsWith("=") && before.length <= text.slice(0, index).lastIndexOf("\n");
  const at = isMissing || LATE.includes(parserMessage) ? before.length : index;
  if (isMissing) return { message: WORDS["Unspecified values are invalid"]!, line: lineAt(text, at) };
  return { message: wordsFor(text, parserMessage, at), line: lineAt(text, at) };
}

/** Counted from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function wordsFor(text: string, parserMessage: string, at: number): string {
  const known = WORDS[parserMessage];
  if (known !== undefined) return known;
  const plain = `${parserMessage.charAt(0).toLowerCase()}${parserMessage.slice(1)}`;
  if (!/^Unexpected (character|token)/.test(parserMessage)) return plain;
  const word = /^[^\s,\]}#]+/.exec(text.slice(at))?.[0];
  const isValue = /[=,[][ \t]*$/.test(text.slice(0, at)) && !/^[\s[]*$/.test(lineBefore(text, at));
  if (word === undefined) return plain;
  const why = isValue
    ? "is no value: a text stands in quotes, a switch is true or false"
    : "does not belong there";
  return `${JSON.stringify(word)} ${why}`;
}

function lineBefore(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
}
