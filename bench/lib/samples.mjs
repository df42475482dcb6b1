/**
 * What was measured: for each program and measure, a value for each point of the run. Figures are medians;
 * ratios are medians of the ratios at the points where both were measured, so that what slows the machine for a
 * while slows both sides of a ratio.
 */
import { median } from "./stats.mjs";

export class Samples {
  /** @type {Map<string, Map<number, number>>} "program/measure" -> point of the run -> value */
  #values = new Map();

  /** @param {number} at the round, or the batch, which is the same for all programs measured side by side */
  add(program, measure, at, value) {
    const key = `${program}/${measure}`;
    if (!this.#values.has(key)) this.#values.set(key, new Map());
    this.#values.get(key).set(at, value);
  }

  /** All values of a measure, in order. */
  all(program, measure) {
    return [...(this.#values.get(`${program}/${measure}`)?.values() ?? [])];
  }

  sum(program, measure) {
    return this.all(program, measure).reduce((sum, value) => sum + value, 0);
  }

  /** The median, or undefined where there is nothing. */
  figure(program, measure) {
    return middle(this.all(program, measure));
  }

  /** The median of `program` over `reference`, point by point; undefined where they share no point. */
  ratio(measure, program, reference) {
    return this.ratioOfAll([measure], program, reference);
  }

  /** The same of several measures that are of one kind, all points together. */
  ratioOfAll(measures, program, reference) {
    return middle(
      measures.flatMap((measure) => this.#ratios(`${program}/${measure}`, `${reference}/${measure}`)),
    );
  }

  /** The same of one program's `measure` over another measure of it. */
  ratioOf(program, measure, reference) {
    return middle(this.#ratios(`${program}/${measure}`, `${program}/${reference}`));
  }

  #ratios(ourKey, theirKey) {
    const theirs = this.#values.get(theirKey) ?? new Map();
    const ours = this.#values.get(ourKey) ?? new Map();
    return [...ours].filter(([at]) => theirs.get(at) > 0).map(([at, value]) => value / theirs.get(at));
  }
}

/** The median, or undefined of none. */
function middle(values) {
  return values.length === 0 ? undefined : median(values);
}
