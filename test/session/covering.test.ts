/** Something that stands over the screen: when it is there, whose the keys are, and what comes back behind it. */
import { expect, it } from "vitest";
import type { StandingScreen } from "../../src/bytes/screen-state.js";
import type { Tap } from "../../src/session/tap.js";
import { until } from "../support/until.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

const MIB = 1024 * 1024;

function covering(options: Parameters<typeof memorySession>[0] = {}) {
  const steps: string[] = [];
  let standing: StandingScreen | undefined;
  let done = () => {};
  const one = memorySession({ terminal: TERMINAL, outputIsTerminal: true, ...options });
  return {
    ...one,
    steps,
    standing: () => standing,
    done: () => done(),
    /** Opens something that is closed by Enter. */
    cover: () =>
      one.session.cover((isDone, itStands) => {
        standing = itStands;
        done = isDone;
        steps.push("open");
        return {
          key(byte) {
            const key = Buffer.from(byte).toString("latin1");
            steps.push(key);
            if (key === "\r") isDone();
          },
          close: () => void steps.push("closed"),
        };
      }),
    show: (text: string) => one.session.ways.toScreen.show(Buffer.from(text, "latin1")),
    /** All that is on the screen, when it has taken what waited. */
    shown() {
      while (one.output.ready());
      return `${one.output.taken}`;
    },
  };
}

it("it is on the screen at once, in the middle of a line, and what comes meanwhile is shown behind it", async () => {
  const { cover, show, shown, steps, type, hear } = covering();
  show("half a li");
  const covered = cover();
  expect(steps).toEqual(["open"]);
  show("ne\r\nand more");
  expect(shown()).toBe("half a li");
  type("ab\rls");
  expect(await covered).toBe(0);
  expect(steps).toEqual(["open", "a", "b", "\r", "closed"]);
  expect(shown()).toBe("half a line\r\nand more");
  expect(hear()).toBe("ls");
});

it("it waits for what a slow screen has yet to show, and has the keys from the start", async () => {
  const { cover, show, steps, type, hear, output, shown } = covering();
  output.take = () => 0;
  show("0123456789");
  const covered = cover();
  show("later");
  type("x\rls");
  expect(steps).toEqual([]);
  output.take = (offered) => offered;
  output.ready();
  expect(steps).toEqual(["open", "x", "\r", "closed"]);
  expect(await covered).toBe(0);
  expect(hear()).toBe("ls");
  output.ready();
  expect(shown()).toBe("0123456789later");
});

it("the end of a control sequence, or of a character, comes before it", async () => {
  for (const [first, rest] of [
    ["a\x1b[3", "1mred"],
    ["a\x1b]0;ti", "tle\x07text"],
    ["caf\xc3", "\xa9!"],
  ] as const) {
    const { cover, show, shown, steps, type } = covering();
    show(first);
    const covered = cover();
    expect(steps).toEqual([]);
    show(rest);
    expect(steps).toEqual(["open"]);
    const behind = rest.search(/red|text|!/);
    expect(Buffer.from(shown(), "utf8").toString()).toBe(
      Buffer.from(first + rest.slice(0, behind), "latin1").toString(),
    );
    type("\r");
    expect(await covered).toBe(0);
    expect(shown()).toBe(Buffer.from(first + rest, "latin1").toString());
  }
});

it("a sequence that does not end is not waited for", async () => {
  const { cover, show, steps } = covering();
  show("a\x1b[3");
  void cover();
  await until("it to open", () => steps.length > 0);
  expect(steps).toEqual(["open"]);
});

it("it is told of the modes that it has to bring back, and of a full-screen program's screen", () => {
  const { cover, show, standing } = covering();
  show("\x1b[?25l\x1b[?1049h\x1b[Htop\x1b[2;9r");
  void cover();
  expect(standing()?.modes).toContain("\x1b[?25l");
  expect(`${Buffer.from(standing()!.alternate!.bytes)}`).toBe("\x1b[Htop\x1b[2;9r");
  expect(standing()?.alternate?.margins).toBe("\x1b[2;9r");
});

it("the escape key is a key like others for what takes it, once it is there", async () => {
  const { session, type } = covering();
  const keys: string[] = [];
  const covered = session.cover((done) => ({
    takesEscape: true,
    key(byte) {
      keys.push(Buffer.from(byte).toString("latin1"));
      if (keys.at(-1) === "\r") done();
    },
    close() {},
  }));
  type(`x${ESCAPE}e${ESCAPE}${ESCAPE}\r`);
  expect(await covered).toBe(0);
  expect(keys).toEqual(["x", ESCAPE, "e", ESCAPE, ESCAPE, "\r"]);
  expect(session.ways.echo).toBe(false);
  type(`${ESCAPE}e`);
  expect(session.ways.echo).toBe(true);
});

it("it has the keys also where there is no escape key any more, and another one comes behind it", async () => {
  const { cover, steps, type, session, hear } = covering();
  const covered = cover();
  session.ways.setEscapeKey(undefined);
  type("a");
  session.ways.setEscapeKey(0x01);
  type("b\r\x01ec");
  expect(await covered).toBe(0);
  expect(steps).toEqual(["open", "a", "b", "\r", "closed"]);
  expect(session.ways.echo).toBe(true);
  expect(session.ways.toPort.escapeKey).toBe(0x01);
  expect(hear()).toBe("c");
});

it("the escape key closes it, and its key is pressed", async () => {
  const { cover, steps, type, session } = covering();
  const covered = cover();
  type(`x${ESCAPE}e`);
  expect(await covered).toBe(0);
  expect(steps).toEqual(["open", "x", "closed"]);
  expect(session.ways.echo).toBe(true);
});

it("the end of the session closes it", async () => {
  const { cover, steps, session, show, shown } = covering();
  const covered = cover();
  show("last words");
  session.end("quit");
  expect(await covered).toBe(0);
  expect(steps).toEqual(["open", "closed"]);
  expect(shown()).toBe("last words");
  expect(await session.ended).toMatchObject({ reason: "quit", undelivered: 0 });
  expect(await cover()).toBeUndefined();
});

it("there is one at a time, and none without a screen", async () => {
  const { cover, done } = covering();
  const covered = cover();
  expect(await cover()).toBeUndefined();
  done();
  expect(await covered).toBe(0);
  expect(await covering({ outputIsTerminal: false }).cover()).toBeUndefined();
});

it("what has no room behind it is counted, and whoever listens has it all", async () => {
  const { cover, done, session, memory, output } = covering();
  let heard = 0;
  const tap: Tap = {
    rx: (_, end) => {
      heard += end;
    },
    hasRoom: true,
    onRoom: () => {},
    settle: async () => {},
    close: () => {},
  };
  session.ways.taps.add(tap);
  const covered = cover();
  const chunk = Buffer.alloc(64 * 1024, "x");
  let said = 0;
  while (said < 20 * MIB) {
    const taken = memory.device.sink.write(chunk, 0, chunk.length);
    said += taken;
    if (taken === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until("all of it to be heard", () => heard === said);
  let shown = 0;
  output.take = (offered) => {
    shown += offered;
    return offered;
  };
  expect(output.taken.length).toBe(0);
  done();
  const dropped = (await covered)!;
  await until("the rest on the screen", () => {
    output.ready();
    return shown + dropped >= said;
  });
  expect(shown + dropped).toBe(said);
  expect(shown).toBeGreaterThanOrEqual(16 * MIB);
  expect(dropped).toBeGreaterThan(3 * MIB);
  expect(heard).toBe(said);
});

it("a fault in it ends the session, and it is closed", async () => {
  const { session, type } = covering();
  const steps: string[] = [];
  const covered = session.cover(() => ({
    key: () => {
      throw new Error("planted");
    },
    close: () => void steps.push("closed"),
  }));
  type("x");
  expect(await session.ended).toMatchObject({ reason: "error", error: new Error("planted") });
  expect(await covered).toBe(0);
  expect(steps).toEqual(["closed"]);
});

it("the port is read on while a slow screen takes what was kept, and waits for the screen again behind that", async () => {
  const { cover, done, session, say, output } = covering();
  const covered = cover();
  session.ways.toScreen.show(Buffer.alloc(MIB, "x"));
  let room = 4096;
  output.take = (offered) => {
    const taken = Math.min(offered, room);
    room -= taken;
    return taken;
  };
  done();
  await covered;
  output.ready();
  expect(output.taken.length).toBe(4096);
  say("while it is shown");
  await until("it to be read", () => session.ways.counts.received === 17);
  output.take = (offered) => offered;
  await until("all of it on the screen", () => {
    output.ready();
    return output.taken.length === MIB + 17;
  });
  output.take = () => 0;
  say("a");
  await until("it to wait for the screen", () => session.ways.toScreen.pump.waiting === 1);
  say("b");
  await new Promise(setImmediate);
  expect(session.ways.counts.received).toBe(18);
});
