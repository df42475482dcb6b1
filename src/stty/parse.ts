/**
 * Settings in the words of stty(1), checked, and turned into one change of a struct termios. Pure; knows every operand
 * that GNU stty takes. One wrong word, and nothing comes of any of them.
 */
import { RobinError } from "../errors.js";
import type { WindowSize } from "../tty/ioctl.js";
import {
  setControl,
  setFlag,
  setInputSpeed,
  setOutputSpeed,
  setSpeed,
  type Termios,
  type TermiosAction,
} from "../tty/termios.js";
import { FLAGS, type FlagName } from "../tty/termios-names.js";
import { hasUnsaidSpeed, parseSaved } from "./saved.js";
import { MAX_SPEED, parseCharacter, parseNumber, parseSpeed, SPEED_WORDS } from "./values.js";
import { CHARACTER_ALIASES, CHARACTER_WORDS, COMBINATIONS, FLAG_ALIASES } from "./words.js";

/** Changes settings in place. */
type Change = (termios: Termios) => void;

/** What a list of settings asks for. */
export interface SettingsRequest {
  /** All changes of the termios, in their order; undefined where no word is about it. */
  readonly change: Change | undefined;
  /** What changes of the window size. */
  readonly size: Partial<WindowSize>;
  /** What `speed` and `size` ask to be printed, in their order. */
  readonly prints: readonly ("speed" | "size")[];
  /** What `drain` and `-drain` say. */
  readonly when: TermiosAction | undefined;
  /** Whether a saved form says that the speed has no symbol, and so not how much it is. */
  readonly unsaidSpeed: boolean;
}

/** Says which of `candidates` a wrong word may have meant, or nothing. */
type Suggest = (word: string, candidates: readonly string[]) => string;

/** c_line and each of c_cc. */
const MAX_BYTE = 255;
/** ws_row and ws_col of struct winsize. */
const MAX_SIZE = 65535;

const FLAG_WORDS: ReadonlyMap<string, FlagName> = new Map([
  ...(Object.keys(FLAGS) as FlagName[]).map((name) => [name.toLowerCase(), name] as const),
  ...Object.entries(FLAG_ALIASES),
]);
const COMBINATION_WORDS = new Map(Object.entries(COMBINATIONS));
const CHARACTERS = new Map([...Object.entries(CHARACTER_WORDS), ...Object.entries(CHARACTER_ALIASES)]);

/** The names that want a value, each with one. */
const VALUED: ReadonlyMap<string, string> = new Map([
  ...[...CHARACTERS.keys()].map((name) => [name, "^C"] as const),
  ["min", "1"],
  ["time", "0"],
  ["ispeed", "9600"],
  ["ospeed", "9600"],
  ["rows", "24"],
  ["cols", "80"],
  ["columns", "80"],
  ["line", "0"],
]);
const PLAIN: readonly string[] = [
  ...FLAG_WORDS.keys(),
  ...COMBINATION_WORDS.keys(),
  ...SPEED_WORDS.keys(),
  ...["speed", "size", "drain"],
];

/**
 * What `words` ask for: each a flag (`-parenb`), a combination (`raw`), a speed (`250000`), a name and its value
 * (`min 1` or `min=1`), or a form that `stty -g` saved. Throws RobinError "usage".
 */
export function parseSettings(words: readonly string[], suggest: Suggest = () => ""): SettingsRequest {
  const changes: Change[] = [];
  let size: Partial<WindowSize> = {};
  const prints: ("speed" | "size")[] = [];
  let when: TermiosAction | undefined;
  let unsaidSpeed = false;

  const takeValue = (name: string, text: string) => {
    if (name === "rows") size = { ...size, rows: number(name, text, MAX_SIZE) };
    else if (name === "cols" || name === "columns") size = { ...size, columns: number(name, text, MAX_SIZE) };
    else changes.push(valueChange(name, text));
    if (name.endsWith("speed")) unsaidSpeed = false;
  };
  const takeWord = (word: string) => {
    const bps = parseSpeed(word);
    const change = flagChange(word);
    if (change) {
      changes.push(change);
    } else if (bps !== undefined) {
      changes.push((termios) => setSpeed(termios, bps));
      unsaidSpeed = false;
    } else if (word.includes(":")) {
      const saved = parseSaved(word);
      changes.push((termios) => Object.assign(termios, { ...saved, cc: saved.cc.slice() }));
      unsaidSpeed = hasUnsaidSpeed(saved);
    } else if (word === "speed" || word === "size") {
      prints.push(word);
    } else if (word === "drain" || word === "-drain") {
      when = word === "drain" ? "drain" : "now";
    } else {
      throw noSuchWord(word, suggest);
    }
  };

  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const [, name = word, value] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const example = VALUED.get(name);
    if (example !== undefined) {
      takeValue(name, value ?? words[++at] ?? refuse(name, `it needs a value, such as ${name} ${example}`));
    } else if (value !== undefined && PLAIN.includes(name.replace(/^-/, ""))) {
      refuse(name, "it takes no value");
    } else {
      takeWord(word);
    }
  }
  const change = (termios: Termios) => {
    for (const one of changes) one(termios);
  };
  return { change: changes.length === 0 ? undefined : change, size, prints, when, unsaidSpeed };
}

function refuse(name: string, why: string): never {
  throw new RobinError("usage", `setting ${name}: ${why}`);
}

function number(name: string, text: string, largest: number): number {
  const value = parseNumber(text, largest);
  return value ?? refuse(name, `"${text}" is not a whole number from 0 to ${largest}`);
}

function valueChange(name: string, text: string): Change {
  if (name === "ispeed" || name === "ospeed") {
    const bps = parseSpeed(text) ?? refuse(name, `"${text}" is not a whole number from 0 to ${MAX_SPEED}`);
    return (termios) => (name === "ispeed" ? setInputSpeed : setOutputSpeed)(termios, bps);
  }
  if (name === "line") {
    const line = number(name, text, MAX_BYTE);
    return (termios) => {
      termios.line = line;
    };
  }
  const character = CHARACTERS.get(name)!;
  const value =
    name === "min" || name === "time"
      ? number(name, text, MAX_BYTE)
      : (parseCharacter(text) ??
        refuse(name, `"${text}" is no character: write ^C, x, 3, 0x03, 003 or undef`));
  return (termios) => setControl(termios, character, value);
}

/** A flag or a combination, with or without its dash. */
function flagChange(word: string): Change | undefined {
  const isNegated = word.startsWith("-");
  const bare = isNegated ? word.slice(1) : word;
  const flag = FLAG_WORDS.get(bare);
  if (flag !== undefined && (!isNegated || FLAGS[flag].choiceOf === undefined)) {
    return (termios) => setFlag(termios, flag, !isNegated);
  }
  const combination = COMBINATION_WORDS.get(bare);
  const others = isNegated ? combination?.reset : combination?.set;
  return others === undefined ? undefined : parseSettings(others.split(/\s+/)).change;
}

/** Every setting's word, with its dash where it has an opposite; a name that wants a value ends with an equals sign. */
export function settingWords(): readonly string[] {
  const canBeReset = (word: string) => word === "drain" || flagChange(`-${word}`) !== undefined;
  return [
    ...PLAIN.flatMap((word) => (canBeReset(word) ? [word, `-${word}`] : [word])),
    ...[...VALUED.keys()].map((name) => `${name}=`),
  ];
}

function noSuchWord(word: string, suggest: Suggest): RobinError {
  const all = [...PLAIN, ...VALUED.keys()];
  const isNegated = word.startsWith("-");
  const bare = word.replace(/^-/, "");
  if (isNegated && all.includes(bare)) refuse(word, "it has no opposite");
  if (/^\d+$/.test(word)) refuse(word, `a speed is a whole number from 0 to ${MAX_SPEED}`);
  const candidates = isNegated
    ? all.filter((one) => one === "drain" || flagChange(`-${one}`)).map((one) => `-${one}`)
    : all;
  const meant = suggest(word.replace(/=.*/s, ""), candidates);
  return new RobinError("usage", `setting "${word}": there is no such setting${meant}`);
}
