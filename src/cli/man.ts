/**
 * The manual page, made from the tables of options, keys, port names and exit statuses. Pure; knows roff's man macros
 * (groff_man(7)). `npm run man` writes it to man/robin.1.
 */
import { EXIT_STATUSES } from "../errors.js";
import { KEYS } from "../session/keys.js";
import { COMMANDS } from "./commands.js";
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

const EXAMPLES: readonly [command: string, does: string][] = [
  ["robin demo:", "A session with an emulated board, without any hardware."],
  ["robin -b 115200 --hwflow /dev/ttyUSB0", "A console at 115200 bps with RTS/CTS flow control."],
  ["robin ttyACM0 9600 --line 7E1", "An instrument that wants seven bits and even parity."],
  [
    "echo help | robin demo: --idle-exit 500",
    "Sends a line, prints the answer, leaves after half a second of silence.",
  ],
  ["robin --raw /dev/ttyUSB0 <image >answer", "Every byte of a file sent, every byte of the answer kept."],
];

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/** A command's own part of the page; the options that every command takes stand once, in the main part. */
async function command({ name, does, load }: (typeof COMMANDS)[number]): Promise<string> {
  const { usage, options, details, examples } = await load();
  const common = MESSAGE_OPTIONS.map((option) => option.name);
  const own = options.filter((option) => !common.includes(option.name));
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
  const statuses = EXIT_STATUSES.map(({ status, meaning }) => tagged(`\\fB${status}\\fR`, `${meaning}.`));
  const sections = [
    `.\\" Made by "npm run man" from the tables in src/: change those.`,
    `.TH ROBIN 1 "" "robin ${version}" "User Commands"`,
    ".SH NAME",
    "robin \\- serial terminal: bridges a terminal and a port without losing a byte",
    ".SH SYNOPSIS",
    ".B robin\n[\\fIoptions\\fR] \\fIport\\fR [\\fIbps\\fR]\n.br\n.B robin\n\\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]",
    ".SH DESCRIPTION",
    DESCRIPTION.map((paragraph) => paragraph.split("\n").map(roff).join("\n")).join("\n.PP\n"),
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
    ".SH FILES",
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
