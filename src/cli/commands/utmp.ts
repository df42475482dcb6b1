/**
 * `robin utmp`: the records of the login databases. Knows its options and in which order the files are shown; how a
 * file is read and a record looks is other files' to know.
 */
import { RobinError } from "../../errors.js";
import { readUtmp, UTMP_PATH, WTMP_PATH } from "../../utmp/file.js";
import type { UtmpRecord } from "../../utmp/records.js";
import { ID_SIZE, LINE_SIZE, matchesId, matchesLine } from "../../utmp/select.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import type { RawArguments } from "../parse.js";
import { contradiction, fail } from "../values.js";
import type { Words } from "../words.js";
import { jsonWriter, textWriter } from "./utmp-writer.js";

interface UtmpConfig {
  readonly paths: readonly string[];
  readonly isWanted: (record: UtmpRecord) => boolean;
  readonly json: boolean;
}

export const utmp: Command = {
  usage: "robin utmp [options]",
  options: commandOptions([
    {
      name: "utmp",
      alias: ["u"],
      counted: true,
      group: "Options",
      does: `toggle showing ${UTMP_PATH}: who is logged in now`,
      otherwise: "shown",
    },
    {
      name: "wtmp",
      alias: ["w"],
      counted: true,
      group: "Options",
      does: `toggle showing ${WTMP_PATH}: every login since the file was begun`,
      otherwise: "not shown",
    },
    {
      name: "id",
      alias: ["i"],
      value: "ID",
      group: "Options",
      does: "only the processes with this inittab id, as getutid(3) finds them",
    },
    {
      name: "line",
      alias: ["l"],
      value: "LINE",
      group: "Options",
      does: "only the logins on this line, such as ttyS0 or pts/3, as getutline(3) finds them",
    },
    {
      name: "file",
      value: "FILE",
      completes: "file",
      group: "Options",
      does: "show this file instead of both",
    },
    JSON_OPTION,
  ]),
  details: [
    `The records of the login databases, in the order of the file, with the facts that a record of its type has.
Times are UTC. Text that others wrote, such as the name of a remote host, is shown with its control characters
as \\x1b.`,
    `-u and -w toggle which of the two is shown, utmp alone to begin with: -w shows both, -uw the second alone, -u
none. With both --id and --line it goes by the line, and says so. getutid compares the lines where a record has
no id.`,
    `--file takes the records of x86-64 (384 bytes) and of arm64 (400 bytes) on either machine, a pipe such as <(zcat
wtmp.1.gz) too. A database that is not there, that is cut off or that holds something else is an error, status
3, after the records that could be read and after the other database.`,
    `With --json: an array of {file, type, pid, id, line, user, host, session, address, exit: {termination, status},
at}, each member as it stands in the record; address is left out where there is none, and text that is not UTF-8
has its bytes in base64: {user} and so on.`,
  ],
  examples: [
    ["robin utmp", "who is logged in, and what waits for a login"],
    ["robin utmp -uw -l ttyS0", "every login on the first serial port"],
    ["robin utmp --file /mnt/var/log/wtmp --json", "the logins of another board, for a program"],
  ],
  async run(args, { words }) {
    return show(utmpConfig(args, words), words);
  },
};

function utmpConfig({ positional, values }: RawArguments, words: Words): UtmpConfig {
  if (positional.length > 0) {
    throw new RobinError(
      "usage",
      `argument "${positional[0]}": robin utmp takes none (--file FILE names a file)`,
    );
  }
  const toggles = (name: string) => Number(values.get(name) ?? 0) % 2 === 1;
  const file = values.get("file") as string | undefined;
  for (const name of ["utmp", "wtmp"]) {
    if (file !== undefined && values.has(name)) contradiction("file", name);
  }
  const id = textOption(values, "id", ID_SIZE);
  const line = textOption(values, "line", LINE_SIZE, (text) => text.replace(/^\/dev\//, ""));
  if (id !== undefined && line !== undefined)
    words.warning("both --id and --line are given: choosing by line");
  const databases = [...(toggles("utmp") ? [] : [UTMP_PATH]), ...(toggles("wtmp") ? [WTMP_PATH] : [])];
  return {
    paths: file === undefined ? databases : [file],
    isWanted: (record) =>
      line !== undefined ? matchesLine(record, line) : id === undefined || matchesId(record, id),
    json: values.get("json") === true,
  };
}

/** More bytes than a record has room for would find nothing. */
function textOption(
  values: RawArguments["values"],
  name: string,
  size: number,
  adapt = (text: string) => text,
): string | undefined {
  const given = values.get(name) as string | undefined;
  if (given === undefined) return undefined;
  const text = adapt(given);
  if (Buffer.byteLength(text) > size) fail(name, `"${given}" is longer than the ${size} bytes of a record`);
  return text;
}

/** One file after the other; one that fails does not keep the others from being shown. */
function show({ paths, isWanted, json }: UtmpConfig, words: Words): number {
  if (paths.length === 0) words.notice("show nothing: -u leaves utmp out, and -w would show wtmp");
  const writer = json ? jsonWriter() : textWriter();
  let failed: RobinError | undefined;
  for (const path of paths) {
    try {
      for (const record of readUtmp(path)) {
        writer.begin(path);
        if (isWanted(record) && !writer.record(path, record)) return 0; // nobody reads on
      }
      writer.begin(path);
    } catch (error) {
      if (!(error instanceof RobinError)) throw error;
      if (failed) words.error(failed);
      failed = error;
    }
  }
  writer.end();
  if (failed) throw failed;
  return 0;
}
