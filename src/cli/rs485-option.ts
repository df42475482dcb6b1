/**
 * The value of --rs485 to settings: `on`, `off`, or comma-separated words with their own `=on`, `=off` or milliseconds. Pure;
 * throws RobinError "usage".
 */
import type { Rs485 } from "../port/port.js";
import { RS485_WORDS } from "../port/tty/rs485.js";
import { didYouMean } from "./nearest.js";
import { fail, wholeNumber } from "./values.js";

const OPTION = "rs485";
/** A number of the kernel's struct is a __u32; a driver takes some 100 ms at most, and says so by what stands. */
const MAX_DELAY_MS = 10_000;

export function rs485Option(text: string): Rs485 {
  if (text === "on" || text === "off") return { enabled: text === "on" };
  const settings: Record<string, boolean | number> = { enabled: true };
  for (const part of text.split(",")) {
    const [word = "", value] = part.split(/=(.*)/s) as [string, string?];
    const row = RS485_WORDS.find(([name]) => name === word);
    if (row === undefined) {
      const words = RS485_WORDS.map(([name]) => name);
      fail(OPTION, `"${word}" is not one of on, off, ${words.join(", ")}${didYouMean(word, words)}`);
    }
    const [, key] = row;
    if (key in settings) fail(OPTION, `${word} is given twice`);
    settings[key] = key.endsWith("Ms") ? delay(word, value) : state(word, value);
  }
  const { rtsOnSend, rtsAfterSend } = settings;
  if (rtsOnSend !== undefined && rtsOnSend === rtsAfterSend) {
    fail(OPTION, "rts-on-send and rts-after-send are alike: RTS would never switch the transceiver");
  }
  return settings as unknown as Rs485;
}

function state(word: string, value: string | undefined): boolean {
  if (value === undefined || value === "on") return true;
  if (value === "off") return false;
  return fail(OPTION, `${word}=${value}: it is on or off`);
}

function delay(word: string, value: string | undefined): number {
  const ms = wholeNumber(value ?? "", 0, MAX_DELAY_MS);
  return ms ?? fail(OPTION, `${word}: write it as ${word}=MS, from 0 to ${MAX_DELAY_MS} milliseconds`);
}
