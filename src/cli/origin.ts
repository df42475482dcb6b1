/**
 * Where an option's value comes from, and how that is said. Pure.
 */

export type Origin =
  | { readonly from: "command line" }
  | { readonly from: "environment"; readonly variable: string }
  | { readonly from: "profile"; readonly profile: string; readonly file: string; readonly line: number }
  | { readonly from: "default" };

/** What an option was said to be. False: off, whatever lower layers say. */
export interface Said {
  readonly value: string | number | boolean;
  readonly origin: Origin;
}

/** What one place says of options, by their names. */
export type Layer = ReadonlyMap<string, Said>;

export function originText(origin: Origin): string {
  if (origin.from === "environment") return origin.variable;
  if (origin.from === "profile") return `${origin.file}:${origin.line} [profile.${origin.profile}]`;
  return origin.from;
}
