/**
 * What was chosen in the picker the last time, adapter by adapter, in one file that robins share: newest first. Knows files and what
 * may stand in one; not what an option means. Where nothing can be kept, nothing is.
 */
import { constants } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import type { PortInfo } from "../port/discovery/discover.js";
import { prepareDirectoryOf, statePath } from "../session/state-home.js";
import type { RawArguments } from "./parse.js";

type Values = RawArguments["values"];

export interface Choice {
  /** Of choiceKey(). */
  readonly key: string;
  /** Options by their long names, as a command line has them. */
  readonly options: Values;
}

export interface Choices {
  /** The newest first. */
  readonly list: readonly Choice[];
  /** What is wrong with the file, where it is of no use. */
  readonly problem?: string;
}

/** So many adapters. */
const MOST_CHOICES = 100;
const LONGEST_BYTES = 256 * 1024;
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NONBLOCK, O_NOCTTY } = constants;

export function choicesPath(env: NodeJS.ProcessEnv): string | undefined {
  return statePath(env, "choices.json");
}

/**
 * What an adapter is known by: its ids and its serial number; without one, its socket. A built-in port, a profile and `demo:` are
 * known by their names.
 */
export function choiceKey(port: Pick<PortInfo, "path"> & Partial<PortInfo>): string {
  const { path, bus, vendorId, productId, serialNumber, interfaceNumber, portNumber } = port;
  if (bus !== "usb" || vendorId === undefined) return path;
  const part = [interfaceNumber, portNumber].filter((number) => number !== undefined).join(".");
  const ids = `usb:${vendorId}:${productId}`;
  if (serialNumber !== undefined) return `${ids}:${serialNumber}${part && ` ${part}`}`;
  return `${ids} at ${port.byPath ?? port.location}${part && ` ${part}`}`;
}

/** Rejects never: a file that is not there is empty, and one that is of no use has a problem. */
export async function readChoices(path: string | undefined): Promise<Choices> {
  if (path === undefined) return { list: [] };
  try {
    return { list: parseChoices(await readText(path)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { list: [] };
    const { code, message } = error as NodeJS.ErrnoException;
    return { list: [], problem: `read ${path}: ${code ?? message}: what was chosen before is not known` };
  }
}

/** Throws where it is no such file; what of it has another shape is left out. */
export function parseChoices(text: string): Choice[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Error("it is no JSON");
  }
  const { choices } = (document ?? {}) as { choices?: unknown };
  if (!Array.isArray(choices)) throw new Error("there are no choices in it");
  const known = new Map<string, Choice>();
  for (const one of choices) {
    const { key, options } = (one ?? {}) as { key?: unknown; options?: unknown };
    if (typeof key !== "string" || known.has(key)) continue;
    if (typeof options !== "object" || options === null || Array.isArray(options)) continue;
    const values = Object.entries(options).filter(([, value]) =>
      ["string", "number", "boolean"].includes(typeof value),
    );
    known.set(key, { key, options: new Map(values) });
  }
  return [...known.values()].slice(0, MOST_CHOICES);
}

export function formatChoices(list: readonly Choice[]): string {
  const choices = list
    .slice(0, MOST_CHOICES)
    .map(({ key, options }) => ({ key, options: Object.fromEntries(options) }));
  return `${JSON.stringify({ choices }, undefined, 2)}\n`;
}

/** From now on it is the last one. Rejects where it cannot be kept. */
export async function keepChoice(path: string, choice: Choice): Promise<void> {
  await change(path, (list) => [choice, ...list.filter(({ key }) => key !== choice.key)]);
}

/** It is as if it had never been chosen. Rejects where that cannot be kept. */
export async function forgetChoice(path: string, key: string): Promise<void> {
  await change(path, (list) => list.filter((choice) => choice.key !== key));
}

/** Read again first: another robin may have changed it. */
async function change(path: string, by: (list: readonly Choice[]) => readonly Choice[]): Promise<void> {
  if (!(await prepareDirectoryOf(path))) return;
  const text = formatChoices(by((await readChoices(path)).list));
  await replaceFile(path, text);
}

async function readText(path: string): Promise<string> {
  // A FIFO would keep its reader waiting.
  const file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is no regular file");
    if (stats.size > LONGEST_BYTES) throw new Error("it is too long");
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** The whole of it or nothing: a reader never sees a half. */
async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await unlink(fresh).catch(() => {}); // left by an earlier process with our number
  const file = await open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
