import { describe, expect, it } from "vitest";
import { parseTimeFormat } from "../../src/bytes/time-format.js";
import { setupOptions } from "../../src/cli/setup-options.js";
import { byteCount, uptime } from "../../src/tui/menu/amounts.js";
import { heldValue } from "../../src/tui/setup/held-values.js";
import { sessionForm } from "../../src/tui/setup/session-form.js";
import { ACTUAL, aSnapshot, TestFace } from "./menu-support.js";

describe("what holds in a session", () => {
  it("is what the driver says, and what was asked where that is something else", () => {
    const snapshot = aSnapshot({ asked: { bps: 12345, parity: "none" } });
    expect(heldValue("bps", snapshot)).toEqual({ text: "115200", asked: "12345" });
    expect(heldValue("parity", snapshot)).toEqual({ text: "none" });
    expect(heldValue("databits", snapshot)).toEqual({ text: "8" });
    expect(heldValue("crnl", snapshot)).toEqual({ text: "off" });
    expect(heldValue("low-latency", snapshot)).toEqual({ text: undefined });
  });

  it("is what was asked for while the device is away", () => {
    const away = aSnapshot({ isThere: false, actual: undefined, lines: undefined, asked: { bps: 12345 } });
    expect(heldValue("bps", away)).toEqual({ text: "12345" });
    expect(heldValue("dtr", away)).toEqual({ text: undefined });
  });

  it("is what keys have made of it, whatever was said", () => {
    const said = new Map<string, string | boolean>([["echo", true]]);
    const snapshot = aSnapshot({ options: said, echo: false, view: { timestamp: parseTimeFormat("iso") } });
    expect(heldValue("echo", snapshot)).toEqual({ text: "off" });
    expect(heldValue("timestamp", snapshot)).toEqual({ text: "iso" });
    expect(heldValue("dtr", snapshot)).toEqual({ text: "on" });
    expect(heldValue("escape", snapshot)).toEqual({ text: "^\\" });
    expect(heldValue("escape", aSnapshot({ escapeKey: undefined }))).toEqual({ text: "off" });
  });

  it("is edited as it was said: the pattern of a file's name, not the name it has today", () => {
    const options = new Map([["log", "boot-%Y.log"]]);
    const named = aSnapshot({ options, log: "/home/user/boot-2026.log" });
    expect(heldValue("log", named)).toEqual({ text: "/home/user/boot-2026.log", draft: "boot-%Y.log" });
    expect(heldValue("log", aSnapshot({ options }))).toEqual({ text: "off" });
  });

  it("spells RS-485 as its option does", () => {
    const off = {
      ...{ enabled: false, rtsOnSend: false, rtsAfterSend: false, rxDuringTx: false, terminate: false },
      ...{ delayBeforeMs: 0, delayAfterMs: 0 },
    };
    const on = { ...off, enabled: true, rtsOnSend: true, delayAfterMs: 2 };
    expect(heldValue("rs485", aSnapshot({ actual: { ...ACTUAL, rs485: off } }))).toEqual({ text: "off" });
    expect(heldValue("rs485", aSnapshot({ actual: { ...ACTUAL, rs485: on } }))).toEqual({
      text: "on,rts-on-send,delay-after=2",
    });
  });

  it("has switches and numbers of the command line as words", () => {
    const options = new Map<string, string | number | boolean>([
      ["quiet", true],
      ["verbose", 2],
      ["drain", "500"],
      ["mask", false],
    ]);
    const values = ["quiet", "verbose", "drain", "mask"].map(
      (name) => heldValue(name, aSnapshot({ options })).text,
    );
    expect(values).toEqual(["on", "on", "500", "off"]);
  });
});

describe("a change of a running session", () => {
  const option = (name: string) => setupOptions().find((one) => one.name === name)!;

  it("is read back before it is told, with all that the driver did not take", async () => {
    const face = new TestFace();
    face.onChange = () => {
      face.setActual({ bps: 9600 });
      return [
        { setting: "speed", asked: "115200", took: "9600" },
        { setting: "RS-485", asked: "on", took: "off", why: "the device has no such thing" },
      ];
    };
    const form = sessionForm(face, [option("bps")]);
    expect(await form.apply(option("bps"), "115200")).toEqual({
      refusal: "the driver took 9600, not 115200; RS-485 on: the device has no such thing",
    });
    expect(form.value(option("bps")).text).toBe("9600");
  });

  it("is told without the name of the field that it stands beside", async () => {
    const face = new TestFace();
    for (const [message, told] of [
      ["option --log-keep: there is one file only", "there is one file only"],
      ["option bps: it needs a value", "it needs a value"],
      ["options --imap and --map: they contradict", "they contradict"],
      ["set up /dev/x: no such device", "set up /dev/x: no such device"],
    ] as const) {
      face.onChange = () => {
        throw new Error(message);
      };
      expect(await sessionForm(face, []).apply(option("bps"), "1")).toEqual({ error: told });
    }
  });
});

describe("amounts", () => {
  it("have three digits at the most, and a unit", () => {
    const all = [0, 999, 1000, 1049, 9949, 9950, 12_345, 999_499, 999_500, 3e9, 4.2e15];
    expect(all.map(byteCount)).toEqual([
      ...["0 B", "999 B", "1.0 kB", "1.0 kB", "9.9 kB", "10 kB", "12 kB", "999 kB", "1.0 MB", "3.0 GB"],
      "4200 TB",
    ]);
  });

  it("of time are as long as they have to be", () => {
    expect([0, 7_999, 754_000, 3_723_000, 270_123_000].map(uptime)).toEqual([
      ...["0:00", "0:07", "12:34", "1:02:03", "3d 03:02:03"],
    ]);
  });
});
