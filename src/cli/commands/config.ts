/**
 * `robin config`: which profiles there are and what is wrong with the configuration; what would hold for a session, and where each
 * value comes from. Knows what is asked; opens no port and writes nothing.
 */
import { RobinError } from "../../errors.js";
import { configPath } from "../../profiles/config-path.js";
import { type Problem, problemText } from "../../profiles/problem.js";
import { inOrder, loadProfiles, type Profiles } from "../../profiles/profiles.js";
import { configError, isProfileName } from "../choose-profile.js";
import type { Command } from "../command.js";
import { JSON_OPTION } from "../command.js";
import { connectConfig } from "../config.js";
import { environmentLayer, strayVariables } from "../env-options.js";
import { layered } from "../layers.js";
import { MESSAGE_OPTIONS, OPTIONS } from "../options.js";
import type { RawArguments } from "../parse.js";
import { checkProfile } from "../profile-options.js";
import { print, printJson } from "../result.js";
import type { Words } from "../words.js";
import { profileDocument, profilesTable, rowsDocument, rowsOf, rowsTable } from "./config-text.js";

/** Its own; each other option is the main command's. */
const OWN = ["json", "path", ...MESSAGE_OPTIONS.map(({ name }) => name)];

export const config: Command = {
  usage: "robin config [options] [@name] [port] [bps]",
  takes: { first: ["port", "port", "speed"] },
  options: [
    { name: "path", group: "Options", does: "print where the configuration file is, or would be" },
    JSON_OPTION,
    ...OPTIONS.filter(({ name }) => name !== "save"),
  ],
  isMainToo: true,
  takesBack: true,
  details: [
    `Without a name: the configuration files that were read, and the profiles in them with their ports. Everything that is wrong
is told with its file and line, and the status is 2 then.`,
    `With a profile's name, a port or options of the main command: each option that would hold for such a session, its value, and
where that comes from: the command line, a variable, a line of a file, or the default. No port is opened.`,
    `With --json: {file, files, profiles: [{name, description, port, match, file, line}], problems}, or for a session
[{option, value, origin}], where origin is "command line", "environment" (with variable), "profile" (with profile, file and line)
or "default".`,
  ],
  examples: [
    ["robin config", "the profiles there are, and what is wrong with them"],
    ["robin config @board", "each option that robin @board would have, and why"],
    ["robin config @board -b 9600", "the same with an option of the command line over it"],
    ['$EDITOR "$(robin config --path)"', "change it"],
  ],
  async run(args, { words }) {
    const { env } = process;
    const isJson = args.values.get("json") === true;
    if (args.values.get("path") === true) return tellPath(env);
    const isAsked = args.positional.length > 0 || [...args.values.keys()].some((name) => !OWN.includes(name));
    return isAsked ? tellSession(args, env, isJson, words) : tellProfiles(env, isJson, words);
  },
};

function tellPath(env: NodeJS.ProcessEnv): number {
  const path = configPath(env);
  if (path === undefined) throw noHome();
  print(`${path}\n`);
  return 0;
}

function noHome(): RobinError {
  const hint = "set HOME or XDG_CONFIG_HOME";
  return new RobinError("usage", "find the configuration file: there is no home directory", { hint });
}

async function tellProfiles(env: NodeJS.ProcessEnv, isJson: boolean, words: Words): Promise<number> {
  const loaded = await loadProfiles(env);
  const { path, files, profiles } = loaded;
  if (path === undefined) throw noHome();
  const errors = [...problemsOf(loaded, env).map((problem) => configError(problem)), ...variableErrors(env)];
  const paths = files.map((file) => file.path);
  if (isJson) {
    const problems = errors.map(({ message }) => message);
    printJson({ file: path, files: paths, profiles: profiles.map(profileDocument), problems });
  } else if (paths.length > 0) {
    print(`${paths.join("\n")}\n${profiles.length === 0 ? "" : `\n${profilesTable(profiles)}`}`);
  }
  if (paths.length === 0 && errors.length === 0) {
    words.notice(`there is no configuration file ${path}\n  hint: robin PORT --save NAME writes one`);
  }
  for (const text of strayVariables(env)) words.warning(text);
  for (const error of errors) words.error(error);
  return errors.length > 0 ? 2 : 0;
}

/** Once each, though profiles may include what is wrong. */
function problemsOf({ problems, profiles, files }: Profiles, env: NodeJS.ProcessEnv): Problem[] {
  const all = [...problems, ...profiles.flatMap((profile) => checkProfile(profile, env).problems)];
  return inOrder([...new Map(all.map((problem) => [problemText(problem), problem])).values()], files);
}

function variableErrors(env: NodeJS.ProcessEnv): RobinError[] {
  try {
    environmentLayer(env);
    return [];
  } catch (error) {
    if (error instanceof RobinError) return [error];
    throw error;
  }
}

async function tellSession(
  given: RawArguments,
  env: NodeJS.ProcessEnv,
  isJson: boolean,
  words: Words,
): Promise<number> {
  const found = await layered(sessionOf(given), { env });
  const { args, warnings, notices } = found;
  connectConfig(args.positional.length === 0 ? { ...args, positional: ["-"] } : args);
  for (const text of warnings) words.warning(text);
  for (const text of notices) words.notice(text);
  const rows = rowsOf(found);
  if (isJson) printJson(rowsDocument(rows));
  else print(rowsTable(rows));
  return 0;
}

/** `@name port` is the profile at another port; of a session it would be a port and its speed. */
function sessionOf({ positional, values, ...rest }: RawArguments): RawArguments {
  const said = new Map([...values].filter(([name]) => name !== "json"));
  const [first, second, ...others] = positional;
  if (first === undefined || !isProfileName(first) || second === undefined || /^\d+$/.test(second)) {
    return { ...rest, positional, values: said };
  }
  const name = first.slice(1);
  const other = values.get("profile");
  if (other !== undefined && other !== name) {
    throw new RobinError("usage", `argument ${first} and option --profile: give one`);
  }
  return { ...rest, positional: [second, ...others], values: said.set("profile", name) };
}
