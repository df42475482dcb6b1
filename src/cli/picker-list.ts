/**
 * The picker for a terminal on which nothing is drawn over anything: rows with numbers, and what an answer means. Pure. A number stands
 * for the same row as long as it is asked.
 */
import { safeText } from "../tui/fit-text.js";
import { filterWords, fitOf } from "../tui/picker/filter.js";
import type { PickerRow } from "../tui/picker/row.js";
import type { Looks } from "../tui/surface.js";

export type Answer =
  | { readonly is: "leave" }
  | { readonly is: "again" }
  /** `setsUp`: its settings come first. */
  | { readonly is: "row"; readonly row: PickerRow; readonly setsUp: boolean }
  /** To be said, and asked again. */
  | { readonly is: "wrong"; readonly text: string };

export class NumberedRows {
  readonly #looks: Pick<Looks, "utf8">;
  /** By number, from 1; those that have gone keep theirs. */
  readonly #numbered: PickerRow[] = [];
  #rows: readonly PickerRow[] = [];

  constructor(looks: Pick<Looks, "utf8">) {
    this.#looks = looks;
  }

  /** Lines about what has come and gone since the last time. */
  setRows(rows: readonly PickerRow[]): string[] {
    const before = this.#rows;
    this.#rows = rows;
    const gone = before.filter(({ id }) => !rows.some((row) => row.id === id));
    const came = rows.filter(({ id }) => !before.some((row) => row.id === id));
    for (const row of rows) {
      const at = this.#numbered.findIndex(({ id }) => id === row.id);
      if (at === -1) this.#numbered.push(row);
      else this.#numbered[at] = row;
    }
    return [
      ...gone.map(({ name }) => `${safeText(name, this.#looks)} has gone`),
      ...came.map((row) => `come: ${this.#line(row)}`),
    ];
  }

  /** All rows, each with its number, and beneath it what is to be known of it. */
  list(): string[] {
    const lines = this.#rows.flatMap((row) => this.#withNotes(row));
    if (this.#rows.some(({ kind }) => kind === "port")) return lines;
    return ["there is no serial port here: robin doctor may say why", ...lines];
  }

  get prompt(): string {
    const numbers = this.#rows.map((row) => this.#numberOf(row));
    const range = numbers.length > 1 ? `${Math.min(...numbers)}-${Math.max(...numbers)}` : numbers.join("");
    return `port (${range} or a name, + behind it for settings, ? for the list, nothing leaves): `;
  }

  /** What a line that was typed means. */
  answer(line: string): Answer {
    const text = line.trim();
    if (text === "") return { is: "leave" };
    if (text === "?") return { is: "again" };
    const setsUp = text.endsWith("+");
    const found = this.#find(setsUp ? text.slice(0, -1).trimEnd() : text);
    return typeof found === "string" ? { is: "wrong", text: found } : { is: "row", row: found, setsUp };
  }

  /** The one row that is meant, or why there is none. */
  #find(text: string): PickerRow | string {
    if (/^\d{1,6}$/.test(text)) return this.#byNumber(Number(text));
    const named = this.#rows.find(({ name }) => name === text || name === `/dev/${text}`);
    if (named) return named;
    const words = filterWords(text);
    const fitting = this.#rows.filter((row) => fitOf(row, words) !== undefined);
    const [only, ...others] = fitting;
    if (only === undefined) return `nothing fits "${safeText(text, this.#looks)}"`;
    if (others.length === 0) return only;
    return [`${fitting.length} fit:`, ...fitting.map((row) => this.#line(row))].join("\n");
  }

  #byNumber(number: number): PickerRow | string {
    const meant = this.#numbered[number - 1];
    if (meant === undefined) return `there is no ${number}`;
    const row = this.#rows.find(({ id }) => id === meant.id);
    return row ?? `${number}, ${safeText(meant.name, this.#looks)}, has gone`;
  }

  #numberOf({ id }: PickerRow): number {
    return this.#numbered.findIndex((row) => row.id === id) + 1;
  }

  #line(row: PickerRow): string {
    const { name, driver, usbId, product, serial, age, about } = row;
    const facts = [
      product,
      [driver, usbId].filter(Boolean).join(" "),
      serial && `serial ${serial}`,
      age,
      about,
    ];
    const text = [name, facts.filter(Boolean).join(", ")].filter(Boolean).join("  ");
    return `${String(this.#numberOf(row)).padStart(3)}  ${safeText(text, this.#looks)}`;
  }

  #withNotes(row: PickerRow): string[] {
    const trouble = [row.trouble, row.hint].filter(Boolean).join(": ");
    const notes = [trouble, ...(row.notes ?? [])].filter(Boolean);
    return [this.#line(row), ...notes.map((note) => `     ${safeText(note, this.#looks)}`)];
  }
}
