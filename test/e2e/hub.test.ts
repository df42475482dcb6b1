/** Programs that share one wire. */
import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../support/until.js";
import { askStatus, endPrograms, Program, removeRoots, speak, startHub } from "./hub-support.js";

afterEach(() => {
  endPrograms();
  removeRoots();
});

/** Numbered lines of `letter`, `bytes` long in all, about. */
function lines(letter: string, bytes: number): Buffer {
  const count = Math.ceil(bytes / 64);
  return Buffer.from(
    Array.from({ length: count }, (_, n) => `${letter}${String(n).padStart(8)} ${letter.repeat(53)}\n`).join(
      "",
    ),
  );
}

describe("robin hub", () => {
  it("lets each program hear what the others say, and tells who comes and goes", async () => {
    const hub = await startHub(["gps", "chart", "pilot"]);
    expect(hub.events()[0]).toMatchObject({
      event: "ready",
      ports: ["gps", "chart", "pilot"].map((name) => ({ name, link: hub.link(name) })),
    });
    const [gps, chart, pilot] = ["gps", "chart", "pilot"].map((name) => new Program(hub.link(name)));
    for (const name of ["gps", "chart", "pilot"]) await hub.told("open", name);
    gps!.write("position\n");
    for (const one of [chart!, pilot!]) await one.hears("position\n");
    pilot!.write("course\n");
    for (const one of [gps!, chart!]) await one.hears("course\n");
    expect(chart!.heard.toString()).toBe("position\ncourse\n");
    expect(pilot!.heard.toString()).toBe("position\n");
    chart!.close();
    await hub.told("close", "chart");
    await hub.end();
  });

  it("serves 64 ports, one stalled and one closed: the others hear all, in one order, no slower than with none stalled", async () => {
    const names = Array.from({ length: 64 }, (_, n) => `p${n}`);
    const said = { a: lines("a", 400_000), b: lines("b", 100_000) };
    const total = said.a.length + said.b.length;

    async function run(hasStalled: boolean) {
      const hub = await startHub(names, ["--frame", "line"]);
      const hashes: Hash[] = [];
      const heard = { a: "", b: "" };
      const speakers = [
        new Program(hub.link("p0"), (bytes) => (heard.b += bytes.toString())),
        new Program(hub.link("p1"), (bytes) => (heard.a += bytes.toString())),
      ];
      const listeners = names.slice(2, 62).map((name) => {
        const hash = createHash("sha1");
        hashes.push(hash);
        return new Program(hub.link(name), (bytes) => hash.update(bytes));
      });
      const dumb = hasStalled ? new Program(hub.link("p62")) : undefined;
      await until(
        "all to be seen",
        () => hub.events().filter(({ event }) => event === "open").length >= (dumb ? 63 : 62),
      );
      const start = performance.now();
      const all = [...speakers, ...listeners];
      const rest = [said.a, said.b];
      await until(
        "all to be heard",
        () => {
          for (const [n, speaker] of speakers.entries()) {
            rest[n] = rest[n]!.subarray(speaker.write(rest[n]!.subarray(0, 4096)));
          }
          for (const one of all) one.readAll();
          return listeners.every(({ count }) => count === total);
        },
        25_000,
      );
      const tookMs = performance.now() - start;
      await until("the speakers to hear each other", () => {
        for (const one of speakers) one.readAll();
        return heard.a.length === said.a.length && heard.b.length === said.b.length;
      });
      expect(heard).toEqual({ a: said.a.toString(), b: said.b.toString() });
      expect(new Set(hashes.map((hash) => hash.digest("hex"))).size).toBe(1);
      const { ports } = await askStatus(hub.dir);
      expect(ports[63]).toMatchObject({ open: false, sent: 0, dropped: total });
      if (dumb) {
        await hub.told("stalled", "p62");
        await hub.told("overflow", "p62");
        expect(ports[62]!.state).toBe("stalled");
        expect(ports[62]!.queued).toBeLessThanOrEqual(65536);
        expect(ports[62]!.sent + ports[62]!.queued + ports[62]!.dropped).toBe(total);
      } else expect(hub.events().some(({ event }) => event === "stalled")).toBe(false);
      expect(ports.slice(0, 62).reduce((sum, { dropped }) => sum + dropped, 0)).toBe(0);
      await hub.end();
      endPrograms();
      return tookMs;
    }

    const without = await run(false);
    const withStalled = await run(true);
    // The patience is spent once; a machine that is busy with other tests may take longer for either.
    expect(withStalled).toBeLessThan(without * 2 + 1000);
  });

  it("keeps a slow program's line open: it holds the others and loses nothing, however little it reads", async () => {
    const hub = await startHub(["a", "b"], ["--patience", "400"]);
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    const said = lines("x", 200_000);
    let at = 0;
    const push = () => {
      for (let n = 1; n > 0 && at < said.length; at += n) n = a.write(said.subarray(at, at + 4096));
    };
    // A byte now and then: far too little for the pty to have room again.
    const slowly = setInterval(() => {
      push();
      b.read(1);
    }, 20);
    try {
      await until("everything to be full", async () => (await hub.counts("b")).queued > 60_000);
      const { sent } = await hub.counts("b");
      const start = performance.now();
      await until("1.5 s to pass", () => performance.now() > start + 1500);
      expect(await hub.counts("b")).toMatchObject({ sent, dropped: 0 });
      expect(at).toBeLessThan(said.length);
    } finally {
      clearInterval(slowly);
    }
    await until("b to hear all", () => {
      push();
      b.readAll();
      return b.heard.length === said.length;
    });
    expect(b.heard.equals(said)).toBe(true);
    expect(hub.events().some(({ event }) => event === "stalled")).toBe(false);
    await hub.end();
  });

  it("leaves nothing old to the next program at a port", async () => {
    const hub = await startHub(["a", "b"]);
    const [a, first] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    await speak(a, lines("x", 60_000), []);
    await until("all to wait for b", async () => (await hub.counts("b")).sent > 10_000);
    first.close();
    const flush = await hub.told("flush", "b");
    expect(flush.bytes).toBeGreaterThan(40_000);
    a.write("nobody hears this");
    await until("it to be dropped", async () => (await hub.counts("b")).dropped === Number(flush.bytes) + 17);
    const next = new Program(hub.link("b"));
    expect((await hub.told("drop", "b")).bytes).toBe(17);
    a.write("fresh\n");
    await next.hears("fresh\n");
    expect(next.heard.toString()).toBe("fresh\n");
    await hub.end();
  });

  it("hangs up a stalled program with --overflow hang-up; the link leads to a port that works", async () => {
    const hub = await startHub(["a", "b", "c"], ["--overflow", "hang-up", "--queue", "1000"]);
    const [a, b, c] = ["a", "b", "c"].map((name) => new Program(hub.link(name)));
    await hub.told("open", "b");
    const before = readlinkSync(hub.link("b"));
    const said = lines("x", 60_000);
    await speak(a!, said, [c!]);
    await until("c to hear all", () => {
      c!.readAll();
      return c!.heard.equals(said);
    });
    const hangup = await hub.told("hangup", "b");
    // Before the hang-up a program may read what it was given; then there is nothing but the end.
    await until("b to be told", () => b!.read() <= 0);
    expect(readlinkSync(hub.link("b"))).toBe(hangup.path);
    expect(hangup.path).not.toBe(before);
    const again = new Program(hub.link("b"));
    await until(
      "b to be open",
      () => hub.events().filter(({ event, port }) => event === "open" && port === "b")[1],
    );
    a!.write("welcome back\n");
    await again.hears("welcome back\n");
    await hub.end();
  });
});

describe("messages", () => {
  it("of two who speak at once stay whole, also when one is killed in the middle of one", async () => {
    const hub = await startHub(["a", "b", "c"], ["--frame", "line"]);
    const [b, c] = [new Program(hub.link("b")), new Program(hub.link("c"))];
    await hub.told("open", "c");
    const killed = spawn("bash", [
      "-c",
      `exec 3<>${hub.link("a")}; stty raw -echo <&3; printf 'first\\nhalf a li' >&3; read; kill -9 $$`,
    ]);
    await hub.told("open", "a");
    await c.hears("first\n");
    const said = lines("b", 30_000);
    await speak(b, said, [c]);
    await c.hears(said.subarray(-64).toString());
    killed.stdin.end("\n");
    await hub.told("close", "a");
    expect(await hub.told("cut", "a")).toMatchObject({ reason: "closed", bytes: 9 });
    await c.hears("half a li");
    b.write("after it\n");
    await c.hears("after it\n");
    expect(c.heard.toString()).toBe(`first\n${said}half a liafter it\n`);
    await hub.end();
  });

  it("between silences stay whole with --frame gap:MS", async () => {
    const hub = await startHub(["a", "b", "c"], ["--frame", "gap:500"]);
    const [a, b, c] = ["a", "b", "c"].map((name) => new Program(hub.link(name)));
    await hub.told("open", "c");
    a!.write("one ");
    b!.write("ONE ");
    // Neither has been silent for so long.
    await until("both to be read", async () => (await hub.counts("b")).received === 4);
    a!.write("two");
    b!.write("TWO");
    await c!.hears("two");
    await c!.hears("TWO");
    expect(["one twoONE TWO", "ONE TWOone two"]).toContain(c!.heard.toString());
    await hub.end();
  });
});

describe("coming and going", () => {
  it("a thousand times at one port disturbs nobody, and leaves nothing behind in the hub", async () => {
    const hub = await startHub(["a", "b", "c"]);
    const [a, b] = [new Program(hub.link("a")), new Program(hub.link("b"))];
    await hub.told("open", "b");
    const descriptors = () => readdirSync(`/proc/${hub.child.pid}/fd`).length;
    const before = descriptors();
    const said = lines("x", 300_000);
    let at = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const c = new Program(hub.link("c"));
      at += a.write(said.subarray(at, at + 300));
      b.readAll();
      if (turn % 3 === 0) c.read(10);
      if (turn % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      c.close();
    }
    await speak(a, said.subarray(at), [b]);
    await until("b to hear all", () => {
      b.readAll();
      return b.heard.length === said.length;
    });
    expect(b.heard.equals(said)).toBe(true);
    await until("the last close to be seen", async () => !(await hub.status("c")).open);
    await until("nothing to be left", () => descriptors() === before);
    await hub.end();
  });
});
