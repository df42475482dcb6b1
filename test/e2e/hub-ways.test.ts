/** How a hub begins and ends, and what it refuses. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ENDING_SIGNALS } from "../../src/cli/ending-signals.js";
import { close, O_RDWR, open } from "../../src/tty/libc.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import {
  askStatus,
  endPrograms,
  newRoot,
  Program,
  removeRoots,
  residentKib,
  speak,
  startHub,
} from "./hub-support.js";

afterEach(() => {
  endPrograms();
  removeRoots();
});

async function refused(...args: string[]) {
  const robin = runRobin(["hub", ...args], { stdin: "ignore" });
  return { status: await robin.status, said: robin.stderr };
}

describe("a hub that ends", () => {
  it.each(ENDING_SIGNALS.filter((signal) => signal !== "SIGUSR1"))(
    "by %s takes links, socket and directory away",
    async (signal) => {
      const hub = await startHub(["a", "b"]);
      const a = new Program(hub.link("a"));
      await hub.told("open", "a");
      expect(readdirSync(hub.dir).sort()).toEqual([".hub", ".hub.lock", "a", "b"]);
      hub.child.kill(signal);
      expect(await hub.ended).toBe(128 + constants.signals[signal]);
      expect(existsSync(hub.dir)).toBe(false);
      expect(hub.events().slice(-2)).toMatchObject([
        { event: "statistics", port: "a" },
        { event: "statistics", port: "b" },
      ]);
      await until("the program to be hung up", () => a.read() <= 0);
    },
  );

  it("by SIGKILL is followed by the next one in the same directory, in place of the links and the socket that it left", async () => {
    const killed = await startHub(["a", "b"]);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(readdirSync(killed.dir).sort()).toEqual([".hub", ".hub.lock", "a", "b"]);
    const dead = await refused("--status", "--dir", killed.dir);
    expect(dead.said).toContain(`robin: ask the hub in ${killed.dir}: no hub runs there`);
    expect(dead.status).toBe(3);
    // Somebody else has the number of its pty by now, and had been there before.
    const others = [new TestPty(), new TestPty()];
    const hub = await startHub(["a", "b"], [], killed.dir);
    for (const other of others) other.close();
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    a.write("hello\n");
    await b.hears("hello\n");
    await hub.end();
    expect(existsSync(hub.dir)).toBe(false);
  });

  it("leaves what others have put into its directory", async () => {
    const hub = await startHub(["a"]);
    writeFileSync(join(hub.dir, "notes"), "");
    await hub.end();
    expect(readdirSync(hub.dir)).toEqual(["notes"]);
  });
});

describe("robin hub --status", () => {
  it("shows who has which port open, at which speed, and what waits, while the hub is busy and a port is stalled", async () => {
    const hub = await startHub(["a", "b", "c"], ["--queue", "5000"]);
    const [a, , c] = ["a", "b", "c"].map((name) => new Program(hub.link(name)));
    await hub.told("open", "c");
    execFileSync("stty", ["-F", hub.link("b"), "raw", "-echo", "19200"]);
    const said = Buffer.alloc(4096, "x");
    const busy = setInterval(() => {
      while (a!.write(said) > 0) c!.readAll();
    }, 1);
    try {
      await hub.told("stalled", "b");
      const { pid, ports } = await askStatus(hub.dir);
      expect(pid).toBe(hub.child.pid);
      const holders = [{ pid: process.pid, command: expect.any(String) }];
      expect(ports).toMatchObject([
        {
          name: "a",
          path: readlinkSync(hub.link("a")),
          link: hub.link("a"),
          open: true,
          state: "open",
          holders,
        },
        { name: "b", open: true, state: "stalled", holders, bps: 19200 },
        { name: "c", open: true, state: "open", holders, dropped: 0 },
      ]);
      expect(ports[1]!.queued).toBeLessThanOrEqual(5000);
      expect(ports[1]!.dropped).toBeGreaterThan(0);
      const table = runRobin(["hub", "--status", "--dir", hub.dir], { stdin: "ignore" });
      expect(await table.status).toBe(0);
      expect(table.stdout.toString().split("\n")[0]).toMatch(
        /^PORT +LINK +STATE +QUEUED +RECEIVED +SENT +DROPPED +BPS +HELD BY$/,
      );
      expect(table.stdout.toString()).toMatch(/^b +\S+\/b +stalled +\d+ +0 +\d+ +\d+ +19200 +\S+ \(\d+\)$/m);
    } finally {
      clearInterval(busy);
    }
    await hub.end();
  });

  it("is answered beside clients that ask and read nothing, and they hold nobody", async () => {
    const hub = await startHub(["a", "b"]);
    const silent = Array.from({ length: 12 }, () => connect(join(hub.dir, ".hub")).pause());
    await Promise.all(silent.map((client) => new Promise((resolve) => client.once("connect", resolve))));
    expect((await askStatus(hub.dir)).ports).toHaveLength(2);
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    a.write("hello\n");
    await b.hears("hello\n");
    for (const client of silent) client.destroy();
    await hub.end();
  });

  it("says so where no hub runs", async () => {
    const root = newRoot();
    for (const dir of [root, join(root, "nowhere")]) {
      const { status, said } = await refused("--status", "--dir", dir);
      expect(status).toBe(3);
      expect(said).toContain(`robin: ask the hub in ${dir}: no hub runs there`);
    }
  });
});

describe("a hub that cannot begin", () => {
  it("says who has the directory: one directory is one hub", async () => {
    const hub = await startHub(["a"]);
    const second = await refused("--dir", hub.dir, "b");
    expect(second.status).toBe(4);
    expect(second.said).toContain(`robin: hold directory ${hub.dir}: held by robin (PID ${hub.child.pid})`);
    expect(readdirSync(hub.dir).sort()).toEqual([".hub", ".hub.lock", "a"]);
    await hub.end();
  });

  it.each([
    [[], "no port was named: robin hub [options] NAME..."],
    [["a/b"], 'argument "a/b": a name is no path: it has no slash'],
    [["a", "a"], 'argument "a": this name was given before'],
    [[""], 'argument "": a name has one character at least'],
    [["a", "--frame", "gap"], 'option --frame: "gap" is none of line, gap:MS (such as gap:5), none'],
    [["a", "--frame", "gap:0"], 'option --frame: "gap:0" is none of'],
    [["a", "--overflow", "drop"], 'option --overflow: "drop" is not one of drop-new, drop-old, hang-up'],
    [["a", "--queue", "0"], 'option --queue: "0" is not a whole number from 1 to'],
    [["a", "--patience", "-1"], "option --patience"],
    [["a", "--dir", ""], "option --dir: a path has one character at least"],
    [["--status", "a"], 'argument "a": --status shows all ports of a hub'],
    [["--status", "--tap", "x"], "options --status and --tap: they contradict each other"],
  ] as const)("for %j says why, with status 2", async (args, why) => {
    const { status, said } = await refused(...args);
    expect(said).toContain(`robin: ${why}`);
    expect(status).toBe(2);
  });

  it("for a file of ports names the line, and takes nothing away that it did not make", async () => {
    const root = newRoot();
    const file = join(root, "ports.conf");
    writeFileSync(file, "a\nb c d\n");
    expect(await refused("--dir", join(root, "bus"), "--config", file)).toEqual({
      status: 2,
      said: `robin: ${file}:2: "d": a line is NAME or NAME LINK, and this is a third word\n`,
    });
    const endless = await refused("--config", "/dev/zero");
    expect(endless).toEqual({
      status: 2,
      said: "robin: read /dev/zero: it is too large for a list of ports\n",
    });
    const missing = await refused("--config", join(root, "gone"));
    expect(missing).toEqual({
      status: 3,
      said: `robin: read ${root}/gone: no such file or directory (ENOENT)\n`,
    });
    expect(readdirSync(root)).toEqual(["ports.conf"]);
  });

  it("for a link's path that is taken, or cannot be made, gives back what it had", async () => {
    const root = newRoot();
    const bus = join(root, "bus");
    mkdirSync(bus);
    writeFileSync(join(bus, "file"), "precious");
    mkdirSync(join(bus, "folder"));
    symlinkSync("/dev/null", join(bus, "link"));
    for (const name of ["file", "folder", "link"]) {
      const { status, said } = await refused("--dir", bus, "first", name);
      expect(said).toMatch(new RegExp(`robin: make link ${bus}/${name}: .`));
      expect(status).toBe(3);
    }
    expect(readdirSync(bus).sort()).toEqual(["file", "folder", "link"]);
    expect(readFileSync(join(bus, "file"), "utf8")).toBe("precious");
    const lost = join(root, "ports.conf");
    writeFileSync(lost, `first\nsecond ${root}/no/where\n`);
    const elsewhere = await refused("--dir", bus, "--config", lost);
    expect(elsewhere.said).toContain(`robin: make link ${root}/no/where: `);
    expect(elsewhere.status).toBe(3);
    const missing = await refused("--dir", join(root, "no/bus"), "a");
    expect(missing.said).toContain(
      `robin: make directory ${root}/no/bus: no such file or directory (ENOENT)`,
    );
    expect(missing.status).toBe(3);
  });

  it("without permission says so", async ({ skip }) => {
    if (process.getuid!() !== 0) skip("only root can become another user");
    const root = newRoot();
    chmodSync(root, 0o755);
    const wrap = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const robin = runRobin(["hub", "--dir", join(root, "bus"), "a"], { stdin: "ignore", wrap });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain(`robin: make directory ${root}/bus: permission denied (EACCES)`);
    const hub = await startHub(["a"], [], join(root, "bus"));
    const other = runRobin(["hub", "--status", "--dir", hub.dir], { stdin: "ignore", wrap });
    expect(await other.status).toBe(3);
    expect(other.stderr).toContain(`robin: ask the hub in ${hub.dir}: it is another user's`);
    await hub.end();
  });

  it("for want of descriptors says what to do, and leaves nothing", async () => {
    const dir = join(newRoot(), "bus");
    const names = Array.from({ length: 100 }, (_, n) => `p${n}`);
    const robin = runRobin(["hub", "--dir", dir, ...names], {
      stdin: "ignore",
      wrap: ["prlimit", "--nofile=128:128"],
    });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toMatch(/robin: open port p\d+: .*\(EMFILE\)\n {2}hint: ulimit -n/);
    expect(existsSync(dir)).toBe(false);
  });
});

describe("many ports", () => {
  it("are named in a file, and hundreds are no trouble", async () => {
    const root = newRoot();
    const file = join(root, "ports.conf");
    const names = Array.from({ length: 250 }, (_, n) => `p${n}`);
    writeFileSync(file, `# many\n${names.join("\n")}\nelsewhere ${root}/elsewhere\n`);
    const hub = await startHub(["first"], ["--config", file], join(root, "bus"));
    expect(readdirSync(hub.dir)).toHaveLength(253); // with the socket and the lock, and one is elsewhere
    const [first, last] = [new Program(hub.link("first")), new Program(join(root, "elsewhere"))];
    await hub.told("open", "elsewhere");
    first.write("hello\n");
    await last.hears("hello\n");
    await hub.end();
    expect(readdirSync(root)).toEqual(["ports.conf"]);
  });
});

describe("a recording", () => {
  it("has everything in order, also what a hub that is killed had heard: whole lines but for the last", async () => {
    const root = newRoot();
    const tap = join(root, "all.jsonl");
    const hub = await startHub(["a", "b"], ["--tap", tap, "--frame", "line"], join(root, "bus"));
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    const said = Array.from({ length: 5000 }, (_, n) => `line ${n}\n`);
    await speak(a, Buffer.from(said.join("")), [b]);
    await b.hears("line 4999\n");
    const recorded = () =>
      readFileSync(tap, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    await until("all to be written", () => recorded().at(-1)?.text === "line 4999\n");
    hub.child.kill("SIGKILL");
    await hub.ended;
    expect(recorded()[0]).toMatchObject({ event: "ready", ports: [{ name: "a" }, { name: "b" }] });
    const rx = recorded().filter(({ event }) => event === "rx");
    expect(rx.map(({ text }) => text)).toEqual(said);
    expect(rx[0]).toEqual({ event: "rx", at: expect.any(Number), port: "a", text: "line 0\n" });
    const events = recorded().map(({ event, port }) => `${event} ${port}`);
    expect(events).toEqual(expect.arrayContaining(["open a", "open b"]));
  });

  it("ends on a full disk, which is told, and the hub goes on", async () => {
    const hub = await startHub(["a", "b"], ["--tap", "/dev/full"]);
    await hub.said("robin: write tap /dev/full: no space left on device (ENOSPC); it ends here");
    expect(hub.events()).toContainEqual(expect.objectContaining({ event: "fault" }));
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    a.write("hello\n");
    await b.hears("hello\n");
    await hub.end();
  });

  it("that cannot be made is said at once", async () => {
    const dir = join(newRoot(), "bus");
    expect(await refused("--dir", dir, "--tap", "/nowhere/tap", "a")).toEqual({
      status: 3,
      said:
        "robin: open tap /nowhere/tap: no such file or directory (ENOENT)\n" +
        "  hint: its directory has to be there first: mkdir -p /nowhere\n",
    });
    expect(existsSync(dir)).toBe(false);
  });
});

describe("a reader of the events who reads no more", () => {
  it("holds nobody, and costs no more memory than a bounded queue", async () => {
    const root = newRoot();
    const fifo = join(root, "fifo");
    execFileSync("mkfifo", [fifo]);
    const stdout = open(fifo, O_RDWR);
    const dir = join(root, "bus");
    const robin = runRobin(["hub", "--json", "--dir", dir, "a", "b", "c"], { stdin: "ignore", stdout });
    await until("the links", () => existsSync(join(dir, "c")) && existsSync(join(dir, ".hub")));
    const [a, b] = [new Program(join(dir, "a")), new Program(join(dir, "b"))];
    await until("b to be open", async () => (await askStatus(dir)).ports[1]!.open);
    const before = residentKib(robin.child.pid!);
    for (let turn = 0; turn < 3000; turn++) {
      new Program(join(dir, "c")).close();
      if (turn % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const said = Buffer.alloc(2_000_000, "0123456789");
    const reader = new Program(join(dir, "c"), () => {});
    await speak(a, said, [b, reader]);
    await until("b to hear all", () => {
      b.readAll();
      return b.heard.length === said.length;
    });
    expect(b.heard.equals(said)).toBe(true);
    expect(residentKib(robin.child.pid!) - before).toBeLessThan(40_000);
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    expect(existsSync(dir)).toBe(false);
    close(stdout);
  });
});
