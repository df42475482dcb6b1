/** What a device does with lines, bytes and time, and what it may hold. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { device } from "../../../src/virtual/emulate/device.js";
import { playDevice } from "../../../src/virtual/emulate/play-device.js";
import { play } from "./played.js";

const MIB = 1024 * 1024;

describe("lines", () => {
  const lines = device({
    on: [
      ["AT", "OK"],
      ["", "empty"],
      [/^ECHO (.*)$/g, (d, [, text]) => d.println(text)],
      [/^ECHO/, "never"],
      ["äö", "ü"],
    ],
  });

  it.each([
    ["AT\r", "OK\r\n"],
    ["AT\n", "OK\r\n"],
    ["AT\r\nAT\r\n", "OK\r\nOK\r\n"],
    ["\r\r\n\n", "empty\r\nempty\r\nempty\r\n"],
    ["AT", ""],
    ["ATX\r", ""],
    ["at\r", ""],
    ["ECHO a\rECHO b\r", "a\r\nb\r\n"],
    ["AX\bT\r", "OK\r\n"],
    ["Aé\x7fT\r", "OK\r\n"],
    ["\b\b\x7fAT\r", "OK\r\n"],
    ["äö\r", "ü\r\n"],
  ])("%j is answered by %j", async (typed, answer) => {
    expect(await play(lines).answer(typed)).toBe(answer);
  });

  it("end as the device has it", async () => {
    expect(await play({ newline: "\r", on: [["AT", "OK"]] }).answer("AT\r")).toBe("OK\r");
  });

  it("hold 4096 bytes, and what is more is dropped until they end", async () => {
    const { answer } = play({ on: [[/^(a*)$/, (d, [, all = ""]) => d.println(String(all.length))]] });
    expect(await answer("a".repeat(4096), "a".repeat(90_000), "\raa\r")).toBe("4096\r\n2\r\n");
  });

  it("are sent back while the device echoes, erasing included, and CR LF as one end", async () => {
    const echoing = {
      echo: true,
      on: [["no", (d: { echo: boolean }) => void Object.assign(d, { echo: false })]] as const,
    };
    const { answer } = play(echoing);
    expect(await answer("ab\b\b\bc\x01\r\n")).toBe("ab\b \b\b \bc\x01\r\n");
    expect(await answer("no\rabc\r")).toBe("no\r\n");
  });
});

describe("bytes", () => {
  it("are given one by one before they are lines, and are no part of a line when they are taken", async () => {
    const seen: number[] = [];
    const { answer } = play({
      byte(_, byte) {
        seen.push(byte);
        return byte === 0xff;
      },
      on: [["AB", "yes"]],
    });
    expect(await answer(Uint8Array.of(0x41, 0xff, 0x42, 0x0d))).toBe("yes\r\n");
    expect(seen).toEqual([0x41, 0xff, 0x42, 0x0d]);
  });
});

describe("waiting for text", () => {
  const login = device({
    async start(d) {
      for (;;) {
        d.print("login: ");
        const [, name] = await d.waitFor(/(\w+)\r/);
        d.print("password: ");
        await d.waitFor("secret\r");
        d.println(`welcome, ${name}`);
      }
    },
  });

  it("holds a dialogue, step after step", async () => {
    const { said, answer } = play(login);
    expect(await said()).toBe("login: ");
    expect(await answer("ann\r")).toBe("password: ");
    expect(await answer("wrong\r")).toBe("");
    expect(await answer("secret\r")).toBe("welcome, ann\r\nlogin: ");
  });

  it("takes what was received before somebody waited", async () => {
    expect(await play(login).answer("ann\rsecret\rbob\rsecret\r")).toBe(
      "login: password: welcome, ann\r\nlogin: password: welcome, bob\r\nlogin: ",
    );
  });

  it("gives up after its time, with the place of the call", async () => {
    const { errors, said, pass } = play({
      async start(d) {
        await d.waitFor("never", { timeoutMs: 500 });
      },
      on: [["AT", "OK"]],
    });
    expect(await said()).toBe("");
    await pass(499);
    expect(errors).toEqual([]);
    await pass(1);
    expect(errors).toEqual([new Error('waited 500 ms in vain for "never"')]);
    expect((errors[0] as Error).stack).toContain("play-device.test.ts");
  });

  it("never gives up after what came in time", async () => {
    const {
      device: played,
      errors,
      answer,
      pass,
    } = play({
      async start(d) {
        await d.waitFor("x", { timeoutMs: 500 });
        d.print("there");
      },
    });
    expect(await answer("x")).toBe("there");
    expect(played.deadlineMs()).toBeUndefined();
    await pass(1000);
    expect(errors).toEqual([]);
  });

  it("has the device to itself: lines that come meanwhile are answered when it is over", async () => {
    const { answer, pass } = play({
      on: [
        [
          "slow",
          async (d) => {
            await d.sleep(100);
            d.println("done");
          },
        ],
        ["AT", "OK"],
      ],
    });
    expect(await answer("slow\rAT\r")).toBe("");
    expect(await pass(100)).toBe("done\r\nOK\r\n");
  });

  it("does not get the LF of the line that asked for it", async () => {
    const { answer } = play({
      on: [["text", async (d) => d.println(JSON.stringify((await d.waitFor(/^(.*)!/s))[1]))]],
    });
    expect(await answer("text\r\n")).toBe("");
    expect(await answer("\na!")).toBe('"\\na"\r\n');
  });

  it("keeps a bounded part of what fits nothing", async () => {
    const { answer } = play({
      async start(d) {
        d.print(String((await d.waitFor(/!$/)).input.length));
      },
    });
    expect(Number(await answer("x".repeat(50_000), "!"))).toBeLessThanOrEqual(2 * 4096 + 1);
  });

  it("fits text as UTF-8, however it is cut", async () => {
    const bytes = Buffer.from("25 °C\r");
    const { answer } = play({ start: async (d) => d.print((await d.waitFor("°C"))[0]!) });
    expect(await answer(...[...bytes].map((byte) => Uint8Array.of(byte)))).toBe("°C");
  });
});

describe("time", () => {
  it("goes on in sleeps one after the other, also where they are looked at late", async () => {
    const sleeper = device({
      async start(d) {
        for (let n = 1; n <= 5; n++) {
          await d.sleep(10);
          d.print(`${n}@${d.uptimeMs} `);
        }
      },
    });
    expect(await play(sleeper).jump(1000)).toBe("1@10 2@20 3@30 4@40 5@50 ");
    expect(await play(sleeper).pass(30)).toBe("1@10 2@20 3@30 ");
  });

  it("calls timers in order, once or again and again, until they are taken back", async () => {
    const { pass } = play({
      start(d) {
        const stop = d.every(10, () => d.print("e"));
        d.after(35, () => d.print("a"));
        d.after(45, stop);
        d.after(5, () => d.print("n"))();
      },
    });
    expect(await pass(100)).toBe("eeeae");
  });

  it("skips what it was late for in what comes again and again", async () => {
    const { jump, pass } = play({ start: (d) => void d.every(10, () => d.print(`${d.uptimeMs} `)) });
    expect(await jump(1005)).toBe("10 ");
    expect(await pass(20)).toBe("1010 1020 ");
  });

  it("moves on where a device asks for no time at all", async () => {
    const { pass } = play({
      start(d) {
        const again = () => void d.after(0, again);
        again();
        d.every(Number.NaN, () => {});
        d.after(50, () => d.print("x"));
      },
    });
    expect(await pass(60)).toBe("x");
  });
});

describe("restarting", () => {
  it("makes a new state, forgets timers and who waits, and starts again", async () => {
    const { answer, pass } = play({
      state: () => ({ n: 0 }),
      echo: false,
      start(d) {
        d.println(`up ${d.state.n} ${d.uptimeMs} ${d.echo}`);
        d.after(50, () => d.print("timer"));
      },
      on: [
        ["add", (d) => d.println(String(++d.state.n))],
        ["echo", (d) => void Object.assign(d, { echo: true })],
        ["wait", (d) => void d.waitFor("x").then(() => d.print("never"))],
        ["reset", (d) => d.restart()],
      ],
    });
    expect(await answer("add\radd\recho\r")).toBe("up 0 0 false\r\n1\r\n2\r\n");
    await pass(40);
    expect(await answer("reset\r")).toBe("reset\r\nup 0 0 false\r\n");
    expect(await pass(49)).toBe("");
    expect(await pass(1)).toBe("timer");
    expect(await answer("wait\r")).toBe("");
  });

  it("is not over when the handler that asked for it is, nor one from before", async () => {
    const { answer, pass } = play({
      async start(d) {
        await d.sleep(100);
        d.print("up ");
      },
      on: [
        ["reset", async (d) => d.restart()],
        [
          "later",
          async (d) => {
            d.after(1, () => d.restart());
            await Promise.race([d.sleep(50), new Promise((resolve) => setTimeout(resolve, 5))]);
          },
        ],
        ["AT", "OK"],
      ],
    });
    expect(await pass(100)).toBe("up ");
    expect(await answer("reset\rAT\r")).toBe("");
    expect(await pass(100)).toBe("up OK\r\n");
    expect((await answer("later\rAT\r")) + (await pass(1))).toBe("");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await pass(98)).toBe("");
    expect(await pass(2)).toBe("up OK\r\n");
  });

  it("ends a dialogue for good", async () => {
    let starts = 0;
    const { answer, pass, errors } = play({
      async start(d) {
        const mine = ++starts;
        d.after(10, () => {
          if (starts === 1) d.restart();
        });
        await d.waitFor("go", { timeoutMs: 100 }).catch(() => d.print("late "));
        d.print(`${mine} `);
      },
    });
    await pass(20);
    expect(await answer("go")).toBe("2 ");
    expect(await pass(1000)).toBe("");
    expect(errors).toEqual([]);
  });
});

describe("a fault in a device", () => {
  it("is told, wherever it is, and the device goes on", async () => {
    const oh = (where: string) => {
      throw new Error(where);
    };
    const {
      device: played,
      answer,
      pass,
      errors,
    } = play({
      state: () => oh("state"),
      start: async () => oh("start"),
      byte: (_, byte) => (byte === 0x42 ? oh("byte") : false),
      on: [
        ["line", () => oh("line")],
        ["async", async () => oh("async")],
        ["timer", (d) => void d.after(1, () => oh("timer"))],
        ["late", (d) => void d.after(1, async () => oh("late"))],
        [
          "pieces",
          (d) =>
            d.print(
              (function* () {
                yield "p";
                oh("pieces");
              })(),
            ),
        ],
        ["AT", "OK"],
      ],
      opened: () => oh("opened"),
      closed: async () => oh("closed"),
    });
    played.opened();
    played.closed();
    expect(await answer("B\bline\rasync\rtimer\rlate\rpieces\r")).toContain("p");
    await pass(10);
    expect(await answer("AT\r")).toBe("OK\r\n");
    expect(errors.map((error) => (error as Error).message).sort()).toEqual(
      ["async", "byte", "closed", "late", "line", "opened", "pieces", "start", "state", "timer"].sort(),
    );
  });
});

describe("what is printed", () => {
  it("cannot be anything else, which is told", async () => {
    const { answer, errors } = play({
      on: [
        ["number", (d) => d.print(5 as never)],
        ["nothing", (d) => d.print(undefined as never)],
        ["piece", (d) => d.print(["a", 5 as never, "b"])],
        ["AT", "OK"],
      ],
    });
    expect(await answer("number\rnothing\rpiece\rAT\r")).toBe("OK\r\na");
    expect(errors.map(String)).toEqual([
      "TypeError: print takes text or bytes, not 5",
      "TypeError: print takes text or bytes, not undefined",
      "TypeError: a piece is text or bytes, not 5",
    ]);
  });

  it("is text, bytes, and pieces that are asked for only when there is room", async () => {
    let asked = 0;
    const { device: played } = play({
      start(d) {
        d.print("é");
        d.print(Uint8Array.of(0xff));
        d.print(
          (function* () {
            for (;;) {
              asked++;
              yield "0123456789";
            }
          })(),
        );
      },
    });
    expect(Buffer.from(played.take(100)).toString("latin1")).toBe("Ã©ÿ");
    expect(asked).toBe(0);
    expect(played.take(25)).toHaveLength(30);
    expect(asked).toBe(3);
  });

  it("goes between two pieces where it is printed meanwhile", async () => {
    const { device: played, answer } = play({
      start: (d) => d.print(["a".repeat(9), "b".repeat(9), "c".repeat(9)]),
      on: [["AT", "OK"]],
    });
    expect(Buffer.from(played.take(1)).toString()).toBe("aaaaaaaaa");
    expect(await answer("AT\r")).toBe("OK\r\nbbbbbbbbbccccccccc");
  });

  it("is held up to 1 MiB, and what is more is dropped and counted", async () => {
    const { device: played, said } = play({
      start(d) {
        for (let n = 0; n < 3; n++) d.print(Buffer.alloc(MIB / 2 + 1));
        d.print("x");
      },
    });
    expect(played.holds()).toBe(MIB);
    expect(played.dropped).toBe(MIB / 2 + 4);
    expect((await said()).length).toBe(MIB);
  });

  it("goes no faster than the line, and a line that was idle owes nothing", async () => {
    const { jump, pass, answer } = play({ bps: 9600, on: [["go", "x".repeat(958)]] });
    await pass(10_000);
    expect(await answer("go\r")).toBe("");
    expect((await pass(500)).length).toBe(480);
    expect((await pass(499)).length).toBe(479);
    expect((await jump(500)).length).toBe(1);
  });
});

describe("whatever is received", () => {
  const everything = device({
    echo: true,
    state: () => ({ count: 0 }),
    start: async (d) => d.println((await d.waitFor(/\w!/, { timeoutMs: 100 }).catch(() => ["late"]))[0]),
    byte: (d, byte) => byte === 0x23 && ++d.state.count > 0,
    on: [
      ["a", "A"],
      [/^b+$/, async (d) => d.println((await d.waitFor(/[ab]\r?$|!/))[0])],
      [
        "aa",
        async (d) => {
          await d.sleep(20);
          d.println(String(d.state.count));
        },
      ],
      ["ab", (d) => d.restart()],
      ["ba", (d) => d.print(["1", "2"])],
    ],
  });
  const typing = fc.array(fc.constantFrom("a", "b", "ab", "aa", "\r", "\r\n", "\n", "!", "#", "\b", "é"), {
    maxLength: 25,
  });

  it("is answered the same however it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(typing, fc.array(fc.nat(60)), async (typed, places) => {
        const bytes = Buffer.from(typed.join(""));
        const cuts = [...new Set([0, ...places.filter((at) => at < bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const pieces = cuts.slice(0, -1).map((at, n) => bytes.subarray(at, cuts[n + 1]));
        const [whole, cut] = [play(everything, "latin1"), play(everything, "latin1")];
        const wanted = (await whole.answer(bytes)) + (await whole.pass(200));
        let got = "";
        for (const piece of pieces) got += await cut.answer(piece);
        expect(got + (await cut.pass(200))).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what no compiler has seen", () => {
  it.each([
    [undefined, "a device is an object, and this is undefined"],
    [{ on: 5 }, '"on" has to be a list'],
    [{ onn: [] }, 'a device has no "onn" (did you mean "on"?)'],
    [{ on: [["AT"]] }, 'entry 1 of "on" has to be [text or regular expression, text or function]'],
    [{ bps: -1 }, '"bps" has to be a whole number from 1 up'],
  ])("and is no device is refused: %j", (value, why) => {
    expect(() => playDevice(value as object, { clock: () => 0 })).toThrow(
      expect.objectContaining({ code: "usage", message: `play device: ${why}` }),
    );
  });
});
