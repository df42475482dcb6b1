/**
 * Input that is no terminal, typed at a command's terminal: its bytes as they are, and then its end. A terminal has no end;
 * what says so is a character, VEOF (termios(3)). Knows when a command would see it; not where the bytes come from.
 *
 *     the input ends --> all of it typed, all of it read --> VEOF --> read --> VEOF …
 *
 * Like a pipe's, the end stays: whoever reads again finds it again. The first VEOF behind a line without a newline only ends
 * that line (canonical mode), so that the next one is the end.
 */
import { type ByteSource, GONE, NOTHING } from "../../port/ends.js";
import { getControl, hasFlag, type Termios } from "../../tty/termios.js";

/** Between two looks at what the command has read, in ms: a command that does not read is looked at ever less often. */
const LOOK_MS = { first: 2, last: 100 } as const;

/** The command's side, as far as it is asked. */
export interface TypedLine {
  /** Bytes of this input that the terminal took. */
  taken(): number;
  /** Whether some were not read yet. */
  hasUnread(): boolean;
  termios(): Termios;
  /** Types one byte; false where there is no room for it. */
  type(byte: number): boolean;
}

/**
 * What VEOF means at a terminal: the end, by the kernel; a key, which programs with an editor of their own read as the end;
 * or a byte like any other, and then it is none of robin's to send.
 */
function endOfInput(termios: Termios): "end" | "key" | "byte" {
  if (getControl(termios, "VEOF") === 0) return "byte"; // _POSIX_VDISABLE
  if (hasFlag(termios, "ICANON")) return "end";
  return hasFlag(termios, "ISIG") ? "key" : "byte";
}

/** `source` as one that never ends; its end is typed at `line`, if there is one. */
export function commandInput(source: ByteSource, line: TypedLine | undefined): ByteSource {
  let given = 0;
  let hasEnded = false;
  let meant: ReturnType<typeof endOfInput> = "byte";
  let delayMs: number = LOOK_MS.first;
  let timer: NodeJS.Timeout | undefined;

  const typeEnd = (line: TypedLine): boolean => {
    if (line.taken() < given || line.hasUnread()) return false;
    const termios = line.termios();
    const before = meant;
    meant = endOfInput(termios);
    // A key is pressed once: a full-screen program would take each for another command.
    if (meant === "byte" || (meant === "key" && before === "key")) return false;
    return line.type(getControl(termios, "VEOF"));
  };
  const look = (line: TypedLine) => {
    delayMs = typeEnd(line) ? LOOK_MS.first : Math.min(delayMs * 2, LOOK_MS.last);
    timer = setTimeout(look, delayMs, line);
  };
  return {
    read(into) {
      if (hasEnded) return NOTHING;
      const n = source.read(into);
      if (n > 0) given += n;
      if (n !== GONE) return n;
      hasEnded = true;
      if (line) timer = setTimeout(look, 0, line);
      return NOTHING;
    },
    onReady: (ready) => source.onReady(ready),
    arm() {
      if (!hasEnded) source.arm();
    },
    disarm: () => source.disarm(),
    close() {
      hasEnded = true;
      clearTimeout(timer);
      source.close();
    },
  };
}
