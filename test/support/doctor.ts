/** Runs the built `robin doctor`, for people and for programs. */
import { expect } from "vitest";
import type { Finding } from "../../src/doctor/finding.js";
import { runRobin } from "./robin.js";

type Options = Parameters<typeof runRobin>[1];

interface Report {
  readonly port: string;
  readonly status: number;
  readonly findings: readonly Finding[];
  readonly notLookedAt: readonly { what: string; why: string; type?: string }[];
  readonly facts: Record<string, unknown>;
}

export async function doctor(args: readonly string[], options: Options = {}) {
  const robin = runRobin(["doctor", ...args], { stdin: "ignore", ...options });
  const status = await robin.status;
  return { status, out: robin.stdout.toString(), err: robin.stderr };
}

/** With --json: the document, and its findings as `warning echo`. */
export async function report(args: readonly string[], options: Options = {}) {
  const { status, out, err } = await doctor(["--json", ...args], options);
  const document = JSON.parse(out) as Report;
  expect(err).toBe("");
  expect(document.status).toBe(status);
  const codes = document.findings.map(({ code, severity }) => `${severity} ${code}`);
  return { ...document, codes };
}
