/** `robin utmp` as a user and a script run it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goldenFile } from "../golden/utmp.js";
import { runRobin } from "../support/robin.js";
import { until } from "../support/until.js";

const records = goldenFile(384);
let dir: string;
let file: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "robin-utmp-"));
  file = join(dir, "records");
  writeFileSync(file, records);
});
afterAll(() => rmSync(dir, { recursive: true }));

async function utmp(args: readonly string[], options: Parameters<typeof runRobin>[1] = {}) {
  const robin = runRobin(["utmp", ...args], { stdin: "ignore", ...options });
  const status = await robin.status;
  return { status, stdout: robin.stdout.toString(), stderr: robin.stderr };
}

const pidsOf = (text: string) => [...text.matchAll(/^ pid: +(\d+)/gm)].map((match) => Number(match[1]));

describe("robin utmp --file", () => {
  it("shows each record of the file", async () => {
    const { status, stdout, stderr } = await utmp(["--file", file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      new RegExp(`^${file}:\n=+\nRUN_LVL {6}:\n {2}time: Fri Feb 13 23:31:30 2009.000005\n`),
    );
    expect(stdout.match(/^ {2}time:/gm)).toHaveLength(26);
    expect(stdout).not.toContain("\x1b");
  });

  it("shows the processes of an id, and the logins on a line, by the line if both are given", async () => {
    const byId = await utmp(["--file", file, "-i", "ts/0"]);
    expect(pidsOf(byId.stdout)).toEqual([12345, 12345, 811]);
    const byLine = await utmp(["--file", file, "-l", "ttyS0"]);
    expect(pidsOf(byLine.stdout)).toEqual([702, 702]);
    const byBoth = await utmp(["--file", file, "-i", "ts/0", "--line", "/dev/ttyS0"]);
    expect(byBoth.stdout).toBe(byLine.stdout);
    expect(byBoth.stderr).toBe("robin: both --id and --line are given: choosing by line\n");
    expect([byId.status, byLine.status, byBoth.status]).toEqual([0, 0, 0]);
  });

  it("prints one JSON document", async () => {
    const { status, stdout } = await utmp(["--file", file, "--json"]);
    expect(status).toBe(0);
    const all = JSON.parse(stdout) as { file: string; type: string; at: number }[];
    expect(all).toHaveLength(26);
    expect(all[0]).toMatchObject({ file, type: "RUN_LVL", at: 1234567890.000005 });
    expect(JSON.parse((await utmp(["--file", file, "--json", "-l", "nowhere"])).stdout)).toEqual([]);
  });

  it("reads a file that another machine wrote", async () => {
    const other = join(dir, "arm64");
    writeFileSync(other, goldenFile(400));
    const theirs = await utmp(["--file", other]);
    expect(theirs.status).toBe(0);
    expect(theirs.stdout.replace(other, file)).toBe((await utmp(["--file", file])).stdout);
  });

  it("reads a pipe", async () => {
    const halves = ["sh", "-c", `(head -c 1000 '${file}'; tail -c +1001 '${file}') | "$@"`, "sh"];
    const { status, stdout } = await utmp(["--file", "/dev/stdin"], { wrap: halves });
    expect(status).toBe(0);
    expect(stdout.match(/^ {2}time:/gm)).toHaveLength(26);
  });

  it("stops at once when nobody reads on", async () => {
    const large = join(dir, "large");
    writeFileSync(large, "");
    truncateSync(large, 384 * 1_000_000); // of holes: a million empty records
    const robin = runRobin(["utmp", "--file", large], { stdin: "ignore" });
    await until("the first records", () => robin.stdout.length > 0);
    robin.child.stdout!.destroy();
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toBe("");
  });
});

describe("robin utmp --file, when something is wrong with the file", () => {
  it("shows the whole records of one that is cut off, says so, status 3", async () => {
    const cut = join(dir, "cut");
    writeFileSync(cut, records.subarray(0, 3 * 384 + 100));
    const { status, stdout, stderr } = await utmp(["--file", cut]);
    expect(status).toBe(3);
    expect(stdout.match(/^ {2}time:/gm)).toHaveLength(3);
    expect(stderr).toBe(
      `robin: read ${cut}: it is cut off: 100 bytes at byte 1152 are less than a record of 384\n`,
    );
  });

  it("prints valid JSON all the same, and the error as the last line", async () => {
    const cut = join(dir, "cut");
    const { status, stdout } = await utmp(["--file", cut, "--json"]);
    const lines = stdout.trimEnd().split("\n");
    expect(status).toBe(3);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ error: { code: "open-failed" } });
    expect(JSON.parse(lines.slice(0, -1).join("\n"))).toHaveLength(3);
  });

  it.each([
    ["a text file", "/etc/passwd", /^robin: read \/etc\/passwd: no utmp record at byte 0: its type is \d+/],
    ["a directory", "/etc", /^robin: read \/etc: illegal operation on a directory \(EISDIR\)\n$/],
    ["no file", "/nowhere/wtmp", /^robin: open \/nowhere\/wtmp: no such file or directory \(ENOENT\)\n$/],
  ])("says that it is %s, status 3, and shows nothing", async (_, path, message) => {
    const { status, stdout, stderr } = await utmp(["--file", path]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("robin utmp", () => {
  /** Runs with a /run and a /var/log of its own, with these files in them. */
  const inNamespace = (setUp: string) => [
    "unshare",
    "-rm",
    "sh",
    "-c",
    `mount -t tmpfs none /run; mount -t tmpfs none /var/log; ${setUp}; exec "$@"`,
    "sh",
  ];
  const refusal = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/run"]);
  const both = () => `cp '${file}' /run/utmp; head -c 768 '${file}' >/var/log/wtmp`;
  const headings = (text: string) => text.match(/^.*:(?=\n=+$)/gm) ?? [];

  describe.skipIf(refusal.status !== 0)("with databases of its own (needs unshare -rm)", () => {
    it.each([
      ["", ["/var/run/utmp:"]],
      ["-w", ["/var/run/utmp:", "/var/log/wtmp:"]],
      ["-u -w", ["/var/log/wtmp:"]],
      ["-uw", ["/var/log/wtmp:"]],
      ["-u", []],
      ["-u -u", ["/var/run/utmp:"]],
      ["-w --wtmp", ["/var/run/utmp:"]],
      ["-uuuw -i S0", ["/var/log/wtmp:"]],
    ])("%s shows %j", async (args, shown) => {
      const { status, stdout } = await utmp(args.split(" ").filter(Boolean), { wrap: inNamespace(both()) });
      expect(status).toBe(0);
      expect(headings(stdout)).toEqual(shown);
      if (shown.length === 2) expect(stdout).toContain("\n\n\n\n\n/var/log/wtmp:\n");
    });

    it("says what a missing utmp means, status 3, and shows wtmp all the same", async () => {
      const wrap = inNamespace(`cp '${file}' /var/log/wtmp`);
      const { status, stdout, stderr } = await utmp(["-w"], { wrap });
      expect(status).toBe(3);
      expect(headings(stdout)).toEqual(["/var/log/wtmp:"]);
      expect(stdout.match(/^ {2}time:/gm)).toHaveLength(26);
      expect(stderr).toBe(
        "robin: open /var/run/utmp: no such file or directory (ENOENT)\n" +
          "  hint: this system keeps no utmp: loginctl shows who is logged in, where systemd does\n",
      );
    });

    it("says both when both are missing", async () => {
      const { status, stdout, stderr } = await utmp(["-w", "--json"], { wrap: inNamespace("true") });
      expect(status).toBe(3);
      expect(stderr).toContain("open /var/run/utmp:");
      expect(stderr).toContain("open /var/log/wtmp:");
      expect(stdout.split("\n")[0]).toBe("[]");
    });

    it("shows in one JSON document which file a record is from", async () => {
      const { stdout } = await utmp(["-w", "--json"], { wrap: inNamespace(both()) });
      const files = (JSON.parse(stdout) as { file: string }[]).map((one) => one.file);
      expect(files).toEqual([...Array(26).fill("/var/run/utmp"), ...Array(2).fill("/var/log/wtmp")]);
    });
  });

  it.each([
    [["-i", "toolong"], 'option --id: "toolong" is longer than the 4 bytes of a record'],
    [["-l", "x".repeat(33)], "is longer than the 32 bytes of a record"],
    [["--file", "f", "-u"], "options --file and --utmp: they contradict each other, give one"],
    [["--file", "f", "-w", "-w"], "options --file and --wtmp: they contradict each other, give one"],
    [["/var/log/wtmp"], 'argument "/var/log/wtmp": robin utmp takes none (--file FILE names a file)'],
    [["--lime", "x"], "option --lime: there is no such option (did you mean --line?)"],
    [["--file"], "option --file: it needs a value (FILE)"],
  ])("refuses %j, status 2", async (args, message) => {
    const { status, stdout, stderr } = await utmp(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
