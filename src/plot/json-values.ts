/**
 * The numbers of one JSON object, by the way to them: `imu.x`, `adc.0`. Pure. Texts, booleans and what lies too deep are none.
 */
import { cleanName, numberAt, type Value } from "./value.js";

/** Deeper, or more, is no measurement. */
const DEPTH = 8;
const MOST = 64;

/**
 * The numbers of `line`, which begins with {; undefined where it is no JSON or has none. `isKnown` says of a name whether it
 * was a number before: null is a gap then, as NaN has no other spelling in JSON.
 */
export function parseJson(line: string, isKnown: (name: string) => boolean): Value[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    return undefined;
  }
  const values: Value[] = [];
  collect(document, "", 0, values, isKnown);
  return values.length === 0 ? undefined : values;
}

function collect(
  node: unknown,
  path: string,
  depth: number,
  into: Value[],
  isKnown: (name: string) => boolean,
): void {
  if (into.length >= MOST) return;
  if (typeof node === "number") {
    into.push(numberAt(cleanName(path), Number.isFinite(node) ? node : Number.NaN, String(node)));
  } else if (node === null && isKnown(cleanName(path))) {
    into.push(numberAt(cleanName(path), Number.NaN, "nan"));
  } else if (typeof node === "object" && node !== null && depth < DEPTH) {
    for (const [key, inner] of Object.entries(node)) {
      collect(inner, path === "" ? key : `${path}.${key}`, depth + 1, into, isKnown);
    }
  }
}
