/**
 * What each chunk goes by on its way from the port to the screen. Knows who wants to see it; with nobody there is no look at
 * all, and a chunk goes as it was read.
 */
import type { ParmrkStage } from "../bytes/parmrk.js";
import type { LineErrorWatch } from "./line-errors.js";

interface Viewers {
  readonly errors: LineErrorWatch | undefined;
  readonly marks: ParmrkStage | undefined;
  readonly send: (chunk: Uint8Array, start: number, end: number) => void;
}

/** For `look` of a pump; undefined where nobody wants to see anything. */
export function screenLook({
  errors,
  marks,
  send,
}: Viewers): ((chunk: Uint8Array, end: number) => void) | undefined {
  if (marks !== undefined) {
    return (chunk, end) => {
      errors?.seen();
      const shown = marks.push(chunk.subarray(0, end));
      send(shown, 0, shown.length);
    };
  }
  if (errors === undefined) return undefined;
  return (chunk, end) => {
    errors.seen();
    send(chunk, 0, end);
  };
}
