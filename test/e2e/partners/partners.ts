/**
 * Other people's programs, and virtual ports of the built command for them to open. Knows how they are started, ended and
 * skipped; what they do with a port is told by each test.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeLeftChannels } from "../../rig/support/channel.js";
import { type RobinRun, runRobin } from "../../support/robin.js";
import type { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

/** Debian's own: another one that comes first in PATH does not have Debian's modules. */
export const PYTHON = "/usr/bin/python3";

/** Why a test that needs all of `programs` is skipped, or undefined where they are installed. */
export function lacking(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync("which", [program]).status !== 0);
  return absent.length === 0 ? undefined : `not installed: ${absent.join(", ")}`;
}

/** The same for a module of Debian's Python. */
export function lackingModule(module: string, packageName: string): string | undefined {
  const { status } = spawnSync(PYTHON, ["-c", `import ${module}`]);
  return status === 0 ? undefined : `not installed: ${packageName}`;
}

interface Port {
  readonly name: string;
  readonly path: string;
  readonly link: string;
}

/** A command of robin's that makes ports, once they are there. */
export interface Ports {
  /** Links, by the names that `--json` tells. */
  readonly links: Readonly<Record<string, string>>;
  readonly run: RobinRun;
  /** Everything it has told so far, as `--json` prints it. */
  events(): readonly { readonly event: string; readonly port?: string }[];
  /** Ends it as a user does, and waits until it has ended. */
  end(): Promise<void>;
}

const cleanUps: (() => void | Promise<void>)[] = [];

/** Has `step` done after the test, the last one first. */
export function onCleanUp(step: () => void | Promise<void>): void {
  cleanUps.push(step);
}

/** Ends and removes whatever a test has left. */
export async function cleanUp(): Promise<void> {
  closeLeftChannels();
  for (const step of cleanUps.splice(0).reverse()) await step();
}

/** A folder that `cleanUp` removes. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "robin-partners-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts `robin …args --json` and waits for its ports. */
export async function startPorts(args: readonly string[]): Promise<Ports> {
  const run = runRobin([...args, "--json"], { stdin: "ignore" });
  const lines = () => run.stdout.toString().split("\n").slice(0, -1);
  const ports: Ports = {
    links: {},
    run,
    events: () => lines().map((line) => JSON.parse(line)),
    async end() {
      run.child.kill("SIGTERM");
      await run.status;
    },
  };
  cleanUps.push(() => ports.end());
  await until(
    () => `robin ${args.join(" ")} to be ready; it said ${JSON.stringify(run.stderr)}`,
    () => {
      if (run.child.exitCode !== null) throw new Error(`robin ${args.join(" ")} has ended: ${run.stderr}`);
      return lines().length > 0;
    },
  );
  const [ready] = ports.events() as unknown as [{ ports: readonly Port[] }];
  return { ...ports, links: Object.fromEntries(ready.ports.map(({ name, link }) => [name, link])) };
}

/** `robin pair` with links, and the two links. */
export async function startPair(...options: readonly string[]): Promise<Ports & { a: string; b: string }> {
  const folder = scratch();
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  return { ...(await startPorts(["pair", ...options, a, b])), a, b };
}

/** `robin hub` with ports of these names, in a directory of its own. */
export async function startHub(...names: readonly string[]): Promise<Ports> {
  return startPorts(["hub", "--dir", scratch(), ...names]);
}

export interface Partner {
  readonly child: ChildProcess;
  /** What came on stdout and stderr so far, where they are pipes. */
  stdout: Buffer;
  stderr: string;
  /** Settles with the exit status or the name of the signal that ended it, when its output is read. */
  readonly status: Promise<number | string>;
}

interface PartnerOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The terminal it runs on, as its controlling terminal and all three standard descriptors. Default: pipes. */
  readonly terminal?: TestPty;
}

/** Starts a program that `cleanUp` ends. */
export function start(
  command: string,
  args: readonly string[],
  { cwd, env, terminal }: PartnerOptions = {},
): Partner {
  const [program, ...rest] = terminal ? ["setsid", "-c", command, ...args] : [command, ...args];
  const io = terminal?.slave ?? "pipe";
  const child = spawn(program!, rest, { stdio: [io, io, io], cwd, env: { ...process.env, ...env } });
  const partner: Partner = {
    child,
    stdout: Buffer.alloc(0),
    stderr: "",
    status: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? signal ?? "?"));
    }),
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    partner.stdout = Buffer.concat([partner.stdout, chunk]);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    partner.stderr += chunk.toString();
  });
  cleanUps.push(() => void child.kill("SIGKILL"));
  return partner;
}
