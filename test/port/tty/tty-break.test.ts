/** A break on a tty, step by step, on a driver of the test's own: no pty has a line to hold. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBreak } from "../../../src/port/tty/tty-break.js";
import { beginBreak, endBreak, sendBreak } from "../../../src/tty/ioctl.js";
import { errno, SysError } from "../../../src/tty/sys-error.js";

vi.mock("../../../src/tty/libc.js", () => ({
  dup: () => OWN,
  close: (fd: number) => steps.push(`close ${fd}`),
}));
vi.mock("../../../src/tty/ioctl.js", () => ({
  isPtySlave: () => false,
  beginBreak: vi.fn(),
  sendBreak: vi.fn(),
  endBreak: vi.fn(),
}));

const PORT = 3;
const OWN = 4;
let steps: string[] = [];
/** What the driver has to send, and for how long it has not moved. */
let unsent = 0;
/** Ends the wait of the thread that begins the break: true where it began. */
let answer: (hasBegun: boolean) => void = () => {};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  steps = [];
  unsent = 0;
  const begin = (name: string) => async (fd: number) => {
    steps.push(`${name} ${fd}`);
    return await new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  };
  vi.mocked(beginBreak).mockImplementation(begin("begin"));
  vi.mocked(sendBreak).mockImplementation(begin("usual"));
  vi.mocked(endBreak).mockImplementation((fd) => void steps.push(`end ${fd}`));
});
afterEach(() => {
  vi.useRealTimers();
});

const port = () =>
  createBreak({
    fd: PORT,
    path: "tty",
    transmitter: { unsent: () => unsent, settling: () => () => unsent > 0, bufferMs: () => 100 },
    hold: () => void steps.push("hold"),
    letGo: () => void steps.push("let go"),
  });
/** What a promise came to, once it has. */
function follow(promise: Promise<void>) {
  const seen: { outcome?: string } = {};
  promise.then(
    () => {
      seen.outcome = "done";
    },
    (error: Error) => {
      seen.outcome = error.message;
    },
  );
  return seen;
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("a break of a given length", () => {
  it("is begun, kept for as long, and ended, with the sink held from the call on", async () => {
    const it = port();
    const seen = follow(it.send(50));
    expect(steps).toEqual(["hold"]);
    expect(it.isUnderWay).toBe(true);
    await pass(0);
    expect(steps).toEqual(["hold", `begin ${OWN}`]);
    answer(true);
    await pass(49);
    expect(steps).toEqual(["hold", `begin ${OWN}`, `close ${OWN}`]);
    await pass(1);
    expect(steps.slice(3)).toEqual([`end ${PORT}`, "let go"]);
    expect(seen.outcome).toBe("done");
    expect(it.isUnderWay).toBe(false);
  });

  it("comes after what was written before it, however slowly that leaves", async () => {
    unsent = 10;
    const seen = follow(port().send(5));
    for (; unsent > 0; unsent--) await pass(1900);
    expect(steps).toEqual(["hold"]);
    await pass(5);
    expect(steps).toEqual(["hold", `begin ${OWN}`]);
    answer(true);
    await pass(10);
    expect(seen.outcome).toBe("done");
  });

  it("is given up when nothing leaves any more, and the sink is let go", async () => {
    unsent = 10;
    const seen = follow(port().send(5));
    await pass(2050);
    expect(seen.outcome).toBeUndefined();
    await pass(100);
    expect(seen.outcome).toBe(
      "send a break on tty: 10 bytes before it do not leave; flow control may hold them",
    );
    expect(steps).toEqual(["hold", "let go"]);
  });

  it("is given up when the driver never gets to it, and ended at once if it does after all", async () => {
    const seen = follow(port().send(5));
    await pass(2200);
    expect(seen.outcome).toMatch(/^send a break on tty: the bytes before it do not leave the device; /);
    expect(steps).toEqual(["hold", `begin ${OWN}`, "let go"]);
    answer(true);
    await pass(0);
    expect(steps.slice(3)).toEqual([`end ${OWN}`, `close ${OWN}`]);
  });

  it("is refused with the driver's reason", async () => {
    vi.mocked(endBreak).mockImplementation(() => {
      throw new SysError("ioctl", errno.EPERM);
    });
    const refused = follow(port().send(5));
    await pass(0);
    answer(false);
    await pass(0);
    expect(refused.outcome).toContain("EPERM");
    vi.mocked(endBreak).mockImplementation(() => {});
    const silent = follow(port().send(5));
    await pass(0);
    answer(false);
    await pass(0);
    expect(silent.outcome).toBe("send a break on tty: the driver refused it");
    expect(steps.filter((step) => step === "let go")).toHaveLength(2);
  });

  it("waits for the one before it, and the sink is held through both", async () => {
    const it = port();
    const both = follow(Promise.all([it.send(5), it.send(5)]).then(() => {}));
    for (let time = 0; time < 2; time++) {
      await pass(0);
      answer(true);
      await pass(5);
    }
    expect(both.outcome).toBe("done");
    const one = [`begin ${OWN}`, `close ${OWN}`, `end ${PORT}`];
    expect(steps).toEqual(["hold", "hold", ...one, ...one, "let go"]);
  });

  it("works again after one that failed", async () => {
    unsent = 1;
    const it = port();
    follow(it.send(5));
    await pass(2200);
    unsent = 0;
    const seen = follow(it.send(5));
    await pass(0);
    answer(true);
    await pass(5);
    expect(seen.outcome).toBe("done");
  });
});

describe("a break of the usual length", () => {
  it("is left to the kernel, which ends it also when robin is killed", async () => {
    const seen = follow(port().send(undefined));
    await pass(0);
    expect(steps).toEqual(["hold", `usual ${OWN}`]);
    await pass(250);
    answer(true);
    await pass(0);
    expect(steps.slice(2)).toEqual([`close ${OWN}`, "let go"]);
    expect(seen.outcome).toBe("done");
  });
});

describe("a stop", () => {
  it("does nothing where there is no break", () => {
    port().stop();
    expect(steps).toEqual([]);
  });

  it("ends a break that is on, and leaves the descriptor alone from then on: it may be another file's", async () => {
    const it = port();
    const seen = follow(it.send(60_000));
    await pass(0);
    answer(true);
    await pass(10);
    it.stop();
    expect(steps).toEqual(["hold", `begin ${OWN}`, `close ${OWN}`, `end ${PORT}`]);
    await pass(60_000);
    expect(steps.slice(4)).toEqual(["let go"]);
    expect(seen.outcome).toBe("done");
  });

  it("keeps one from beginning that still waits for what is unsent", async () => {
    unsent = 10;
    const it = port();
    const seen = follow(it.send(5));
    await pass(10);
    it.stop();
    unsent = 0;
    await pass(100);
    expect(steps).toEqual(["hold", `end ${PORT}`, "let go"]);
    expect(seen.outcome).toBe("done");
  });

  it("ends one on its own descriptor that begins after it", async () => {
    const it = port();
    follow(it.send(5));
    await pass(0);
    it.stop();
    await pass(0);
    expect(steps).toEqual(["hold", `begin ${OWN}`, `end ${PORT}`, "let go"]);
    answer(true);
    await pass(100);
    expect(steps.slice(4)).toEqual([`end ${OWN}`, `close ${OWN}`]);
  });

  it("is no obstacle after a hang-up", async () => {
    const it = port();
    follow(it.send(100));
    await pass(0);
    answer(true);
    vi.mocked(endBreak).mockImplementation(() => {
      throw new SysError("ioctl", errno.EIO);
    });
    await pass(10);
    it.stop();
    await pass(0);
    expect(steps.at(-1)).toBe("let go");
  });
});
