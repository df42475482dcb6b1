/** Links to ptys: made whole, taken back, and nothing of anyone else's overwritten. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RobinError } from "../../../src/errors.js";
import { type Link, placeLink } from "../../../src/virtual/port/link.js";
import { judgePty } from "../../../src/virtual/port/link-standing.js";
import { mastersOf } from "../../../src/virtual/port/pty-masters.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

let folder: string;
let path: string;
let pty: TestPty;
let links: Link[];
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-link-`);
  path = `${folder}/port`;
  pty = new TestPty();
  links = [];
  children = [];
});
afterEach(() => {
  for (const link of links) link.remove();
  for (const child of children) child.kill("SIGKILL");
  pty.close();
  rmSync(folder, { recursive: true, force: true });
});

function place(at = path, target = pty.path): Link {
  const link = placeLink(at, target);
  links.push(link);
  return link;
}
function refusal(at = path): RobinError {
  try {
    place(at);
  } catch (error) {
    expect(error).toBeInstanceOf(RobinError);
    expect((error as RobinError).code).toBe("open-failed");
    return error as RobinError;
  }
  throw new Error(`a link was made at ${at}`);
}
/** A process with a pty of its own, and with `code` run before it waits. Resolves with the slave's path. */
async function ptyOwner(code = ""): Promise<{ slave: string; child: ChildProcess }> {
  const program = `import os, sys, time, fcntl\nm, s = os.openpty()\n${code}\nprint(os.ttyname(s), flush=True)\ntime.sleep(60)`;
  const child = spawn("python3", ["-c", program, path], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await until("the owner", () => said.includes("\n"));
  return { slave: said.trim(), child };
}
const hourAgo = () => new Date(Date.now() - 3_600_000);

describe("a link", () => {
  it("leads to the slave, and is taken back once", () => {
    const link = place();
    expect(readlinkSync(path)).toBe(pty.path);
    link.remove();
    expect(existsSync(path)).toBe(false);
    symlinkSync("/dev/null", path);
    link.remove();
    expect(readlinkSync(path)).toBe("/dev/null");
  });

  it("is pointed to another slave in one step, again and again, and leaves nothing else", () => {
    const link = place();
    for (const target of ["/dev/pts/98", "/dev/pts/99"]) {
      link.point(target);
      expect(readlinkSync(path)).toBe(target);
    }
    link.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that somebody has replaced is theirs: it is neither taken back nor pointed elsewhere", async () => {
    const link = place();
    // The inode's number may come again, but not the time.
    await until("the file system's clock to go on", () => Date.now() > lstatSync(path).ctimeMs + 20);
    unlinkSync(path);
    symlinkSync(pty.path, path); // to the same slave even
    expect(() => link.point("/dev/pts/99")).toThrow(
      `make link ${path}: it is no longer the link that robin made`,
    );
    link.remove();
    expect(readlinkSync(path)).toBe(pty.path);
  });

  it("that somebody has removed can be made again", () => {
    const link = place();
    unlinkSync(path);
    expect(() => link.point("/dev/pts/99")).toThrow("no longer");
    link.remove();
    place();
    expect(readlinkSync(path)).toBe(pty.path);
  });

  it("has a path of any characters, also one that is as long as a name may be", () => {
    for (const name of ["-p", "a b", "\u{1f426}", "new\nline", "x".repeat(255)]) {
      place(`${folder}/${name}`).remove();
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe("what stands in a link's place is left as it is", () => {
  it("where it is a file, a directory, a socket's or a FIFO's name", () => {
    writeFileSync(path, "precious");
    expect(refusal().message).toBe(`make link ${path}: there is a file already`);
    expect(readFileSync(path, "utf8")).toBe("precious");
    mkdirSync(`${folder}/directory`);
    expect(refusal(`${folder}/directory`).message).toContain("there is a directory already");
    expect(refusal("/dev/null").message).toBe("make link /dev/null: there is a device already");
  });

  it("where it is a link to something else: a file, a device, itself, a directory", () => {
    writeFileSync(`${folder}/file`, "");
    for (const target of [`${folder}/file`, "/dev/null", path, folder, "/dev/ptmx"]) {
      symlinkSync(target, path);
      expect(refusal().message).toContain(`it is a link already, to ${target}`);
      expect(readlinkSync(path)).toBe(target);
      unlinkSync(path);
    }
  });

  it("where it is the link of a program that runs, whatever became of its slave's mode", async () => {
    const { slave, child } = await ptyOwner("time.sleep(0.01); os.symlink(os.ttyname(s), sys.argv[1])");
    chmodSync(slave, 0o666);
    await until("a clock that is a little further", () => Date.now() > lstatSync(path).mtimeMs + 200);
    chmodSync(slave, 0o620);
    const error = refusal();
    expect(error.message).toMatch(
      new RegExp(`it is a link already, to ${slave}, which python3\\S* \\(PID ${child.pid}\\) has$`),
    );
    expect(error.hint).toContain("another name");
    expect(readlinkSync(path)).toBe(slave);
  });

  it("where this process has made it: the same path twice, also by another spelling", () => {
    place();
    expect(refusal().message).toBe(`make link ${path}: it is given twice`);
    mkdirSync(`${folder}/sub`);
    expect(refusal(`${folder}/sub/../port`).message).toContain("it is given twice");
  });
});

describe("what a killed robin has left is replaced", () => {
  it("where the slave is gone", () => {
    symlinkSync("/dev/pts/999999", path);
    place();
    expect(readlinkSync(path)).toBe(pty.path);
  });

  it("where another process has that number by now", async () => {
    const { slave } = await ptyOwner();
    symlinkSync(slave, path);
    lutimesSync(path, hourAgo(), hourAgo());
    place();
    expect(readlinkSync(path)).toBe(pty.path);
  });

  it("where this process has that number itself", () => {
    symlinkSync(pty.path, path);
    place();
    expect(readlinkSync(path)).toBe(pty.path);
    expect(readdirSync(folder)).toEqual(["port"]);
  });

  it("while somebody holds a lock on the directory for a moment, and is refused if it is a long one", async () => {
    symlinkSync("/dev/pts/999999", path);
    const lock = "f = os.open(os.path.dirname(sys.argv[1]), 0); fcntl.flock(f, fcntl.LOCK_EX)";
    const { child } = await ptyOwner(lock);
    expect(refusal().message).toContain("another process holds a lock on its directory");
    expect(readlinkSync(path)).toBe("/dev/pts/999999");
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    place();
    expect(readlinkSync(path)).toBe(pty.path);
  });
});

describe("whose a pty's number is", () => {
  const linkedAtMs = 1_000_000;
  const facts = {
    target: "/dev/pts/7",
    linkedAtMs,
    changedAtMs: linkedAtMs + 5000,
    holders: [{ pid: 42, command: "socat", startedAtMs: linkedAtMs + 5000 }],
    self: 1,
  };
  const older = { pid: 43, command: "tmux", startedAtMs: linkedAtMs - 5000 };
  const isStale = (some: Partial<typeof facts>) => judgePty({ ...facts, ...some }).isStale;

  it("is another's where the pty and all who have its master are younger than the link", () => {
    expect(isStale({})).toBe(true);
  });

  it("is the link's where the pty is older, though the process looks younger by a clock set right", () => {
    expect(isStale({ changedAtMs: linkedAtMs - 10 })).toBe(false);
  });

  it("is the link's where one who has the master is older", () => {
    expect(isStale({ holders: [...facts.holders, older] })).toBe(false);
    expect(isStale({ holders: [older] })).toBe(false);
  });

  it("is the link's where times are too near to be told apart", () => {
    expect(isStale({ changedAtMs: linkedAtMs + 50 })).toBe(false);
    expect(isStale({ holders: [{ ...facts.holders[0]!, startedAtMs: linkedAtMs + 50 }] })).toBe(false);
  });

  it("is the link's where nobody is seen to have it: it is another user's", () => {
    expect(judgePty({ ...facts, holders: [] })).toMatchObject({
      isStale: false,
      reason: "it is a link already, to /dev/pts/7, which a process of another user has",
    });
  });
});

describe("a link that cannot be made", () => {
  it.each([
    ["", 'make link "": the name is empty'],
    ["/tmp/a\0b", "make link /tmp/a\\x00b: there is a NUL in the name"],
    ["/tmp/", "make link /tmp/: a name that ends in a slash is a directory's"],
    ["/nowhere/port", "make link /nowhere/port: there is no directory /nowhere (ENOENT)"],
    ["/dev/null/port", "make link /dev/null/port: /dev/null is not a directory (ENOTDIR)"],
    [`/tmp/${"x".repeat(256)}`, `make link /tmp/${"x".repeat(256)}: the name is too long (ENAMETOOLONG)`],
    [`/tmp/${"./".repeat(2100)}y`, "the name is too long (ENAMETOOLONG)"],
  ])("is told of with its reason (%#)", (at, message) => {
    expect(refusal(at).message).toContain(message);
  });
});

describe("who holds a master", () => {
  it("is known with its name and since when it runs", async () => {
    const before = Date.now();
    const { slave, child } = await ptyOwner();
    const [holder, ...others] = mastersOf(Number(slave.slice("/dev/pts/".length)));
    expect(others).toEqual([]);
    expect(holder).toMatchObject({ pid: child.pid, command: expect.stringMatching(/^python3/) });
    expect(holder!.startedAtMs).toBeGreaterThan(before - 50);
    expect(holder!.startedAtMs).toBeLessThan(Date.now() + 50);
    expect(mastersOf(999_999)).toEqual([]);
  });
});
