/**
 * What a terminal says of its mouse, in the SGR spelling (mode 1006 of xterm's control sequences). Pure.
 */

export interface Mouse {
  readonly button: "left" | "middle" | "right" | "wheelup" | "wheeldown" | "none";
  readonly action: "press" | "release" | "drag";
  /** From 0, of the whole screen. */
  readonly column: number;
  readonly row: number;
}

const BUTTONS = ["left", "middle", "right", "none"] as const;
/** Bits of the first number. */
const [SHIFT, ALT, CTRL, MOVED, WHEEL] = [4, 8, 16, 32, 64];

/** Undefined where it is no such sequence. */
export function parseMouse(
  sequence: string,
): { mouse: Mouse; modifiers: { shift: boolean; alt: boolean; ctrl: boolean } } | undefined {
  const match = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])$/.exec(sequence);
  if (match === null) return undefined;
  const [code, column, row] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isWheel = (code & WHEEL) !== 0;
  const button = isWheel ? ((code & 1) === 0 ? "wheelup" : "wheeldown") : BUTTONS[code & 3]!;
  const action = match[4] === "m" ? "release" : (code & MOVED) !== 0 && !isWheel ? "drag" : "press";
  return {
    mouse: { button, action, column: Math.max(0, column - 1), row: Math.max(0, row - 1) },
    modifiers: { shift: (code & SHIFT) !== 0, alt: (code & ALT) !== 0, ctrl: (code & CTRL) !== 0 },
  };
}
