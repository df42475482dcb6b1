/**
 * Teleplot's lines: `>name:value`, `>name:timestamp:value`, several points by `;`, a unit behind §, flags behind |
 * (github.com/nesnes/teleplot, "Telemetry Format"). Pure.
 */
import { cleanName, numberAt, parseNumber, type Value } from "./value.js";

/** Texts and shapes are no numbers. */
const NO_NUMBERS = new Set(["t", "text", "3D", "html"]);

/** One row for each point of `line`, which begins with >; undefined where it has none. */
export function parseTeleplot(line: string): Value[][] | undefined {
  const [main = "", ...flags] = line.slice(1).split("|");
  if (flags.some((flag) => NO_NUMBERS.has(flag.trim()))) return undefined;
  const colon = main.indexOf(":");
  if (colon < 1) return undefined;
  const name = cleanName(main.slice(0, colon));
  const [points = "", unit] = main.slice(colon + 1).split("§");
  const isXy = flags.some((flag) => flag.trim() === "xy");
  const rows: Value[][] = [];
  for (const point of points.split(";").filter((text) => text.trim() !== "")) {
    const texts = point.split(":").map((text) => text.trim());
    const numbers = texts.map(parseNumber);
    if (texts.length > (isXy ? 3 : 2) || numbers.includes(undefined)) return undefined;
    const at = (index: number, suffix = "") =>
      numberAt(`${name}${suffix}`, numbers[index]!, texts[index]!, unit?.trim());
    if (!isXy) rows.push([at(texts.length - 1)]);
    else if (texts.length < 2) return undefined;
    else rows.push([at(0, ".x"), at(1, ".y")]);
  }
  return rows.length === 0 ? undefined : rows;
}
