/**
 * What sessions show and keep, robin's beside those of its peers: one table. Each is as plain a bridge as in programs.mjs, but for
 * what its name says. robin's plain session is the measure of its others, and has their keys and their terminal: not --raw.
 */
import { match, ROBIN_COMMAND, robinVersion, SCRATCH, unless } from "./programs.mjs";

/**
 * @typedef {object} Files
 * @property {string} log
 * @property {string} recording
 */

/**
 * @typedef {object} KeptProgram a Program that gets the files as well
 * @property {string} name
 * @property {string} kind what it does beside showing bytes: programs of one kind are compared
 * @property {(path: string, files: Files) => string[]} command
 * @property {keyof typeof import("./shown.mjs").SHOWN} [shown] how it shows what it receives, where that is not the bytes
 * @property {keyof typeof import("./kept-files.mjs").KEPT} [log] what its log has
 * @property {keyof typeof import("./kept-files.mjs").KEPT} [recording] what its recording has
 */

const robin = {
  keyboard: "pipe",
  screen: "pipe",
  version: robinVersion,
  reference: true,
  needs: () => undefined,
};
const robinCommand = (...options) => [...ROBIN_COMMAND, "--noflow", ...options];

const picocom = {
  keyboard: "pipe",
  screen: "pipe",
  version: () => match("picocom", ["--help"], /.+/),
  needs: () => unless("picocom"),
};
const picocomCommand = (...options) => ["picocom", "-q", "--flow", "n", "--nolock", ...options];

const minicom = {
  keyboard: "pipe",
  screen: "pipe",
  env: { HOME: SCRATCH },
  version: () => match("minicom", ["--version"], /.+/),
  needs: () => unless("minicom"),
};

const tio = {
  keyboard: "pipe",
  screen: "pty", // into a pipe it holds bytes back
  env: { HOME: SCRATCH },
  version: () => match("tio", ["--version"], /.+/),
  needs: () => unless("tio"),
};
const tioCommand = (...options) => ["tio", "--no-autoconnect", "--color", "none", ...options];

/** What all of picocom's names for hex together make hex of: every byte. */
const PICOCOM_HEX = "spchex,tabhex,crhex,lfhex,8bithex,nrmhex";

/** @type {readonly KeptProgram[]} */
const TABLE = [
  { name: "robin plain", kind: "plain", command: (path) => robinCommand(path), ...robin },
  {
    name: "robin log",
    kind: "log",
    command: (path, { log }) => robinCommand("--log", log, path),
    log: "bytes",
    ...robin,
  },
  {
    name: "picocom log",
    kind: "log",
    command: (path, { log }) => picocomCommand("--logfile", log, path),
    log: "bytes",
    ...picocom,
  },
  {
    name: "minicom log",
    kind: "log",
    command: (path, { log }) => ["minicom", "-o", "-D", path, "-C", log],
    log: "lines without CR",
    draws: true,
    note: "draws what it receives, counted by lines; its log has no CR",
    ...minicom,
  },
  {
    name: "tio log",
    kind: "log",
    command: (path, { log }) => tioCommand("--mute", "--log", "--log-file", log, path),
    log: "bytes",
    ...tio,
  },
  {
    name: "robin stamped log",
    kind: "stamped log",
    command: (path, { log }) => robinCommand("--log", log, "--timestamp", path),
    shown: "stamped lines",
    log: "bytes",
    ...robin,
  },
  {
    name: "tio stamped log",
    kind: "stamped log",
    command: (path, { log }) => tioCommand("--log", "--log-file", log, "--timestamp", path),
    shown: "stamped lines",
    log: "stamped lines",
    note: "has the time in its log too",
    ...tio,
  },
  {
    name: "robin recording",
    kind: "recording",
    command: (path, { recording }) => robinCommand("--record", recording, path),
    recording: "records",
    ...robin,
  },
  {
    name: "robin hex",
    kind: "hex",
    command: (path) => robinCommand("--hex", path),
    shown: "rows of a dump",
    knockShown: "7e",
    ...robin,
  },
  {
    name: "picocom hex",
    kind: "hex",
    command: (path) => picocomCommand("--imap", PICOCOM_HEX, path),
    shown: "[7e][0d][0a]",
    knockShown: "7e",
    ...picocom,
  },
  {
    name: "minicom hex",
    kind: "hex",
    command: (path) => ["minicom", "-o", "--displayhex", "--wrap", "-D", path],
    shown: "7e 0d 0a, drawn",
    knockShown: "7e",
    ...minicom,
  },
  {
    name: "tio hex",
    kind: "hex",
    command: (path) => tioCommand("--mute", "--hexadecimal", path),
    shown: "7e 0d 0a",
    knockShown: "7e",
    ...tio,
  },
];

/** robin with everything that it can keep: what its memory is looked at with. */
export const ALL_KEPT = {
  name: "robin log and recording",
  command: (path, { log, recording }) => robinCommand("--log", log, "--record", recording, path),
  ...robin,
};

export const KEPT_NAMES = [...TABLE, ALL_KEPT].map(({ name }) => name);
/** Kind -> those of it beside robin, as the targets name them. */
export const KEPT_PEERS = Object.fromEntries(
  TABLE.map(({ kind }) => [
    kind,
    TABLE.filter((other) => other.kind === kind && !other.reference).map(({ name }) => name),
  ]),
);

/** The programs of the table that are wanted and there, and the packages that have the others. */
export function findKeptPrograms(wanted) {
  const missing = [];
  const programs = [...TABLE, ALL_KEPT].filter((program) => {
    if (!wanted(program.name)) return false;
    const needed = program.needs();
    if (needed !== undefined) missing.push({ name: program.name, package: needed });
    return needed === undefined;
  });
  return {
    rates: programs.filter((program) => program !== ALL_KEPT),
    memory: programs.filter((program) => program === ALL_KEPT),
    missing,
  };
}
