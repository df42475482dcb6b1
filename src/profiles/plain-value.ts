/**
 * TOML values as a command line has them: texts, and switches. Pure; knows no option.
 */
import type { TomlValue } from "./toml.js";

/** A list joined by commas, a number in digits; undefined for what no command line could say: a date, a table. */
export function plainValue(value: TomlValue): string | boolean | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (!Array.isArray(value)) return undefined;
  const parts = (value as readonly TomlValue[]).map(plainValue);
  return parts.every((part) => typeof part === "string") ? parts.join(",") : undefined;
}

/** What a value is, for whoever says that it should have been something else. */
export function kindOf(value: TomlValue): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "bigint") return "a number";
  if (typeof value === "number") return "a number with a fraction";
  if (typeof value === "boolean") return String(value);
  if (value instanceof Date) return "a date";
  return Array.isArray(value) ? "a list" : "a table";
}
