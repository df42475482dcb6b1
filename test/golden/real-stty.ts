/**
 * The stty of this system as the measure: what it prints of many ptys at once, what it makes of operands, and which
 * operands it says it takes. One process runs it for all of them, because a test asks thousands of times.
 */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { copyTermios, setSpeed, type Termios } from "../../src/tty/termios.js";
import { CIBAUD, SYMBOLIC_SPEEDS } from "../../src/tty/termios-names.js";
import { anyTermios } from "./settings.js";

interface Tty {
  readonly path: string;
}

function run(script: string, args: readonly string[] = [], columns = 80): string {
  const env = { ...process.env, LC_ALL: "C", COLUMNS: `${columns}` };
  return execFileSync("sh", ["-c", script, "sh", ...args], { env, encoding: "utf8", maxBuffer: 1 << 26 });
}

/** What `stty -a` prints of each of the ttys. */
export function printedAll(ttys: readonly Tty[], columns: number): string[] {
  const paths = ttys.map(({ path }) => path);
  return run(`for p; do stty -a -F "$p"; echo; done`, paths, columns).split("\n\n").slice(0, -1);
}

/** What `stty -g` prints of each. */
export function printedSaved(ttys: readonly Tty[]): string[] {
  const paths = ttys.map(({ path }) => path);
  return run(`for p; do stty -g -F "$p"; done`, paths).split("\n").slice(0, -1);
}

/** Gives each tty its operands. What stty says against them is left to the comparison of what stands. */
export function applied(operands: readonly (readonly [tty: Tty, words: readonly string[]])[]): void {
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const lines = operands.map(([{ path }, words]) => `stty -F ${[path, ...words].map(quote).join(" ")} 2>&-`);
  run([...lines, ":"].join("\n")); // one may fail
}

/** Where this stty's lines end: up to 9.1 they may be one character longer than the terminal is wide. */
export function sttyWidth(columns: number): number {
  const [, major, minor] =
    /GNU coreutils\) (\d+)\.(\d+)/.exec(execFileSync("stty", ["--version"]).toString()) ?? [];
  return columns + (Number(major) * 1000 + Number(minor) < 9002 ? 1 : 0);
}

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  CHAR: ["^C", "^?", "^-", "undef", "x", "3", "0x1f", "0177", "255", "^@", "^[", "=", "^q"],
  line: ["0", "7", "0x10", "255"],
  min: ["0", "1", "017", "0xff"],
  time: ["0", "5", "255"],
  rows: ["0", "24", "65535"],
  cols: ["0", "80", "0x84"],
  columns: ["132"],
  // Its input speed is the output speed's master, against its own manual: see docs/notes/stty.md.
  ospeed: ["0", "50", "9600", "115200", "4000000"],
};

/** Every operand that `stty --help` names, each as the words of one command line. */
export function operandsOfHelp(): string[][] {
  const help = execFileSync("stty", ["--help"], { env: { ...process.env, LC_ALL: "C" }, encoding: "utf8" });
  const rows = [...help.matchAll(/^ [ *] (\[-\])?(-?[A-Za-z0-9]+)( CHAR| N)? +(.*)$/gm)];
  return rows.flatMap(([, both, word = "", value, text = ""]) => {
    const [, low, high] = /N in \[(\d)\.\.(\d)\]/.exec(text) ?? [];
    if (low !== undefined) return [...digits(low, high!)].map((n) => [word.replace(/N$/, n)]);
    if (word === "N") return speeds().map((bps) => [bps]);
    if (word === "drain" || word === "ispeed" || word === "size" || word === "speed") return [];
    if (value === undefined) return both ? [[word], [`-${word}`]] : [[word]];
    return (EXAMPLES[value === " CHAR" ? "CHAR" : word] ?? []).map((one) => [word, one]);
  });
}

function* digits(low: string, high: string): Generator<string> {
  for (let n = Number(low); n <= Number(high); n++) yield `${n}`;
}

function speeds(): string[] {
  return [...[...SYMBOLIC_SPEEDS.keys()].map(String), "134.5", "exta", "extb"];
}

/** Any settings that stty can say: a speed with a symbol, the same both ways, and of c_iflag only bits that have a name. */
export const sttyTermios: fc.Arbitrary<Termios> = fc
  .tuple(anyTermios, fc.constantFrom(...SYMBOLIC_SPEEDS.keys()))
  .map(([any, bps]) => {
    const termios = copyTermios(any);
    setSpeed(termios, bps);
    termios.cflag = (termios.cflag & ~CIBAUD) >>> 0;
    termios.iflag &= 0o77777;
    return termios;
  });

export const anySize = fc.record({ rows: fc.nat(65535), columns: fc.nat(65535) });
