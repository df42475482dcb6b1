/**
 * What can be sent through the programs, by name: a text, where it may end, and how to tell it again. Knows no descriptor.
 */
import { BLOCK, bootLog } from "./boot-log.mjs";
import { LINE, PERIOD, payload } from "./payload.mjs";
import { binary, colours } from "./ui-texts.mjs";

/**
 * @typedef {object} Text
 * @property {Buffer} bytes two periods in a row, so that every piece of up to PERIOD bytes stands somewhere in one run
 * @property {number} unit it may end at multiples of so many bytes: behind a line
 * @property {Float64Array} lineEnds where each line of a period ends
 */

/** @type {Readonly<Record<string, Text>>} */
export const TEXTS = {
  lines: { bytes: payload, unit: LINE, lineEnds: lineEndsOf(payload) },
  bootLog: { bytes: bootLog, unit: BLOCK, lineEnds: lineEndsOf(bootLog) },
  colours: { bytes: colours, unit: PERIOD, lineEnds: lineEndsOf(colours) },
  binary: { bytes: binary, unit: PERIOD, lineEnds: lineEndsOf(binary) },
};

/** Whether `bytes[start..end)` is what stands in the text from byte `offset` of the stream on. At most PERIOD bytes. */
export function isText(text, bytes, start, end, offset) {
  const at = offset % PERIOD;
  return bytes.compare(text.bytes, at, at + end - start, start, end) === 0;
}

/** How many lines the first `length` bytes have: `length` is the end of one. */
export function linesIn(text, length) {
  const rest = length % PERIOD;
  const { lineEnds } = text;
  return Math.floor(length / PERIOD) * lineEnds.length + (rest === 0 ? 0 : lineEnds.indexOf(rest) + 1);
}

/** How many bytes the first `count` lines have. */
export function bytesOfLines(text, count) {
  const { lineEnds } = text;
  const rest = count % lineEnds.length;
  return Math.floor(count / lineEnds.length) * PERIOD + (rest === 0 ? 0 : lineEnds[rest - 1]);
}

function lineEndsOf(bytes) {
  const ends = [];
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < PERIOD; at = bytes.indexOf(0x0a, at + 1))
    ends.push(at + 1);
  return Float64Array.from(ends);
}
