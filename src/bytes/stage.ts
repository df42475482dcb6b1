/**
 * What a stage is: bytes in, bytes out, and a state between. Pure: stages have no timer and no clock, they are told the
 * time and say when they want to be asked again. What comes out does not depend on how the input was cut.
 */

/** Which way a byte goes: received from the port, or sent to it (its echo, where a screen shows it). */
export type Way = "rx" | "tx";

export interface Stage {
  /**
   * What becomes of `chunk`, which arrived at `atUs` (microseconds of the session's monotonic clock, never less than
   * before). The result may be `chunk` itself; it is valid until the next call.
   */
  push(chunk: Uint8Array, atUs: number, way?: Way): Uint8Array;
  /** What is still kept back, because the end has come or `deadlineUs` has passed. */
  flush(atUs: number): Uint8Array;
  /** When what is kept back is to be flushed if nothing comes before; undefined where nothing is. */
  deadlineUs?(): number | undefined;
}

/** Nothing, for a stage that has nothing to give. */
export const NO_BYTES = new Uint8Array(0);

/**
 * One stage of many, in order: the later ones see what a flush of an earlier one gives. When the direction changes, all of
 * them are flushed, so that what was kept back goes on as what it is; a stage that may not be stands in a chain of its own.
 */
export function chainStages(stages: readonly Stage[]): Stage {
  if (stages.length === 1) return stages[0]!;
  let lastWay: Way = "rx";
  const through = (chunk: Uint8Array, from: number, atUs: number): Uint8Array => {
    let bytes = chunk;
    for (let at = from; at < stages.length && bytes.length > 0; at++)
      bytes = stages[at]!.push(bytes, atUs, lastWay);
    return bytes;
  };
  const flush = (atUs: number): Uint8Array => {
    const parts: Uint8Array[] = [];
    stages.forEach((stage, at) => {
      const rest = through(stage.flush(atUs), at + 1, atUs);
      // A stage's result is valid until its next call only.
      if (rest.length > 0) parts.push(Uint8Array.from(rest));
    });
    return parts.length === 0 ? NO_BYTES : Buffer.concat(parts);
  };
  return {
    push(chunk, atUs, way = "rx") {
      if (way === lastWay || chunk.length === 0) return through(chunk, 0, atUs);
      const before = flush(atUs);
      lastWay = way;
      const bytes = through(chunk, 0, atUs);
      return before.length === 0 ? bytes : Buffer.concat([before, bytes]);
    },
    flush,
    deadlineUs() {
      let first: number | undefined;
      for (const stage of stages) {
        const one = stage.deadlineUs?.();
        if (one !== undefined && (first === undefined || one < first)) first = one;
      }
      return first;
    },
  };
}
