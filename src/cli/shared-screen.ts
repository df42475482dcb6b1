/**
 * Robin's words and the bytes of a session on one screen. Knows where the cursor is known to stand; not what is said.
 */
import type { Ways } from "../session/ways.js";
import { isTerminal } from "./is-terminal.js";
import type { SharedScreen } from "./words.js";

/** If stdout and stderr are terminals; `newline` is what ends a line there. */
export function sharedScreen(
  ways: Pick<Ways, "atLineStart" | "hideTyped" | "showTyped">,
  newline: string,
): SharedScreen | undefined {
  if (!isTerminal(1) || !isTerminal(2)) return undefined;
  return {
    newline,
    before: () => ways.hideTyped(),
    after: (words) => ways.showTyped(words),
    get atLineStart() {
      return ways.atLineStart;
    },
    set atLineStart(value) {
      ways.atLineStart = value;
    },
  };
}
