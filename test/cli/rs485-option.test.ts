/** The value of --rs485. */
import { describe, expect, it } from "vitest";
import { rs485Option } from "../../src/cli/rs485-option.js";
import type { Rs485 } from "../../src/port/port.js";

describe("--rs485", () => {
  it.each<[string, Rs485]>([
    ["on", { enabled: true }],
    ["off", { enabled: false }],
    ["rts-on-send", { enabled: true, rtsOnSend: true }],
    ["rts-on-send=off", { enabled: true, rtsOnSend: false }],
    ["rts-after-send=on,rx-during-tx", { enabled: true, rtsAfterSend: true, rxDuringTx: true }],
    ["rts-on-send,rts-after-send=off", { enabled: true, rtsOnSend: true, rtsAfterSend: false }],
    [
      "terminate,delay-before=0,delay-after=15",
      { enabled: true, terminate: true, delayBeforeMs: 0, delayAfterMs: 15 },
    ],
  ])("%s is %j", (text, settings) => {
    expect(rs485Option(text)).toEqual(settings);
  });

  it.each([
    ["", '"" is not one of on, off, rts-on-send,'],
    ["rts-on", '"rts-on" is not one of on, off, .*'],
    ["rts_on_send", "did you mean rts-on-send"],
    ["terminat", "did you mean terminate"],
    ["on,terminate", '"on" is not one of'],
    ["rts-on-send,", '"" is not one of'],
    ["terminate,terminate=off", "terminate is given twice"],
    ["terminate=yes", "terminate=yes: it is on or off"],
    ["delay-after", "write it as delay-after=MS"],
    ["delay-after=on", "write it as delay-after=MS, from 0 to 10000 milliseconds"],
    ["delay-before=-1", "write it as"],
    ["delay-before=10001", "write it as"],
    ["rts-on-send,rts-after-send", "would never switch the transceiver"],
    ["rts-on-send=off,rts-after-send=off", "would never switch the transceiver"],
  ])("%j is refused", (text, why) => {
    expect(() => rs485Option(text)).toThrow(new RegExp(`^option --rs485: .*${why}`));
    expect(() => rs485Option(text)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
