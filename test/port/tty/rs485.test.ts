/** RS-485 settings: what was asked on top of what stands, and what of it a driver did not take. */
import { describe, expect, it } from "vitest";
import type { Rs485 } from "../../../src/port/port.js";
import {
  compareRs485,
  describeRs485,
  NO_RS485,
  type Rs485State,
  withRs485,
} from "../../../src/port/tty/rs485.js";

const STANDS: Rs485State = {
  enabled: true,
  rtsOnSend: false,
  rtsAfterSend: true,
  rxDuringTx: true,
  terminate: true,
  delayBeforeMs: 1,
  delayAfterMs: 2,
};

describe("what was asked for", () => {
  it.each<[string, Rs485State, Rs485, Partial<Rs485State>]>([
    ["on, with RTS on while sending where nothing stands", NO_RS485, { enabled: true }, { rtsOnSend: true }],
    ["on, with RTS as it stands where that makes sense", STANDS, { enabled: true }, {}],
    ["off, and the rest as it stands", STANDS, { enabled: false }, { enabled: false }],
    [
      "RTS on while sending, and so off after it",
      STANDS,
      { enabled: true, rtsOnSend: true },
      { rtsOnSend: true, rtsAfterSend: false },
    ],
    [
      "RTS on after sending, and so off while",
      NO_RS485,
      { enabled: true, rtsAfterSend: true },
      { rtsAfterSend: true },
    ],
    [
      "RTS off while sending, and so on after it",
      NO_RS485,
      { enabled: true, rtsOnSend: false },
      { rtsAfterSend: true },
    ],
    [
      "all of it",
      NO_RS485,
      {
        enabled: true,
        rtsOnSend: true,
        rtsAfterSend: false,
        rxDuringTx: true,
        terminate: true,
        delayBeforeMs: 3,
        delayAfterMs: 4,
      },
      { rtsOnSend: true, rxDuringTx: true, terminate: true, delayBeforeMs: 3, delayAfterMs: 4 },
    ],
  ])("is %s", (_, stands, asked, changes) => {
    expect(withRs485(stands, asked)).toEqual({ ...stands, enabled: asked.enabled, ...changes });
  });
});

describe("what a driver did not take", () => {
  it("is nothing where all of it stands", () => {
    expect(compareRs485(STANDS, { ...STANDS })).toEqual([]);
  });

  it("is that it is off, and no more", () => {
    expect(compareRs485(STANDS, NO_RS485)).toEqual([{ setting: "RS-485", asked: "on", took: "off" }]);
    expect(compareRs485(NO_RS485, STANDS)).toEqual([{ setting: "RS-485", asked: "off", took: "on" }]);
  });

  it("is nothing of what a driver forgets when it is off", () => {
    expect(compareRs485({ ...STANDS, enabled: false }, NO_RS485)).toEqual([]);
  });

  it("is each field by its word", () => {
    expect(compareRs485(STANDS, { ...STANDS, terminate: false, delayAfterMs: 0 })).toEqual([
      { setting: "RS-485 terminate", asked: "on", took: "off" },
      { setting: "RS-485 delay-after", asked: "2 ms", took: "0 ms" },
    ]);
  });
});

describe("the words", () => {
  it.each<[string, Rs485]>([
    ["no RS-485", NO_RS485],
    ["RS-485", { enabled: true }],
    ["RS-485 (rts-after-send, rx-during-tx, terminate, delay-before 1 ms, delay-after 2 ms)", STANDS],
  ])("are %j", (words, settings) => {
    expect(describeRs485(settings)).toBe(words);
  });
});
