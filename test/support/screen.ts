/** What a person sees: bytes as a terminal emulator shows them. */
import xterm from "@xterm/headless";
import type { WindowSize } from "../../src/tty/ioctl.js";

/** The lines of a screen that got `bytes`, without empty lines at the end. */
export async function screenOf(bytes: Uint8Array, { rows, columns }: WindowSize): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const lines = Array.from({ length: rows }, (_, row) =>
    terminal.buffer.active
      .getLine(terminal.buffer.active.viewportY + row)!
      .translateToString(true)
      .trimEnd(),
  );
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
