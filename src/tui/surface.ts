/**
 * What a view is drawn on. Only shapes: who owns the terminal, and how bytes get there, is cli's.
 */

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** What a terminal can show, and its user wants to see. */
export interface Looks {
  readonly color: boolean;
  /** Whether it shows more than ASCII. */
  readonly utf8: boolean;
  /** It cannot, or shall not, draw one thing over another: no frames, only lines. */
  readonly isPlain: boolean;
}

/** What stands on a screen before a view comes. */
export interface Behind {
  /** Sequences that bring it back when the view has left, beyond what the terminal itself keeps. */
  readonly putBack: string;
  /** Whether it is on the alternate screen already: the terminal keeps nothing of that. */
  readonly isAlternate: boolean;
}

export interface Surface {
  readonly looks: Looks;
  /** Text and control sequences, as they are. Never waits; what the terminal does not take yet is kept in order. */
  write(text: string): void;
  /** Whether the terminal has taken all of it. Where not, a frame would come late: it is left out. */
  readonly isDrawn: boolean;
  /** Who is told when it has, after it had not. One listener. */
  onDrawn(listener: () => void): void;
  size(): Size;
  /** Absent where nothing is known of it. */
  readonly behind?: Behind;
}
