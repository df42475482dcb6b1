/** A session with a menu and a form over it, in front of a person; the device is the test's. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { expectScreen, type Face, startFace } from "../support/face.js";
import { TestPty } from "../support/test-pty.js";

export const ESCAPE_KEY = "\x1c";
export const ESC = "\x1b";

export interface Desk {
  readonly face: Face;
  readonly device: TestPty;
  /** The port's name, of one length in every run, so that screens can be compared. */
  readonly port: string;
  /** For this run's files. */
  readonly directory: string;
}

type DeskOptions = Parameters<typeof startFace>[1];

/** Starts robin and waits until it is connected. */
export async function startDesk(args: readonly string[] = [], options: DeskOptions = {}): Promise<Desk> {
  const directory = mkdtempSync(join(tmpdir(), "robin-desk-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const device = new TestPty();
  onTestFinished(() => device.close());
  const port = join(directory, "port");
  symlinkSync(device.path, port);
  const face = startFace(["-b", "115200", "--noflow", ...args, port], { cwd: directory, ...options });
  await face.until("lists the keys");
  return { face, device, port, directory };
}

/** Compares the screen; what differs from run to run is made alike, with its length. */
export function expectDesk(rows: readonly string[], name: string): void {
  expectScreen(rows, name, [
    [/\/tmp\/robin-desk-\w{6}/g, "/tmp/robin-desk-NAME00"],
    [/r…\w{5}\/port/, "r…AME00/port"],
    [/k-\w{6}\/port/, "k-NAME00/port"],
    [/up \d+:\d\d/, "up 0:00"],
  ]);
}

/** Quits as a person does, and looks whether the terminal is as it was. */
export async function quit(face: Face): Promise<void> {
  await face.type(`${ESCAPE_KEY}q`);
  const status = await face.ended();
  if (status !== 0) throw new Error(`robin ended with ${status}`);
}
