/**
 * Where the configuration file is, and what a path in it stands for. Pure; knows the XDG Base Directory Specification.
 */
import { dirname, isAbsolute, join, resolve } from "node:path";

/** `$XDG_CONFIG_HOME/robin/config.toml`; undefined where there is no home. */
export function configPath(env: NodeJS.ProcessEnv): string | undefined {
  const { XDG_CONFIG_HOME: config = "", HOME: home = "" } = env;
  if (isAbsolute(config)) return join(config, "robin", "config.toml");
  return isAbsolute(home) ? join(home, ".config", "robin", "config.toml") : undefined;
}

/** A path with the home directory for `~`, as a shell has it; no other user's. */
export function expandHome(path: string, { HOME: home = "" }: NodeJS.ProcessEnv): string {
  return isAbsolute(home) && /^~(?=\/|$)/.test(path) ? join(home, path.slice(1)) : path;
}

/** A path that stands in `file`: relative ones begin at its directory. */
export function pathIn(file: string, path: string, env: NodeJS.ProcessEnv): string {
  return resolve(dirname(file), expandHome(path, env));
}
