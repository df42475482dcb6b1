/**
 * The fields of struct termios by name: flags, control characters, speeds, with their values in Linux's
 * asm-generic/termbits.h and termbits-common.h (the same on x86-64 and arm64). Tables only.
 * Meanings: termios(3), and the termios reference of Johnson & Troan, "Linux Application Development".
 */

export type FlagField = "iflag" | "oflag" | "cflag" | "lflag";

/** A flag of one bit, or one value of a field of several bits (then `mask` covers the field). */
export interface Flag {
  readonly field: FlagField;
  readonly mask: number;
  readonly value: number;
  /** The name of the field of several bits that this is one value of. */
  readonly choiceOf?: string;
}

function bits(field: FlagField, values: Record<string, number>): [string, Flag][] {
  return Object.entries(values).map(([name, value]) => [name, { field, mask: value, value }]);
}

function choices(
  field: FlagField,
  choiceOf: string,
  mask: number,
  values: Record<string, number>,
): [string, Flag][] {
  return Object.entries(values).map(([name, value]) => [name, { field, mask, value, choiceOf }]);
}

export const CSIZE = 0o60;
export const CBAUD = 0o10017;
export const BOTHER = 0o10000;
/** The input speed stands in c_cflag at this shift; 0 there means "as the output speed". */
export const IBSHIFT = 16;
export const CIBAUD = CBAUD << IBSHIFT;

const iflag = {
  IGNBRK: 0o1,
  BRKINT: 0o2,
  IGNPAR: 0o4,
  PARMRK: 0o10,
  INPCK: 0o20,
  ISTRIP: 0o40,
  INLCR: 0o100,
  IGNCR: 0o200,
  ICRNL: 0o400,
  IUCLC: 0o1000,
  IXON: 0o2000,
  IXANY: 0o4000,
  IXOFF: 0o10000,
  IMAXBEL: 0o20000,
  IUTF8: 0o40000,
};
const oflag = {
  OPOST: 0o1,
  OLCUC: 0o2,
  ONLCR: 0o4,
  OCRNL: 0o10,
  ONOCR: 0o20,
  ONLRET: 0o40,
  OFILL: 0o100,
  OFDEL: 0o200,
};
const cflag = {
  CSTOPB: 0o100,
  CREAD: 0o200,
  PARENB: 0o400,
  PARODD: 0o1000,
  HUPCL: 0o2000,
  CLOCAL: 0o4000,
  ADDRB: 0o4000000000,
  CMSPAR: 0o10000000000,
  CRTSCTS: 0o20000000000,
};
const lflag = {
  ISIG: 0o1,
  ICANON: 0o2,
  XCASE: 0o4,
  ECHO: 0o10,
  ECHOE: 0o20,
  ECHOK: 0o40,
  ECHONL: 0o100,
  NOFLSH: 0o200,
  TOSTOP: 0o400,
  ECHOCTL: 0o1000,
  ECHOPRT: 0o2000,
  ECHOKE: 0o4000,
  FLUSHO: 0o10000,
  PENDIN: 0o40000,
  IEXTEN: 0o100000,
  EXTPROC: 0o200000,
};

type OneBit = keyof typeof iflag | keyof typeof oflag | keyof typeof cflag | keyof typeof lflag;
type Choice =
  | "CS5"
  | "CS6"
  | "CS7"
  | "CS8"
  | "NL0"
  | "NL1"
  | "CR0"
  | "CR1"
  | "CR2"
  | "CR3"
  | "TAB0"
  | "TAB1"
  | "TAB2"
  | "TAB3"
  | "BS0"
  | "BS1"
  | "VT0"
  | "VT1"
  | "FF0"
  | "FF1";
export type FlagName = OneBit | Choice;

/** Every flag by its name in termios(3). XTABS is TAB3, CRTSCTS is the RTS/CTS handshake. */
export const FLAGS = Object.fromEntries([
  ...bits("iflag", iflag),
  ...bits("oflag", oflag),
  ...choices("oflag", "NLDLY", 0o400, { NL0: 0, NL1: 0o400 }),
  ...choices("oflag", "CRDLY", 0o3000, { CR0: 0, CR1: 0o1000, CR2: 0o2000, CR3: 0o3000 }),
  ...choices("oflag", "TABDLY", 0o14000, { TAB0: 0, TAB1: 0o4000, TAB2: 0o10000, TAB3: 0o14000 }),
  ...choices("oflag", "BSDLY", 0o20000, { BS0: 0, BS1: 0o20000 }),
  ...choices("oflag", "VTDLY", 0o40000, { VT0: 0, VT1: 0o40000 }),
  ...choices("oflag", "FFDLY", 0o100000, { FF0: 0, FF1: 0o100000 }),
  ...choices("cflag", "CSIZE", CSIZE, { CS5: 0, CS6: 0o20, CS7: 0o40, CS8: 0o60 }),
  ...bits("cflag", cflag),
  ...bits("lflag", lflag),
]) as Readonly<Record<FlagName, Flag>>;

/** What makes a tty a place for a person to type lines at: line editing, signals by key, echo. */
export const TYPING_FLAGS: readonly FlagName[] = [
  "ICANON",
  "ISIG",
  "IEXTEN",
  "ECHO",
  "ECHOE",
  "ECHOK",
  "ECHONL",
  "ECHOCTL",
  "ECHOPRT",
  "ECHOKE",
];

/** Places in c_cc. VMIN and VTIME are numbers, the others are characters, 0 where disabled. */
export const CONTROL_CHARACTERS = {
  VINTR: 0,
  VQUIT: 1,
  VERASE: 2,
  VKILL: 3,
  VEOF: 4,
  VTIME: 5,
  VMIN: 6,
  VSWTC: 7,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VEOL: 11,
  VREPRINT: 12,
  VDISCARD: 13,
  VWERASE: 14,
  VLNEXT: 15,
  VEOL2: 16,
} as const;
export type ControlCharacter = keyof typeof CONTROL_CHARACTERS;

/** The speeds that have a symbol, in bits a second, with their value in c_cflag's CBAUD bits. */
export const SYMBOLIC_SPEEDS: ReadonlyMap<number, number> = new Map([
  [0, 0o0],
  [50, 0o1],
  [75, 0o2],
  [110, 0o3],
  [134, 0o4],
  [150, 0o5],
  [200, 0o6],
  [300, 0o7],
  [600, 0o10],
  [1200, 0o11],
  [1800, 0o12],
  [2400, 0o13],
  [4800, 0o14],
  [9600, 0o15],
  [19200, 0o16],
  [38400, 0o17],
  [57600, 0o10001],
  [115200, 0o10002],
  [230400, 0o10003],
  [460800, 0o10004],
  [500000, 0o10005],
  [576000, 0o10006],
  [921600, 0o10007],
  [1000000, 0o10010],
  [1152000, 0o10011],
  [1500000, 0o10012],
  [2000000, 0o10013],
  [2500000, 0o10014],
  [3000000, 0o10015],
  [3500000, 0o10016],
  [4000000, 0o10017],
]);
