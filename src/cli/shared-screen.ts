/**
 * Robin's words and the bytes of a session on one screen. Knows where the cursor is known to stand; not what is said.
 */
import type { Session } from "../session/session.js";
import { isTerminal } from "./is-terminal.js";
import type { SharedScreen } from "./words.js";

/** If stdout and stderr are terminals; `newline` is what ends a line there. */
export function sharedScreen(
  session: Pick<Session, "atLineStart" | "hideTyped" | "showTyped">,
  newline: string,
): SharedScreen | undefined {
  if (!isTerminal(1) || !isTerminal(2)) return undefined;
  return {
    newline,
    before: () => session.hideTyped(),
    after: (words) => session.showTyped(words),
    get atLineStart() {
      return session.atLineStart;
    },
    set atLineStart(value) {
      session.atLineStart = value;
    },
  };
}
