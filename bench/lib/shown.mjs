/**
 * How programs show what they receive, where that is not the bytes as they came: one table. A check reads what was shown back
 * into bytes, in its own way, and compares them with the boot log that was sent. Pure.
 */
import { bootLog } from "./boot-log.mjs";
import { PERIOD } from "./payload.mjs";
import { isText, linesIn, TEXTS } from "./texts.mjs";

/**
 * @typedef {object} Shown
 * @property {number} growth bytes shown for one that came, at the most
 * @property {(sent: number) => number} length how many bytes it shows for so many: when they are there, nobody waits for more
 * @property {(bytes: Buffer, start: number, sent: number) => number} check reads `sent` bytes back from `bytes[start..]`;
 *   returns where that ends. Throws where they are not those of the boot log
 */

const TEXT = TEXTS.bootLog;
const STAMP = /^\[\d\d:\d\d:\d\d\.\d\d\d\] $/;
const STAMP_LENGTH = "[12:34:56.789] ".length;
/** A row of a dump: offset, sixteen bytes, the same as text. */
const ROW = "oooooooo  xx xx xx xx xx xx xx xx  xx xx xx xx xx xx xx xx  |tttttttttttttttt|\n";
const ROW_BYTES = 16;
const DIGITS_AT = Uint8Array.from(ROW.matchAll(/xx/g), ({ index }) => index);
const ROW_TEXT_AT = ROW.indexOf("t");
/** What stands between them, and where. */
const ROW_FRAME = [...ROW.matchAll(/[^oxt]/g)].map(({ 0: letter, index }) => [index, letter.charCodeAt(0)]);

/** @type {Readonly<Record<string, Shown>>} */
export const SHOWN = {
  "stamped lines": {
    growth: 2,
    length: (sent) => sent + linesIn(TEXT, sent) * STAMP_LENGTH,
    check: checkStamped,
  },
  "rows of a dump": {
    growth: 5,
    length: (sent) => (sent / ROW_BYTES) * ROW.length,
    check: checkRows,
  },
  "7e 0d 0a": { growth: 3, length: (sent) => sent * 3, check: checkDigits(0, 3, "xx ") },
  "[7e][0d][0a]": { growth: 4, length: (sent) => sent * 4, check: checkDigits(1, 4, "[xx]") },
  "7e 0d 0a, drawn": { growth: 4, length: () => Number.POSITIVE_INFINITY, check: checkDrawn },
};

/** Whether `bytes` show the first `sent` bytes of the boot log and nothing else. Throws where they do not. */
export function checkShown(shown, bytes, sent) {
  const end = SHOWN[shown].check(bytes, 0, sent);
  if (end !== bytes.length) throw new Error(`has ${bytes.length - end} bytes more than it should`);
}

/** The bytes themselves; `start` and what is returned as in a check. */
export function checkBytes(bytes, start, sent) {
  for (let at = 0; at < sent; at += PERIOD) {
    const length = Math.min(PERIOD, sent - at, bytes.length - start - at);
    if (length <= 0) throw new Error(`ends after ${at} of ${sent} bytes`);
    if (!isText(TEXT, bytes, start + at, start + at + length, at)) {
      const same = bootLog.subarray(0, length).findIndex((byte, index) => byte !== bytes[start + at + index]);
      throw new Error(departs(at + same));
    }
    if (length < Math.min(PERIOD, sent - at)) throw new Error(`ends after ${at + length} of ${sent} bytes`);
  }
  return start + sent;
}

/** The time in front of each line, never earlier than the one before unless a day has ended. */
function checkStamped(bytes, start, sent) {
  const { lineEnds } = TEXT;
  const count = linesIn(TEXT, sent);
  let at = start;
  let stamp = "";
  for (let line = 0; line < count; line++) {
    const next = bytes.latin1Slice(at, at + STAMP_LENGTH);
    if (next !== stamp) {
      if (!STAMP.test(next))
        throw new Error(`has no time in front of line ${line + 1}: ${JSON.stringify(next)}`);
      if (next < stamp && !stamp.startsWith("[23:")) throw new Error(`goes back from ${stamp}to ${next}`);
      stamp = next;
    }
    at += STAMP_LENGTH;
    const index = line % lineEnds.length;
    const from = index === 0 ? 0 : lineEnds[index - 1];
    const end = lineEnds[index];
    if (bootLog.compare(bytes, at, at + end - from, from, end) !== 0)
      throw new Error(`departs in line ${line + 1}`);
    at += end - from;
  }
  return at;
}

/** Offset, digits and text, each read by itself. The first offset may be any. */
function checkRows(bytes, start, sent) {
  const decoded = Buffer.alloc(PERIOD);
  const offsetAt = (at) => Number(`0x${bytes.latin1Slice(at, at + 8)}`);
  const first = offsetAt(start);
  let at = start;
  for (let done = 0; done < sent; done += ROW_BYTES, at += ROW.length) {
    if (offsetAt(at) !== first + done) throw new Error(`has a wrong offset at byte ${done}`);
    for (const [index, code] of ROW_FRAME) if (bytes[at + index] !== code) throw new Error(departs(done));
    const row = done % PERIOD;
    for (let index = 0; index < ROW_BYTES; index++) {
      const byte = byteOf(bytes, at + DIGITS_AT[index]);
      const text = byte >= 0x20 && byte < 0x7f ? byte : 0x2e;
      if (byte === -1 || bytes[at + ROW_TEXT_AT + index] !== text) throw new Error(departs(done + index));
      decoded[row + index] = byte;
    }
    const end = row + ROW_BYTES;
    if (end === PERIOD || done + ROW_BYTES === sent) checkBytes(decoded.subarray(0, end), 0, end);
  }
  return at;
}

/** Two digits for each byte, `each` characters apart, the first at `first`; and what stands around them as in `form`. */
function checkDigits(first, each, form) {
  const around = [...form].map((letter) => (letter === "x" ? -1 : letter.charCodeAt(0)));
  return (bytes, start, sent) => {
    for (let done = 0; done < sent; done++) {
      const at = start + done * each;
      if (byteOf(bytes, at + first) !== bootLog[done % PERIOD]) throw new Error(departs(done));
      for (let index = 0; index < each; index++) {
        if (around[index] !== -1 && bytes[at + index] !== around[index]) throw new Error(departs(done));
      }
    }
    return start + sent * each;
  };
}

/** The digits alone: where a terminal's row ends, control sequences stand between them. */
function checkDrawn(bytes, start, sent) {
  const text = bytes.latin1Slice(start).replace(/\x1b\[[\d;?]*[A-Za-z]|[ \r\n\b]/g, "");
  checkDigits(0, 2, "xx")(Buffer.from(text, "latin1"), 0, sent);
  if (text.length !== 2 * sent) throw new Error(`shows ${text.length / 2} bytes, not ${sent}`);
  return bytes.length;
}

/** By character: what it stands for as a digit; for none, more than a byte can be. */
const DIGIT = Int16Array.from({ length: 256 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? 256 : digit;
});

/** Of two digits; -1 of none. */
function byteOf(bytes, at) {
  const byte = DIGIT[bytes[at]] * 16 + DIGIT[bytes[at + 1]];
  return byte < 256 ? byte : -1;
}

function departs(at) {
  return `departs from what was sent at byte ${at}`;
}
