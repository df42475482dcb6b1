/** In a shell pipeline, where standard input and output are pipes (a program that starts robin gives it sockets). */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROBIN } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const run = promisify(execFile);
let device: TestPty;
let folder: string;
beforeEach(() => {
  device = new TestPty();
  folder = mkdtempSync("/tmp/robin-pipes-");
});
afterEach(() => {
  device.close();
  rmSync(folder, { recursive: true });
});

const shell = (script: string, ...args: string[]) =>
  run("bash", ["-c", `set -o pipefail; ${script}`, "bash", process.execPath, ROBIN, device.path, ...args]);

describe("a pipeline", () => {
  it("sends all of a megabyte and ends when its input does", async () => {
    const bytes = randomBytes(1_000_000);
    writeFileSync(`${folder}/in`, bytes);
    const done = shell('cat "$4" | "$1" "$2" --raw --noflow "$3"', `${folder}/in`);
    await device.expect((_, received) => received.length >= bytes.length);
    await done;
    expect(createHash("sha256").update(device.received).digest("hex")).toBe(
      createHash("sha256").update(bytes).digest("hex"),
    );
  });

  it("ends quietly, status 0, when the reader of its output has enough", async () => {
    const done = shell(
      // A FIFO that its reader has open for writing, too, never ends.
      'mkfifo "$6"; { "$1" "$2" --raw --noflow "$3" <>"$6"; echo "status $?" >"$5"; } | head -c 5 >"$4"',
      `${folder}/out`,
      `${folder}/status`,
      `${folder}/silence`,
    );
    await until("the port to be set up", () => !(device.termios.lflag & 2));
    await device.write("12345");
    await until("head to have it", () => readFileSync(`${folder}/out`, "latin1") === "12345");
    await device.write("6");
    const { stderr } = await done;
    expect(readFileSync(`${folder}/status`, "latin1")).toBe("status 0\n");
    expect(stderr).toBe("");
  });

  it("receives only, until it has been silent for a while, with no input at all", async () => {
    const done = shell('"$1" "$2" --raw --noflow --idle-exit 300 "$3" </dev/null >"$4"', `${folder}/out`);
    await until("the port to be set up", () => !(device.termios.lflag & 2));
    await device.write("one ");
    await device.write("two");
    await done;
    expect(readFileSync(`${folder}/out`, "latin1")).toBe("one two");
  });

  it("works in demo: as the README shows it", async () => {
    const { stdout, stderr } = await run("bash", [
      "-c",
      `echo help | '${process.execPath}' '${ROBIN}' demo: --idle-exit 500`,
    ]);
    expect(stdout).toMatch(/^robin demo board[\s\S]*demo> help\r\n[\s\S]*reboot +start again\r\ndemo> $/);
    expect(stderr).toBe("");
  });
});
