/** Commands of the real system with pipes that stand for a port. */
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeExit, exitStatus, type Guest, startGuest } from "../../src/exec/guest.js";
import { GONE, NOTHING } from "../../src/port/ends.js";
import { memoryPipe } from "../../src/port/memory-port.js";
import { Pump } from "../../src/session/pump.js";
import { withSignalIgnored } from "../../src/tty/libc.js";
import { until } from "../support/until.js";

let guest: Guest;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "robin-guest-"));
});
afterEach(async () => {
  await guest.end("SIGKILL", 0);
  guest.close();
  rmSync(folder, { recursive: true });
});

const start = (command: string, bps?: number) => {
  guest = startGuest(command, { bps });
  return guest;
};

const into = new Uint8Array(64 * 1024);
/** Reads what there is, until the source is gone. */
async function readAll(): Promise<string> {
  let text = "";
  await until(
    () => `the end of the source; there was ${JSON.stringify(text)}`,
    () => {
      let n = guest.source.read(into);
      for (; n > 0; n = guest.source.read(into)) text += Buffer.from(into.subarray(0, n)).toString("latin1");
      return n === GONE;
    },
  );
  return text;
}

const give = (text: string) => guest.sink.write(Buffer.from(text), 0, text.length);

/** Gives bytes until no more are taken for a while. Returns how many. */
async function fill(): Promise<number> {
  const bytes = new Uint8Array(4096).fill(0x2e);
  let given = 0;
  let quietSince = performance.now();
  await until("the sink to take no more", () => {
    const n = guest.sink.write(bytes, 0, bytes.length);
    if (n > 0) quietSince = performance.now();
    given += n;
    return performance.now() - quietSince > 100;
  });
  return given;
}

/** A pseudo-random sequence, the same each time. */
function noise(length: number): Uint8Array {
  let x = 1;
  return Uint8Array.from({ length }, () => {
    x = (x * 48271) % 2147483647;
    return x & 0xff;
  });
}

describe("a command with the port as stdin and stdout", () => {
  it("reads what arrives and sends what it prints, whatever the bytes, in both directions at once", async () => {
    start("cat");
    const bytes = noise(300_000);
    const received: Uint8Array[] = [];
    const [from, to] = [memoryPipe(1000), memoryPipe(1000)];
    let at = 0;
    const pumps = [
      { source: from.source, sink: guest.sink },
      { source: guest.source, sink: to.sink },
    ].map(
      (ends) =>
        new Pump({
          ...ends,
          holdAbove: 1,
          onSourceGone: () => {},
          onSinkGone: () => {},
          onError: (error) => expect.unreachable(String(error)),
        }),
    );
    for (const pump of pumps) pump.start();
    await until("all of it back", () => {
      at += from.sink.write(bytes, at, bytes.length);
      for (let n = to.source.read(into); n > 0; n = to.source.read(into)) received.push(into.slice(0, n));
      return pumps[1]!.written === bytes.length && to.sink.unsent() === 0;
    });
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
    for (const pump of pumps) pump.stop();
  });

  it.each([
    ["exit 0", 0, "ended"],
    ["exit 3", 3, "ended with exit status 3"],
    ["kill -INT $$", 128 + 2, "ended by SIGINT"],
    ["no-such-program 2>/dev/null", 127, "ended with exit status 127"],
  ])("%s is exit status %i, told as %j", async (command, status, told) => {
    const exit = await start(command).exited;
    expect(exitStatus(exit)).toBe(status);
    expect(describeExit(exit)).toBe(told);
    expect(guest.exit).toEqual(exit);
  });

  it("has two pipes, our stderr, a process group of its own in our session, and nothing else of ours", async () => {
    start("ps -o pid=,pgid=,sid= -p $$; ps -o sid= -p $PPID; cd /proc/$$/fd; readlink 0 1 2; readlink *");
    const [ids, sid, stdin, stdout, stderr, ...all] = (await readAll()).split("\n");
    expect([stdin, stdout].join()).toMatch(/^pipe:\[\d+\],pipe:\[\d+\]$/);
    expect(stdin).not.toBe(stdout);
    expect(stderr).toBe(readlinkSync("/proc/self/fd/2"));
    expect(all.filter((one) => one === stdin || one === stdout)).toHaveLength(2);
    expect(all.join()).not.toMatch(/ptmx|eventpoll|pidfd/);
    const [pid, pgid, its] = ids!.trim().split(/ +/);
    expect(Number(pid)).toBe(guest.pid);
    expect(pgid).toBe(pid);
    expect(its).toBe(sid!.trim());
  });

  it("gets signals as if nobody had ignored them", async () => {
    withSignalIgnored(constants.signals.SIGTTIN, () => start("grep SigIgn /proc/$$/status"));
    expect(await readAll()).toMatch(/^SigIgn:\s0+\n$/);
  });

  it("can open its stdin and stdout by name", async () => {
    start("read line </dev/stdin; echo got $line >/dev/stdout");
    give("this\n");
    expect(await readAll()).toBe("got this\n");
  });
});

describe("the end of a command", () => {
  it("comes behind everything that it has printed", async () => {
    start("printf one; printf two");
    await guest.exited;
    expect(await readAll()).toBe("onetwo");
  });

  it("does not wait for a child that still has its stdout", async () => {
    start("printf early; sleep 1000 & exit 4");
    expect(await readAll()).toBe("early");
    expect(guest.exit).toEqual({ status: 4 });
    process.kill(-guest.pid, "SIGKILL");
  });

  it("is not the end of its stdout, and costs no time until then", async () => {
    const file = join(folder, "file");
    start(`exec >&-; cat >'${file}'; exit 6`);
    let calls = 0;
    guest.source.onReady(() => {
      calls++;
      guest.source.read(into);
      guest.source.arm();
    });
    guest.source.arm();
    await until("the end of stdout", () => calls > 0);
    for (const word of ["many ", "words ", "last"]) {
      give(word);
      await until("it to be read", () => existsSync(file) && readFileSync(file, "utf8").endsWith(word));
    }
    expect(calls).toBeLessThan(5);
    expect(guest.source.read(into)).toBe(NOTHING);
    guest.hangUp();
    expect(await guest.exited).toEqual({ status: 6 });
  });

  it("leaves what it has not read, and what came after it, in order", async () => {
    start("dd bs=1 count=5 2>/dev/null");
    give("12345unread ");
    expect(await readAll()).toBe("12345");
    give("and later");
    expect(Buffer.from(guest.leftover()).toString()).toBe("unread and later");
    expect(guest.leftover().length, "asked again").toBe(0);
  });

  it("leaves nothing where it has read all", async () => {
    start("read line");
    give("a line\n");
    await readAll();
    expect(guest.leftover().length).toBe(0);
  });
});

describe("a command that does not read", () => {
  it("is given 64 KiB, then nothing, and leaves them when it ends", async () => {
    start("trap 'exit 0' USR1; while :; do sleep 0.01; done");
    const given = await fill();
    expect(given).toBe(64 * 1024);
    guest.signal("SIGUSR1");
    await guest.exited;
    expect(guest.sink.write(Uint8Array.of(1), 0, 1), "kept is as much as that, too").toBe(NOTHING);
    expect(guest.leftover().length).toBe(given);
  });
});

describe("a port that has gone", () => {
  it("is the end of the command's stdin, behind what it was given", async () => {
    const file = join(folder, "file");
    start(`cat >'${file}'; exit 7`);
    give("all of it");
    guest.hangUp();
    expect(await guest.exited).toEqual({ status: 7 });
    expect(readFileSync(file, "utf8")).toBe("all of it");
    expect(guest.source.read(into)).toBe(GONE);
    expect(give("more")).toBe(4); // kept, for there is nobody who could lose it
  });

  it("breaks its stdout, so that a command which only sends ends too", async () => {
    start("exec yes 2>/dev/null");
    guest.hangUp();
    const exit = await guest.exited;
    expect([1, 128 + constants.signals.SIGPIPE]).toContain(exitStatus(exit));
  });

  it("wakes whoever waits for the command", async () => {
    start("sleep 1000");
    let isGone = false;
    guest.source.onReady(() => {
      isGone = guest.source.read(into) === GONE;
    });
    guest.source.arm();
    guest.hangUp();
    await until("the source to be gone", () => isGone);
  });
});

describe("ending a command", () => {
  it("reaches all of its processes", async () => {
    start("sleep 1000 & printf x; wait; exit 9");
    await until("the child to run", () => guest.source.read(into) === 1);
    const exit = await guest.end("SIGTERM", 5000);
    expect(describeExit(exit)).toBe("ended by SIGTERM");
    await until("the group to be empty", () => {
      try {
        return !process.kill(-guest.pid, 0);
      } catch {
        return true;
      }
    });
  });

  it("lets it say something last", async () => {
    start("trap 'printf bye; exit 5' TERM; printf ready; while :; do sleep 0.01; done");
    let text = "";
    await until("the command to be ready", () => {
      const n = guest.source.read(into);
      if (n > 0) text += Buffer.from(into.subarray(0, n)).toString();
      return text === "ready";
    });
    expect(await guest.end("SIGTERM", 5000)).toEqual({ status: 5 });
    expect(await readAll()).toBe("bye");
  });

  it("kills one that does not listen, and one that is stopped", async () => {
    start("trap '' TERM; printf x; while :; do sleep 0.01; done");
    await until("the trap to be set", () => guest.source.read(into) === 1);
    expect(describeExit(await guest.end("SIGTERM", 20))).toBe("ended by SIGKILL");
    guest.close();
    start("kill -STOP $$");
    await until("it to be stopped", () => /\) T /.test(readFileSync(`/proc/${guest.pid}/stat`, "utf8")));
    expect(describeExit(await guest.end("SIGHUP", 5000))).toBe("ended by SIGHUP");
  });
});

describe("a slow line", () => {
  it.each([
    [300, 64],
    [9600, 240],
    [115200, 2880],
    [4_000_000, 4096],
    [undefined, 4096],
  ])("at %s bps takes %i bytes of what is printed at once", async (bps, atOnce) => {
    start("yes", bps);
    const full = await until("the pipe to be full", async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return guest.source.read(into);
    });
    expect(full).toBe(atOnce);
  });
});
