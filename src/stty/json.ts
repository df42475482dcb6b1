/**
 * Settings as a document for programs, with stty(1)'s words as keys. Pure.
 */
import type { WindowSize } from "../tty/ioctl.js";
import { getControl, hasFlag, lineSpeeds, type Termios } from "../tty/termios.js";
import { FLAGS, type FlagField, type FlagName } from "../tty/termios-names.js";
import { formatCharacter } from "./values.js";
import { CHARACTER_WORDS } from "./words.js";

type Flags = Readonly<Record<string, boolean>>;

/**
 * Every setting. Speeds in bits a second; `csize` in bits (5..8) and the delays by their style, each the N of its
 * word (`cs8`, `tab3`); in `cc` a character is a word such as `^C`, null where undefined; `min` and `time` are numbers.
 */
export interface SettingsDocument {
  readonly ispeed: number;
  readonly ospeed: number;
  readonly line: number;
  readonly rows: number;
  readonly columns: number;
  readonly iflag: Flags;
  readonly oflag: Flags;
  readonly cflag: Flags;
  readonly lflag: Flags;
  readonly csize: number;
  readonly nldly: number;
  readonly crdly: number;
  readonly tabdly: number;
  readonly bsdly: number;
  readonly vtdly: number;
  readonly ffdly: number;
  readonly cc: Readonly<Record<string, string | number | null>>;
}

const NAMES = Object.keys(FLAGS) as FlagName[];

export function settingsDocument(termios: Termios, size: WindowSize): SettingsDocument {
  return {
    ...lineSpeeds(termios),
    line: termios.line,
    rows: size.rows,
    columns: size.columns,
    iflag: flags(termios, "iflag"),
    oflag: flags(termios, "oflag"),
    cflag: flags(termios, "cflag"),
    lflag: flags(termios, "lflag"),
    csize: choice(termios, "CSIZE"),
    nldly: choice(termios, "NLDLY"),
    crdly: choice(termios, "CRDLY"),
    tabdly: choice(termios, "TABDLY"),
    bsdly: choice(termios, "BSDLY"),
    vtdly: choice(termios, "VTDLY"),
    ffdly: choice(termios, "FFDLY"),
    cc: Object.fromEntries(
      Object.entries(CHARACTER_WORDS).map(([word, name]) => {
        const value = getControl(termios, name);
        if (name === "VMIN" || name === "VTIME") return [word, value];
        return [word, value === 0 ? null : formatCharacter(value)];
      }),
    ),
  };
}

function flags(termios: Termios, field: FlagField): Flags {
  const names = NAMES.filter((name) => FLAGS[name].field === field && FLAGS[name].choiceOf === undefined);
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), hasFlag(termios, name)]));
}

/** The number behind the name that holds, such as 8 of CS8. */
function choice(termios: Termios, choiceOf: string): number {
  const name = NAMES.find((one) => FLAGS[one].choiceOf === choiceOf && hasFlag(termios, one));
  return Number(name!.slice(-1));
}
