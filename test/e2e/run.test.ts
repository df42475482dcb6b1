/** `robin run` as scripts and pipes have it: exit statuses, pure bytes, the end of input. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../src/tty/ioctl.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-run-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Options = Parameters<typeof runRobin>[1];

/** A run without input, or with this one. */
async function run(args: readonly string[], { input, ...options }: Options & { input?: string } = {}) {
  const robin = runRobin(["run", ...args], { stdin: input === undefined ? "ignore" : "pipe", ...options });
  if (input !== undefined) robin.child.stdin!.end(input);
  const status = await robin.status;
  return { status, out: robin.stdout.toString().replaceAll("\r\n", "\n"), err: robin.stderr };
}

const mkfifo = (path: string) => execFileSync("mkfifo", [path]);

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the exit status", () => {
  it.each([0, 1, 3, 255])("is the command's: %i", async (status) => {
    expect(await run(["--", "sh", "-c", `exit ${status}`])).toEqual({ status, out: "", err: "" });
  });

  it.each(["SIGKILL", "SIGTERM", "SIGHUP", "SIGSEGV"] as const)(
    "is 128+n after %s, which is told",
    async (name) => {
      const { status, out, err } = await run(["sh", "-c", `ulimit -c 0; kill -${name.slice(3)} $$`]);
      expect(status).toBe(128 + constants.signals[name]);
      expect(out).toBe("");
      expect(err).toBe(`robin: sh was ended by ${name}\n`);
    },
  );

  it("is the command's also when it was stopped for a while", async () => {
    const robin = runRobin(["run", "sh", "-c", "echo pid=$$; kill -STOP $$; exit 7"], { stdin: "ignore" });
    await until("its PID", () => /pid=(\d+)\r/.test(robin.stdout.toString()));
    const pid = Number(/pid=(\d+)/.exec(robin.stdout.toString())![1]);
    await until("the stop", () => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
    process.kill(pid, "SIGCONT");
    expect(await robin.status).toBe(7);
  });

  it("is 127 where there is no such program, by name and by path", async () => {
    expect(await run(["no-such-program-anywhere", "-x"])).toEqual({
      status: 127,
      out: "",
      err: "robin: run no-such-program-anywhere: no such program in PATH\n",
    });
    const { status, err } = await run([`${folder}/none`]);
    expect(status).toBe(127);
    expect(err).toBe(`robin: run ${folder}/none: no such file or directory (ENOENT)\n`);
  });

  it("is 127 where a script's interpreter is missing, and says that it is that", async () => {
    writeFileSync(`${folder}/script`, "#!/no/such/shell\n", { mode: 0o755 });
    expect(await run([`${folder}/script`])).toMatchObject({
      status: 127,
      err: `robin: run ${folder}/script: there is no such interpreter as its first line (#!) names\n`,
    });
  });

  it("is 126 where it cannot be run: not executable, a folder, no program", async () => {
    writeFileSync(`${folder}/file`, "text\n");
    expect(await run([`${folder}/file`])).toMatchObject({
      status: 126,
      err: expect.stringMatching(/file: permission denied \(EACCES\)\n {2}hint: chmod \+x /),
    });
    expect(await run([folder])).toMatchObject({
      status: 126,
      err: `robin: run ${folder}: it is a directory\n`,
    });
    chmodSync(`${folder}/file`, 0o755);
    expect(await run([`${folder}/file`])).toMatchObject({
      status: 126,
      err: expect.stringMatching(/file: it is neither a program .*\n {2}hint: sh .*\/file runs it/),
    });
  });

  it("is 2 for a wrong option of robin's, and the command's own options are its own", async () => {
    const { status, err } = await run(["--esc", "^a", "true"]);
    expect(status).toBe(2);
    expect(err).toContain("option --esc: there is no such option (did you mean --escape?)");
    expect((await run(["printf", "%s ", "--escape", "-q", "--", "--help"])).out).toBe(
      "--escape -q -- --help ",
    );
    expect((await run(["-q", "--", "printf", "%s ", "--", "-x"])).out).toBe("-- -x ");
  });

  it("is $SHELL's without a command, and /bin/sh's without that", async () => {
    writeFileSync(`${folder}/shell`, "#!/bin/sh\necho my shell; exit 4\n", { mode: 0o755 });
    expect(await run([], { env: { SHELL: `${folder}/shell` } })).toEqual({
      status: 4,
      out: "my shell\n",
      err: "",
    });
    expect(await run([], { env: { SHELL: "" }, input: "exit 5\n" })).toMatchObject({ status: 5 });
  });
});

describe("stdout that is no terminal", () => {
  it("gets 100 MB whole, also by a slow reader, and no word of robin's", async () => {
    const count = 100_000_000;
    const robin = runRobin(["run", "--", "sh", "-c", `stty raw; yes 0123456789abcde | head -c ${count}`], {
      stdin: "ignore",
      stdout: "pipe",
    });
    robin.child.stdout!.removeAllListeners("data");
    const hash = createHash("sha256");
    let received = 0;
    for await (const chunk of robin.child.stdout!) {
      hash.update(chunk as Buffer);
      received += (chunk as Buffer).length;
    }
    expect(await robin.status).toBe(0);
    expect(received).toBe(count);
    const expected = createHash("sha256");
    const block = Buffer.from("0123456789abcde\n".repeat(62_500));
    for (let at = 0; at < count; at += block.length) expected.update(block.subarray(0, count - at));
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
    expect(robin.stderr).toBe("");
  });

  it("gets the end of it though its reader stands still for longer than --drain", async () => {
    mkfifo(`${folder}/go`);
    // The pipe is full before robin has written a byte.
    const script = `set -o pipefail; { head -c 65536 /dev/zero; "$@"; } | { read line <${folder}/go; cat; }`;
    const robin = runRobin(
      ["run", "-v", "--drain", "1", "sh", "-c", "head -c 9000 /dev/zero; echo the end; exit 3"],
      {
        stdin: "ignore",
        wrap: ["bash", "-c", script, "bash"],
      },
    );
    const go = openSync(`${folder}/go`, "r+");
    await robin.said(/running sh on .*, PID \d+/);
    const pid = Number(/PID (\d+)/.exec(robin.stderr)![1]);
    await until("the command to end", () => !isAlive(pid));
    writeFileSync(go, "now\n");
    expect(await robin.status).toBe(3);
    closeSync(go);
    expect(robin.stdout).toHaveLength(65_536 + 9_009);
    expect(robin.stdout.toString()).toMatch(/the end\r\n$/);
  });

  it("ends robin quietly when nobody reads it any more, and the command gets SIGHUP", async () => {
    const robin = runRobin(["run", "sh", "-c", "echo pid=$$; while :; do echo more; done"], {
      stdin: "ignore",
    });
    await until("its PID", () => /pid=(\d+)\r/.test(robin.stdout.toString()));
    const pid = Number(/pid=(\d+)/.exec(robin.stdout.toString())![1]);
    robin.child.stdout!.destroy();
    expect(await robin.status).toBe(129);
    expect(robin.stderr).toBe("");
    expect(isAlive(pid)).toBe(false);
  });

  it("shows what the command printed, though what it started still has the terminal", async () => {
    const { status, out } = await run(["sh", "-c", "sleep 1000 & echo $! hi"]);
    expect(status).toBe(0);
    const pid = Number(/^(\d+) hi\n$/.exec(out)![1]);
    process.kill(pid, "SIGKILL");
  });

  it("waits for a command that has closed its terminal", async () => {
    const script = `exec <&- >&- 2>&-; read line <${folder}/go; exit 5`;
    mkfifo(`${folder}/go`);
    const robin = runRobin(["run", "-v", "sh", "-c", script], { stdin: "ignore" });
    const go = openSync(`${folder}/go`, "r+");
    await robin.said("running sh");
    writeFileSync(go, "now\n");
    expect(await robin.status).toBe(5);
    closeSync(go);
  });
});

describe("stdin that is no terminal", () => {
  it("is typed without echo, and its end is the command's end of input", async () => {
    expect(await run(["cat"], { input: "hello\nworld" })).toEqual({
      status: 0,
      out: "hello\nworld",
      err: "",
    });
    expect(await run(["cat"], { input: "" })).toEqual({ status: 0, out: "", err: "" });
    expect(await run(["cat"])).toEqual({ status: 0, out: "", err: "" });
  });

  it("ends for each program that a shell starts, and for the shell", async () => {
    const { status, out } = await run(["sh"], { input: "PS1=; cat; echo between; cat; exit 6\n" });
    expect(status).toBe(6);
    expect(out).toMatch(/between\n$/);
  });

  it("ends for an interactive bash, which reads keys itself", async () => {
    const { status, out } = await run(["bash", "--norc", "-i"], { input: "echo $((40+2))\n" });
    expect(status).toBe(0);
    expect(out).toMatch(/\r?42\n/);
  });

  it("is waited behind: the command may go on for as long as it likes", async () => {
    const robin = runRobin([
      "run",
      "sh",
      "-c",
      `cat; echo end; while [ ! -e ${folder}/go ]; do sleep 0.02; done`,
    ]);
    robin.child.stdin!.end("in\n");
    await until("the end of input", () => robin.stdout.toString() === "in\r\nend\r\n");
    writeFileSync(`${folder}/go`, "");
    expect(await robin.status).toBe(0);
  });

  it("loses nothing of 10 MB in raw mode", async () => {
    const count = 10_000_000;
    const bytes = Buffer.alloc(count);
    for (let at = 0; at < count; at++) bytes[at] = (at * 31) >> (at % 7);
    const robin = runRobin(["run", "sh", "-c", `stty raw; echo ready; head -c ${count} | sha256sum`]);
    await until("raw mode", () => robin.stdout.includes("ready"));
    robin.child.stdin!.end(bytes);
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toContain(createHash("sha256").update(bytes).digest("hex"));
  });

  it("loses no line of a long text in canonical mode", async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => `${at}\n`).join("");
    const digest = createHash("sha256").update(lines).digest("hex");
    expect((await run(["sha256sum"], { input: lines })).out).toBe(`${digest}  -\n`);
  });

  it("may be closed, and stdout too", async () => {
    const wrap = (redirect: string) => ["sh", "-c", `exec "$@" ${redirect}`, "sh"];
    expect(await run(["sh", "-c", "cat; echo hi"], { wrap: wrap("<&-") })).toMatchObject({
      status: 0,
      out: "hi\n",
    });
    const marker = `${folder}/marker`;
    expect(
      await run(["sh", "-c", `echo hi; echo hi >${marker}; exit 3`], { wrap: wrap(">&-") }),
    ).toMatchObject({
      status: 3,
    });
    expect(readFileSync(marker, "utf8")).toBe("hi\n");
  });
});

describe("what the command finds", () => {
  it("is a terminal of 24 rows and 80 columns where there is none, or the size of the one on stdout", async () => {
    expect((await run(["stty", "size"])).out).toBe("24 80\n");
    const user = new TestPty();
    setWindowSize(user.slave, { rows: 31, columns: 97 });
    const robin = runRobin(["run", "stty", "size"], { stdin: "ignore", stdout: user });
    await user.expect("31 97");
    expect(await robin.status).toBe(0);
    user.close();
  });

  it("is no descriptor of robin's", async () => {
    const outside = runRobin(["--version"], {
      stdin: "ignore",
      wrap: ["sh", "-c", "ls -l /proc/self/fd", "sh"],
    });
    await outside.status;
    const links = (text: string) => text.split("\n").filter((line) => line.includes("->")).length;
    const { out } = await run(["ls", "-l", "/proc/self/fd"]);
    expect(out).not.toMatch(/ptmx|inotify|eventpoll|eventfd|pidfd/);
    expect(links(out)).toBe(links(outside.stdout.toString()));
  });

  it("is the environment as it was, TERM too, and nothing added", async () => {
    const env = { TERM: "vt52", ROBIN_TEST: "a b" };
    const { out } = await run(["sh", "-c", 'echo "$TERM $ROBIN_TEST"; env'], { env });
    expect(out).toMatch(/^vt52 a b\n/);
    expect(out).not.toContain("ROBIN_PORT");
  });
});
