/**
 * Layers of options to what holds: the upper one has the word, and what contradicts it beneath is left out. Pure.
 */
import { RobinError } from "../errors.js";
import { placeOf } from "../profiles/problem.js";
import { complaintAbout } from "./option-check.js";
import { OPTIONS } from "./options.js";
import { type Layer, type Origin, originText, type Said } from "./origin.js";

/** Options that a frame consists of, and the letters of `line` that say the same. */
const FRAME = ["databits", "parity", "stopbits"] as const;
const PARITIES: Readonly<Record<string, string>> = { N: "none", E: "even", O: "odd", M: "mark", S: "space" };

/**
 * What holds, by option; the first layer counts most, and is the command line, whose own mistakes are left for it to tell.
 * Throws RobinError "usage" for a contradiction within another layer.
 */
export function resolveLayers(layers: readonly Layer[]): Map<string, Said> {
  const split = withFramesSplit(layers);
  const holds = new Map<string, Said>();
  const rankOf = new Map<string, number>();
  for (const [rank, layer] of split.entries()) {
    for (const [name, said] of layer) {
      if (holds.has(name)) continue;
      holds.set(name, said);
      rankOf.set(name, rank);
    }
  }
  for (const [name, { value }] of holds) if (value === false && !isNegatable(name)) holds.delete(name);
  if ([...rankOf.values()].every((rank) => rank === 0)) return holds;
  while (leaveOut(holds, rankOf));
  return holds;
}

/** Takes out what the command line would not take together with what counts more. Whether there was anything. */
function leaveOut(holds: Map<string, Said>, rankOf: ReadonlyMap<string, number>): boolean {
  const complaint = complaintAbout(new Map([...holds].map(([name, { value }]) => [name, value])));
  const named = (complaint?.names ?? []).filter((name) => holds.has(name));
  const ranks = named.map((name) => rankOf.get(name)!);
  const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
  if (complaint === undefined || named.length === 0) return false;
  if (first < last) {
    for (const name of named) if (rankOf.get(name)! > first) holds.delete(name);
    return true;
  }
  if (first === 0) return false;
  if (named.length > 1)
    throw located(
      complaint.error,
      named.map((name) => holds.get(name)!.origin),
    );
  // It lacks another option, which no layer has: without that it says nothing.
  holds.delete(named[0]!);
  return true;
}

function isNegatable(name: string): boolean {
  return OPTIONS.find((option) => option.name === name)?.negatable === true;
}

/** Where an upper layer says a part of the frame, the rest of a lower layer's `line` still holds. */
function withFramesSplit(layers: readonly Layer[]): readonly Layer[] {
  return layers.map((layer, rank) => {
    const line = layer.get("line");
    const isSplit = layers.slice(0, rank).some((upper) => FRAME.some((name) => upper.has(name)));
    const [, databits, parity = "", stopbits] = /^(\d)([a-z])(\d)$/i.exec(String(line?.value)) ?? [];
    if (line === undefined || !isSplit || stopbits === undefined) return layer;
    const parts: readonly (readonly [string, string | undefined])[] = [
      ["databits", databits],
      ["parity", PARITIES[parity.toUpperCase()]],
      ["stopbits", stopbits],
    ];
    const all = new Map(layer);
    all.delete("line");
    for (const [name, value] of parts) if (value !== undefined) all.set(name, { value, origin: line.origin });
    return all;
  });
}

function located(error: RobinError, origins: readonly Origin[]): RobinError {
  const places = new Set(
    origins.map((origin) => (origin.from === "profile" ? placeOf(origin) : originText(origin))),
  );
  return new RobinError("usage", `${[...places].join(", ")}: ${error.message}`, { hint: error.hint });
}
