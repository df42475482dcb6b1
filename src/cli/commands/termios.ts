/**
 * `robin termios`: a tty's settings shown and changed in stty(1)'s words. Knows the command line and what is
 * printed; the words are stty/'s, changing is stty/change-settings.ts's.
 */
import { RobinError } from "../../errors.js";
import { portPath } from "../../port/open.js";
import { openBeside } from "../../port/open-beside.js";
import { readTermios } from "../../port/open-device.js";
import type { Refusal } from "../../port/port.js";
import { changeSettings, type TtySettings } from "../../stty/change-settings.js";
import { formatAll, formatSpeed } from "../../stty/format.js";
import { settingsDocument } from "../../stty/json.js";
import { parseSettings, type SettingsRequest } from "../../stty/parse.js";
import { formatSaved, hasUnsaidSpeed } from "../../stty/saved.js";
import { close, O_RDONLY } from "../../tty/libc.js";
import type { Termios, TermiosAction } from "../../tty/termios.js";
import { namedPort } from "../choose-profile.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import { didYouMean } from "../nearest.js";
import type { Option } from "../options.js";
import { print, printJson } from "../result.js";
import { choiceOption, contradiction, MAX_MS, numberOption } from "../values.js";
import { layOut } from "./stty-layout.js";

const USAGE = "robin termios [options] <port> [setting...]";
const DRAIN_MS = 2000;

const OPTIONS: readonly Option[] = [
  {
    name: "save",
    alias: ["g"],
    group: "Options",
    does: "print the settings in the form of stty -g, which is a setting itself",
  },
  {
    name: "when",
    value: "WHEN",
    choices: ["now", "drain", "flush"],
    group: "Options",
    does: "change settings at once, after pending output, or after that and with unread input discarded",
    otherwise: "drain",
  },
  {
    name: "drain",
    value: "MS",
    group: "Options",
    does: "how long to wait for pending output to move, in milliseconds",
    otherwise: `${DRAIN_MS}`,
  },
  JSON_OPTION,
];

const SHORT = new Set(
  commandOptions(OPTIONS).flatMap(({ alias = [] }) => alias.filter((one) => one.length === 1)),
);

/** `-parenb`, but not `-vv`. */
function isSetting(word: string): boolean {
  return /^-[a-z][a-z\d]/i.test(word) && ![...word.slice(1)].every((letter) => SHORT.has(letter));
}

export const termios: Command = {
  usage: USAGE,
  takes: { first: ["device"], more: "stty" },
  options: commandOptions(OPTIONS),
  isArgument: isSetting,
  details: [
    `Without a setting it prints all of them, byte for byte as stty -a does, and what stty cannot say: speeds without a
symbol, an input speed of its own, and the flags addrb and pendin where they are set. The port - is the terminal on
the standard input.`,
    `A setting is any operand of stty(1): a flag (parenb, -parenb), a combination (raw, sane, evenp), a speed of any
whole number, a name and its value as two words or as one (min 1, intr=^C, rows=50), or a form that --save or stty -g
printed. size and speed print just that. If one word is wrong, nothing is changed.`,
    `All settings are read back, and each one that the driver did not take is named with what stands instead (status 3).
Where pending output does not move, because flow control holds it, no setting is changed (status 3).`,
    `No lock is taken: it works beside programs that have the port open. One that holds it for exclusive use, as a
session of robin does without --no-lock, keeps it out (status 4), but for root. Opening a port raises DTR and RTS, also
where another program has lowered them: that is the kernel's doing. Where robin may use that program's own descriptor
it opens nothing, and the lines stay.`,
    `Under --json csize is the number of bits, and each delay (nldly, crdly, tabdly, bsdly, vtdly, ffdly) the number of
its style; an undefined character is null.`,
  ],
  examples: [
    ["robin termios ttyUSB0", "All settings."],
    ["robin termios ttyUSB0 250000 cs7 parenb -parodd", "A speed without a symbol, seven bits, even parity."],
    ["robin termios ttyUSB0 raw -echo min=0 time=5", "A read that ends after half a second of silence."],
    ['robin termios ttyUSB0 "$(robin termios ttyUSB1 --save)"', "The one gets the settings of the other."],
    ["robin termios ttyUSB0 --json | jq .cflag.crtscts", "One of them, for a script."],
  ],

  async run({ positional, values }, { words }) {
    const [port, ...settings] = positional;
    const request = parseSettings(settings, didYouMean);
    const when = chosenTime(choiceOption<TermiosAction>(values, "when"), request);
    const stallMs = numberOption(values, "drain", 0, MAX_MS) ?? DRAIN_MS;
    const [save, json] = [values.get("save") === true, values.get("json") === true];
    if (save && json) contradiction("save", "json");
    if (save && settings.length > 0) {
      throw new RobinError("usage", "option --save: it prints what stands, so it goes without settings");
    }
    if (port === undefined || isSetting(port)) {
      throw new RobinError("usage", `no port was named: ${USAGE}`);
    }

    const path = port === "-" ? "standard input" : portPath(await namedPort(port));
    const tty = port === "-" ? { fd: 0, termios: readTermios(0, path) } : openBeside(path, O_RDONLY);
    try {
      const stands = await changeSettings(tty.fd, path, request, { when, stallMs });
      if (json) printJson(settingsDocument(stands.termios, stands.size));
      else if (save) print(`${formatSaved(stands.termios)}\n`);
      else if (settings.length === 0) {
        print(layOut((width) => formatAll(stands.termios, stands.size, width)));
      } else {
        print(request.prints.map((what) => `${asked(what, stands)}\n`).join(""));
      }
      const { unsaidSpeed } = request;
      for (const text of silences(path, tty.termios, stands, { save, unsaidSpeed })) words.warning(text);
      if (stands.refusals.length > 0) throw refused(path, stands.refusals);
      return 0;
    } finally {
      if (port !== "-") close(tty.fd);
    }
  },
};

function chosenTime(option: TermiosAction | undefined, { when }: SettingsRequest): TermiosAction {
  if (option !== undefined && when !== undefined && option !== when) {
    const word = when === "now" ? "-drain" : "drain";
    throw new RobinError("usage", `option --when ${option} and setting ${word}: they contradict each other`);
  }
  return option ?? when ?? "drain";
}

function asked(what: "speed" | "size", { termios, size }: TtySettings): string {
  return what === "speed" ? formatSpeed(termios) : `${size.rows} ${size.columns}`;
}

/** What stty's forms cannot say or do, and stty passes over in silence. */
function silences(
  path: string,
  before: Termios,
  { termios, discipline }: TtySettings,
  { save, unsaidSpeed }: { readonly save: boolean; readonly unsaidSpeed: boolean },
): string[] {
  const texts: string[] = [];
  const speed = formatSpeed(termios);
  if (save && hasUnsaidSpeed(termios)) {
    texts.push(
      `save ${path}: the form cannot say a speed without a symbol: give ${speed} as a setting behind it`,
    );
  }
  if (unsaidSpeed) {
    texts.push(`set up ${path}: the saved form does not say which speed without a symbol: ${speed} stays`);
  }
  if (before.line !== termios.line && discipline !== termios.line) {
    texts.push(
      `set up ${path}: line ${termios.line} is noted, but discipline ${discipline} stays at work: see ldattach(8)`,
    );
  }
  return texts;
}

function refused(path: string, refusals: readonly Refusal[]): RobinError {
  const all = refusals.map(({ asked, took }) => `${asked} (${took} stands)`).join(", ");
  return new RobinError("setup-failed", `set up ${path}: the driver did not take ${all}`);
}
