/**
 * What a terminal can show, from the environment and what the user wants. Pure. Knows the names of variables; not what is drawn.
 */
import type { Looks } from "./surface.js";

type Environment = Readonly<Record<string, string | undefined>>;

interface Wishes {
  readonly color: "auto" | "always" | "never";
  readonly screenReader: boolean;
}

/** --color before NO_COLOR (no-color.org); the locale by the first of three variables that is set (locale(7)). */
export function looksOf(env: Environment, { color, screenReader }: Wishes): Looks {
  const isDumb = (env.TERM ?? "dumb") === "dumb" || env.TERM === "";
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return {
    color: color === "auto" ? !env.NO_COLOR && !isDumb : color === "always",
    utf8: /utf-?8/i.test(locale),
    isPlain: isDumb || screenReader,
  };
}
