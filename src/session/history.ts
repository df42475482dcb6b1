/**
 * Lines that were typed before. Pure. Knows which are worth keeping, and how they are found again; not where they are kept.
 */

/** Lines kept in memory. */
export const HISTORY_LINES = 500;
/** A longer line is nothing that one wants to find again. */
const LONGEST_LINE = 4096;
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]/u;

export interface History {
  /** Oldest first. */
  readonly lines: readonly string[];
  /** Keeps a line, unless it is empty, begins with a space (a way to say: not this one), or is the last one again. */
  add(line: string): void;
  /** Lines from before the first one, oldest first; they came late. */
  prepend(lines: readonly string[]): void;
}

/** Whether a line may be kept behind `last`. */
export function isKept(line: string, last: string | undefined): boolean {
  return (
    line !== "" && line[0] !== " " && line !== last && line.length <= LONGEST_LINE && !CONTROLS.test(line)
  );
}

/** A history that begins with `lines` and keeps the last `limit`. `onAdd` is told of each line that is kept. */
export function createHistory(
  lines: readonly string[] = [],
  { limit = HISTORY_LINES, onAdd }: { limit?: number; onAdd?: (line: string) => void } = {},
): History {
  const kept = lines.slice(-limit);
  return {
    lines: kept,
    add(line) {
      if (!isKept(line, kept.at(-1))) return;
      kept.push(line);
      if (kept.length > limit) kept.shift();
      onAdd?.(line);
    },
    prepend(older) {
      kept.unshift(...older);
      kept.splice(0, kept.length - limit);
    },
  };
}

/** A walk through a history, up and down, past lines that do not begin as the draft does. */
export class HistoryWalk {
  readonly #lines: readonly string[];
  readonly #draft: string;
  /** How far from the end: lines from before may still come in front. */
  #back = 0;

  constructor(lines: readonly string[], draft: string) {
    this.#lines = lines;
    this.#draft = draft;
  }

  /** The next line up (-1) or down (1), the draft behind the newest; undefined where there is no more. */
  step(direction: -1 | 1, shown: string): string | undefined {
    const { length } = this.#lines;
    for (let at = length - this.#back + direction; at >= 0 && at < length; at += direction) {
      const line = this.#lines[at]!;
      if (!line.startsWith(this.#draft) || line === shown) continue;
      this.#back = length - at;
      return line;
    }
    if (direction === -1 || this.#back === 0) return undefined;
    this.#back = 0;
    return this.#draft;
  }
}

/** A line of a history, and where in it to go on. */
export interface FoundLine {
  readonly text: string;
  readonly cursor: number;
}

/** A search backwards through a history, a character at a time. */
export class HistorySearch {
  query = "";
  /** What stood there before. */
  readonly draft: FoundLine;
  readonly #lines: readonly string[];
  /** How far from the end. */
  #back = 0;

  constructor(lines: readonly string[], draft: FoundLine) {
    this.#lines = lines;
    this.draft = draft;
  }

  /** The newest line from the one that is found on that holds `character` too; undefined leaves all as it is. */
  extend(character: string): FoundLine | undefined {
    return this.#find(this.query + character, this.#back);
  }

  /** The next older one that holds the same. */
  older(): FoundLine | undefined {
    return this.query === "" ? undefined : this.#find(this.query, this.#back + 1);
  }

  /** Takes the last character back. */
  shorten(): FoundLine {
    const query = [...this.query].slice(0, -1).join("");
    this.#back = 0;
    this.query = "";
    return (query === "" ? undefined : this.#find(query, 0)) ?? this.draft;
  }

  #find(query: string, back: number): FoundLine | undefined {
    const { length } = this.#lines;
    for (let at = length - Math.max(1, back); at >= 0; at--) {
      const cursor = this.#lines[at]!.indexOf(query);
      if (cursor === -1) continue;
      this.query = query;
      this.#back = length - at;
      return { text: this.#lines[at]!, cursor };
    }
    return undefined;
  }
}
