/**
 * The emulated board of `demo:`: a boot log, a prompt, a few commands. Pure: bytes in, bytes out, and the time
 * comes from whoever asks. It owns no timer and no port.
 */

export interface Board {
  /** Takes typed bytes `[0..end)`. */
  push(chunk: Uint8Array, end: number, atMs: number): void;
  /** What it has to say by now, at most about `room` bytes; empty when it has nothing. */
  take(room: number, atMs: number): Uint8Array;
  /** Bytes that it holds: heard and not understood yet, said and not taken yet. A flood counts as nothing. */
  holds(): number;
  /** When it will have more to say without being asked, or undefined. */
  deadlineMs(): number | undefined;
}

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

export function createBoard(startMs: number): Board {
  let said: Buffer[] = [];
  let line = "";
  /** What was typed and is not read yet: all of it while the board boots. */
  let typed: number[] = [];
  let lastWasCr = false;
  let bootedMs = startMs;
  let bootStep = 0;
  let nextBootMs: number | undefined;
  let flood = { next: 0, last: 0 };

  const say = (text: string) => said.push(Buffer.from(text, "latin1"));
  const prompt = () => say(PROMPT);

  function boot(atMs: number): void {
    bootedMs = atMs;
    bootStep = 0;
    nextBootMs = atMs + BOOT[0]!.afterMs;
  }

  function bootUntil(atMs: number): void {
    while (nextBootMs !== undefined && nextBootMs <= atMs) {
      say(BOOT[bootStep]!.text + NEWLINE);
      bootStep++;
      const next = BOOT[bootStep];
      if (next) {
        nextBootMs += next.afterMs;
        continue;
      }
      nextBootMs = undefined;
      prompt();
    }
    read(atMs);
  }

  function read(atMs: number): void {
    let at = 0;
    while (at < typed.length && nextBootMs === undefined) type(typed[at++]!, atMs);
    typed = typed.slice(at);
  }

  function type(byte: number, atMs: number): void {
    if (byte === CTRL_C) {
      flood = { next: 0, last: 0 };
      line = "";
      say(`^C${NEWLINE}`);
      return void prompt();
    }
    // The second byte of CR LF ends no second line.
    if (byte === LF && lastWasCr) {
      lastWasCr = false;
      return;
    }
    lastWasCr = byte === CR;
    if (byte === CR || byte === LF) {
      const entered = line;
      line = "";
      say(NEWLINE);
      return run(entered, atMs);
    }
    if (byte === DEL || byte === BACKSPACE) return erase(1);
    if (byte === CTRL_U) return erase(line.length);
    if (byte < 0x20 || line.length >= LINE_LIMIT) return void say(String.fromCharCode(BELL));
    line += String.fromCharCode(byte);
    say(String.fromCharCode(byte));
  }

  function erase(count: number): void {
    const erased = Math.min(count, line.length);
    line = line.slice(0, line.length - erased);
    say("\b \b".repeat(erased));
  }

  function run(entered: string, atMs: number): void {
    const [name = "", ...rest] = entered.trim().split(/\s+/);
    const argument = rest.join(" ");
    if (name === "reboot") return boot(atMs);
    if (name === "help") {
      for (const { usage, does } of COMMANDS) say(`  ${usage.padEnd(10)}  ${does}${NEWLINE}`);
    } else if (name === "echo") {
      say(entered.trimStart().slice("echo ".length) + NEWLINE);
    } else if (name === "uptime") {
      say(`up ${((atMs - bootedMs) / 1000).toFixed(3)} s${NEWLINE}`);
    } else if (name === "flood") {
      if (/^[1-9]\d*$/.test(argument) && Number(argument) <= FLOOD_LIMIT) {
        flood = { next: 1, last: Number(argument) };
        return; // the prompt comes after the last line
      }
      say(`flood: N is a whole number from 1 to ${FLOOD_LIMIT}${NEWLINE}`);
    } else if (name !== "") {
      say(`${name}: no such command; help lists them${NEWLINE}`);
    }
    prompt();
  }

  function floodSome(room: number): void {
    let bytes = 0;
    while (flood.next > 0 && bytes < room) {
      const text = `${String(flood.next).padStart(8, "0")} ${FLOOD_LINE}${NEWLINE}`;
      bytes += text.length;
      say(text);
      flood.next = flood.next === flood.last ? 0 : flood.next + 1;
      if (flood.next === 0) prompt();
    }
  }

  boot(startMs);
  return {
    push(chunk, end, atMs) {
      for (let at = 0; at < end; at++) typed.push(chunk[at]!);
      bootUntil(atMs);
    },
    take(room, atMs) {
      bootUntil(atMs);
      if (said.length === 0) floodSome(room);
      const bytes = said.length === 1 ? said[0]! : Buffer.concat(said);
      said = [];
      return bytes;
    },
    holds: () => typed.length + said.reduce((sum, bytes) => sum + bytes.length, 0),
    deadlineMs: () => nextBootMs,
  };
}
