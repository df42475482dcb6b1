/**
 * The kernel's marks for received breaks and errors, made visible: `<break>`, `<41?>` for a byte 0x41 that came with a parity
 * or framing error. Pure. What comes out does not depend on how the input was cut.
 *
 *     FF FF -> FF      FF 00 00 -> <break>      FF 00 41 -> <41?>      (PARMRK of termios(3))
 *
 * A NUL that came with an error is marked as a break is, and so taken for one, unless breaks are not marked at all.
 */

export interface ParmrkOptions {
  /** Whether breaks are marked, so that FF 00 00 is one. */
  readonly breaks: boolean;
  /** Control sequences around each mark, such as reverse video and its end. */
  readonly around?: readonly [before: string, after: string];
}

export interface ParmrkStage {
  /** What is to be shown of `chunk`: itself where there is nothing in it. Valid until the next call. */
  push(chunk: Uint8Array): Uint8Array;
  /** What is left of a mark that never became whole. */
  flush(): Uint8Array;
}

const FF = 0xff;
const NOTHING_LEFT = new Uint8Array(0);
/** What may be kept from one chunk for the next. */
const STARTS = [NOTHING_LEFT, Uint8Array.of(FF), Uint8Array.of(FF, 0)] as const;

export function createParmrk({ breaks, around = ["", ""] }: ParmrkOptions): ParmrkStage {
  /** How many bytes of a mark have come: 0, 1 (FF), 2 (FF 00). */
  let begun: 0 | 1 | 2 = 0;
  const mark = (byte: number) => {
    const text = byte === 0 && breaks ? "break" : `${byte.toString(16).padStart(2, "0")}?`;
    return Buffer.from(`${around[0]}<${text}>${around[1]}`);
  };
  return {
    push(chunk) {
      if (begun === 0 && !chunk.includes(FF)) return chunk;
      const parts: Uint8Array[] = [];
      for (let at = 0; at < chunk.length; ) {
        if (begun === 0) {
          const found = chunk.indexOf(FF, at);
          const stop = found === -1 ? chunk.length : found;
          parts.push(chunk.subarray(at, stop));
          at = stop + 1;
          if (found !== -1) begun = 1;
          continue;
        }
        const byte = chunk[at++]!;
        if (begun === 1 && byte === 0) {
          begun = 2;
          continue;
        }
        if (begun === 2) parts.push(mark(byte));
        else parts.push(byte === FF ? STARTS[1] : Uint8Array.of(FF, byte)); // not the kernel's: as it came
        begun = 0;
      }
      return Buffer.concat(parts);
    },
    flush() {
      const left = STARTS[begun];
      begun = 0;
      return left;
    },
  };
}
