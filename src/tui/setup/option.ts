/**
 * An option as a field of a form: its values and how they are said. Pure. Knows no option by name: the table is cli's.
 */

export interface SetupOption {
  readonly name: string;
  /** The heading it stands under. */
  readonly group: string;
  readonly does: string;
  /** The value's placeholder; absent: it is on or off. */
  readonly value?: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** Values that many people want, where others can be typed. */
  readonly suggests?: readonly string[];
  /** The one of them that comes first where nobody knows what holds. */
  readonly usual?: string;
  /** What holds where nothing was said. */
  readonly otherwise?: string;
  /** Whether `off` takes it back. */
  readonly hasOff: boolean;
  /** Whether there is a `--no-NAME`. */
  readonly negatable?: boolean;
  /** Which option stands for a value, where the field is several of them: `hwflow` for `hardware`. */
  readonly optionOf?: Readonly<Record<string, string>>;
  /** Words that may stand in place of the last one of `typed`. */
  readonly complete?: (typed: string) => readonly string[];
}

export const OFF = "off";

/** Whether its value is typed. */
export function isTyped({ value, choices }: SetupOption): boolean {
  return value !== undefined && choices === undefined;
}

/** The values one goes through, in their order; none where all are typed. */
export function steps(option: SetupOption): readonly string[] {
  const { value, choices, suggests = [], otherwise, hasOff } = option;
  if (value === undefined && choices === undefined) return [OFF, "on"];
  const list = choices ?? suggests;
  const isOffOne = hasOff && (choices === undefined || otherwise === OFF);
  return isOffOne && list.length > 0 && !list.includes(OFF) ? [OFF, ...list] : list;
}

/** The one behind `now`, or before it; undefined where there is none. Numbers have ends, words go round. */
export function step(option: SetupOption, now: string | undefined, direction: -1 | 1): string | undefined {
  const list = steps(option);
  if (now === undefined && option.usual !== undefined) return option.usual;
  const from = now ?? option.otherwise ?? "";
  const at = list.indexOf(from);
  if (option.suggests && list.every((one) => /^\d+$/.test(one))) {
    const value = Number.parseInt(from, 10) || 0;
    return direction === 1
      ? list.find((one) => Number(one) > value)
      : list.findLast((one) => Number(one) < value);
  }
  if (list.length === 0) return undefined;
  if (at === -1) return direction === 1 ? list[0] : list.at(-1);
  return list[(at + direction + list.length) % list.length];
}

/** As it is said to a running session: `bps=9600`, `echo on`, `hwflow`. */
export function changeText({ name, value, choices, optionOf, hasOff }: SetupOption, to: string): string {
  const other = optionOf?.[to];
  if (other !== undefined) return other;
  const isSwitch = value === undefined && choices === undefined;
  return isSwitch || (to === OFF && hasOff) ? `${name} ${to}` : `${name}=${to}`;
}

/** The same as an argument of a command line; undefined where it is said by leaving it out. */
export function argument(option: SetupOption, to: string): string | undefined {
  const { name, value, choices, optionOf, hasOff, negatable } = option;
  const other = optionOf?.[to];
  if (other !== undefined) return `--${other}`;
  if (to === OFF && negatable) return `--no-${name}`;
  if (value === undefined && choices === undefined) return to === OFF ? undefined : `--${name}`;
  return to === OFF && hasOff && !choices?.includes(OFF) ? undefined : `--${name}=${to}`;
}
