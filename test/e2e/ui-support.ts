/** The full screen in front of a person, with devices that the test plays. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { expectScreen, type Face, startFace } from "../support/face.js";
import { TestPty } from "../support/test-pty.js";

export const ESCAPE = "\x1c";

export interface UiRun {
  readonly face: Face;
  readonly device: TestPty;
  readonly devices: readonly TestPty[];
  /** For this run's files. */
  readonly directory: string;
}

interface UiOptions {
  readonly rows?: number;
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly ports?: number;
}

/** Starts `robin ui` and waits until it shows its ports. Names of ports have one length, so that screens can be compared. */
export async function startUi(
  args: readonly string[] | ((directory: string) => readonly string[]) = [],
  options: UiOptions = {},
): Promise<UiRun> {
  const { ports = 1, rows = 16, columns = 80, env = {} } = options;
  const directory = mkdtempSync(join(tmpdir(), "robin-ui-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const devices = Array.from({ length: ports }, () => new TestPty());
  const names = devices.map(({ path }, at) => {
    onTestFinished(() => devices[at]!.close());
    const name = join(directory, `port${at + 1}`);
    symlinkSync(path, name);
    return name;
  });
  const face = startFace(["ui", ...(typeof args === "function" ? args(directory) : args), ...names], {
    rows,
    columns,
    env,
  });
  await face.until(/connected; |\d 8N1|needs 40x10/);
  return { face, device: devices[0]!, devices, directory };
}

/** Compares the screen, when nothing is said and nothing moves any more, but for what differs from run to run. */
export async function expectUi(face: Face, name: string): Promise<void> {
  await face.until(/rx [1-9][^/]*$/);
  expectScreen(face.screen(), name, [[/\/tmp\/robin-ui-\w{6}/g, "/tmp/robin-ui-NAME00"]]);
}

/** A key behind the escape key. */
export const command = (face: Face, key: string) => face.type(ESCAPE + key);

export const mouse = (button: number, column: number, row: number, isRelease = false) =>
  `\x1b[<${button};${column + 1};${row + 1}${isRelease ? "m" : "M"}`;
