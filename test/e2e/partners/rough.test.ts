/** What programs do to a cable without meaning harm: come and go, die in the middle of a word, never read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, write } from "../../../src/tty/libc.js";
import { errno } from "../../../src/tty/sys-error.js";
import { Channel } from "../../rig/support/channel.js";
import { difference, payload } from "../../rig/support/port-user.js";
import { until } from "../../support/until.js";
import { cleanUp, scratch, start, startPair } from "./partners.js";

afterEach(cleanUp);

const TIMES = 1000;
const record = (number: number) => `record ${String(number).padStart(6, "0")}\n`;
const records = (count: number) => Array.from({ length: count }, (_, number) => record(number)).join("");

/** Starts a shell that runs `script` with `args` as $1, $2, and so on. */
const shell = (script: string, ...args: readonly string[]) => start("sh", ["-ec", script, "sh", ...args]);

describe("a port that is opened and closed a thousand times", () => {
  const openAndClose = `i=0; while [ $i -lt ${TIMES} ]; do : <>"$1"; i=$((i+1)); done`;

  it("takes one record at each opening, and none is lost", async () => {
    const { a, b, run } = await startPair();
    const far = new Channel(b);
    const loop = `i=0; while [ $i -lt ${TIMES} ]; do printf 'record %06d\\n' $i >"$1"; i=$((i+1)); done`;
    const writer = shell(loop, a);
    await far.expect((bytes) => bytes.length >= record(0).length * TIMES);
    expect(await writer.status).toBe(0);
    expect(far.received.toString()).toBe(records(TIMES));
    expect(run.stderr).toBe("");
  });

  it.each(["sender", "receiver"] as const)(
    "loses nothing of what flows meanwhile, at the %s",
    async (side) => {
      const { a, b, run } = await startPair();
      const [near, far] = [new Channel(a), new Channel(b)];
      const visitor = shell(openAndClose, side === "sender" ? a : b);
      let sent = 0;
      let hasLeft = false;
      void visitor.status.then(() => {
        hasLeft = true;
      });
      await until("the visitor to leave", async () => {
        for (let burst = 0; burst < 50; burst++) await near.write(record(sent++));
        far.read();
        return hasLeft;
      });
      expect(await visitor.status).toBe(0);
      expect(sent, "records while it came and went").toBeGreaterThan(100);
      await far.expect((bytes) => bytes.length >= record(0).length * sent);
      expect(far.received.toString()).toBe(records(sent));
      expect(run.stderr).toBe("");
    },
  );

  it("keeps what was written for a reader that comes later, however often others looked in", async () => {
    const { a, b } = await startPair();
    const near = new Channel(a);
    await near.write(records(10));
    near.close();
    expect(await shell(openAndClose, a).status).toBe(0);
    const far = new Channel(b);
    await far.expect((bytes) => bytes.length >= record(0).length * 10);
    expect(far.received.toString()).toBe(records(10));
  });
});

describe("a program that is killed", () => {
  it("in the middle of a message leaves what it has sent, and the next one's message is whole", async () => {
    const { a, b } = await startPair();
    const far = new Channel(b);
    const folder = scratch();
    writeFileSync(join(folder, "message"), payload(1_000_000));
    for (let time = 0; time < 5; time++) {
      const sender = shell('exec cat "$1" >"$2"', join(folder, "message"), a);
      // Some of it came, and the rest is held, because nobody reads on.
      const begin = start("head", ["-c", "1000", b]);
      expect(await begin.status).toBe(0);
      sender.child.kill("SIGKILL");
      expect(await sender.status).toBe("SIGKILL");
      const begun = shell("printf 'begun anew\\n' >\"$1\"", a);
      await far.expect((bytes) => bytes.subarray(-11).toString() === "begun anew\n");
      expect(await begun.status).toBe(0);
      const came = Buffer.concat([begin.stdout, far.received.subarray(0, -11)]);
      expect(came.length).toBeLessThan(1_000_000);
      expect(difference(came, payload(came.length))).toBeUndefined();
      far.clear();
    }
  });

  it("while it was read to leaves the rest for the next reader", async () => {
    const { a, b } = await startPair();
    const near = new Channel(a);
    const reader = start("cat", [b]);
    await near.write("first\n");
    await until("the reader to have read", () => reader.stdout.toString() === "first\n");
    reader.child.kill("SIGKILL");
    await reader.status;
    await near.write("second\n");
    const next = start("cat", [b]);
    await until("the next one to have read", () => next.stdout.toString() === "second\n");
  });
});

describe("a program that does not read", () => {
  it("holds the other one, is held by nobody itself, and has lost nothing when it reads", async () => {
    const { a, b } = await startPair();
    const near = open(a, O_RDWR | O_NOCTTY | O_NONBLOCK);
    const far = new Channel(b);
    const back = new Channel(a);
    const sent = payload(1_000_000);
    let at = 0;
    let heldSince = Number.POSITIVE_INFINITY;
    /** Writes what the port takes. */
    const push = () => {
      if (at === sent.length) return;
      const n = write(near, sent, at, sent.length);
      if (n > 0) {
        at += n;
        heldSince = performance.now();
      } else if (n !== -errno.EAGAIN) throw new Error(`write ${a}: errno ${-n}`);
    };
    await until("the sender to be held", () => {
      push();
      return performance.now() - heldSince > 200;
    });
    expect(at, "bounded by what ptys hold").toBeLessThan(300_000);

    await far.write("the way back is free");
    await back.expect("the way back is free");

    await until("all of it", () => {
      push();
      far.read();
      return far.received.length >= sent.length;
    });
    expect(difference(far.received, sent)).toBeUndefined();
    close(near);
  });
});
