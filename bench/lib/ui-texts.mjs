/**
 * What a device may send to a full screen: a log in colours, and bytes of all kinds, control sequences among them. The same in
 * every run. Knows no descriptor.
 */
import { bootLog, numbers } from "./boot-log.mjs";
import { PERIOD } from "./payload.mjs";

/** Of the boot log, the times in green and every fourth line's words in bold. */
export const colours = twice(colouredLog());
export const binary = twice(anyBytes());

function twice(period) {
  return Buffer.alloc(2 * PERIOD, period);
}

function colouredLog() {
  let text = "";
  for (const [at, line] of bootLog.toString("latin1").split("\r\n").entries()) {
    const [, time, words] = /^(\[.*?\]) (.*)$/.exec(line) ?? [];
    const coloured = `\x1b[32m${time}\x1b[0m ${at % 4 === 0 ? `\x1b[1m${words}\x1b[0m` : words}\r\n`;
    if (time === undefined || text.length + coloured.length + 2 > PERIOD) break;
    text += coloured;
  }
  return Buffer.from(text.padEnd(PERIOD - 2, ".").concat("\r\n"), "latin1");
}

function anyBytes() {
  const next = numbers();
  return Uint8Array.from({ length: PERIOD }, () => next(256));
}
