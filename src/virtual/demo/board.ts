/**
 * The emulated board of `demo:`: a boot log, a prompt, a few commands. Knows no port.
 */
import { type DeviceContext, device } from "../emulate/device.js";

type Board = DeviceContext<{ line: string; lastWasCr: boolean; flooding: object | undefined }>;

interface BootLine {
  readonly afterMs: number;
  readonly text: string;
}

/** What it prints when it is switched on, with the pauses that a board makes. */
const BOOT: readonly BootLine[] = [
  { afterMs: 10, text: "robin demo board, boot ROM 1.0" },
  { afterMs: 40, text: "[    0.000000] clock: 48 MHz, cause of reset: power-on" },
  { afterMs: 40, text: "[    0.041250] sram: 256 KiB at 0x20000000, ok" },
  { afterMs: 60, text: "[    0.083016] flash: 2048 KiB, image 0 valid, crc 5f3759df" },
  { afterMs: 60, text: "[    0.140522] uart0: ready" },
  { afterMs: 40, text: "[    0.181004] i2c0: bmp280 at 0x76" },
  { afterMs: 30, text: "[    0.212377] init: all done" },
  { afterMs: 10, text: "" },
];
const PROMPT = "demo> ";
const NEWLINE = "\r\n";
/** A typed line longer than this is not a line: the rest is refused with a bell. */
const LINE_LIMIT = 512;
const FLOOD_LIMIT = 100_000_000;
const FLOOD_LINE = "the quick brown fox jumps over the lazy dog 0123456789";

const BELL = 0x07;
const BACKSPACE = 0x08;
const LF = 0x0a;
const CR = 0x0d;
const CTRL_C = 0x03;
const CTRL_U = 0x15;
const DEL = 0x7f;

interface Command {
  readonly name: string;
  readonly usage: string;
  readonly does: string;
}
const COMMANDS: readonly Command[] = [
  { name: "help", usage: "help", does: "list the commands" },
  { name: "echo", usage: "echo TEXT", does: "print TEXT" },
  { name: "uptime", usage: "uptime", does: "time since the last boot" },
  { name: "flood", usage: "flood N", does: "N lines as fast as the line takes them; ^C stops" },
  { name: "reboot", usage: "reboot", does: "start again" },
];

export const board = device({
  name: "demo",
  state: (): Board["state"] => ({ line: "", lastWasCr: false, flooding: undefined }),

  /** What is typed meanwhile waits for the prompt. */
  async start(d) {
    for (const { afterMs, text } of BOOT) {
      await d.sleep(afterMs);
      d.println(text);
    }
    d.print(PROMPT);
  },

  /** A line editor of its own: it knows ^U and ^C, rings a bell, and takes every byte over 127 for a character. */
  byte(d, byte) {
    const { state } = d;
    if (byte === CTRL_C) {
      state.flooding = undefined;
      state.line = "";
      d.print(`^C${NEWLINE}${PROMPT}`);
      return true;
    }
    // The second byte of CR LF ends no second line.
    const isSecond = byte === LF && state.lastWasCr;
    state.lastWasCr = byte === CR;
    if (isSecond) return true;
    if (byte === CR || byte === LF) {
      const entered = state.line;
      state.line = "";
      d.println();
      run(d, entered);
    } else if (byte === DEL || byte === BACKSPACE) {
      erase(d, 1);
    } else if (byte === CTRL_U) {
      erase(d, state.line.length);
    } else if (byte < 0x20 || state.line.length >= LINE_LIMIT) {
      d.print(Uint8Array.of(BELL));
    } else {
      state.line += String.fromCharCode(byte);
      d.print(Uint8Array.of(byte));
    }
    return true;
  },
});

function erase(d: Board, count: number): void {
  const erased = Math.min(count, d.state.line.length);
  d.state.line = d.state.line.slice(0, d.state.line.length - erased);
  d.print("\b \b".repeat(erased));
}

function run(d: Board, entered: string): void {
  const [name = "", ...rest] = entered.trim().split(/\s+/);
  const argument = rest.join(" ");
  if (name === "reboot") return d.restart();
  if (name === "help") {
    for (const { usage, does } of COMMANDS) d.println(`  ${usage.padEnd(10)}  ${does}`);
  } else if (name === "echo") {
    d.print(Buffer.from(entered.trimStart().slice("echo ".length) + NEWLINE, "latin1"));
  } else if (name === "uptime") {
    d.println(`up ${(d.uptimeMs / 1000).toFixed(3)} s`);
  } else if (name === "flood") {
    if (/^[1-9]\d*$/.test(argument) && Number(argument) <= FLOOD_LIMIT) {
      return d.print(flood(d, Number(argument))); // the prompt comes after the last line
    }
    d.println(`flood: N is a whole number from 1 to ${FLOOD_LIMIT}`);
  } else if (name !== "") {
    d.print(Buffer.from(`${name}: no such command; help lists them${NEWLINE}`, "latin1"));
  }
  d.print(PROMPT);
}

/** Numbered lines until the last, ^C or another flood. */
function* flood({ state }: Board, last: number): Generator<string> {
  const self = {};
  state.flooding = self;
  for (let n = 1; n <= last && state.flooding === self; n++) {
    yield `${String(n).padStart(8, "0")} ${FLOOD_LINE}${NEWLINE}${n === last ? PROMPT : ""}`;
  }
}
