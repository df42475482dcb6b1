/** `robin doctor`'s facts and findings of a port of the guest, in the test's own process, and processes that hold ports. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect } from "vitest";
import type { Finding } from "../../../src/doctor/finding.js";
import { DOCTOR_ROOTS, gatherMachine } from "../../../src/doctor/gather/machine.js";
import { gatherPort } from "../../../src/doctor/gather/port.js";
import { judge } from "../../../src/doctor/judge.js";
import { until } from "../../support/until.js";

const children: ChildProcess[] = [];

/** Ends the processes of this file that are left. */
export function endAll(): void {
  for (const child of children.splice(0)) child.kill("SIGKILL");
}

/** A process that is ended with the rest. */
export function start(
  program: string,
  args: readonly string[],
  stdin: number | "ignore" = "ignore",
): ChildProcess {
  const child = spawn(program, args, { stdio: [stdin, "ignore", "ignore"] });
  children.push(child);
  return child;
}

/** Facts and findings of one port, as root and in this process: Node takes a second to start here. */
export async function examine(path: string, opened = false) {
  const machine = gatherMachine();
  const { port, unlooked } = await gatherPort(path, machine, DOCTOR_ROOTS, { open: opened });
  const findings = judge({ machine: machine.facts, port });
  return { port, unlooked, findings, codes: findings.map(({ code }) => code) };
}

export function found(findings: readonly Finding[], code: string): Finding {
  const finding = findings.find((one) => one.code === code);
  if (!finding) throw new Error(`no ${code} in ${JSON.stringify(findings)}`);
  return finding;
}

/** Types what a finding says, as root. */
export function type(finding: Finding): void {
  const { status, stderr } = spawnSync("sh", ["-c", finding.type ?? "exit 99"]);
  expect(`${status} ${stderr}`, finding.type).toMatch(/^0 /);
}

/** A process with the open file of `fd`; the test's own descriptor of it may go. */
export async function inherit(fd: number): Promise<ChildProcess> {
  const child = start("/bin/sleep", ["1000"], fd);
  await until("it to run", () => existsSync(`/proc/${child.pid}/fd/0`), 30_000);
  return child;
}

export async function ended(child: ChildProcess): Promise<void> {
  await until("it to end", () => child.signalCode !== null || child.exitCode !== null, 30_000);
}
