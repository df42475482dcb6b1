/**
 * A text as a board prints it that starts: lines of 20 to 80 bytes, each with a time in front. What is done once for each line
 * costs as much as it would there. The same in every run. Knows no descriptor.
 */
import { MARK, PERIOD } from "./payload.mjs";

/** A line ends with every block of so many bytes: whole rows of a hex dump too. */
export const BLOCK = 4096;
const SHORTEST = 20;
const LONGEST = 80;
const END = `${String.fromCharCode(MARK)}\r\n`;
const WORDS =
  "clk: mmc0: usb 1-1: new device found, registered irq bus probe eth0: link up at 115200 baud rate".split(
    " ",
  );

/** Two periods in a row, so that every piece of up to PERIOD bytes stands somewhere in one run. */
export const bootLog = Buffer.alloc(2 * PERIOD, blocks());

function blocks() {
  const next = numbers();
  let text = "";
  let us = 0;
  while (text.length < PERIOD) {
    us += next(9000);
    const time = (us / 1e6).toFixed(6).padStart(12);
    let line = `[${time}] `;
    const length = lengthWithin(BLOCK - (text.length % BLOCK), SHORTEST + next(LONGEST - SHORTEST + 1));
    while (line.length < length) line += `${WORDS[next(WORDS.length)]} `;
    text += line.slice(0, length - END.length) + END;
  }
  return text;
}

/** `wanted`, or what else leaves room for whole lines in the `left` bytes of a block. */
function lengthWithin(left, wanted) {
  if (left <= LONGEST) return left;
  return left - wanted >= SHORTEST ? wanted : left - SHORTEST;
}

/** Numbers from 0 to below `most`, in an order without a pattern: the generator of ISO C's example for rand(). */
export function numbers() {
  let state = 1;
  return (most) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % most;
  };
}
