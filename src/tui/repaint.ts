/**
 * What a full-screen program has drawn, as sequences that draw it again. Knows an emulator that has seen the same bytes; not whose
 * program it is.
 */
import { type IBufferCell, type IBufferLine, Terminal } from "@xterm/headless";
import type { Size } from "./surface.js";
import { rowText } from "./ui/row-text.js";

/** The device's own looks, all of them. */
const LOOKS = { utf8: true, color: true };

/**
 * `bytes` since the program entered the alternate screen, on a screen of this size. The result stands on a screen that shows
 * anything: content, attributes and cursor are as they were, and so are its margins (`CSI r`, or none).
 */
export async function repaintOf(
  bytes: Uint8Array,
  margins: string,
  { rows, columns }: Size,
): Promise<string> {
  const terminal = new Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  const write = (data: Uint8Array | string) => new Promise<void>((resolve) => terminal.write(data, resolve));
  await write(bytes);
  const { active } = terminal.buffer;
  const cell = active.getNullCell();
  const text = Array.from(
    { length: rows },
    (_, row) => `\x1b[${row + 1};1H${rowText(active.getLine(active.baseY + row), columns, cell, LOOKS)}`,
  );
  const cursor = `\x1b[${active.cursorY + 1};${Math.min(active.cursorX, columns - 1) + 1}H`;
  await write("\x1b[?6l\x1b[1;1H#"); // what is written next looks so
  const style = styleOf(active.getLine(active.baseY), cell);
  terminal.dispose();
  // Margins move the cursor: they come before it.
  return `\x1b[r\x1b[0m${text.join("")}${margins}${cursor}${style}`;
}

/** What stands before the first character of a row. */
function styleOf(line: IBufferLine | undefined, cell: IBufferCell): string {
  const [before = ""] = rowText(line, 1, cell, LOOKS).split("#");
  return before;
}
