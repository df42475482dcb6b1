/** A session whose device is away: what is typed is refused and never sent later, and quitting works. */
import { describe, expect, it } from "vitest";
import { RobinError } from "../../src/errors.js";
import { type MemoryPort, memoryPipe, memoryPort } from "../../src/port/memory-port.js";
import type { Port } from "../../src/port/port.js";
import { returningPort } from "../../src/port/returning-port.js";
import { Session } from "../../src/session/session.js";
import type { SessionOptions } from "../../src/session/session-options.js";
import { until } from "../support/until.js";
import { handMadeSink, handMadeSource } from "./hand-made.js";
import { ESCAPE, TERMINAL } from "./memory-session.js";

const BELL = "\x07";

function returningSession(options: Partial<SessionOptions> = {}) {
  const first = memoryPort("mem");
  let resolve: ((port: Port) => void) | undefined;
  const port = returningPort(first.port, {
    reopen: () =>
      new Promise((settle) => {
        resolve = settle;
      }),
  });
  const [input, output] = [handMadeSource(), handMadeSink()];
  const said: string[] = [];
  const session = new Session(port, {
    input,
    output,
    terminal: TERMINAL,
    outputIsTerminal: true,
    escapeKey: ESCAPE.charCodeAt(0),
    say: (level, text) => void said.push(`${level}: ${text}`),
    ...options,
  });
  return {
    session,
    said,
    screen: () => output.taken.toString(),
    type(text: string) {
      input.waiting.push(Buffer.from(text));
      while (input.waiting.length > 0 && input.ready());
    },
    first,
    async lose() {
      first.unplug();
      await until("the port to be looked for", () => resolve);
    },
    async comeBack(device: MemoryPort) {
      resolve!(device.port);
      await until("the port to be back", () => port.presence!.isThere);
    },
  };
}

function hear({ device }: MemoryPort): string {
  const into = new Uint8Array(256);
  const count = device.source.read(into);
  return count > 0 ? Buffer.from(into.subarray(0, count)).toString() : "";
}

describe("while the device is away", () => {
  it("keys ring the bell and are not sent when it is back", async () => {
    const it = returningSession({ echo: true });
    await it.lose();
    it.type("rm -rf /\r");
    it.type("x");
    expect(it.screen()).toBe(BELL + BELL);
    const again = memoryPort("mem");
    await it.comeBack(again);
    it.type("ls\r");
    expect(hear(again)).toBe("ls\r");
    it.session.force();
  });

  it("no bell goes into an output that is no screen", async () => {
    const it = returningSession({ outputIsTerminal: false });
    await it.lose();
    it.type("x");
    expect(it.screen()).toBe("");
    it.session.force();
  });

  it("keys that had waited for it are dropped, and how many is told", async () => {
    const it = returningSession();
    it.type("x".repeat(5000)); // a line holds 4096
    await it.lose();
    expect(it.said).toEqual(["warning: send to mem: 904 typed bytes are dropped"]);
    const again = memoryPort("mem");
    await it.comeBack(again);
    expect(hear(again)).toBe("");
    it.session.force();
  });

  it("a guest is hung up, and what it had for the old device does not reach the new one", async () => {
    const it = returningSession();
    const [stdin, stdout] = [memoryPipe(), memoryPipe(8192)];
    let hangUps = 0;
    const lent = it.session.lend({
      source: stdout.source,
      sink: stdin.sink,
      leftover: () => Buffer.from("unread"),
      hangUp: () => {
        hangUps++;
        stdout.end();
      },
    });
    stdout.sink.write(Buffer.alloc(6000, "x"), 0, 6000); // a line holds 4096
    await it.lose();
    await lent;
    expect(hangUps).toBeGreaterThan(0);
    expect(it.screen()).toBe("unread");
    const again = memoryPort("mem");
    await it.comeBack(again);
    it.type("ls\r");
    expect(hear(again)).toBe("ls\r");
    it.type(`${ESCAPE}q`);
    expect(hear(again)).toBe("");
    expect(await it.session.ended).toMatchObject({ reason: "quit", unsent: 0 });
  });

  it("a guest that had waited behind keys for the old device is hung up too", async () => {
    const it = returningSession();
    it.type("x".repeat(5000)); // a line holds 4096
    let hangUps = 0;
    const lent = it.session.lend({
      source: memoryPipe().source,
      sink: memoryPipe().sink,
      leftover: () => new Uint8Array(0),
      hangUp: () => {
        hangUps++;
      },
    });
    await it.lose();
    await lent;
    expect(hangUps).toBe(1);
    const again = memoryPort("mem");
    await it.comeBack(again);
    it.type("ls\r");
    expect(hear(again)).toBe("ls\r");
    it.session.force();
  });

  it("what it says after it is back is shown", async () => {
    const it = returningSession();
    await it.lose();
    const again = memoryPort("mem");
    await it.comeBack(again);
    again.device.sink.write(Buffer.from("boot"), 0, 4);
    await until("the screen to show it", () => it.screen() === "boot");
    it.session.force();
  });

  it("the quit key ends the session at once, with nothing unsent", async () => {
    const it = returningSession({ drainMs: 60_000 });
    await it.lose();
    it.type(`${ESCAPE}q`);
    expect(await it.session.ended).toMatchObject({ reason: "quit", unsent: 0 });
  });

  it("a key that needs the device says that it is away, and the session goes on", async () => {
    const it = returningSession();
    await it.lose();
    it.type(`${ESCAPE}b`);
    await until("a word", () => it.said.length > 0);
    expect(it.said).toEqual([expect.stringMatching(/^warning: .*mem.*away/)]);
    it.type(`${ESCAPE}q`);
    expect((await it.session.ended).reason).toBe("quit");
  });

  it("what a pipe sends waits, and reaches the device that comes back", async () => {
    const it = returningSession({ terminal: undefined, escapeKey: undefined });
    await it.lose();
    it.type("line 1\n");
    expect(it.screen()).toBe("");
    const again = memoryPort("mem");
    await it.comeBack(again);
    let heard = "";
    await until("the line", () => {
      heard += hear(again);
      return heard === "line 1\n";
    });
    it.session.force();
  });

  it("a signal ends the session of a pipe at once, and what waited is counted as unsent", async () => {
    const it = returningSession({ terminal: undefined, escapeKey: undefined, drainMs: 60_000 });
    await it.lose();
    it.type("line 1\n");
    it.session.end("stopped");
    expect(await it.session.ended).toMatchObject({ reason: "stopped", unsent: 7 });
  });
});

describe("a port that does not come back", () => {
  it("ends the session as lost when a key finds it gone", async () => {
    const { port } = memoryPort("mem");
    port.sendBreak = () => Promise.reject(new RobinError("lost", "send a break on mem: gone"));
    const [input, output] = [handMadeSource(), handMadeSink()];
    const session = new Session(port, { input, output, terminal: TERMINAL, escapeKey: 0x1c });
    input.waiting.push(Buffer.from(`${ESCAPE}b`));
    input.ready();
    expect((await session.ended).reason).toBe("lost");
  });
});
