/**
 * What is sent through the programs: numbered lines of printable text, the same for all, because some of them
 * draw what they receive or take control characters for commands. Knows no descriptor.
 */

/** Bytes of a line, CR LF included: shorter than a row of a terminal, or a program that draws would cut it. */
export const LINE = 64;
/** The payload repeats after so many bytes. No read is longer than this. */
export const PERIOD = 64 * 1024;
/** Once in every line and nowhere else, neither in a line nor in a terminal's control sequences. */
export const MARK = 0x7e;

const TEXT = "the quick brown fox jumps over a lazy dog, 0123456789";

/** Two periods in a row, so that every piece of up to PERIOD bytes stands somewhere in one run. */
export const payload = Buffer.alloc(2 * PERIOD, lines());

function lines() {
  let text = "";
  for (let number = 0; text.length < PERIOD; number++) {
    text += `${String(number).padStart(6, "0")} ${TEXT}~`.padEnd(LINE - 2, ".").concat("\r\n");
  }
  return text;
}

/** How many lines' marks stand in `bytes[0..end)`. */
export function countMarks(bytes, end) {
  let count = 0;
  for (let at = bytes.indexOf(MARK); at !== -1 && at < end; at = bytes.indexOf(MARK, at + 1)) count++;
  return count;
}

/** Whether `bytes[0..end)` is what stands in the payload from byte `offset` of the stream on. */
export function isPayload(bytes, end, offset) {
  const at = offset % PERIOD;
  return bytes.compare(payload, at, at + end, 0, end) === 0;
}
