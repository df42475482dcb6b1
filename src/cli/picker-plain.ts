/**
 * The picker where no frames are drawn (TERM=dumb, --screen-reader): a list and a question, answered by a line of the terminal's own
 * editing. Knows standard input as the terminal gives it, line by line; what an answer means is picker-list.ts's.
 */
import { type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { openInput, openOutput } from "../session/stdio.js";
import { waitForForeground } from "../tty/ioctl.js";
import type { Looks } from "../tui/surface.js";
import { isTerminal } from "./is-terminal.js";
import { jobInput } from "./job-input.js";
import { NumberedRows } from "./picker-list.js";
import type { Picked } from "./picker-screen.js";
import type { PickerSource } from "./picker-source.js";
import { screenOutput } from "./screen-output.js";

/** The terminal gives a line at a time, of 4096 bytes at the most (termios(3)); what is typed behind it stays where it is. */
const LINE_BYTES = 4096;

interface PlainOptions {
  readonly looks: Looks;
  readonly open: (onChange: () => void) => Promise<PickerSource>;
}

/** Resolves with what was picked; undefined where the user has left or there is no more input. */
export async function pickPlain({ looks, open }: PlainOptions): Promise<Picked | undefined> {
  waitForForeground(0); // a job in the background would write into the shell's line
  const screen = screenOutput(openOutput(isTerminal(2) ? 2 : 1));
  const input = jobInput(openInput(0), 0);
  const rows = new NumberedRows(looks);
  const say = (lines: readonly string[]) => {
    screen.write(lines.map((line) => `${line}\n`).join("") + rows.prompt);
  };
  let changed = () => {};
  const source = await open(() => changed());
  changed = () => {
    const news = rows.setRows(source.rows());
    if (news.length > 0) say(["", ...news]);
  };
  rows.setRows(source.rows());
  say([...source.problems.map((problem) => `robin: ${problem}`), ...rows.list()]);
  try {
    for (;;) {
      const line = await readLine(input);
      if (line === undefined) screen.write("\n");
      const answer = rows.answer(line ?? "");
      if (answer.is === "leave") return undefined;
      if (answer.is === "row") return { row: answer.row, values: source.valuesFor(answer.row) };
      say(answer.is === "again" ? rows.list() : [answer.text]);
    }
  } finally {
    source.close();
    input.close();
    screen.finish();
  }
}

/** Undefined at the end of input. */
function readLine(input: ByteSource): Promise<string | undefined> {
  const buffer = new Uint8Array(LINE_BYTES);
  let text = "";
  return new Promise((resolve, reject) => {
    // Not here: what waits for it would be run in a poller's callback, which comes without a turn of Node's.
    const settle = (line: string | undefined) => void setImmediate(() => resolve(line));
    input.onReady(() => {
      try {
        const n = input.read(buffer);
        if (n === GONE) return settle(undefined);
        if (n !== NOTHING) text += Buffer.from(buffer.subarray(0, n)).toString("latin1");
        if (text.endsWith("\n")) return settle(Buffer.from(text, "latin1").toString());
        input.arm();
      } catch (error) {
        reject(error);
      }
    });
    input.arm();
  });
}
