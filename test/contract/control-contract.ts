/** What every driver keeps about settings, control and closing, over a device that the test plays. */
import { describe, expect, test } from "vitest";
import { NOTHING } from "../../src/port/ends.js";
import type { OpenOptions } from "../../src/port/open.js";
import type { Port } from "../../src/port/port.js";
import { until } from "../support/until.js";
import type { ContractDevice } from "./contract-device.js";
import { fill, nextReady, receive, send } from "./traffic.js";

/** How a driver, over the device of its test, differs from others. */
export interface DriverFacts {
  readonly name: Port["driver"];
  readonly abilities: Port["abilities"];
  /** What is left to read of bytes that had arrived when the line is hung up. */
  readonly keptAtHangUp: "all" | "none" | "what was read ahead";
  readonly modemLines: boolean;
  readonly breaks: boolean;
  /** RS-485 and low latency. */
  readonly extras: boolean;
  /** Whether more than the speed of an open port can be changed. */
  readonly reconfigures: boolean;
}

/** With no flow control, so that no byte means anything. */
export function openForBytes(device: ContractDevice, options: OpenOptions = {}): Promise<Port> {
  return device.open({ ...options, settings: { bps: 115200, flow: "none", ...options.settings } });
}

/** `current` tells the device of the test that runs. */
export function controlContract(facts: DriverFacts, current: () => ContractDevice): void {
  const open = (options: OpenOptions = {}) => openForBytes(current(), options);

  describe("settings", () => {
    test("that were asked for are reported, and none refused", async () => {
      const settings = { bps: 31250, flow: "software", stopbits: 2, vmin: 3, vtime: 1 } as const;
      const port = await current().open({ settings });
      expect(port.asked).toEqual(settings);
      expect(port.refusals).toEqual([]);
      expect(await port.settings()).toMatchObject(settings);
    });

    test("change by configure, the speed first of all", async () => {
      const port = await open();
      expect(await port.configure({ bps: 19200 })).toEqual([]);
      expect(await port.settings()).toMatchObject({ bps: 19200, flow: "none" });
      expect(port.asked).toMatchObject({ bps: 19200, flow: "none" });
    });

    if (facts.reconfigures) {
      test("other than the speed change by configure", async () => {
        const port = await open();
        expect(await port.configure({ stopbits: 2, flow: "hardware" })).toEqual([]);
        expect(await port.settings()).toMatchObject({ bps: 115200, stopbits: 2, flow: "hardware" });
      });
    } else {
      test("other than the speed are refused by configure, because the driver sets them at open only", async () => {
        const port = await open();
        expect(await port.configure({ bps: 4800, stopbits: 2, flow: "hardware" })).toEqual([
          { setting: "flow control", asked: "hardware", took: "none" },
          { setting: "stop bits", asked: "2", took: "1" },
        ]);
        expect(await port.settings()).toMatchObject({ bps: 4800, stopbits: 1, flow: "none" });
      });
    }

    if (facts.abilities.leaveAsFound) {
      test("that were not asked for are left, and nothing is refused", async () => {
        const port = await current().open();
        expect(port.asked).toEqual({});
        expect(port.refusals).toEqual([]);
      });
    } else {
      test("that were not asked for are not left, and that is told", async () => {
        const notes: string[] = [];
        const port = await current().open({ onNote: (text) => notes.push(text) });
        expect(port.refusals).toEqual([{ setting: "speed", asked: "as it stands", took: "9600" }]);
        expect(notes.join("\n")).toContain("8N1, no flow control");
        expect(await port.settings()).toMatchObject({ bps: 9600 });
      });
    }

    test("abilities are as stated", async () => {
      const port = await open();
      expect([port.driver, port.abilities]).toEqual([facts.name, facts.abilities]);
      expect(port.path).toBe(current().path);
    });
  });

  describe("control", () => {
    if (facts.modemLines) {
      test("modem lines are set and read", async () => {
        const port = await open({ dtr: false });
        expect(await port.modemLines()).toMatchObject({ dtr: false, rts: true });
        await port.setModemLine("dtr", true);
        expect(await port.modemLines()).toMatchObject({ dtr: true, rts: true });
      });
    } else {
      test("modem lines are unsupported on a pty", async () => {
        const port = await open();
        await expect(port.modemLines()).rejects.toMatchObject({ code: "unsupported" });
        await expect(port.setModemLine("dtr", false)).rejects.toMatchObject({
          code: "unsupported",
          message: expect.stringMatching(`set DTR of ${current().path}: .`),
        });
      });

      test("modem lines asked for at open are refused on a pty", async () => {
        const port = await open({ dtr: true, rts: false });
        expect(port.refusals).toEqual([
          { setting: "dtr", asked: "on", took: "nothing", why: "there is no such line (ENOTTY)" },
          { setting: "rts", asked: "off", took: "nothing", why: "there is no such line (ENOTTY)" },
        ]);
      });
    }

    if (facts.breaks) {
      test.each([undefined, 1, 20])("a break is sent, of %s ms", async (durationMs) => {
        const port = await open();
        const beforeMs = performance.now();
        await port.sendBreak(durationMs);
        // Node's timers may come up to 1 ms early.
        expect(performance.now() - beforeMs).toBeGreaterThanOrEqual((durationMs ?? 250) - 1);
      });

      test("what is written during a break waits for its end", async () => {
        const port = await open();
        const over = port.sendBreak(30);
        expect(port.sink.write(Buffer.from("x"), 0, 1)).toBe(NOTHING);
        await nextReady(port.sink);
        expect(port.sink.write(Buffer.from("x"), 0, 1)).toBe(1);
        await over;
      });
    } else {
      test.each([undefined, 20])(
        "a break is unsupported on a pty, which has no line to hold, of %s ms",
        async (durationMs) => {
          const port = await open();
          await expect(port.sendBreak(durationMs)).rejects.toMatchObject({
            code: "unsupported",
            message: expect.stringMatching(`^send a break on ${current().path}: .`),
          });
          await send(port.sink, Buffer.from("after"));
          expect(`${await receive(current().source, 5)}`).toBe("after");
        },
      );
    }

    if (facts.extras) {
      test("RS-485, low latency and what becomes of errors are settings like any other", async () => {
        const settings = {
          rs485: { enabled: true, delayAfterMs: 2 },
          lowLatency: true,
          onError: "mark",
          onBreak: "drop",
        } as const;
        const port = await open({ settings });
        expect(port.refusals).toEqual([]);
        expect(await port.settings()).toMatchObject({
          ...settings,
          rs485: { rtsOnSend: true, rtsAfterSend: false },
        });
      });
    } else {
      test("RS-485 and low latency are refused with a reason where the device has no such thing", async () => {
        const port = await open({ settings: { rs485: { enabled: true }, lowLatency: true } });
        expect(port.refusals).toEqual([
          {
            setting: "RS-485",
            asked: "on",
            took: expect.any(String),
            why: expect.stringContaining("no such setting"),
          },
          {
            setting: "low latency",
            asked: "on",
            took: expect.any(String),
            why: expect.stringContaining("no such setting"),
          },
        ]);
        expect(await port.settings()).not.toHaveProperty("rs485");
      });
    }

    test("discard forgets what arrived and was not read", async () => {
      const port = await open();
      await send(current().sink, Buffer.from("old"));
      await until("the first byte", () => port.source.read(new Uint8Array(1)) === 1);
      await port.discard();
      await send(current().sink, Buffer.from("new"));
      expect(`${await receive(port.source, 3)}`).toBe("new");
    });

    test("discard forgets what was written and not sent, and no more", async () => {
      const port = await open();
      const given = await fill(port.sink);
      await port.discard();
      await until("nothing to be unsent", () => port.sink.unsent() === 0);
      const mark = Buffer.from("after the discard");
      await send(port.sink, mark);
      const received: Buffer[] = [];
      await until("what was sent after it", () => {
        const into = new Uint8Array(65536);
        for (let n = current().source.read(into); n > 0; n = current().source.read(into)) {
          received.push(Buffer.from(into.subarray(0, n)));
        }
        return Buffer.concat(received).includes(mark);
      });
      const all = Buffer.concat(received);
      expect(all.length).toBeLessThan(given.length);
      expect(all.subarray(-mark.length).equals(mark)).toBe(true);
      expect(all.subarray(0, -mark.length).equals(given.subarray(0, all.length - mark.length))).toBe(true);
    });

    test("counters that the driver does not have are undefined", async () => {
      const port = await open();
      expect(port.counters()).toBeUndefined();
    });
  });

  describe("closing", () => {
    test("is done once, however often it is asked for", async () => {
      const port = await open();
      await Promise.all([port.close(), port.close()]);
      await port.close();
      port.restore();
    });

    test("does not wait for bytes that nobody takes", async () => {
      const port = await open();
      await fill(port.sink);
      await port.close();
    });

    test("is the end of every wait", async () => {
      const port = await open();
      let calls = 0;
      for (const end of [port.source, port.sink]) {
        end.onReady(() => {
          calls++;
        });
      }
      port.source.arm();
      await port.close();
      await send(current().sink, Buffer.from("x")).catch(() => {});
      port.source.arm();
      port.sink.arm();
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      expect(calls).toBe(0);
    });
  });
}
