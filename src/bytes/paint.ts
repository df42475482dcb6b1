/**
 * What was received in one colour, what was sent in another. Pure. Knows colours and where lines end.
 *
 *     AT\r\nOK\r\n --> ESC[32mATESC[39m\r\nESC[32mOKESC[39m\r\n
 *
 * A colour begins with the first byte that shows it, and ends in front of the line's end, at a change of direction, and at a
 * flush: whoever writes on the same screen in between flushes first, and inherits none. There is no flush by time, which
 * could come in the middle of a character or of an escape sequence.
 */
import { RobinError } from "../errors.js";
import { printable } from "./printable.js";
import { withRoom } from "./room.js";
import { NO_BYTES, type Stage } from "./stage.js";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  inverse: [7, 27],
} as const;

/** By name: what begins it and what ends it, as SGR of ECMA-48 8.3.117; bright ones as aixterm(1) has them. */
export const COLORS: ReadonlyMap<string, readonly [begin: number, end: number]> = new Map<
  string,
  readonly [number, number]
>([
  ...NAMES.map((name, at) => [name, [30 + at, 39]] as const),
  ...NAMES.map((name, at) => [`bright-${name}`, [90 + at, 39]] as const),
  ...Object.entries(STYLES),
]);

/** One of `COLORS`. */
export interface Color {
  readonly name: string;
  readonly begin: Uint8Array;
  readonly end: Uint8Array;
}

/** Throws RobinError "usage" where `text` is no name of a colour. */
export function parseColor(text: string): Color {
  const codes = COLORS.get(text);
  if (codes === undefined) {
    const names = [...NAMES, "bright-black to bright-white", ...Object.keys(STYLES)].join(", ");
    throw new RobinError("usage", `colour "${printable(text)}": it is not one of ${names}`);
  }
  const [begin, end] = codes.map((code) => Uint8Array.from(Buffer.from(`\x1b[${code}m`)));
  return { name: text, begin: begin!, end: end! };
}

export interface PaintOptions {
  readonly rx?: Color | undefined;
  readonly tx?: Color | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const SMALLEST = 16 * 1024;
/** The end of one colour and the beginning of another: ESC [ 9 7 m each. */
const TURN_BYTES = 10;

export function createPaint(colors: PaintOptions): Stage {
  /** The one that the screen stands in. */
  let open: Color | undefined;
  let out = new Uint8Array(SMALLEST);

  return {
    push(chunk, _atUs, way = "rx") {
      const color = colors[way];
      if (color === undefined && open === undefined) return chunk;
      const end = chunk.length;
      let to = 0;
      for (let at = 0; at < end; ) {
        const wanted = endsLine(chunk[at]!) ? undefined : color;
        // For all that is left of the chunk too, so that nobody looks for room at each byte.
        out = withRoom(out, to + TURN_BYTES + end - at, to);
        const into = out;
        if (wanted !== open) {
          to = put(into, to, open?.end);
          to = put(into, to, wanted?.begin);
          open = wanted;
        }
        into[to++] = chunk[at++]!;
        if (wanted === undefined) continue;
        while (at < end && !endsLine(chunk[at]!)) into[to++] = chunk[at++]!;
      }
      return out.subarray(0, to);
    },
    flush() {
      const end = open?.end ?? NO_BYTES;
      open = undefined;
      return end;
    },
  };
}

function endsLine(byte: number): boolean {
  return byte <= CR && (byte === LF || byte === CR);
}

function put(into: Uint8Array, to: number, bytes: Uint8Array = NO_BYTES): number {
  for (let at = 0; at < bytes.length; at++) into[to++] = bytes[at]!;
  return to;
}
