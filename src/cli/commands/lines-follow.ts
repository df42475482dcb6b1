/**
 * Staying with a port's lines: telling each change, or just keeping the port open. Knows when that is over: when the
 * port is lost, when nobody reads on, and by any signal, which ends the process although a thread waits in the
 * kernel.
 */
import { lineSource } from "../../port/lines/source.js";
import { type LineChange, LOOK_MS, type Look, watchLines } from "../../port/lines/watch.js";
import type { AllLines } from "../../tty/modem-lines.js";
import { onReaderGone } from "../reader-gone.js";
import { print, printJson } from "../result.js";
import type { Words } from "../words.js";
import { changeLine, linesJson, showsExtra, stateLine } from "./lines-text.js";

interface Shape {
  readonly json: boolean;
  /** Whether OUT1, OUT2 and LOOP are shown. */
  readonly extra: boolean;
}

/** The state, then each change, until nobody reads them: 0. Rejects with what the driver says when the port is lost. */
export async function watchPort(fd: number, shape: Shape, words: Words): Promise<number> {
  let { extra } = shape;
  const source = lineSource(fd);
  const first = source.look();
  const tell = shape.json
    ? (changes: readonly LineChange[], lines: AllLines) => printJson(event(changes, lines, extra))
    : (changes: readonly LineChange[], lines: AllLines) =>
        print(changes.length === 0 ? stateLine(nowUs(), lines, extra) : atOnce(changes, nowUs()));
  if (!tell([], first.lines)) return 0;
  let end!: () => void;
  const unread = new Promise<number>((resolve) => {
    end = () => resolve(0);
  });
  const reader = onReaderGone(1, end);
  const onChange = (changes: readonly LineChange[], { lines }: Look) => {
    extra ||= showsExtra(lines);
    if (!tell(changes, lines)) end();
  };
  const watch = watchLines(source, first, onChange, () => {
    words.detail(`the driver cannot wait for a change of its lines: looked at every ${LOOK_MS} ms`);
  });
  try {
    return await Promise.race([unread, watch.lost]);
  } finally {
    watch.close();
    reader.close();
  }
}

/** Until the port is lost; never resolves. */
export async function holdPort(fd: number): Promise<never> {
  const source = lineSource(fd);
  return watchLines(source, source.look(), () => {}).lost;
}

function atOnce(changes: readonly LineChange[], atUs: number): string {
  return changes.map((change) => changeLine(atUs, change)).join("");
}

function event(changes: readonly LineChange[], lines: AllLines, extra: boolean): object {
  const counted = changes.flatMap((one) => (one.counted === undefined ? [] : [[one.line, one.counted]]));
  return {
    event: "lines",
    at: nowUs() / 1e6,
    ...linesJson(lines, extra),
    changed: changes.map(({ line }) => line),
    ...(counted.length > 0 ? { counted: Object.fromEntries(counted) } : {}),
  };
}

/** How far the fine clock may run from the one that is set by hand or by NTP. */
const DRIFT_MS = 2;
let originMs = performance.timeOrigin;

/** Microseconds since the epoch. */
function nowUs(): number {
  const fineMs = performance.now();
  const dateMs = Date.now();
  if (Math.abs(originMs + fineMs - dateMs) > DRIFT_MS) originMs = dateMs - fineMs;
  return Math.floor((originMs + fineMs) * 1000);
}
