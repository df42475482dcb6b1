/** Errors that a driver counts while bytes come: when they are worth a word, and what is said. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PLAIN_LINE } from "../../src/port/plain-line.js";
import { createErrorJudge, describeLineErrors } from "../../src/session/line-errors.js";
import { memorySession } from "./memory-session.js";

const NONE = { rx: 0, frame: 0, parity: 0, overrun: 0, bufOverrun: 0, brk: 0 };
/** A driver that counts from now on; each call counts on and judges, so many seconds after the one before. */
function line(start: Partial<typeof NONE> = {}) {
  const counts = { ...NONE, ...start };
  const judge = createErrorJudge({ ...counts }, "9600");
  let nowMs = 0;
  return (more: Partial<typeof NONE>, afterS = 0.4, settings = "9600") => {
    for (const [name, count] of Object.entries(more)) counts[name as keyof typeof NONE] += count;
    nowMs += afterS * 1000;
    return judge({ ...counts }, nowMs, settings).map(({ kind, count }) => `${kind} ${count}`);
  };
}

describe("errors", () => {
  it("from before the session are none of its own", () => {
    const look = line({ frame: 100, parity: 100, overrun: 100 });
    expect(look({ rx: 10 })).toEqual([]);
  });

  it("of framing are told from the third on, and once", () => {
    const look = line();
    expect(look({ rx: 5, frame: 2 })).toEqual([]);
    expect(look({ rx: 5, frame: 2 })).toEqual(["frame 4"]);
    for (let time = 0; time < 100; time++) expect(look({ rx: 5, frame: 5 }, 30)).toEqual([]);
  });

  it("of each kind are told for themselves, and a single overrun is enough", () => {
    const look = line();
    expect(look({ rx: 9, frame: 3, parity: 4, overrun: 1 })).toEqual(["frame 3", "parity 4", "overrun 1"]);
    expect(line()({ bufOverrun: 2 })).toEqual(["overrun 2"]);
  });

  it("are no breaks", () => {
    expect(line()({ rx: 50, brk: 50 })).toEqual([]);
  });

  it("are no sign when there are many good bytes between them", () => {
    const look = line();
    for (let time = 0; time < 20; time++) {
      expect(look({ rx: 5000, frame: 1 })).toEqual([]);
      expect(look({ rx: 5000 })).toEqual([]);
    }
  });

  it("are a sign also where few bytes come at all", () => {
    const look = line();
    expect(look({ rx: 1, frame: 1 }, 20)).toEqual([]);
    expect(look({ rx: 1 }, 20)).toEqual([]);
    expect(look({ rx: 1, frame: 1 }, 20)).toEqual([]);
    expect(look({ rx: 1, frame: 1 }, 20)).toEqual(["frame 3"]);
  });

  it("are news again after a minute without any", () => {
    const look = line();
    expect(look({ rx: 9, frame: 9 })).toEqual(["frame 9"]);
    expect(look({ rx: 1000 }, 30)).toEqual([]);
    expect(look({ rx: 9, frame: 9 }, 31)).toEqual(["frame 9"]);
  });

  it("are news again after a change of speed or frame, which those of before say nothing about", () => {
    const look = line();
    expect(look({ rx: 9, frame: 9 })).toEqual(["frame 9"]);
    expect(look({ rx: 9, frame: 9 }, 0.4, "19200")).toEqual([]);
    expect(look({ rx: 9, frame: 9 }, 0.4, "19200")).toEqual(["frame 9"]);
  });

  it("of a device that came back are counted from 0", () => {
    const look = line({ rx: 500, frame: 50 });
    expect(look({ rx: -500, frame: -50 })).toEqual([]);
    expect(look({ rx: 9, frame: 3 })).toEqual(["frame 3"]);
  });
});

describe("the words", () => {
  const settings = { ...PLAIN_LINE, parity: "even", databits: 7 } as const;
  const words = (kind: "frame" | "parity" | "overrun", count: number, keys?: string) =>
    describeLineErrors("tty", { kind, count }, settings, keys);

  it("say what the errors most often mean, and what stands", () => {
    expect(words("frame", 37, "^\\ + and ^\\ -")).toBe(
      "receive from tty: 37 framing errors: most often the speed is wrong, it is 9600 bps; ^\\ + and ^\\ - try the neighbours",
    );
    expect(words("frame", 37)).toMatch(/it is 9600 bps$/);
    expect(words("parity", 12)).toBe(
      "receive from tty: 12 parity errors: most often the frame is wrong, it is 9600 7E1, no flow control",
    );
    expect(words("overrun", 1)).toMatch(
      /^receive from tty: 1 overrun error, bytes were lost before robin .*no flow control$/,
    );
  });
});

describe("a session", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  function counting() {
    const counts = { ...NONE };
    let looks = 0;
    const counters = () => {
      looks++;
      return { ...counts };
    };
    return { ...memorySession({ port: { counters } }), counts, looks: () => looks };
  }

  it("looks at the counters after bytes have come, once for many chunks, and not at all in silence", async () => {
    const { session, say, looks } = counting();
    await pass(100_000);
    expect(looks()).toBe(1); // at the start
    expect(vi.getTimerCount()).toBe(0);
    for (let chunk = 0; chunk < 10; chunk++) {
      say("x");
      await pass(10);
    }
    await pass(100_000);
    expect(looks()).toBe(2);
    say("x");
    await pass(1000);
    expect(looks()).toBe(3);
    session.end("stopped");
  });

  it("warns of framing errors, with the keys that change the speed", async () => {
    const { session, say, counts, said, output } = counting();
    say("garbage");
    Object.assign(counts, { rx: 7, frame: 5 });
    await pass(1000);
    expect(said).toEqual([
      { level: "warning", text: expect.stringMatching(/^receive from mem: 5 framing errors: .*\^\\ \+ and/) },
    ]);
    expect(output.taken.toString()).toBe("garbage");
    session.end("stopped");
  });

  it("warns again at the next speed, if that is wrong too", async () => {
    const { session, say, type, counts, said } = counting();
    for (let time = 1; time <= 3; time++) {
      say("garbage");
      Object.assign(counts, { rx: 7 * time, frame: 5 * time });
      await pass(1000);
      if (time === 1) type("\x1c+");
    }
    const warnings = said.filter(({ level }) => level === "warning").map(({ text }) => text);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain("19200 bps");
    session.end("stopped");
  });

  it("does not look where the driver counts nothing, nor after its end", async () => {
    const { session, say } = memorySession();
    say("x");
    await pass(10);
    expect(vi.getTimerCount()).toBe(0);
    session.end("stopped");
    const other = counting();
    other.say("x");
    await pass(10);
    other.session.force();
    Object.assign(other.counts, { frame: 100 });
    await pass(10_000);
    expect(other.said).toEqual([]);
  });
});

describe("marks of the kernel", () => {
  it("are shown as asked, and what is left of one at the end too", async () => {
    const { session, say, output } = memorySession({ view: { marks: { breaks: true } } });
    say("a\xff\0\0b\xff");
    session.end("quit");
    expect(await session.ended).toMatchObject({ received: 6, undelivered: 0 });
    expect(output.taken.toString("latin1")).toBe("a<break>b\xff");
  });
});
