/** `robin termios` as a user and a script see it, beside the stty of this system. */
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setExclusive } from "../../src/tty/ioctl.js";
import { hasFlag } from "../../src/tty/termios.js";
import { found } from "../golden/settings.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
beforeEach(() => {
  device = new TestPty();
});
afterEach(() => device.close());

const stty = (...args: string[]) => execFileSync("stty", ["-F", device.path, ...args], { encoding: "utf8" });

async function robin(args: readonly string[], options?: Parameters<typeof runRobin>[1]) {
  const run = runRobin(["termios", ...args], options);
  run.child.stdin?.end();
  const status = await run.status;
  return { status, out: run.stdout.toString(), said: run.stderr };
}

describe("robin termios", () => {
  it("prints what stty -a prints, byte for byte, at any width", async () => {
    stty("ek", "sane", "-echo", "crtscts", "115200", "eol", "M", "eol2", "0xff", "rows", "50", "cols", "132");
    for (const COLUMNS of ["", "40", "80", "0x50", "81", "97", "1000", "-1", "wide"]) {
      const theirs = execFileSync("stty", ["-a", "-F", device.path], { env: { ...process.env, COLUMNS } });
      const { status, out, said } = await robin([device.path], { env: { COLUMNS } });
      expect({ COLUMNS, out }).toEqual({ COLUMNS, out: theirs.toString() });
      expect([status, said]).toEqual([0, ""]);
    }
  });

  it("prints as wide as the terminal is, as stty does", async () => {
    const user = new TestPty();
    execFileSync("stty", ["-F", user.path, "cols", "44", "-opost"]);
    execFileSync("stty", ["-a", "-F", device.path], { stdio: ["ignore", user.slave, "inherit"] });
    const theirs = await user.expect("extproc");
    user.clear();
    expect((await robin([device.path], { stdout: user })).status).toBe(0);
    expect(await user.expect("extproc")).toBe(theirs);
    user.close();
  });

  it("--save prints what stty -g prints, which each of the two takes back", async () => {
    stty("raw", "-echo", "crtscts", "intr", "undef", "1200");
    const form = stty("-g");
    expect(await robin([device.path, "--save"])).toEqual({ status: 0, out: form, said: "" });
    expect((await robin([device.path, "-g"])).out).toBe(form);
    const before = device.termios;
    stty("sane", "9600");
    expect(await robin([device.path, form.trim()])).toEqual({ status: 0, out: "", said: "" });
    expect(device.termios).toEqual(before);
  });

  it("applies settings and says nothing, as stty does", async () => {
    const words = ["raw", "-echo", "-icrnl", "250000", "min=0", "time", "5", "intr=^A", "rows", "50", "tab3"];
    expect(await robin([device.path, ...words])).toEqual({ status: 0, out: "", said: "" });
    expect(device.termios).toMatchObject({ ispeed: 250_000, ospeed: 250_000 });
    expect(stty("-a")).toMatch(/rows 50;.*intr = \^A;.*min = 0; time = 5;.* tab3 .*-echo /s);
  });

  it("prints the speed or the size alone, after what was set", async () => {
    const args = [device.path, "speed", "250000", "rows=33", "size", "cols=101"];
    expect((await robin(args)).out).toBe("250000\n33 101\n");
  });

  it("names every setting that a pty does not take, with what stands: status 3", async () => {
    const { status, out, said } = await robin([device.path, "cs7", "parenb", "-cread", "-echo"]);
    expect(said).toBe(
      `robin: set up ${device.path}: the driver did not take cs7 (cs8 stands), -cread (cread stands), parenb (-parenb stands)\n`,
    );
    expect([status, out]).toEqual([3, ""]);
    expect(stty("-a")).toContain(" -echo ");
  });

  it("changes nothing if one word is wrong: status 2", async () => {
    const { status, said } = await robin([device.path, "raw", "rows", "7", "-prenb"]);
    expect(said).toBe('robin: setting "-prenb": there is no such setting (did you mean -parenb?)\n');
    expect(status).toBe(2);
    expect(device.termios).toEqual(found("pty"));
    expect(stty("size")).toBe("0 0\n");
  });

  it.each([
    [[], "no port was named: robin termios [options] <port> [setting...]"],
    [["-parenb"], "no port was named"],
    [["PORT", "--when", "later"], 'option --when: "later" is not one of now, drain, flush'],
    [["PORT", "--when", "now", "drain"], "option --when now and setting drain: they contradict each other"],
    [["PORT", "--drain", "x"], 'option --drain: "x" is not a whole number'],
    [["PORT", "--save", "raw"], "option --save: it prints what stands"],
    [["PORT", "--save", "--json"], "options --save and --json: they contradict each other"],
  ])("takes no %j: status 2", async (args, says) => {
    const { status, said } = await robin(args.map((word) => (word === "PORT" ? device.path : word)));
    expect(said).toContain(`robin: ${says}`);
    expect(status).toBe(2);
  });

  it("--json prints one document of what stands, and the error behind it", async () => {
    const { status, out } = await robin([device.path, "--json", "115200", "eol=M-^?", "parenb"]);
    const [document, error] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(document).toMatchObject({
      ispeed: 115_200,
      ospeed: 115_200,
      cflag: { parenb: false },
      csize: 8,
      cc: { intr: "^C", eol: "M-^?", eol2: null, min: 1 },
    });
    expect(error.error).toEqual({
      code: "setup-failed",
      message: `set up ${device.path}: the driver did not take parenb (-parenb stands)`,
    });
    expect(status).toBe(3);
  });

  it("warns of what stty's forms cannot say or do", async () => {
    await robin([device.path, "250000"]);
    const saved = await robin([device.path, "--save"]);
    expect(saved).toMatchObject({ status: 0, out: stty("-g") });
    expect(saved.said).toMatch(/the form cannot say a speed without a symbol: give 250000 as a setting/);
    stty("9600");
    const form = saved.out.trim();
    expect((await robin([device.path, form])).said).toMatch(/does not say which speed .*: 9600 stays\n/);
    expect(await robin([device.path, form, "250000", "speed"])).toMatchObject({ out: "250000\n", said: "" });
    expect((await robin([device.path, "line", "5"])).said).toMatch(/line 5 is noted, but discipline 0 stays/);
  });

  it("works beside a session that holds the port, and the session gives back what it found", async () => {
    const session = runRobin([device.path]);
    await until("the session to set up the port", () => !hasFlag(device.termios, "ECHO"));
    expect(await robin([device.path, "ixany", "250000"])).toMatchObject({ status: 0, said: "" });
    expect(hasFlag(device.termios, "IXANY")).toBe(true);
    session.child.stdin!.end();
    expect(await session.status).toBe(0);
    expect(device.termios).toEqual(found("pty"));
  });

  it("works on the terminal of its standard input, named -", async () => {
    stty("1200");
    expect(await robin(["-", "speed"], { stdin: device })).toMatchObject({ status: 0, out: "1200\n" });
    expect(await robin(["-"], { stdin: "ignore" })).toMatchObject({
      status: 3,
      said: "robin: open standard input: it is not a tty\n",
    });
  });
});

describe("a port that robin termios cannot open", () => {
  it.each([
    ["/dev/ttyNone0", 3, "no such file or directory (ENOENT)"],
    ["/dev/null", 3, "it is not a tty"],
    ["/tmp", 3, "it is a directory, not a tty"],
  ])("%s: status %i", async (path, expected, why) => {
    const { status, said, out } = await robin([path, "--json"]);
    expect(said).toContain(`robin: open ${path}: ${why}`);
    expect(JSON.parse(out).error.code).toBe("open-failed");
    expect(status).toBe(expected);
  });

  it("is held for exclusive use: status 4, with its holder", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("root is needed to become a user whom TIOCEXCL keeps out");
    chmodSync(device.path, 0o666);
    setExclusive(device.slave, true);
    const { status, said } = await robin([device.path], {
      wrap: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    });
    expect(said).toMatch(
      new RegExp(`^robin: open ${device.path}: held by .*for exclusive use \\(TIOCEXCL\\)\n`),
    );
    expect(said).not.toContain("--no-lock");
    expect(status).toBe(4);
  });

  it("is a pty whose other end is gone: status 3", async () => {
    device.hangUp();
    expect((await robin([device.path])).status).toBe(3);
  });
});
