/** When what a device said is due, on a clock of the test's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Passage } from "../../../src/virtual/replay/passages.js";
import { Player, type PlayerOptions } from "../../../src/virtual/replay/player.js";
import { moments, type Step } from "./recordings.js";

const START_MS = 1000;

/** Plays `steps` from START_MS on. */
function play(steps: readonly Step[], options: Partial<PlayerOptions> = {}) {
  let nowMs = START_MS;
  const player = new Player({ clock: () => nowMs, speed: 1, ...options }, START_MS);
  const rest = moments(steps);
  const feed = () => {
    while (player.wants) {
      const moment = rest.shift();
      if (moment) player.read(moment);
      else player.readEnd();
    }
  };
  feed();
  /** What is due now, as text; `!` is a hang-up, and events have their names. */
  const now = () => {
    const said: string[] = [];
    for (let action = player.next(); action; action = player.next()) {
      if (action.do === "say") said.push(Buffer.from(action.bytes).toString("latin1"));
      else said.push(action.do === "hangUp" ? "!" : `(${action.moment.event.event})`);
      feed();
    }
    return said.join("");
  };
  return {
    player,
    now,
    at(ms: number) {
      nowMs = START_MS + ms;
      return now();
    },
  };
}

describe("what a device said", () => {
  const BOOT: Step[] = [
    [20, "<U-Boot\n"],
    [520, "<Linux\n"],
    [1020, "<login: "],
  ];

  it("comes at its time since the first record, and never before", () => {
    const { at, player } = play(BOOT);
    expect(at(0)).toBe("U-Boot\n");
    expect(player.deadlineMs()).toBe(START_MS + 500);
    expect(at(499.999)).toBe("");
    expect(at(500)).toBe("Linux\n");
    expect(player.isOver).toBe(false);
    expect(at(1000)).toBe("login: ");
    expect(player.isOver).toBe(true);
    expect(player.deadlineMs()).toBeUndefined();
  });

  it.each([
    [2, 250],
    [0.5, 1000],
  ])("comes %d times as fast if wanted", (speed, ms) => {
    const { at } = play(BOOT, { speed });
    at(0);
    expect(at(ms - 0.001)).toBe("");
    expect(at(ms)).toBe("Linux\n");
  });

  it("comes at once if wanted", () => {
    expect(play(BOOT, { speed: Number.POSITIVE_INFINITY }).now()).toBe("U-Boot\nLinux\nlogin: ");
  });

  it("comes as soon as it can where it was late, and what follows at its own time", () => {
    const { at } = play(BOOT);
    expect(at(700)).toBe("U-Boot\nLinux\n");
    expect(at(999)).toBe("");
    expect(at(1000)).toBe("login: ");
  });

  it("does not wait for what was sent, where nobody compares", () => {
    const { at } = play([
      [0, "<login: "],
      [10, ">root\r"],
      [20, "<root\r\n"],
    ]);
    expect(at(20)).toBe("login: root\r\n");
  });

  it("is read ahead up to a bound", () => {
    const long: Step[] = Array.from({ length: 5000 }, (_, at) => [at, `<${"x".repeat(1000)}`]);
    const player = new Player({ clock: () => 0, speed: 1 }, 0);
    const rest = moments(long);
    while (player.wants) player.read(rest.shift()!);
    expect(5000 - rest.length).toBeLessThan(300);
    expect(rest.length).toBeGreaterThan(0);
  });

  it("goes on in a second session of the same file", () => {
    const { at } = play([
      [0, "<one"],
      [100, "<two"],
      [0, "<three"],
      [50, "<four"],
    ]);
    expect(at(100)).toBe("onetwothree");
    expect(at(150)).toBe("four");
  });
});

describe("an answer", () => {
  /** What was passed so far. */
  const gate = () => {
    const passages: Passage[] = [];
    return {
      passages,
      passed: (count: number) => passages.find(({ upTo }) => upTo >= count),
    };
  };
  const DIALOGUE: Step[] = [
    [0, "<ready\n"],
    [5000, ">AT\r"],
    [5030, "<OK\n"],
    [9000, ">ATI\r"],
    [9200, "<robin\n"],
  ];

  it("comes so long after what was sent as it did then", () => {
    const { passages, passed } = gate();
    const { at, player } = play(DIALOGUE, { passed });
    expect(at(0)).toBe("ready\n");
    expect(player.deadlineMs()).toBeUndefined();
    expect(at(60_000)).toBe("");
    expect(player.waitingSinceMs).toBe(START_MS);
    passages.push({ upTo: 3, atMs: START_MS + 60_100, isSkipped: false });
    expect(at(60_129)).toBe("");
    expect(player.deadlineMs()).toBe(START_MS + 60_130);
    expect(player.waitingSinceMs).toBeUndefined();
    expect(at(60_130)).toBe("OK\n");
    expect(player.waitingSinceMs).toBe(START_MS + 60_130);
  });

  it("waits for those before it, where the program was fast", () => {
    const { passages, passed } = gate();
    const { at } = play(DIALOGUE, { passed });
    passages.push({ upTo: 7, atMs: START_MS, isSkipped: false });
    expect(at(29)).toBe("ready\n");
    expect(at(199)).toBe("OK\n");
    expect(at(200)).toBe("robin\n");
  });

  it("is left out with what it answers", () => {
    const { passages, passed } = gate();
    const { at } = play(DIALOGUE, { passed });
    passages.push(
      { upTo: 3, atMs: START_MS, isSkipped: true },
      { upTo: 7, atMs: START_MS, isSkipped: false },
    );
    expect(at(60_000)).toBe("ready\nrobin\n");
  });
});

describe("a device that was lost", () => {
  const LOST: Step[] = [
    [0, "<before"],
    [100, { event: "lost" }],
    [1100, { event: "back" }],
    [1150, "<after"],
  ];

  it("hangs up, and says nothing until its port is opened again", () => {
    const { at, player } = play(LOST);
    expect(at(100)).toBe("before!");
    expect(player.isAway).toBe(true);
    expect(at(5000)).toBe("(back)");
    player.resume(START_MS + 5000);
    expect(at(5049)).toBe("");
    expect(at(5050)).toBe("after");
  });

  it("says nothing before it was back, also to a program that is back at once", () => {
    const { at, player } = play(LOST);
    at(100);
    player.resume(START_MS + 101);
    expect(at(1149)).toBe("(back)");
    expect(at(1150)).toBe("after");
  });
});

it("plays everything, in order, never early, whenever it is asked", () => {
  const steps = fc
    .array(fc.tuple(fc.nat(50), fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 })), {
      maxLength: 20,
    })
    .map((parts) => {
      let ms = 0;
      return parts.map(([gap, text], at): Step => {
        ms += at === 0 ? 0 : gap;
        return [ms, `<${text}`];
      });
    });
  fc.assert(
    fc.property(steps, fc.array(fc.nat(80)), (all, waits) => {
      const { at } = play(all);
      let ms = 0;
      let said = at(0);
      for (const wait of waits) {
        ms += wait;
        said += at(ms);
        const due = all
          .filter(([time]) => time - (all[0]?.[0] ?? 0) <= ms)
          .map(([, what]) => String(what).slice(1));
        expect(said).toBe(due.join(""));
      }
    }),
  );
});
