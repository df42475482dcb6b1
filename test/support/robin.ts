/** Runs the built command as a user, a script or another program does. */
import { type ChildProcess, spawn } from "node:child_process";
import type { TestPty } from "./test-pty.js";
import { until } from "./until.js";

export const ROBIN = new URL("../../bin/robin.js", import.meta.url).pathname;

export interface RobinRun {
  readonly child: ChildProcess;
  /** What came on stdout and stderr so far, where they are pipes. */
  stdout: Buffer;
  stderr: string;
  /** Settles with the exit status, or the name of the signal that ended it. */
  readonly status: Promise<number | string>;
  /** Waits for a text on stderr. */
  said(text: string | RegExp): Promise<void>;
}

interface RunOptions {
  /** A pty's slave as stdin, stdout or stderr; a descriptor; default a pipe (stdin "ignore" is /dev/null). */
  readonly stdin?: TestPty | "pipe" | "ignore" | number;
  readonly stdout?: TestPty | "pipe" | "ignore" | number;
  readonly stderr?: TestPty | "pipe" | number;
  readonly env?: NodeJS.ProcessEnv;
  /** Where it is started. */
  readonly cwd?: string;
  /** Makes stdin's pty the controlling terminal of a session of its own (setsid -c). */
  readonly ownSession?: boolean;
  /** Prefix of the command line, such as `["su", "nobody", …]`. */
  readonly wrap?: readonly string[];
}

function stdio(value: TestPty | "pipe" | "ignore" | number | undefined) {
  if (value === undefined) return "pipe" as const;
  return typeof value === "object" ? value.slave : value;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function runRobin(args: readonly string[], options: RunOptions = {}): RobinRun {
  const own = options.ownSession ? ["setsid", "-c", "-w"] : [];
  const [command, ...rest] = [...(options.wrap ?? []), ...own, process.execPath, ROBIN, ...args];
  const child = spawn(command!, rest, {
    stdio: [stdio(options.stdin), stdio(options.stdout), stdio(options.stderr)],
    // No test keeps what it has typed in the home of whoever runs it, or has the profiles of that home.
    env: {
      ...process.env,
      NO_COLOR: "1",
      XDG_STATE_HOME: "/dev/null",
      XDG_CONFIG_HOME: "/dev/null",
      ...options.env,
    },
    cwd: options.cwd,
  });
  running.add(child);
  const run: RobinRun = {
    child,
    stdout: Buffer.alloc(0),
    stderr: "",
    status: new Promise((resolve) => {
      child.on("close", (code, signal) => {
        running.delete(child);
        resolve(code ?? signal ?? "?");
      });
    }),
    said: async (text) => {
      await until(
        () => `robin to say ${text}; it said ${JSON.stringify(run.stderr)}`,
        () => (typeof text === "string" ? run.stderr.includes(text) : text.test(run.stderr)),
      );
    },
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    run.stdout = Buffer.concat([run.stdout, chunk]);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  return run;
}
