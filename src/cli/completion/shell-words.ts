/**
 * Words as a person types them into bash, and how to write a word behind them: quotes, backslashes, and the place from which
 * bash puts in what it is given. Pure. Expands nothing.
 */

export interface TypedWord {
  /** Without quotes and backslashes. */
  readonly text: string;
  /** The quote that is still open at its end. */
  readonly quote: "" | "'" | '"';
  /** From which place of `text` on bash replaces it. */
  readonly start: number;
}

/** What bash lets be escaped between double quotes. */
const ESCAPED_IN_QUOTES = '"$`\\';
/** Breaks that belong to the word behind them: bash completes variables and hosts by them (rl_special_prefixes). */
const SPECIAL_PREFIXES = "$@";

/** `breaks`: COMP_WORDBREAKS, the characters at which bash begins a new word to complete. */
export function readTyped(raw: string, breaks = ""): TypedWord {
  let text = "";
  let quote: TypedWord["quote"] = "";
  let start = 0;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    const next = raw[at + 1];
    if (quote !== "" && character === quote) {
      quote = "";
      if (breaks.includes(character)) start = text.length;
    } else if (quote === "'") {
      text += character;
    } else if (
      character === "\\" &&
      next !== undefined &&
      (quote === "" || ESCAPED_IN_QUOTES.includes(next))
    ) {
      text += next;
      at++;
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      start = text.length;
    } else {
      if (character !== "\\" || quote !== "" || next !== undefined) text += character;
      if (quote === "" && breaks.includes(character)) {
        start = text.length - (SPECIAL_PREFIXES.includes(character) ? 1 : 0);
      }
    }
  }
  return { text, quote, start };
}

/** `text` behind what is open; undefined where that cannot be written. */
export function quoteFor(text: string, quote: TypedWord["quote"]): string | undefined {
  if (quote === "'") return text.includes("'") ? undefined : text;
  // Between double quotes there is no way to keep ! from the history.
  if (quote === '"') return text.includes("!") ? undefined : text.replace(/["$`\\]/g, "\\$&");
  return text.replace(/[\s!"#$&'()*;<>?[\\\]`{|}~]/g, "\\$&");
}
