/**
 * The picker where no frames are drawn (TERM=dumb, --screen-reader): a list and a question, answered by a line of the terminal's own
 * editing. Knows standard input as the terminal gives it, line by line; what an answer means is picker-list.ts's.
 */
import { RobinError } from "../errors.js";
import { type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { openInput, openOutput } from "../session/stdio.js";
import { waitForForeground } from "../tty/ioctl.js";
import type { PickerRow } from "../tui/picker/row.js";
import type { Looks } from "../tui/surface.js";
import { isTerminal } from "./is-terminal.js";
import { jobInput } from "./job-input.js";
import { loadTui } from "./load-tui.js";
import type { RawArguments } from "./parse.js";
import { type Answer, NumberedRows } from "./picker-list.js";
import type { Picked } from "./picker-screen.js";
import { settingsOf } from "./picker-settings.js";
import type { PickerSource } from "./picker-source.js";
import { screenOutput } from "./screen-output.js";

/** The terminal gives a line at a time, of 4096 bytes at the most (termios(3)); what is typed behind it stays where it is. */
const LINE_BYTES = 4096;

type Values = RawArguments["values"];

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
  let changed = () => {};
  const source = await open(() => changed());
  const tell = (lines: readonly string[]) => screen.write(lines.map((line) => `${line}\n`).join(""));
  const ask = async (label: string) => {
    screen.write(label);
    const line = await readLine(input);
    if (line === undefined) screen.write("\n");
    return line;
  };
  let isAsking = false;
  /** Undefined at the end of input. */
  const answer = async (): Promise<Answer | undefined> => {
    isAsking = true;
    const line = await ask(rows.prompt);
    isAsking = false;
    return line === undefined ? undefined : rows.answer(line);
  };
  changed = () => {
    const news = rows.setRows(source.rows());
    if (news.length === 0) return;
    // What has been typed of an answer still counts: it is the terminal's to keep.
    tell(["", ...news]);
    if (isAsking) screen.write(rows.prompt);
  };
  rows.setRows(source.rows());
  tell([...source.problems.map((problem) => `robin: ${problem}`), ...rows.list()]);
  try {
    for (let said = await answer(); said !== undefined && said.is !== "leave"; said = await answer()) {
      if (said.is === "again") tell(rows.list());
      else if (said.is === "wrong") tell([said.text]);
      else {
        const { row, setsUp } = said;
        const values = source.valuesFor(row);
        if (!setsUp) return { row, values };
        const chosen = await askSettings(row, values, ask, (line) => tell([line]));
        if (chosen !== undefined) return { row, values: chosen };
      }
    }
    return undefined;
  } finally {
    source.close();
    input.close();
    screen.finish();
  }
}

type Ask = (label: string) => Promise<string | undefined>;

/** What is said from then on; undefined where that was refused or the input has ended. */
async function askSettings(row: PickerRow, said: Values, ask: Ask, say: (line: string) => void) {
  let isEnded = false;
  try {
    const tui = await loadTui();
    const { form, chosen } = await settingsOf(tui, row, said, process.env);
    await tui.plainSetup({
      form,
      say,
      async ask(label) {
        const line = await ask(label);
        isEnded = line === undefined;
        return line;
      },
    });
    return isEnded ? undefined : chosen();
  } catch (error) {
    if (!(error instanceof RobinError)) throw error;
    say(`robin: ${error.message}`);
    return undefined;
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
