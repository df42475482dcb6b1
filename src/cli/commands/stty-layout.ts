/**
 * How wide the lines are that stty(1) makes of its settings: the terminal's width, and one character more where the
 * stty of this system is older than coreutils 9.2, which mended that. Knows the environment; not what is printed.
 */
import { execFileSync } from "node:child_process";
import { parseNumber } from "../../stty/values.js";
import { getWindowSize } from "../../tty/ioctl.js";

/** stty's: the width of the terminal on stdout, else $COLUMNS, else 80. */
function outputColumns(): number {
  try {
    const { columns } = getWindowSize(1);
    if (columns > 0) return columns;
  } catch {
    // not a terminal
  }
  return parseNumber(process.env.COLUMNS ?? "", 2 ** 31 - 1) || 80;
}

/** Makes the text as the stty of this system would; it is asked only where its age makes a difference. */
export function layOut(text: (width: number) => string): string {
  const columns = outputColumns();
  const [proper, wider] = [text(columns), text(columns + 1)];
  return proper !== wider && isBefore9_2() ? wider : proper;
}

function isBefore9_2(): boolean {
  try {
    const said = execFileSync("stty", ["--version"], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 1000,
      encoding: "utf8",
    });
    const [, major, minor] = /GNU coreutils\) (\d+)\.(\d+)/.exec(said) ?? [];
    return Number(major) * 1000 + Number(minor) < 9002;
  } catch {
    return false; // no stty here
  }
}
