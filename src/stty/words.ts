/**
 * The words of stty(1) for what stands in a struct termios: which flag, character or combination each one is, in the
 * order in which GNU coreutils' stty prints them. Tables only.
 */
import type { ControlCharacter, FlagField, FlagName } from "../tty/termios-names.js";

/**
 * The flags by field, in stty's order. A flag's word is its name in lower case; of a field of several bits only the
 * word that holds is printed.
 */
export const FLAG_ORDER: readonly (readonly [field: FlagField, names: readonly FlagName[]])[] = [
  [
    "cflag",
    [
      "PARENB",
      "PARODD",
      "CMSPAR",
      "CS5",
      "CS6",
      "CS7",
      "CS8",
      "HUPCL",
      "CSTOPB",
      "CREAD",
      "CLOCAL",
      "CRTSCTS",
    ],
  ],
  [
    "iflag",
    [
      ...(["IGNBRK", "BRKINT", "IGNPAR", "PARMRK", "INPCK", "ISTRIP", "INLCR", "IGNCR", "ICRNL"] as const),
      ...(["IXON", "IXOFF", "IUCLC", "IXANY", "IMAXBEL", "IUTF8"] as const),
    ],
  ],
  [
    "oflag",
    [
      ...(["OPOST", "OLCUC", "OCRNL", "ONLCR", "ONOCR", "ONLRET", "OFILL", "OFDEL"] as const),
      ...(["NL1", "NL0", "CR3", "CR2", "CR1", "CR0", "TAB3", "TAB2", "TAB1", "TAB0"] as const),
      ...(["BS1", "BS0", "VT1", "VT0", "FF1", "FF0"] as const),
    ],
  ],
  [
    "lflag",
    [
      ...(["ISIG", "ICANON", "IEXTEN", "ECHO", "ECHOE", "ECHOK", "ECHONL", "NOFLSH", "XCASE"] as const),
      ...(["TOSTOP", "ECHOPRT", "ECHOCTL", "ECHOKE", "FLUSHO", "EXTPROC"] as const),
    ],
  ],
];

/** Flags of Linux that stty has no word for. Theirs are printed, at the end of their field's, where they are set. */
export const UNKNOWN_TO_STTY: readonly FlagName[] = ["ADDRB", "PENDIN"];

/** Second words for a flag, never printed. */
export const FLAG_ALIASES: Readonly<Record<string, FlagName>> = {
  hup: "HUPCL",
  tandem: "IXOFF",
  crterase: "ECHOE",
  prterase: "ECHOPRT",
  ctlecho: "ECHOCTL",
  crtkill: "ECHOKE",
};

/** The control characters in stty's order, which ends with the two that are numbers. */
export const CHARACTER_WORDS: Readonly<Record<string, ControlCharacter>> = {
  intr: "VINTR",
  quit: "VQUIT",
  erase: "VERASE",
  kill: "VKILL",
  eof: "VEOF",
  eol: "VEOL",
  eol2: "VEOL2",
  swtch: "VSWTC",
  start: "VSTART",
  stop: "VSTOP",
  susp: "VSUSP",
  rprnt: "VREPRINT",
  werase: "VWERASE",
  lnext: "VLNEXT",
  discard: "VDISCARD",
  min: "VMIN",
  time: "VTIME",
};

/** Second words for a character, never printed. */
export const CHARACTER_ALIASES: Readonly<Record<string, ControlCharacter>> = { flush: "VDISCARD" };

interface Combination {
  /** What the word stands for, in other words. */
  readonly set: string;
  /** What it stands for behind a dash, where that may be. */
  readonly reset?: string;
}

const COOKED = "brkint ignpar istrip icrnl ixon opost isig icanon";
const RAW = `-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr -icrnl -ixon -ixoff -iuclc -ixany -imaxbel
  -iutf8 -opost -isig -icanon -xcase min 1 time 0`;
const CRT = "echoe echoctl echoke";
const ERASE_AND_KILL = "erase ^? kill ^U";
const EIGHT_BITS = "-parenb cs8";
const LCASE = { set: "xcase iuclc olcuc", reset: "-xcase -iuclc -olcuc" };
const EVENP = { set: "parenb -parodd cs7", reset: EIGHT_BITS };

/** Words for several others, as GNU stty does them: where its manual says otherwise (decctlq), this is what it does. */
export const COMBINATIONS: Readonly<Record<string, Combination>> = {
  evenp: EVENP,
  parity: EVENP,
  oddp: { set: "parenb parodd cs7", reset: EIGHT_BITS },
  nl: { set: "-icrnl -onlcr", reset: "icrnl -inlcr -igncr onlcr -ocrnl -onlret" },
  ek: { set: ERASE_AND_KILL },
  sane: {
    set: `cread -ignbrk brkint -inlcr -igncr icrnl -ixoff -iuclc -ixany imaxbel -iutf8 opost -olcuc -ocrnl onlcr -onocr
      -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0 isig icanon iexten echo echoe echok -echonl -noflsh -xcase -tostop
      -echoprt echoctl echoke -flusho -extproc intr ^C quit ^\\ ${ERASE_AND_KILL} eof ^D eol ^- eol2 ^- swtch ^-
      start ^Q stop ^S susp ^Z rprnt ^R werase ^W lnext ^V discard ^O min 1 time 0`,
  },
  cooked: { set: COOKED, reset: RAW },
  raw: { set: RAW, reset: COOKED },
  pass8: { set: "-parenb -istrip cs8", reset: "parenb istrip cs7" },
  litout: { set: "-parenb -istrip -opost cs8", reset: "parenb istrip opost cs7" },
  cbreak: { set: "-icanon", reset: "icanon" },
  decctlq: { set: "-ixany", reset: "ixany" },
  tabs: { set: "tab0", reset: "tab3" },
  lcase: LCASE,
  LCASE,
  crt: { set: CRT },
  dec: { set: `${CRT} -ixany intr ^C ${ERASE_AND_KILL}` },
};
