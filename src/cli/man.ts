/**
 * The manual page, made from the tables of options, keys, port names and exit statuses. Pure; knows roff's man macros
 * (groff_man(7)). `npm run man` writes it to man/robin.1.
 */
import { TIME_FORMATS } from "../bytes/time-format.js";
import { EXIT_STATUSES } from "../errors.js";
import { EDIT_KEYS } from "../session/edit-actions.js";
import { KEYS } from "../session/keys.js";
import { COMMANDS } from "./commands.js";
import { mapTable } from "./map-options.js";
import { MESSAGE_OPTIONS, OPTIONS, type Option, PORT_NAMES } from "./options.js";

/** Text as roff takes it: no escape, no hyphen where a minus is meant, no request at the start of a line. */
function roff(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${roff(text)}`;
}

function optionTag(option: Option): string {
  const { value: placeholder = "", usual } = option;
  const shown = usual === undefined ? ` \\fI${roff(placeholder)}\\fR` : `[=\\fI${roff(placeholder)}\\fR]`;
  const value = placeholder === "" ? "" : shown;
  const short = (option.alias ?? []).filter((alias) => alias.length === 1).map((alias) => `-${alias}`);
  const long = [option.name, ...(option.alias ?? []).filter((alias) => alias.length > 1)].map(
    (name) => `--${name}`,
  );
  const spellings = [...short, ...long].map((spelling) => `\\fB${roff(spelling)}\\fR`).join(", ");
  return `${spellings}${value}${option.negatable ? `, \\fB${roff(`--no-${option.name}`)}\\fR` : ""}`;
}

function optionText(option: Option): string {
  const choices = option.choices ? `: ${option.choices.join(", ")}` : "";
  const otherwise = option.otherwise === undefined ? "" : ` Default: ${option.otherwise}.`;
  return `${option.does.charAt(0).toUpperCase()}${option.does.slice(1)}${choices}.${otherwise}`;
}

function options(): string {
  const groups = [...new Set(OPTIONS.map((option) => option.group))];
  return groups
    .map((group) => {
      const rows = OPTIONS.filter((option) => option.group === group);
      return [`.SS ${group}`, ...rows.map((option) => tagged(optionTag(option), optionText(option)))].join(
        "\n",
      );
    })
    .join("\n");
}

const DESCRIPTION = [
  `robin opens a serial port, applies the settings that are asked for and no others, puts the terminal into raw mode
and bridges the two, until the user quits, the input ends, the port goes away or a signal arrives. Whatever ends it,
the port and the terminal get back the settings they had.`,
  `A bridge changes of the port what it needs and leaves the rest as it is found: line editing, echo, signals and the
translations ONLCR and ICRNL are off, CLOCAL, CREAD and HUPCL are on. All settings are read back, and each one that
the driver did not take is named with what stands instead.`,
  `The standard output carries the port's bytes and nothing else; robin's own words go to the standard error. A standard
input that is no terminal has no escape key and may hold any byte; at its end what is left is sent, and robin ends.`,
  `When the port takes no more bytes it is still read, and the keyboard too: what is typed waits its turn. When the
screen is stopped the keyboard is still read, so that quitting always works.`,
];

const PROMPT = [
  `The keys : and ! ask for a line below what the screen shows. The port is read meanwhile: log and recording go on, and what
it says is shown afterwards. Tab completes names and values, Up and Down find what was asked before, also in earlier sessions;
Esc, ^C and ^G ask for nothing, and so does the escape key, whose next key is as ever.`,
  `After : any option that is not for the start has effect at once, by its long name and checked as on the command line:
bps 9600, parity even, hex, no-hex, timestamp iso, log boot.log, log off. After ! stands a command for /bin/sh, which has the
port as its standard input and output and the terminal for its own words and keys, until it ends.`,
  `With --input line the same keys edit a line, behind what the device has printed, before Enter sends it with a CR. ^C and ^Z,
^D on an empty line, and control characters without a meaning here are sent at once. With --input hex pairs of digits are
bytes: 7e 01 ff.`,
];

const MAPS = `Rules stand in --imap, --omap, --emap and --map, with commas between. What becomes of a byte is not mapped again.
Names that begin with I are for what arrives and those with O for what is sent, as --map takes them; the others say no side.`;

const TIMES = `A stamp belongs to the first byte of a line. A pattern has letters of strftime(3): %Y %m %d %H %M %S %j %a %b %s %z %Z %F %T
and their like, %L for milliseconds, %f for microseconds.`;

const CONFIGURATION = [
  `A profile is a table of ~/.config/robin/config.toml, in TOML: [profile.board]. It may have every long option by its name, but
--profile and --save: bps = 115200, hwflow = true, escape = "^A", imap = ["lfcrlf", "spchex"]. False takes back what an
included profile says. robin @board opens its port with its options.`,
  `Four more keys: port = "/dev/ttyS0" names the port; match = "usb:0403:6001", or with the serial number behind another colon, or
a list of such, says which USB adapters it is for; include = "NAME" or a list takes over what other profiles say, beneath its own; description
is for people. A port whose adapter exactly one profile matches has that profile without its being named, the one with the serial number
first; --no-profile and --raw do without.`,
  `Outside of profiles stands include = ["other.toml"] alone: files, ~ or relative to this one, whose profiles count less; of two the later
counts more. What is wrong is an error with file and line, where it matters to the session; robin config tells all of it.`,
  `The command line counts before the environment (ROBIN_BPS=9600, ROBIN_HWFLOW=1, ROBIN_IDLE_EXIT=500, ROBIN_PROFILE=board), that before
the profile, and that before the defaults. What contradicts an option that counts more is left out, and --no-NAME takes any of them back
for once: --no-echo. robin config @board shows each value and where it comes from.`,
  `--save NAME writes what holds for a session into a profile; the rest of the file, comments and order, stays as it is.`,
];

const PROFILE_EXAMPLE = [
  "[profile.board]          # robin @board",
  'match = "usb:0403:6001"  # or the adapter itself',
  "bps = 115200",
  "hwflow = true",
  'log = "~/logs/%F-{port}.log"',
];

const EXAMPLES: readonly [command: string, does: string][] = [
  ["robin demo:", "A session with an emulated board, without any hardware."],
  ["robin -b 115200 --hwflow /dev/ttyUSB0", "A console at 115200 bps with RTS/CTS flow control."],
  ["robin ttyACM0 9600 --line 7E1", "An instrument that wants seven bits and even parity."],
  [
    "echo help | robin demo: --idle-exit 500",
    "Sends a line, prints the answer, leaves after half a second of silence.",
  ],
  ["robin -t --log boot.log ttyUSB0", "Each line with its time on the screen, and as it came in a file."],
  ["robin --record session.jsonl.gz ttyUSB0", "Everything that happens, for robin replay and robin export."],
  ["robin --send-wait '> $' ttyUSB0 <commands", "Each line is sent when the prompt for it has come."],
  ["robin --exec 'sz firmware.bin' ttyUSB0", "A file sent by Zmodem; lrzsz has sz, rz, sx, rx, sb and rb."],
  ["robin ttyUSB0 115200 --hwflow --save board", "A session whose settings are robin @board's from then on."],
  ["robin --raw /dev/ttyUSB0 <image >answer", "Every byte of a file sent, every byte of the answer kept."],
];

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.map((text) => text.split("\n").map(roff).join("\n")).join("\n.PP\n");
}

/** A command's own part of the page; the options that every command takes stand once, in the main part. */
async function command({ name, does, load }: (typeof COMMANDS)[number]): Promise<string> {
  const { usage, options, details, examples, isMainToo = false } = await load();
  const common = MESSAGE_OPTIONS.map((option) => option.name);
  const own = options.filter(
    (option) => !common.includes(option.name) && !(isMainToo && OPTIONS.includes(option)),
  );
  return [
    `.SS ${roff(`robin ${name}`)}`,
    `.B ${roff(usage)}`,
    ".PP",
    roff(sentence(does)),
    ...details.flatMap((paragraph) => [".PP", paragraph.split("\n").map(roff).join("\n")]),
    ...own.map((option) => tagged(optionTag(option), optionText(option))),
    ...examples.map(([line, means]) => tagged(`\\fB${roff(line)}\\fR`, sentence(means))),
  ].join("\n");
}

/** The page for `version`, whole. */
export async function manPage(version: string): Promise<string> {
  const prefix = roff("^\\");
  const keys = KEYS.map(({ key, does }) =>
    tagged(`\\fB${prefix} ${roff(key)}\\fR`, `${does.charAt(0).toUpperCase()}${does.slice(1)}.`),
  );
  const editKeys = EDIT_KEYS.map(({ keys: names, does }) =>
    tagged(names.map((name) => `\\fB${roff(name)}\\fR`).join(", "), sentence(does)),
  );
  const maps = mapTable().map(([names, does]) => tagged(`\\fB${roff(names)}\\fR`, sentence(does)));
  const times = TIME_FORMATS.map(({ name, does }) => tagged(`\\fB${roff(name)}\\fR`, sentence(does)));
  const statuses = EXIT_STATUSES.map(({ status, meaning }) => tagged(`\\fB${status}\\fR`, `${meaning}.`));
  const sections = [
    `.\\" Made by "npm run man" from the tables in src/: change those.`,
    `.TH ROBIN 1 "" "robin ${version}" "User Commands"`,
    ".SH NAME",
    "robin \\- serial terminal: bridges a terminal and a port without losing a byte",
    ".SH SYNOPSIS",
    ".B robin\n[\\fIoptions\\fR] \\fIport\\fR [\\fIbps\\fR]\n.br\n.B robin\n\\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]",
    ".SH DESCRIPTION",
    paragraphs(DESCRIPTION),
    ".SH PORTS",
    ...PORT_NAMES.map(({ form, means }) => tagged(`\\fB${roff(form)}\\fR`, `${means}.`)),
    ".SH OPTIONS",
    options(),
    ".SH COMMANDS",
    roff(
      "The first word may be the name of a command. Each takes the options under Messages above, and -h for --help.",
    ),
    ...(await Promise.all(COMMANDS.map(command))),
    ".SH KEYS",
    roff(
      "The escape key is ^\\ unless --escape says otherwise. It works where the standard input is a terminal.",
    ),
    ...keys,
    tagged(`\\fB${prefix} ${prefix}\\fR`, "Send the escape key itself."),
    ".PP",
    roff("Any other key after the escape key is sent as it is."),
    ".SH PROMPT AND LINES",
    paragraphs(PROMPT),
    ...editKeys,
    ".SH CHARACTER MAPS",
    paragraphs([MAPS]),
    ...maps,
    ".SH TIMESTAMPS",
    paragraphs([TIMES]),
    ...times,
    ".SH CONFIGURATION",
    paragraphs(CONFIGURATION.slice(0, 1)),
    ...[".PP", ".RS", ".nf", ...PROFILE_EXAMPLE.map(roff), ".fi", ".RE", ".PP"],
    paragraphs(CONFIGURATION.slice(1)),
    ".SH EXIT STATUS",
    ...statuses,
    tagged("\\fB128+\\fIn\\fR", "ended by signal n."),
    ".SH ENVIRONMENT",
    tagged(
      "\\fBNO_COLOR\\fR",
      "If it is set and not empty, robin's own words have no colour, unless --color says otherwise.",
    ),
    tagged(
      "\\fBROBIN_DRIVER\\fR",
      "serialport: use the portable driver instead of the kernel's tty. It cannot restore the port, set arbitrary flags, --keep or --strict.",
    ),
    tagged(
      "\\fBROBIN_\\fIOPTION\\fR",
      "Any option of the main command but --save, in upper case and with _ for -. A switch is 1, true, on or yes, or 0, false, off or no; an empty variable says nothing.",
    ),
    tagged("\\fBXDG_CONFIG_HOME\\fR", "Where the profiles are, in robin/config.toml. Default: ~/.config."),
    tagged(
      "\\fBXDG_STATE_HOME\\fR",
      "Where the history of the prompt is kept, in robin/history. Default: ~/.local/state.",
    ),
    tagged("\\fBTZ\\fR", "The zone of times of day, by its name, such as Europe/Berlin."),
    ".SH FILES",
    tagged(roff("~/.config/robin/config.toml"), "The profiles."),
    tagged(roff("~/.local/state/robin/history"), "What was asked by the keys : and !, for you alone."),
    tagged(
      roff("/var/lock/LCK..ttyUSB0"),
      "The UUCP lock file of a port, where the directory may be written.",
    ),
    ".SH EXAMPLES",
    ...EXAMPLES.map(([command, does]) => tagged(`\\fB${roff(command)}\\fR`, does)),
    ".SH SEE ALSO",
    ".BR stty (1),\n.BR termios (3),\n.BR ioctl_tty (2),\n.BR pty (7)",
  ];
  return `${sections.join("\n")}\n`;
}
