import { describe, expect, it } from "vitest";
import type { Keeping } from "../../src/cli/keeping.js";
import { changeOption, LIVE_OPTIONS } from "../../src/cli/live-options.js";
import { completeOption } from "../../src/cli/option-completion.js";
import { OPTIONS } from "../../src/cli/options.js";
import { parseArguments } from "../../src/cli/parse.js";
import type { Words } from "../../src/cli/words.js";
import { memorySession, TERMINAL } from "../session/memory-session.js";
import { until } from "../support/until.js";

/** A session in memory whose options are changed by name. */
function changing(commandLine = "mem", logPattern?: string) {
  const one = memorySession({ terminal: TERMINAL, outputIsTerminal: true });
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args]);
  const keeping = {
    logPattern,
    changeLog: note("log"),
    changeRecord: note("record"),
    changeMask: note("mask"),
  } as unknown as Keeping;
  const words = {
    notice: note("notice"),
    warning: note("warning"),
    change: note("words"),
  } as unknown as Words;
  let { values } = parseArguments(commandLine.split(" "));
  const change = async (text: string) => {
    calls.length = 0;
    const context = { port: one.port, session: one.session, keeping, words, values };
    ({ values } = await changeOption(text, context));
    return calls;
  };
  return { ...one, change, values: () => values };
}

describe("an option of a running session", () => {
  it("of the line is set and nothing else, and what stands is said", async () => {
    const { port, change } = changing("-b 115200 mem");
    await port.configure({ bps: 115200, flow: "hardware" });
    expect(await change("bps 9600")).toEqual([["notice", expect.stringMatching(/^9600 8N1, RTS\/CTS/)]]);
    expect(await port.settings()).toMatchObject({ bps: 9600, flow: "hardware" });
    await change("parity even");
    await change("databits=7");
    expect(await port.settings()).toMatchObject({ parity: "even", databits: 7, stopbits: 1 });
    await change("line 8N2");
    expect(await port.settings()).toMatchObject({ parity: "none", databits: 8, stopbits: 2 });
    await change("noflow");
    await change("crnl");
    expect(await port.settings()).toMatchObject({ flow: "none", crnl: true });
    await change("crnl off");
    expect((await port.settings()).crnl).toBe(false);
  });

  it("that is a modem line is set", async () => {
    const { port, change } = changing();
    await change("dtr off");
    await change("rts off");
    expect(await port.modemLines()).toMatchObject({ dtr: false, rts: false });
    await change("--dtr on");
    expect(await port.modemLines()).toMatchObject({ dtr: true, rts: false });
  });

  it("leaves what keys have changed, and a line that is half typed", async () => {
    const { type, change, session, hear } = changing();
    type("\x1cx\x1ct");
    await change("imap crlf");
    await change("map ODELBS");
    expect(session.ways.view).toMatchObject({ hex: true, timestamp: { name: "time" } });
    await change("input line");
    type("half");
    await change("send-delay 1us");
    await change("omap lfcr");
    type("\r");
    await until("the line", () => hear() === "half\r");
  });

  it("of the screen holds for what comes next, and is taken back by off, by no- and by its other value", async () => {
    const { change, say, output, session } = changing();
    await change("hex");
    say("0123456789abcdef");
    await until("a row", () => `${output.taken}`.includes("30 31 32"));
    await change("no-hex");
    say("plain");
    await until("plain text", () => /plain$/.test(`${output.taken}`));
    await change("imap lfcrlf,spchex");
    say("a\n");
    await until("a mapped end of line", () => /a\r\n$/.test(`${output.taken}`));
    await change("imap off");
    say("b\n");
    await until("an end of line as it came", () => /b\n$/.test(`${output.taken}`));
    await change("timestamp");
    expect(session.ways.view.timestamp?.name).toBe("time");
    await change("timestamp epoch");
    expect(session.ways.view.timestamp?.name).toBe("epoch");
    await change("timestamp off");
    expect(session.ways.view.timestamp).toBeUndefined();
    expect(await change("echo on")).toEqual([["notice", "echo on"]]);
    expect(session.ways.echo).toBe(true);
  });

  it("of sending holds for what is typed next", async () => {
    const { change, type, hear } = changing();
    await change("omap crlf");
    type("a\r");
    expect(hear()).toBe("a\n");
    await change("input hex");
    type("41 42");
    expect(hear()).toBe("a\nAB");
    await change("input char");
    await change("omap off");
    type("c\r");
    expect(hear()).toBe("a\nABc\r");
  });

  it("of what is kept goes to who keeps it, with the other options of the same kind", async () => {
    const { change } = changing("--log boot.log --log-size 10M mem");
    expect(await change("log-keep 3")).toEqual([
      ["log", expect.objectContaining({ pattern: "boot.log", rotateBytes: 10 * 2 ** 20, keep: 3 })],
      ["notice", "log-keep 3"],
    ]);
    expect(await change("record a.jsonl")).toEqual([
      ["record", "a.jsonl", { received: 0, sent: 0 }],
      ["notice", "record a.jsonl"],
    ]);
    expect(await change("record off")).toEqual([
      ["record", undefined, { received: 0, sent: 0 }],
      ["notice", "record off"],
    ]);
    expect((await change("mask pin=(\\d+)"))[0]).toEqual(["mask", /pin=(\d+)/]);
  });

  it("holds for a log that a key has begun", async () => {
    const { change } = changing("mem", "by-key.log");
    expect((await change("log-size 1M"))[0]).toEqual([
      "log",
      expect.objectContaining({ pattern: "by-key.log", rotateBytes: 2 ** 20 }),
    ]);
  });

  it("ends the log with all that belongs to it", async () => {
    const { change, values } = changing("--log boot.log --log-size 10M --log-keep 2 mem");
    expect((await change("log off"))[0]).toEqual(["log", undefined]);
    expect([...values()]).toEqual([]);
    await expect(change("log-size 1M")).rejects.toThrow("option --log-size: there is no log");
  });

  it("takes the place of one that it contradicts", async () => {
    const { change, values } = changing("-v -h mem");
    expect((await change("quiet"))[0]).toEqual(["words", { quiet: true, verbose: 0, color: "auto" }]);
    await change("swflow");
    expect([...values()]).toEqual([
      ["quiet", true],
      ["swflow", true],
    ]);
  });

  it("is the escape key too, or none", async () => {
    const { change, type, hear } = changing();
    await change("escape ^a");
    type("\x1cq\x01\x01");
    expect(hear()).toBe("\x1cq\x01");
    await change("escape off");
    type("\x01q");
    expect(hear()).toBe("\x1cq\x01\x01q");
  });

  it("that was changed in vain leaves all as it was", async () => {
    const { change, values } = changing("--log a mem");
    const before = [...values()];
    for (const [text, message] of [
      ["bps", "option bps: it needs a value (N)"],
      ["bps fast", 'option --bps: "fast" is not a whole number'],
      ["bps off", 'option --bps: "off" is not a whole number'],
      ["echo maybe", 'option echo: "maybe" is neither on nor off'],
      ["parity evne", 'option --parity: "evne" is not one of none, even, odd, mark, space'],
      ["lgo x", "option lgo: there is no such option (did you mean log?)"],
      ["lock off", "option lock: it is for a session's start"],
    ] as const) {
      await expect(change(text), text).rejects.toThrow(message);
    }
    expect([...values()]).toEqual(before);
    expect(await change("   ")).toEqual([]);
  });

  it("is completed by its name and by its values", () => {
    expect(completeOption("par")).toEqual(["parity"]);
    expect(completeOption("parity ")).toEqual(["none", "even", "odd", "mark", "space"]);
    expect(completeOption("parity e")).toEqual(["even"]);
    expect(completeOption("echo ")).toEqual(["on", "off"]);
    expect(completeOption("bps 11")).toEqual(["115200"]);
    expect(completeOption("imap lfcrlf,sp")).toEqual(["lfcrlf,spchex"]);
    expect(completeOption("imap lfcrlf,lf")).not.toContain("lfcrlf,lfcrlf");
    expect(completeOption("imap o")).toEqual(["off"]);
    expect(completeOption("timestamp i")).toEqual(["iso"]);
    expect(completeOption("rs485 rts-on-send,ter")).toEqual(["rts-on-send,terminate"]);
    expect(completeOption("line 7E")).toEqual(["7E1", "7E2"]);
    expect(completeOption("rx-color bright-r")).toEqual(["bright-red"]);
    expect(completeOption("log ")).toEqual(["off"]);
    expect(completeOption("parity o")).toEqual(["odd"]);
    expect(completeOption("--pari")).toEqual(["--parity"]);
    expect(completeOption("--parity e")).toEqual(["even"]);
    expect(completeOption("parity=e")).toEqual(["parity=even"]);
    expect(completeOption("nothing ")).toEqual([]);
  });

  it("can be any but those that are for the start", () => {
    const names = LIVE_OPTIONS.map(({ name }) => name);
    const others = OPTIONS.map(({ name }) => name).filter((name) => !names.includes(name));
    expect(others.sort()).toEqual(
      [
        "events",
        "exec",
        "help",
        "keep",
        "lock",
        "profile",
        "raw",
        "reconnect",
        "save",
        "screen-reader",
        "strict",
        "version",
        "wait",
      ].sort(),
    );
  });
});
