/**
 * All that the picker shows, gathered: ports as they come and go, profiles, and what was chosen before. Knows where each is from and
 * what a choice comes to; not how it is shown.
 */
import { existsSync } from "node:fs";
import type { PortInfo } from "../port/discovery/discover.js";
import { isChosenName } from "../port/discovery/port-name.js";
import { portPath } from "../port/open.js";
import { type Profile, readProfiles } from "../profiles/profiles.js";
import type { PickerRow } from "../tui/picker/row.js";
import { DEMO } from "../virtual/demo/demo.js";
import { choiceKey, choicesPath, forgetChoice, keepChoice, readChoices } from "./choices.js";
import type { RawArguments } from "./parse.js";
import { type PortsWatch, watchPorts } from "./picker-facts.js";
import { describeOptions, heldOf, rememberedOf } from "./picker-options.js";
import { pickerRows } from "./picker-rows.js";

type Values = RawArguments["values"];

/** How long a choice may take to be written, ms: a home on a network may be away. */
const WRITE_MS = 200;

export interface PickerSource {
  rows(): readonly PickerRow[];
  /** The row to begin with: what was chosen the last time, where it is there, else the newest port that nothing speaks against. */
  readonly first: string | undefined;
  /** What the user should know about where this comes from. */
  readonly problems: readonly string[];
  /** What holds for a session with this row. */
  valuesFor(row: PickerRow): Values;
  /** It is chosen, with these. Resolves when that is kept, or cannot be. */
  choose(row: PickerRow, values: Values): Promise<void>;
  forget(row: PickerRow): void;
  /** The user is at work: what takes time can wait. */
  putOff(): void;
  close(): void;
}

interface SourceOptions {
  /** What the command line says. */
  readonly values: Values;
  /** What the environment says, which is below that. */
  readonly environment: Values;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly onChange: () => void;
}

export async function openPickerSource(options: SourceOptions): Promise<PickerSource> {
  const { values, environment, env, cwd, onChange } = options;
  const path = choicesPath(env);
  const [choices, profiles] = await Promise.all([readChoices(path), readProfiles(env)]);
  const kept = new Map(choices.list.map((choice) => [choice.key, choice]));
  const watch: PortsWatch = watchPorts(onChange);
  const ports = new Map<string, PortInfo>();

  /** What is remembered and not said otherwise now. */
  const added = (key: string): Values => heldOf(kept.get(key)?.options ?? new Map(), [values, environment]);
  const keyOf = ({ id, kind, name }: PickerRow): string => {
    const info = ports.get(id);
    return kind === "port" && info !== undefined ? choiceKey(info) : name;
  };
  const rows = () => {
    const seen = watch.ports();
    ports.clear();
    for (const { id, info } of seen) ports.set(id, info);
    return pickerRows({
      ports: seen,
      profiles: profiles.profiles,
      isMatching: values.get("profile") === undefined && environment.get("profile") === undefined,
      isThere: (name) => isThere(name),
      last: (key) => describeOptions(added(key)) || undefined,
      nowS: Date.now() / 1000,
      nowMs: performance.now(),
    });
  };
  const [last] = choices.list;
  const atFirst = rows();
  const first =
    atFirst.find((row) => keyOf(row) === last?.key) ??
    atFirst.find(({ kind, trouble }) => kind === "port" && trouble === undefined);
  return {
    rows,
    first: first?.id,
    problems: [choices.problem, watch.problem, ...profiles.problems].filter((text) => text !== undefined),
    valuesFor: (row) => new Map([...values, ...(row.kind === "profile" ? [] : added(keyOf(row)))]),
    async choose(row, chosen) {
      if (path === undefined) return;
      // A profile says itself what holds with it.
      const options = row.kind === "profile" ? new Map() : rememberedOf(chosen, cwd);
      const writing = keepChoice(path, { key: keyOf(row), options }).catch(() => {});
      await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, WRITE_MS).unref())]);
    },
    forget(row) {
      kept.delete(keyOf(row));
      if (path !== undefined) void forgetChoice(path, keyOf(row)).catch(() => {});
      onChange();
    },
    putOff: () => watch.putOff(),
    close: () => watch.close(),
  };
}

/** A port that a profile names; undefined for one that is no file. */
function isThere(name: NonNullable<Profile["port"]>): boolean | undefined {
  if (name === DEMO) return true;
  if (/^[a-z][a-z0-9+.-]+:/i.test(name) && !isChosenName(name)) return undefined; // on another machine
  try {
    return existsSync(portPath(name));
  } catch {
    return false; // nothing fits, or too much
  }
}
