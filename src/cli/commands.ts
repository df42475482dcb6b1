/**
 * Every command but the main one, by its name: what the first word of the command line may be. A command is loaded
 * when it is called.
 */
import type { Command } from "./command.js";

interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly does: string;
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "list",
    does: "list the serial ports: path, driver, USB ids, product, serial number, age, who holds them",
    load: async () => (await import("./commands/list.js")).list,
  },
  {
    name: "ui",
    does: "ports in full screen: scrollback, search, marks, hex digits, an input line, several side by side",
    load: async () => (await import("./commands/ui.js")).ui,
  },
  {
    name: "plot",
    does: "draw the numbers in each line that a port sends: live, as a table, as a picture",
    load: async () => (await import("./commands/plot.js")).plot,
  },
  {
    name: "pair",
    does: "two ptys joined like a null-modem cable",
    load: async () => (await import("./commands/pair.js")).pair,
  },
  {
    name: "run",
    does: "run a command, or a shell, on a terminal of its own",
    load: async () => (await import("./commands/run.js")).run,
  },
  {
    name: "hub",
    does: "emulated ports that all hear what one says, and never block",
    load: async () => (await import("./commands/hub.js")).hub,
  },
  {
    name: "emulate",
    does: "a module played as a device behind a pty",
    load: async () => (await import("./commands/emulate.js")).emulate,
  },
  {
    name: "replay",
    does: "a recording played as a device behind a pty",
    load: async () => (await import("./commands/replay.js")).replay,
  },
  {
    name: "export",
    does: "turn a recording into text, a hex dump, an asciicast or a pcap file",
    load: async () => (await import("./commands/export.js")).exportCommand,
  },
  {
    name: "config",
    does: "show the profiles of the configuration file, or each value that a session would have and where it comes from",
    load: async () => (await import("./commands/config.js")).config,
  },
  {
    name: "doctor",
    does: "say why a port does not work, and what to type",
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    name: "termios",
    does: "show and change every setting of a tty, in stty's words",
    load: async () => (await import("./commands/termios.js")).termios,
  },
  {
    name: "lines",
    does: "show, set and follow the modem lines of a port, and what its driver has counted",
    load: async () => (await import("./commands/lines.js")).lines,
  },
  {
    name: "readpass",
    does: "read a secret without echo, and write it to stdout",
    load: async () => (await import("./commands/readpass.js")).readpass,
  },
  {
    name: "utmp",
    does: "show the login records of utmp and wtmp",
    load: async () => (await import("./commands/utmp.js")).utmp,
  },
  {
    name: "completion",
    does: "print the script that makes bash, zsh or fish complete robin's command line",
    load: async () => (await import("./commands/completion.js")).completion,
  },
];

export function findCommand(word: string | undefined): CommandEntry | undefined {
  return COMMANDS.find(({ name }) => name === word);
}
