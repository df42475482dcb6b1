/**
 * The one-line prompt on the user's terminal. Knows which history a question has, that robin's words wait meanwhile, and when
 * an Esc is no beginning of anything; how a line is edited and drawn is session/'s.
 */
import { ESCAPE_MS } from "../session/edit-keys.js";
import { historyPath, openHistoryFile } from "../session/history-file.js";
import { createPrompt, type PromptResult } from "../session/open-prompt.js";
import type { Prompt } from "../session/prompt.js";
import type { UserTerminal } from "../session/terminal.js";
import type { Words } from "./words.js";

interface TerminalPromptOptions {
  readonly words: Words;
  readonly terminal: UserTerminal;
  readonly atLineStart: () => boolean;
}

export interface TerminalPrompt {
  readonly ask: Prompt;
  /** Resolves when what was asked is in the history's file, or `limitMs` are up. */
  settle(limitMs: number): Promise<void>;
}

export function terminalPrompt({ words, terminal, atLineStart }: TerminalPromptOptions): TerminalPrompt {
  const file = openHistoryFile(historyPath(process.env));
  const ask: Prompt = ({ label, history, complete }, onDone) => {
    const letGo = words.hold();
    let timer: NodeJS.Timeout | undefined;
    const open = createPrompt({
      label,
      history: file.history(history),
      complete,
      columns: () => terminal.windowSize()?.columns ?? 0,
      write: (text) => words.draw(text),
      takesText: () => words.isDrawn,
      atLineStart: atLineStart(),
    });
    const redraw = () => open.redrawMoved();
    words.onDrawn = () => open.redraw();
    process.on("SIGWINCH", redraw);
    process.on("SIGCONT", redraw);
    const close = () => {
      clearTimeout(timer);
      words.onDrawn = () => {};
      process.off("SIGWINCH", redraw);
      process.off("SIGCONT", redraw);
      open.close();
      letGo();
    };
    const look = ({ done, cancelled }: PromptResult) => {
      if (done !== undefined || cancelled) onDone(done);
    };
    return {
      key(key) {
        clearTimeout(timer);
        look(open.push(key));
        if (open.isEscapePending) timer = setTimeout(() => look(open.endEscape()), ESCAPE_MS);
      },
      close,
    };
  };
  return {
    ask,
    async settle(limitMs) {
      await Promise.race([file.settle(), new Promise((resolve) => setTimeout(resolve, limitMs))]);
    },
  };
}
