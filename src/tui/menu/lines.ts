/**
 * The menu as lines, each said once: for a terminal that draws nothing over what stands there, and for whoever has it read
 * aloud. Pure.
 */
import { formatCaret } from "../../bytes/caret.js";
import { printable } from "../../bytes/printable.js";
import type { SessionSnapshot } from "../../session/session-face.js";
import { type Fact, type FactPart, factsOf, presence, upFor } from "./facts.js";
import type { MenuKey } from "./model.js";

/** Keys first: they are what was asked for. No signs that stand for words. */
export function menuLines(snapshot: SessionSnapshot, keys: readonly MenuKey[]): string[] {
  const { escapeKey } = snapshot;
  const prefix = escapeKey === undefined ? "" : `${formatCaret(escapeKey)} `;
  const lines = ["keys", ...keys.map(({ key, does }) => `  ${prefix}${key}  ${does}`)];
  if (prefix !== "") lines.push(`  ${prefix}${prefix} send ${prefix}itself`);
  lines.push(`session on ${printable(snapshot.path)}`, `  ${presence(snapshot).text}, ${upFor(snapshot)}`);
  return [...lines, ...factsOf(snapshot, new Map()).map(line)];
}

function line({ label, parts, between }: Fact): string {
  return `  ${label}: ${parts.map(word).join(between ?? ", ")}`;
}

function word({ text, lamp }: FactPart): string {
  return lamp === undefined ? printable(text).trim() : `${text} ${lamp ? "on" : "off"}`;
}
