/**
 * What stands in the picker and which row is meant. Pure; told the time. Knows that rows come and go under the user's finger, and
 * that Enter may be on its way already then: what is connected to is what was meant, or nothing.
 */
import { previousCharacter } from "../../bytes/char-width.js";
import { UNSAFE_CHARACTER } from "../../bytes/printable.js";
import { filterWords, fitOf } from "./filter.js";
import type { PickerRow } from "./row.js";

/** An Enter that comes so soon after the selection has moved by itself was meant for what was there before, ms. */
export const GUARD_MS = 300;
/** Characters; what is longer finds nothing. */
const LONGEST_FILTER = 200;

export class PickerModel {
  #rows: readonly PickerRow[] = [];
  #shown: readonly PickerRow[] = [];
  #filter = "";
  #selectedId: string | undefined;
  #isFilled = false;
  /** The name of what was selected when it went away, until a key says what is meant now. */
  #lost: string | undefined;
  /** Enter has been pressed since: once more, and the row that is selected now is meant. */
  #isAsked = false;
  #guardedUntilMs = Number.NEGATIVE_INFINITY;

  get filter(): string {
    return this.#filter;
  }

  /** All there are, in the order in which they are shown. */
  get rows(): readonly PickerRow[] {
    return this.#rows;
  }

  /** Those that fit the filter. */
  get shown(): readonly PickerRow[] {
    return this.#shown;
  }

  get selected(): PickerRow | undefined {
    return this.#shown.find(({ id }) => id === this.#selectedId);
  }

  /** -1 where nothing is selected. */
  get selectedIndex(): number {
    return this.#shown.findIndex(({ id }) => id === this.#selectedId);
  }

  /** What the user has to know before Enter. */
  get warning(): string | undefined {
    if (this.#lost === undefined) return undefined;
    const { selected } = this;
    const again = this.#isAsked && selected ? `: Enter again for ${selected.name}` : "";
    return `${this.#lost} has gone${again}`;
  }

  /** Rows have come, gone or changed. What was selected stays so as long as it is there. `first`: what to begin with. */
  setRows(rows: readonly PickerRow[], nowMs: number, first?: string): void {
    const [before, lost] = [this.#shown, this.selected];
    this.#rows = rows;
    this.#refilter();
    if (!this.#isFilled) {
      this.#isFilled = true;
      this.#selectedId = (this.#shown.find(({ id }) => id === first) ?? this.#shown[0])?.id;
      return;
    }
    if (this.selected !== undefined) return;
    this.#selectedId = this.#nextOf(before, lost)?.id;
    if (lost !== undefined) {
      this.#lost = lost.name;
      this.#isAsked = false;
    }
    if (lost !== undefined || this.#selectedId !== undefined) this.#guardedUntilMs = nowMs + GUARD_MS;
  }

  /** Text that was typed or pasted; control characters in it are left out. */
  type(text: string): void {
    const clean = [...text].filter((character) => !UNSAFE_CHARACTER.test(character)).join("");
    this.#setFilter(`${this.#filter}${clean}`.slice(0, LONGEST_FILTER));
  }

  erase(): void {
    this.#setFilter(this.#filter.slice(0, previousCharacter(this.#filter, this.#filter.length)));
  }

  eraseWord(): void {
    this.#setFilter(this.#filter.replace(/\S*\s*$/u, ""));
  }

  clear(): void {
    this.#setFilter("");
  }

  /** So many rows down, or up; it ends at the last and the first one. */
  move(by: number): void {
    this.#pressed();
    const at = Math.max(0, Math.min(this.#shown.length - 1, this.selectedIndex + by));
    this.#selectedId = this.#shown[at]?.id;
  }

  select(id: string): void {
    this.#pressed();
    if (this.#shown.some((row) => row.id === id)) this.#selectedId = id;
  }

  /** Enter or another key that acts on a row: the one that is meant, or undefined where that is not sure. */
  choose(nowMs: number): PickerRow | undefined {
    const isSure = nowMs >= this.#guardedUntilMs && (this.#lost === undefined || this.#isAsked);
    if (isSure) return this.selected;
    // One that is held down never gets through.
    if (nowMs >= this.#guardedUntilMs && this.selected !== undefined) this.#isAsked = true;
    this.#guardedUntilMs = nowMs + GUARD_MS;
    return undefined;
  }

  /** A key that says that the user has seen what stands there now. */
  #pressed(): void {
    this.#lost = undefined;
    this.#isAsked = false;
    this.#guardedUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** The best fit is selected; of several equally good ones the selected one, else the first. */
  #setFilter(filter: string): void {
    this.#pressed();
    const before = this.#selectedId;
    this.#filter = filter;
    this.#refilter();
    const words = filterWords(filter);
    const fits = this.#shown.map((row) => fitOf(row, words) ?? 0);
    const best = this.#shown.filter((_, at) => fits[at] === Math.min(...fits));
    this.#selectedId = (best.find(({ id }) => id === before) ?? best[0])?.id;
  }

  #refilter(): void {
    const words = filterWords(this.#filter);
    this.#shown = this.#rows.filter((row) => fitOf(row, words) !== undefined);
  }

  /** What stood behind a row that has gone and still does, else what stood before it, else the first. */
  #nextOf(before: readonly PickerRow[], lost: PickerRow | undefined): PickerRow | undefined {
    const at = lost === undefined ? 0 : before.indexOf(lost);
    const nearest = [...before.slice(at), ...before.slice(0, at).reverse()];
    for (const { id } of nearest) {
      const still = this.#shown.find((row) => row.id === id);
      if (still) return still;
    }
    return this.#shown[0];
  }
}
