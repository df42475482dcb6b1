/** A session that is logged: nothing is lost of it, and nothing that happens to the log happens to the session. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { close, O_NONBLOCK, O_RDONLY, open, read } from "../../src/tty/libc.js";
import { numberedLines } from "../sink/numbered.js";
import { finish, sendAll, receive as startReceiving } from "../support/receiving.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let folder: string;
let path: string;
/** A file in place of a screen. */
let screen: string;
const shown = () => readFileSync(screen, "latin1");
const shownBytes = () => statSync(screen).size;
beforeEach(() => {
  device = new TestPty();
  folder = mkdtempSync(join(tmpdir(), "robin-log-"));
  screen = `${folder}.screen`;
  path = join(folder, "x.log");
});
afterEach(() => {
  device.close();
  rmSync(folder, { recursive: true });
  rmSync(screen, { force: true });
});

const receive = (...args: string[]) => startReceiving(device, screen, args);
const send = (bytes: Uint8Array, goesOn?: () => boolean) => sendAll(device, bytes, goesOn);

describe("a log", () => {
  it("that is rotated has every byte once, and the screen has it too", async () => {
    const all = numberedLines(1_000_000);
    const run = await receive("--log", path, "--log-size", "100k");
    await send(all);
    await until("all of it", () => shownBytes() === all.length);
    expect([await finish(run), run.stderr]).toEqual([0, ""]);
    expect(readFileSync(screen).equals(all)).toBe(true);
    const names = readdirSync(folder).sort((one, other) => Number(other.slice(6)) - Number(one.slice(6)));
    expect(names).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => `x.log.${n}`).concat("x.log"));
    expect(Buffer.concat(names.map((name) => readFileSync(join(folder, name)))).equals(all)).toBe(true);
    expect(readFileSync(`${path}.9`).length).toBe(102_402); // 11378 lines: the first end behind 100 KiB
  });

  it("on a full disk ends, is told, and the session does not", async () => {
    const all = numberedLines(300_000);
    const run = await receive("--log", "/dev/full");
    await send(all);
    await run.said("write log /dev/full: no space left on device (ENOSPC); the log ends here");
    await until("all of it", () => shownBytes() === all.length);
    expect(await finish(run)).toBe(0);
    expect(run.stderr.split("\n").length).toBe(2);
  });

  it("that takes nothing is not waited for after a second signal", async () => {
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const run = await receive("-v", "--log", path, "--drain", "600000");
    await send(numberedLines(100_000));
    await until("all of it", () => shownBytes() === 100_000);
    run.child.kill("SIGTERM");
    await run.said("SIGTERM: leaving");
    run.child.kill("SIGTERM");
    expect(await run.status).toBe(143);
    close(reader);
  });

  it("and a recording are whole where nothing is waited for", async () => {
    const record = join(folder, "record.gz");
    const run = await receive("--log", path, "--record", record, "--drain", "0");
    await send(numberedLines(10_000));
    await until("all of it", () => shownBytes() === 10_000);
    expect([await finish(run), run.stderr]).toEqual([0, ""]);
    expect(readFileSync(path).length).toBe(10_000);
    const lines = gunzipSync(readFileSync(record)).toString().trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ event: "end", received: 10_000 });
  });

  it("on a disk that stands still holds the port, and nothing is lost", async () => {
    execFileSync("mkfifo", [path]);
    const reader = open(path, O_RDONLY | O_NONBLOCK);
    const all = numberedLines(5_000_000);
    const run = await receive("--log", path);
    let isSent = false;
    const sent = send(all).then(() => {
      isSent = true;
    });
    await until("what fits", () => shownBytes() > 4_200_000);
    const got: Buffer[] = [];
    let count = 0;
    expect(isSent).toBe(false);
    await until(
      () => `all of it; the log has ${count}, the screen ${shownBytes()}`,
      () => {
        const chunk = Buffer.alloc(65_536);
        for (let n = read(reader, chunk); n > 0; n = read(reader, chunk)) {
          got.push(Buffer.from(chunk.subarray(0, n)));
          count += n;
        }
        return count === all.length && shownBytes() === all.length;
      },
    );
    await sent;
    expect(await finish(run)).toBe(0);
    expect(Buffer.concat(got).equals(all)).toBe(true);
    expect(readFileSync(screen).equals(all)).toBe(true);
    close(reader);
  });

  it("of a session that is killed is a prefix of what came", async () => {
    const all = numberedLines(8_000_000);
    const run = await receive("--log", path);
    let isKilled = false;
    const sent = send(all, () => !isKilled);
    await until("some of it", () => shownBytes() > 2_000_000);
    run.child.kill("SIGKILL");
    expect(await run.status).toBe("SIGKILL");
    isKilled = true;
    await sent;
    const file = readFileSync(path);
    expect(file.length).toBeGreaterThan(500_000);
    expect(file.equals(all.subarray(0, file.length))).toBe(true);
  });

  it("has no secret, and the screen has it", async () => {
    const run = await receive("--log", path, "--mask", "password: (.*)");
    await device.write("login: me\r\npassword: geheim\r\n# ");
    await until("it to be shown", () => shown().endsWith("# "));
    expect(await finish(run)).toBe(0);
    expect(shown()).toContain("geheim");
    expect(readFileSync(path, "utf8")).toBe("login: me\r\npassword: ***\r\n# ");
  });

  it("ends and goes on by a key", async () => {
    const user = new TestPty();
    const run = runRobin(["--log", path, device.path], { stdin: user, stdout: user });
    await run.said("lists the keys");
    await device.write("one\n");
    await user.expect("one");
    await user.write("\x1cl");
    await run.said("is closed");
    await device.write("two\n");
    await user.expect("two");
    await user.write("\x1cl");
    await run.said(/: log is /);
    await device.write("three\n");
    await user.expect("three");
    await user.write("\x1cq");
    expect(await run.status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe("one\nthree\n");
    user.close();
  });

  it.each([
    ["/nowhere/x.log", 3, "robin: open log /nowhere/x.log: no such file or directory (ENOENT)\n"],
    ["boot-%Q.log", 2, 'robin: option --log: log name "boot-%Q.log": there is no %Q\n'],
    ["-", 2, 'robin: option --log: log name "-": stdout has the port\'s bytes already\n'],
  ])("at %s is refused before anything is received", async (name, status, said) => {
    const run = runRobin(["--log", name, device.path], { stdin: "ignore" });
    expect(await run.status).toBe(status);
    expect(run.stderr.startsWith(said)).toBe(true);
    expect(existsSync(join(folder, "x.log"))).toBe(false);
  });
});
