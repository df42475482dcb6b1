/** The keys behind the escape key, pressed in a session on a port in memory. */
import { describe, expect, it, vi } from "vitest";
import { RobinError } from "../../src/errors.js";
import type { ModemLines, Port } from "../../src/port/port.js";
import { KEYS, listKeys } from "../../src/session/keys.js";
import { screenOf } from "../support/screen.js";
import { until } from "../support/until.js";
import { handMadeSink } from "./hand-made.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

/** A session in which keys are pressed one after the other, each after the escape key. */
function press(keys: string, options: Parameters<typeof memorySession>[0] = {}) {
  const one = memorySession({ terminal: TERMINAL, ...options });
  one.type([...keys].map((key) => ESCAPE + key).join(""));
  const says = (text: string | RegExp) =>
    until(`robin to say ${text}; it said ${JSON.stringify(one.said)}`, () =>
      one.said.find((line) => (typeof text === "string" ? line.text === text : text.test(line.text))),
    );
  return { ...one, says };
}

describe("the table of keys", () => {
  it("has these keys, each once, and each says what it does", () => {
    expect(KEYS.map(({ key }) => key).sort()).toEqual([..."qb?sdrp+-fewczxtlm!:o"].sort());
    for (const { does } of KEYS) expect(does).toMatch(/^[a-z].*[^.]$/);
  });

  it("is what ? lists, with the escape key that is in force", async () => {
    const list = (await press("?").says(/^keys/)).text;
    for (const { key, does } of KEYS) expect(list).toContain(`\n  ^\\ ${key}  ${does}`);
    expect(list).toContain("^\\ ^\\  send ^\\ itself");
    expect(listKeys(1)).toContain("^A q  quit");
    expect(press("?", { escapeKey: 1 }).said).toEqual([]);
  });
});

describe("a key", () => {
  it("that is in the table is not sent to the port", async () => {
    const { type, hear, says } = press("");
    type(`a${ESCAPE}b${ESCAPE}eb`);
    await says("break sent on mem");
    await until("what is behind it", () => hear() === "ab");
  });

  it("that has no meaning is passed on, and the escape key in front of it is not", () => {
    const known = new Set(KEYS.map(({ key }) => key));
    for (let byte = 0; byte < 256; byte++) {
      const key = String.fromCharCode(byte);
      if (known.has(key) || key === ESCAPE) continue;
      const { said, hear } = press(key);
      expect(hear()).toBe(key);
      expect(said).toEqual([]);
    }
  });

  it("q quits", async () => {
    expect(await press("q").session.ended).toMatchObject({ reason: "quit" });
  });

  it("b sends a break", async () => {
    let breaks = 0;
    const { says } = press("b", {
      port: {
        sendBreak: async () => {
          breaks++;
        },
      },
    });
    await says("break sent on mem");
    expect(breaks).toBe(1);
  });

  it("s shows the settings asked for and actual, the lines, the counts and the driver's", async () => {
    const { says, type } = press("", { port: { counters: () => ({ rx: 7, frame: 1 }) } });
    type(`abc${ESCAPE}s`);
    expect((await says(/^settings of mem/)).text.split("\n")).toEqual([
      "settings of mem",
      "  asked for  nothing: as it stands",
      "  actual     9600 8N1, no flow control",
      "  lines      DTR on, RTS on, CTS on, DSR on, DCD on, RI off",
      "  session    0 bytes received, 3 bytes sent",
      "  driver     rx 7, frame 1",
    ]);
  });

  it("s shows what it can of a port without modem lines and counters", async () => {
    const modemLines = () => Promise.reject(new RobinError("unsupported", "no such lines"));
    const { text } = await press("s", { port: { modemLines } }).says(/^settings of mem/);
    expect(text).toContain("\n  lines      no such lines\n");
    expect(text).not.toContain("driver");
  });

  it.each([
    ["d", "dtr", "DTR"],
    ["r", "rts", "RTS"],
  ] as const)("%s toggles %s, and back", async (key, line, name) => {
    const { port, says } = press(key);
    await says(`${name} is off`);
    expect((await port.modemLines())[line]).toBe(false);
    const again = press(key + key);
    await again.says(`${name} is on`);
    expect((await again.port.modemLines())[line]).toBe(true);
  });

  it("p pulses DTR for 100 ms, whichever way it stood", async () => {
    for (const stood of [true, false]) {
      const changes: [boolean, number][] = [];
      const { says } = press("p", {
        port: {
          modemLines: async () => ({ dtr: stood }) as ModemLines,
          setModemLine: async (line, on) => {
            expect(line).toBe("dtr");
            changes.push([on, performance.now()]);
          },
        },
      });
      await says(`DTR was ${stood ? "off" : "on"} for 100 ms`);
      expect(changes.map(([on]) => on)).toEqual([!stood, stood]);
      expect(changes[1]![1] - changes[0]![1]).toBeGreaterThanOrEqual(99);
    }
  });

  it.each<[string, number, number]>([
    ["+", 9600, 19200],
    ["-", 9600, 4800],
    ["++", 9600, 38400],
    ["+-", 9600, 9600],
    ["+", 12345, 19200],
    ["-", 12345, 9600],
    ["+", 57600, 115200],
    ["-", 75, 50],
  ])("%s takes the speed from %i to %i", async (keys, before, after) => {
    const { port, says } = press(keys, { settings: { bps: before } });
    await says(`${after} bps`);
    expect((await port.settings()).bps).toBe(after);
    expect(port.asked).toEqual({ bps: after });
  });

  it.each([
    ["+", 4_000_000],
    ["-", 50],
  ])("%s leaves a speed of %i, the last one, as it is", async (key, bps) => {
    const { port, says } = press(key, { settings: { bps } });
    await says(`${bps} bps is the last standard speed this way`);
    expect((await port.settings()).bps).toBe(bps);
  });

  it("+ warns of a speed that the driver did not take", async () => {
    const configure: Port["configure"] = async () => [{ setting: "speed", asked: "19200", took: "9600" }];
    const { says } = press("+", { port: { configure } });
    expect(await says("mem did not take speed 19200, it stands at 9600")).toMatchObject({ level: "warning" });
  });

  it("f discards what waits for the port, in robin and behind it", async () => {
    const { session, type, hear, says } = press("", { drainMs: 0 });
    type("x".repeat(10_000));
    type(`${ESCAPE}f`);
    await says("both queues discarded, and 5904 bytes that were not sent yet");
    expect(hear()).toBe("");
    type("after");
    expect(hear()).toBe("after");
    session.end("stopped");
    expect(await session.ended).toMatchObject({ unsent: 0 });
  });

  it("f says nothing of robin's own queue when it is empty", async () => {
    await press("f").says("both queues discarded");
  });

  it("e switches the local echo on and off", () => {
    const { said, output, type } = press("e");
    type("ab");
    type(`${ESCAPE}e`);
    type("cd");
    expect(output.taken.toString()).toBe("ab");
    expect(said.map(({ text }) => text)).toEqual(["local echo is on", "local echo is off"]);
  });

  it("w tells the far shell this window's size", () => {
    expect(press("w").hear()).toBe("stty rows 24 cols 80\r");
  });

  it.each([undefined, { rows: 0, columns: 0 }])("w warns when the size is not known: %j", (size) => {
    const { hear, said } = press("w", { terminal: { ...TERMINAL, windowSize: () => size } });
    expect(hear()).toBe("");
    expect(said).toEqual([{ level: "warning", text: "this terminal's size is not known" }]);
  });

  it("c clears the screen where it is one, and writes nothing into a file", () => {
    expect(press("c", { outputIsTerminal: true }).output.taken.toString()).toBe("\x1b[H\x1b[2J");
    expect(press("c", { outputIsTerminal: false }).output.taken.toString()).toBe("");
  });

  it("x begins rows on a line of their own, also where words go elsewhere", async () => {
    const { type, say, output } = memorySession({ terminal: TERMINAL, view: { newline: "\r\n" } });
    say("login: ");
    await until("the prompt", () => `${output.taken}` === "login: ");
    type(`${ESCAPE}x`);
    say("0123456789abcdef");
    await until("a row", () => output.taken.includes("|\r\n"));
    expect(`${output.taken}`).toMatch(/^login: \r\n00000000 {2}30 31 .*\|\r\n$/);
  });

  it("c keeps a line that is being typed, at the start of the screen", async () => {
    const { type, output } = memorySession({
      terminal: TERMINAL,
      outputIsTerminal: true,
      inputMode: "line",
    });
    type(`  half a line${ESCAPE}c`);
    expect(await screenOf(output.taken, { rows: 3, columns: 20 })).toEqual(["  half a line"]);
    type("!");
    expect(await screenOf(output.taken, { rows: 3, columns: 20 })).toEqual(["  half a line!"]);
  });

  it("z suspends, where there is a way to, once a break before it is over", async () => {
    const steps: string[] = [];
    let release = () => {};
    const sendBreak = () =>
      new Promise<void>((resolve) => {
        steps.push("break");
        release = () => resolve(void steps.push("break over"));
      });
    press("bz", { suspend: () => void steps.push("suspended"), port: { sendBreak } });
    await until("the break", () => steps.length > 0);
    release();
    await until("the stop", () => steps.length > 2);
    expect(steps).toEqual(["break", "break over", "suspended"]);
    expect(press("z").hear()).toBe("");
  });
});

describe("a break", () => {
  /** A port whose breaks are written down among the bytes that it takes, `room` of them for now. */
  function recording(room = Number.POSITIVE_INFINITY) {
    let left = room;
    const marks: [at: number, text: string][] = [];
    const ends: (() => void)[] = [];
    const sink = handMadeSink((offered) => {
      const count = Math.min(left, offered);
      left -= count;
      return count;
    });
    const mark = (text: string) => marks.push([sink.taken.length, text]);
    const sendBreak = (durationMs?: number) =>
      new Promise<void>((resolve) => {
        mark(`<${durationMs}`);
        ends.push(() => resolve(void mark(">")));
      });
    const one = press("", { breakMs: 20, port: { sink, sendBreak } });
    /** What was on the line so far; the port takes what it can. */
    const line = () => {
      sink.ready();
      const taken = sink.taken.toString();
      const starts = [0, ...marks.map(([at]) => at), taken.length];
      return starts
        .slice(1)
        .map((end, i) => taken.slice(starts[i], end) + (marks[i]?.[1] ?? ""))
        .join("");
    };
    return {
      ...one,
      line,
      endBreak: () => ends.shift()?.(),
      give: (count: number) => {
        left += count;
        sink.ready();
      },
    };
  }

  it("comes between what was typed before and behind it in one chunk, of the length that was asked for", async () => {
    const { type, line, endBreak, says } = recording();
    type(`before${ESCAPE}bbehind`);
    await until("the break", () => line().includes("<"));
    expect(line()).toBe("before<20");
    type("typed meanwhile");
    endBreak();
    await says("break sent on mem, 20 ms");
    await until("the rest", () => line().endsWith("meanwhile"));
    expect(line()).toBe("before<20>behindtyped meanwhile");
  });

  it("waits for what the port has not taken yet, and so does what is behind it", async () => {
    const { type, line, endBreak, give, says } = recording(2);
    type(`before${ESCAPE}bbehind`);
    expect(line()).toBe("be");
    give(2);
    await until("two more", () => line() === "befo");
    give(100);
    await until("the break", () => line() === "before<20");
    endBreak();
    await says(/^break sent/);
    await until("the rest", () => line() === "before<20>behind");
  });

  it("comes twice where it was asked for twice, each in its place", async () => {
    const { type, line, endBreak } = recording();
    type(`a${ESCAPE}bb${ESCAPE}bc`);
    await until("the first", () => line() === "a<20");
    endBreak();
    await until("the second", () => line() === "a<20>b<20");
    endBreak();
    await until("the end", () => line() === "a<20>b<20>c");
  });

  it("is given up when the port takes nothing any more, and what waits goes on waiting without it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { type, line, give, said } = recording(2);
      type(`before${ESCAPE}bbehind`);
      await vi.advanceTimersByTimeAsync(1900);
      give(1);
      await vi.advanceTimersByTimeAsync(2000);
      expect(said).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      const text = "send a break on mem: the bytes before it are not taken; flow control may hold them";
      expect(said).toEqual([{ level: "warning", text }]);
      give(100);
      expect(line()).toBe("beforebehind");
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("keys that control the port", () => {
  it("wait for each other, and nothing else waits for them", async () => {
    const steps: string[] = [];
    let release = () => {};
    const { says, type, hear } = press("", {
      port: {
        setModemLine: () =>
          new Promise<void>((resolve) => {
            steps.push("line");
            release = () => resolve(void steps.push("line over"));
          }),
        discard: async () => void steps.push("discard"),
      },
    });
    type(`${ESCAPE}d${ESCAPE}fabc${ESCAPE}e`);
    await until("the line", () => steps.length > 0);
    expect(hear()).toBe("abc");
    await says("local echo is on");
    expect(steps).toEqual(["line"]);
    release();
    await says(/^both queues discarded/);
    expect(steps).toEqual(["line", "line over", "discard"]);
  });

  const failing = (code: "unsupported" | "lost"): Partial<Port> => {
    const fail = (what: string) => () => Promise.reject(new RobinError(code, `${what} mem: no such thing`));
    return {
      sendBreak: fail("break"),
      settings: fail("settings"),
      modemLines: fail("lines"),
      setModemLine: fail("line"),
      configure: fail("configure"),
      discard: fail("discard"),
    };
  };

  it("tell what failed, and the session goes on", async () => {
    for (const key of "bsdrp+-f") {
      const { says, said, type, hear, session } = press(key, { port: failing("unsupported") });
      expect(await says(/mem: no such thing$/)).toMatchObject({ level: "warning" });
      expect(said).toHaveLength(1);
      type(`on${ESCAPE}e`);
      expect(hear()).toBe("on");
      await says("local echo is on");
      session.force();
    }
  });

  it("work again after one that failed", async () => {
    const { says, type } = press("b", { port: { sendBreak: failing("unsupported").sendBreak! } });
    await says(/no such thing$/);
    type(`${ESCAPE}d`);
    await says("DTR is off");
  });

  it("end the session when they find the port lost", async () => {
    for (const key of "bsdrp+-f") {
      const { session, said } = press(key, { port: failing("lost") });
      expect(await session.ended).toMatchObject({ reason: "lost", error: { code: "lost" } });
      expect(said).toEqual([]);
    }
  });
});
