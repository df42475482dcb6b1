/** What every driver of real devices keeps about paths and locks. Another robin, the built command, is the other holder. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OpenOptions } from "../../src/port/open.js";
import type { Port } from "../../src/port/port.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import type { OpenPath } from "./contract-device.js";
import { noise, send } from "./traffic.js";

/** `env` makes the command use the same driver. */
export function pathContract(openPath: OpenPath, env: NodeJS.ProcessEnv): void {
  let pty: TestPty;
  let ports: Port[];
  beforeEach(() => {
    pty = new TestPty();
    ports = [];
  });
  afterEach(async () => {
    for (const port of ports) await port.close();
    pty.close();
  });

  async function open(path: string, options: OpenOptions = {}): Promise<Port> {
    const port = await openPath(path, options);
    ports.push(port);
    return port;
  }

  describe("a path that is no port", () => {
    const folder = mkdtempSync(join(tmpdir(), "robin-"));
    const file = join(folder, "file");
    writeFileSync(file, "content");
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each([
      ["a missing file", "/dev/robin-none", /no such file or directory \(ENOENT\)/],
      ["a path below a file", join(file, "x"), /not a directory \(ENOTDIR\)/],
      ["a directory", folder, /it is a directory, not a tty/],
      ["a regular file", file, /it is a regular file, not a tty/],
      ["/dev/null", "/dev/null", /it is not a tty/],
    ])("is told with its reason: %s", async (_, path, reason) => {
      const failed = openPath(path, {});
      await expect(failed).rejects.toMatchObject({ name: "RobinError", code: "open-failed" });
      await expect(failed).rejects.toThrow(reason);
      await expect(failed).rejects.toThrow(`open ${path}: `);
    });

    test("is told with its reason: a pty whose other end is gone", async () => {
      pty.hangUp();
      await expect(openPath(pty.path, {})).rejects.toMatchObject({
        code: "open-failed",
        message: expect.stringMatching(`open ${pty.path}: .+`),
      });
    });
  });

  test("a close after all has left takes nothing back, even if the device reads later", async () => {
    const port = await open(pty.path, { settings: { bps: 115200, flow: "none" } });
    const bytes = noise(10_000, 1); // more than the line discipline at the other end holds
    await send(port.sink, bytes);
    await until("all to have left", () => port.sink.unsent() === 0);
    await port.close();
    await pty.expect((_, received) => received.length >= bytes.length);
    expect(pty.received.equals(bytes)).toBe(true);
  });

  describe("a lock", () => {
    let robin: RobinRun | undefined;
    afterEach(async () => {
      robin?.child.kill("SIGTERM");
      await robin?.status;
      robin = undefined;
    });
    const runHolder = async () => {
      robin = runRobin(["-v", "-b", "9600", pty.path], { env });
      await robin.said("connected");
      return robin;
    };
    const held = (pid: number) => ({
      code: "busy",
      message: expect.stringMatching(`^open ${pty.path}: held by .+ \\(PID ${pid}\\), by `),
    });

    test("of another process rejects an open with its PID and command", async () => {
      const { child } = await runHolder();
      const before = pty.termios;
      await expect(open(pty.path)).rejects.toMatchObject(held(child.pid!));
      await expect(open(pty.path)).rejects.toThrow("held by robin ");
      expect(pty.termios).toEqual(before); // and the settings of the port that is held stay
    });

    test("of this process rejects a second open", async () => {
      await open(pty.path);
      await expect(open(pty.path)).rejects.toMatchObject(held(process.pid));
      await expect(open(pty.path)).rejects.toMatchObject(held(process.pid));
    });

    test("keeps another process out", async () => {
      await open(pty.path);
      robin = runRobin(["-b", "9600", pty.path], { env });
      expect(await robin.status).toBe(4);
      expect(robin.stderr).toContain(`(PID ${process.pid})`);
    });

    test("is given back by close, for this process and for others", async () => {
      const first = await open(pty.path);
      await first.close();
      const second = await open(pty.path);
      await second.close();
      await runHolder();
    });

    test("is given back when an open fails", async () => {
      pty.hangUp();
      await expect(open(pty.path)).rejects.toMatchObject({ code: "open-failed" });
      const notes: string[] = [];
      pty = new TestPty(); // most often the same number again
      await open(pty.path, { onNote: (text) => notes.push(text) });
      // Other tests leave files of killed processes under the numbers of their ptys; this one is about its own.
      expect(notes.join("\n")).not.toContain(`left by process ${process.pid}`);
    });

    test("is not taken where none is wanted", async () => {
      await open(pty.path, { lock: false });
      await open(pty.path, { lock: false });
    });
  });
}
