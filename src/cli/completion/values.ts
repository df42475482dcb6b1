/**
 * The words of each kind of value that is the same on every machine. Pure: from the tables that read the values. Knows no
 * option and no shell.
 */
import { formatCaret } from "../../bytes/caret.js";
import { MAP_RULES, mapNames } from "../../bytes/map-rules.js";
import { COLORS } from "../../bytes/paint.js";
import { TIME_FORMATS } from "../../bytes/time-format.js";
import { PARITY_LETTERS } from "../../port/describe.js";
import { RS485_WORDS } from "../../port/tty/rs485.js";
import { settingWords } from "../../stty/parse.js";
import { OUTPUT_LINES } from "../../tty/modem-lines.js";
import type { Option } from "../options.js";
import { type Candidate, type Completions, NOTHING } from "./candidate.js";
import type { Completes } from "./kinds.js";

/**
 * Speeds that people use, bits a second. All that there are would put 1152000 beside 115200; any other may be typed, as the
 * kernel takes any.
 */
const SPEEDS: readonly string[] = [
  ...["300", "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400", "460800"],
  ...["500000", "921600", "1000000", "1500000", "2000000", "3000000", "4000000"],
];

/** The values of an option of which `typed` is there. Files, ports and profiles are others' to know. */
export function optionValues({ choices, completes }: Option, typed: string): Completions {
  return choices ? { prefix: "", candidates: choices.map(plain) } : valuesOf(completes ?? [], typed);
}

/** The same of a kind, or of words that are offered. */
export function valuesOf(completes: Completes, typed: string): Completions {
  const all = (candidates: readonly Candidate[]) => ({ prefix: "", candidates });
  switch (completes) {
    case "speed":
      return all(SPEEDS.map(plain));
    case "frame":
      return all(frames());
    case "rs485":
      return rs485Words(typed);
    case "escape-key":
      return all(escapeKeys());
    case "imap":
    case "omap":
    case "emap":
      return listed(mapsNamed(mapNames(completes)), typed);
    case "map":
      return listed(mapsNamed(sidedMaps()), typed);
    case "time-format":
      return all(TIME_FORMATS.map(({ name, does }) => ({ word: name, does })));
    case "color":
      return all([...COLORS.keys()].map(plain));
    case "stty":
      return all([...settingWords(), ...SPEEDS].map(plain));
    case "step":
      return stepWords(typed);
    default:
      return typeof completes === "string" ? NOTHING : all(completes.map(plain));
  }
}

/** A word that ends in the middle has to go on. */
function plain(word: string): Candidate {
  return /[=:]$/.test(word) ? { word, more: true } : { word };
}

/** One more of a list with commas, without those that it has. */
function listed(candidates: readonly Candidate[], typed: string): Completions {
  const prefix = typed.slice(0, typed.lastIndexOf(",") + 1);
  const given = prefix.split(",").map((part) => part.replace(/=.*/s, ""));
  return { prefix, candidates: candidates.filter(({ word }) => !given.includes(word.replace(/=$/, ""))) };
}

function mapsNamed(names: readonly string[]): Candidate[] {
  return names.map((word) => ({ word, does: MAP_RULES.find((rule) => rule.names.includes(word))!.does }));
}

/** Those whose name says the side: it may stand on one of the two. */
function sidedMaps(): string[] {
  const [received, sent] = [mapNames("imap"), mapNames("omap")];
  const isSided = (name: string) => received.includes(name) !== sent.includes(name);
  return [...new Set([...received, ...sent])].filter(isSided);
}

function frames(): Candidate[] {
  const parities = Object.entries(PARITY_LETTERS);
  return [8, 7, 6, 5].flatMap((bits) =>
    parities.flatMap(([parity, letter]) =>
      [1, 2].map((stop) => ({
        word: `${bits}${letter}${stop}`,
        does: `${bits} data bits, ${parity === "none" ? "no" : parity} parity, ${stop} stop bit${stop > 1 ? "s" : ""}`,
      })),
    ),
  );
}

/** All that parseCaret knows but NUL and DEL, letters in lower case. */
function escapeKeys(): Candidate[] {
  return Array.from({ length: 0x1f }, (_, at) => {
    const key = formatCaret(at + 1);
    return { word: key.toLowerCase(), does: `Ctrl-${key.slice(1)}` };
  });
}

function rs485Words(typed: string): Completions {
  const words = RS485_WORDS.map(([word, key]) => (key.endsWith("Ms") ? `${word}=` : word));
  return listed((typed.includes(",") ? words : ["on", "off", ...words]).map(plain), typed);
}

/** `dtr=on,rts=off`, and with + lines that go at once. */
function stepWords(typed: string): Completions {
  const prefix = typed.slice(0, Math.max(typed.lastIndexOf(","), typed.lastIndexOf("+")) + 1);
  const words = OUTPUT_LINES.flatMap((line) =>
    ["on", "off", "toggle", "pulse:100ms"].map((to) => `${line}=${to}`),
  );
  return { prefix, candidates: words.map(plain) };
}
