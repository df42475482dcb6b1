/**
 * The options of the main command: one table, from which the parser, the help and the manual page are made.
 * Knows spellings and values; what they do is told by the config that config.ts makes of them.
 */
import type { Syntax } from "./command.js";
import type { Completes } from "./completion/kinds.js";
import { LINE_OPTIONS } from "./line-options.js";
import { LOG_OPTIONS } from "./log-options.js";
import { MAP_OPTIONS } from "./map-options.js";
import { RECORD_OPTIONS } from "./record-options.js";
import { SENDING_OPTIONS } from "./sending-options.js";
import { VIEW_OPTIONS } from "./view-options.js";

/** Under which heading of the help an option stands. */
export type OptionGroup =
  | "Line"
  | "Session"
  | "Screen"
  | "Sending"
  | "Keeping"
  | "Port"
  | "Profiles"
  | "Options"
  | "Messages";

export interface Option {
  readonly name: string;
  /** Other spellings: one letter after one dash, longer after two. */
  readonly alias?: readonly string[];
  /** The value's placeholder; absent for an option without a value. */
  readonly value?: string;
  /** What the option stands for without a value; it then takes one by `=` alone. */
  readonly usual?: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** Which values its completion offers, where it has no choices; absent for free text and numbers. */
  readonly completes?: Completes;
  /** Whether `--no-NAME` exists. */
  readonly negatable?: boolean;
  /** Whether giving it again counts. */
  readonly counted?: boolean;
  /** Whether giving it again adds to its list, with a comma. Else the last one holds. */
  readonly joined?: boolean;
  readonly group: OptionGroup;
  readonly does: string;
  /** What holds without it. */
  readonly otherwise?: string;
}

const COLORS = ["auto", "always", "never"] as const;

/** What every command takes. */
export const MESSAGE_OPTIONS: readonly Option[] = [
  { name: "quiet", alias: ["q"], group: "Messages", does: "errors and warnings only" },
  {
    name: "verbose",
    alias: ["v"],
    counted: true,
    group: "Messages",
    does: "say more; twice: also where in robin a fault arose",
  },
  {
    name: "color",
    value: "WHEN",
    choices: COLORS,
    group: "Messages",
    does: "colour robin's own words",
    otherwise: "auto",
  },
  { name: "help", alias: ["?"], group: "Messages", does: "print this help" },
  { name: "version", group: "Messages", does: "print the version" },
];

export const OPTIONS: readonly Option[] = [
  ...LINE_OPTIONS,
  {
    name: "keep",
    group: "Port",
    does: "open the port without changing any of its settings",
    otherwise: "off",
  },
  {
    name: "strict",
    group: "Port",
    does: "a setting that the driver did not take is an error (status 3), not a warning",
    otherwise: "off",
  },
  {
    name: "lock",
    negatable: true,
    group: "Port",
    does: "hold the port against others: flock, TIOCEXCL and a UUCP lock file",
    otherwise: "on",
  },
  {
    name: "wait",
    group: "Port",
    does: "wait for the port where it is not there yet",
    otherwise: "off",
  },
  {
    name: "reconnect",
    negatable: true,
    group: "Port",
    does: "wait for a lost port to come back, known by its USB identity even under another name, and go on",
    otherwise: "on at a terminal, for a device that can be plugged in again",
  },
  {
    name: "raw",
    alias: ["r"],
    group: "Session",
    does: "no escape key, no mapping, no greeting: bytes in, bytes out, for use by another program",
    otherwise: "off",
  },
  {
    name: "escape",
    value: "KEY",
    completes: "escape-key",
    negatable: true,
    group: "Session",
    does: "the escape key, a control character such as ^a or ^]",
    otherwise: "^\\",
  },
  {
    name: "exec",
    value: "COMMAND",
    group: "Session",
    does: "run a command by /bin/sh with the port as its stdin and stdout, and leave with its status",
    otherwise: "off",
  },
  {
    name: "drain",
    value: "MS",
    group: "Session",
    does: "how long to wait at exit for bytes on their way, in milliseconds; after the end of input, for one to move",
    otherwise: "2000",
  },
  {
    name: "idle-exit",
    value: "MS",
    group: "Session",
    does: "leave after so many milliseconds without a byte",
    otherwise: "off",
  },
  { name: "echo", alias: ["e"], group: "Screen", does: "show what is typed", otherwise: "off" },
  {
    name: "screen-reader",
    group: "Screen",
    does: "draw nothing over what stands there: menus are lines and questions, for a screen reader",
    otherwise: "off, but where TERM is dumb",
  },
  ...MAP_OPTIONS,
  ...VIEW_OPTIONS,
  ...SENDING_OPTIONS,
  ...LOG_OPTIONS,
  ...RECORD_OPTIONS,
  {
    name: "profile",
    value: "NAME",
    completes: "profile",
    negatable: true,
    group: "Profiles",
    does: "take the options of this profile of the configuration file, and its port where none is named",
    otherwise: "the one whose match fits the port's USB ids",
  },
  {
    name: "save",
    value: "NAME",
    completes: "profile",
    group: "Profiles",
    does: "write the port and what holds for it into this profile of the configuration file, and go on",
  },
  ...MESSAGE_OPTIONS,
];

export const USAGE = "robin [options] <port> [bps]";

/** The main command's: what is no other command's name is a port. */
export const CONNECT: Syntax = {
  usage: USAGE,
  options: OPTIONS,
  takes: { first: ["port", "speed"] },
  takesBack: true,
};

/** Port names, for the help and the manual page. */
export const PORT_NAMES: readonly { readonly form: string; readonly means: string }[] = [
  {
    form: "/dev/ttyUSB0, ttyUSB0",
    means: "a tty, any link to one, a pty's slave; a bare name is looked up in /dev",
  },
  {
    form: "usb:VID:PID[:SERIAL]",
    means: "the USB adapter with these ids, as robin list shows them; it has to be the only one",
  },
  {
    form: "latest",
    means: "the port that arrived last; what can be plugged in comes before what is built in",
  },
  { form: "@NAME", means: "the port of a profile of the configuration file, with the profile's options" },
  { form: "demo:", means: "an emulated board built into robin, for when there is no hardware" },
  { form: "(none)", means: "on a terminal, a list of the ports that are there, to pick one from" },
];
