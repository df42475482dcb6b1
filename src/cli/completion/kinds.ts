/**
 * What kinds of values options and arguments take, for whoever completes them. Types only: the tables of options and commands
 * say which kind stands where, values.ts and ports.ts know the words of each.
 */

export type ValueKind =
  /** What a session opens: a device, `demo:`, a profile. */
  | "port"
  /** A device, by its path or by a name that stands for one. */
  | "device"
  /** By its name, without the at sign with which it stands for a port. */
  | "profile"
  /** Bits a second. */
  | "speed"
  /** Such as 8N1. */
  | "frame"
  | "rs485"
  | "escape-key"
  /** Names of character maps by commas, for one side or, by names that say their side, for both. */
  | "imap"
  | "omap"
  | "emap"
  | "map"
  | "time-format"
  | "color"
  /** A setting in stty's words. */
  | "stty"
  /** A step of `robin lines`. */
  | "step"
  | "file"
  | "directory";

/** A kind, or words of which others are as good. */
export type Completes = ValueKind | readonly string[];

/** What a command takes beside options. */
export interface Arguments {
  /** In their order. */
  readonly first: readonly Completes[];
  /** What may follow them, as often as one likes. */
  readonly more?: Completes;
  /** Whether another program's command line stands behind `--`. */
  readonly command?: boolean;
}
