/** Steps played on lines that remember, by a clock that goes when it is asked to. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Clock, type LineDriver, playSteps, SYSTEM_CLOCK } from "../../../src/port/lines/player.js";
import { PRESETS, parseSteps, type Step } from "../../../src/port/lines/steps.js";
import type { AllLines, OutputLine } from "../../../src/tty/modem-lines.js";

const LOW: AllLines = {
  dtr: false,
  rts: false,
  cts: false,
  dcd: false,
  ri: false,
  dsr: false,
  out1: false,
  out2: false,
  loop: false,
};

interface Board extends LineDriver, Clock {
  state: Record<string, boolean>;
  /** Every request, with its time. */
  readonly log: string[];
}

/** Lines that take every request but those for `deaf` ones; a request takes `requestMs`. */
function board(
  raised: readonly OutputLine[] = ["dtr", "rts"],
  deaf: readonly OutputLine[] = [],
  requestMs = 0,
): Board {
  let nowMs = 1000;
  const it: Board = {
    state: { ...LOW, ...Object.fromEntries(raised.map((line) => [line, true])) },
    log: [],
    get() {
      nowMs += requestMs;
      it.log.push("read");
      return { ...it.state } as unknown as AllLines;
    },
    set(lines, on) {
      nowMs += requestMs;
      for (const line of lines) if (!deaf.includes(line)) it.state[line] = on;
      it.log.push(`${Math.round((nowMs - 1000) * 10) / 10} ${lines.join("+")} ${on ? "on" : "off"}`);
    },
    now: () => nowMs,
    async until(ms) {
      nowMs = Math.max(nowMs, ms);
    },
  };
  return it;
}

const play = (it: Board, ...words: string[]) => playSteps(parseSteps(words) as readonly Step[], it, it);
const setsOf = (it: Board) => it.log.filter((entry) => entry !== "read");

describe("playing", () => {
  it.each<[string, OutputLine[], string[]]>([
    ["dtr=on", [], ["0 dtr on"]],
    ["dtr=on", ["dtr"], ["0 dtr on"]],
    ["dtr+rts=off", ["dtr", "rts"], ["0 dtr+rts off"]],
    ["dtr=toggle,rts=toggle", ["dtr"], ["0 dtr off", "0 rts on"]],
    ["dtr+rts=toggle", ["dtr", "rts"], ["0 dtr+rts off"]],
    ["dtr+rts=toggle", ["dtr"], ["0 dtr off", "0 rts on"]],
    ["dtr=pulse:100ms", ["dtr"], ["0 dtr off", "100 dtr on"]],
    ["dtr=pulse:100ms", [], ["0 dtr on", "100 dtr off"]],
    ["dtr+rts=pulse:5ms", ["dtr"], ["0 dtr off", "0 rts on", "5 rts off", "5 dtr on"]],
    ["20ms,rts=on,30ms,rts=off", [], ["20 rts on", "50 rts off"]],
    ["dtr=pulse:10ms,dtr=pulse:10ms", [], ["0 dtr on", "10 dtr off", "10 dtr on", "20 dtr off"]],
  ])("%s with %j raised makes the requests %j", async (steps, raised, requests) => {
    const it = board(raised);
    expect((await play(it, steps)).ignored).toEqual([]);
    expect(setsOf(it)).toEqual(requests);
  });

  it("leaves adjacent sets unbroken, and reads them back at the wait after them", async () => {
    const it = board();
    await play(it, "dtr=off,rts=off", "10ms", "dtr=on");
    expect(it.log).toEqual(["0 dtr off", "0 rts off", "read", "10 dtr on", "read"]);
  });

  it("names each line that did not take what was asked, once", async () => {
    const it = board([], ["out1", "loop"]);
    const { ignored } = await play(it, "dtr=on,out1=on,1ms,out1=on,1ms,loop=on");
    expect(ignored).toEqual([
      { line: "out1", asked: true },
      { line: "loop", asked: true },
    ]);
  });

  it("says when each request was done", async () => {
    const { sets } = await play(board([], [], 2), "dtr=on,100ms,dtr=off");
    expect(sets).toEqual([
      { atMs: 2, lines: ["dtr"], on: true },
      { atMs: 102, lines: ["dtr"], on: false },
    ]);
  });

  it("ends a pulse early where that is asked for, and not once it has ended", async () => {
    const it = board(["dtr"]);
    const open = new Set<() => void>();
    let during: boolean | undefined;
    const clock: Clock = {
      now: it.now,
      until: async () => {
        for (const giveBack of open) giveBack();
        during = it.state.dtr;
      },
    };
    await playSteps(parseSteps(["dtr=pulse:100ms"]) as Step[], it, clock, (giveBack) => {
      open.add(giveBack);
      return () => open.delete(giveBack);
    });
    expect(during).toBe(true);
    expect(open.size).toBe(0);
  });

  it("passes on what the driver throws", async () => {
    const it = board();
    it.set = () => {
      throw new Error("gone");
    };
    await expect(play(it, "dtr=on")).rejects.toThrow("gone");
  });
});

describe("time", () => {
  it("does not drift: a hundred waits of 10 ms end after one second, though each request takes 0.5 ms", async () => {
    const it = board([], [], 0.5);
    await play(it, ...Array.from({ length: 100 }, () => "10ms,dtr=toggle"));
    expect(it.now() - 1000).toBeLessThan(1000 + 3);
  });

  it("that was lost is not taken from the wait after it: no wait is shorter than nine tenths of itself", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ ms: fc.integer({ min: 1, max: 200 }), lateMs: fc.integer({ min: 0, max: 100 }) }),
        ),
        async (waits) => {
          const it = board();
          let began = it.now();
          const late = [...waits];
          const clock: Clock = {
            now: it.now,
            until: async (ms) => {
              const { ms: asked, lateMs } = late.shift()!;
              await it.until(ms);
              expect(it.now() - began).toBeGreaterThanOrEqual(asked * 0.9 - 1e-6);
              await it.until(ms + lateMs); // the machine was busy
              began = it.now();
            },
          };
          const steps = waits.flatMap(({ ms }): Step[] => [{ kind: "wait", ms }]);
          await playSteps(steps, it, clock);
        },
      ),
    );
  });

  it("is kept by the system's clock, to a few milliseconds and never too early", async () => {
    for (const ms of [0, 0.1, 1, 5, 20]) {
      const due = SYSTEM_CLOCK.now() + ms;
      await SYSTEM_CLOCK.until(due);
      expect(SYSTEM_CLOCK.now()).toBeGreaterThanOrEqual(due);
    }
  });
});

describe("a preset", () => {
  it.each<[string, string[]]>([
    ["esp32-reset", ["0 dtr off", "0 rts on", "100 rts off"]],
    ["esp32-boot", ["0 dtr off", "0 rts on", "100 dtr on", "100 rts off", "150 dtr off"]],
    ["arduino-reset", ["0 dtr+rts off", "250 dtr+rts on", "250.1 dtr+rts off"]],
    ["rp2040-bootsel", ["0 dtr off"]],
  ])("%s makes the requests that the vendor's tool makes: %j", async (name, requests) => {
    const it = board();
    await play(it, PRESETS.find((preset) => preset.name === name)!.steps);
    expect(setsOf(it)).toEqual(requests);
  });
});
