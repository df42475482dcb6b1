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

export interface Surface {
  readonly looks: Looks;
  /** Text and control sequences, as they are. Never waits; what the terminal does not take yet is kept in order. */
  write(text: string): void;
  /** Whether the terminal has taken all of it. Where not, a frame would come late: it is left out. */
  readonly isDrawn: boolean;
  /** Who is told when it has, after it had not. One listener. */
  onDrawn(listener: () => void): void;
  size(): Size;
}
