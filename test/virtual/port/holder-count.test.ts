/** Who has a slave open, out of events that the kernel joins and looks that come at any time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHolderCount, type SlaveEvent } from "../../../src/virtual/port/holder-count.js";

/** inotify's queue: an event equal to the last one that waits is that one. */
function queue() {
  let waiting: SlaveEvent[] = [];
  return {
    push: (event: SlaveEvent) => {
      if (waiting.at(-1) !== event) waiting.push(event);
    },
    take: (count: number) => waiting.splice(0, count),
    get length() {
      return waiting.length;
    },
    lose: () => {
      waiting = [];
    },
  };
}

type Step = "toggle" | "look" | "late look" | "settle";
const steps = (holders: number) =>
  fc.array(
    fc.tuple(
      fc.nat(holders - 1),
      fc.constantFrom<Step>("toggle", "toggle", "toggle", "look", "late look", "settle"),
    ),
    { maxLength: 60 },
  );

/** Plays `plan` and gives what was told, what was so, and what was said at the end. */
function play(plan: readonly (readonly [number, Step])[]) {
  const told: boolean[] = [];
  const count = createHolderCount((isOpen) => told.push(isOpen));
  const events = queue();
  const open = new Set<number>();
  let visits = 0;
  let doubt = false;
  for (const [who, step] of plan) {
    if (step === "toggle") {
      if (open.size === 0) visits++;
      events.push(open.has(who) ? "close" : "open");
      if (!open.delete(who)) open.add(who);
    } else if (step === "settle") {
      // A doubt is only settled where no event waits.
      if (doubt && events.length === 0) {
        count.settle(open.size === 0);
        doubt = false;
      }
    } else {
      const taken = events.take(step === "look" ? events.length : events.length - 1);
      if (taken.length > 0) doubt = count.see(taken, open.size === 0);
    }
  }
  const last = events.take(events.length);
  if (last.length > 0) doubt = count.see(last, open.size === 0);
  if (doubt) count.settle(open.size === 0);
  return { told, visits, isOpen: open.size > 0, count };
}

describe("who has a slave open", () => {
  it("is told by turns, and truly in the end, however many hold it and whenever it is looked at", () => {
    fc.assert(
      fc.property(steps(4), (plan) => {
        const { told, isOpen, count } = play(plan);
        expect(count.isOpen).toBe(isOpen);
        expect(told.at(-1) ?? false).toBe(isOpen);
        told.forEach((value, at) => {
          expect(value).toBe(at % 2 === 0);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it("is told each time, where there is one holder at a time", () => {
    fc.assert(
      fc.property(steps(1), (plan) => {
        const { told, visits } = play(plan);
        expect(told.filter((value) => value)).toHaveLength(visits);
      }),
      { numRuns: 2000 },
    );
  });

  it("goes on being open where two came at once and one has left", () => {
    const told: boolean[] = [];
    const count = createHolderCount((isOpen) => told.push(isOpen));
    count.see(["open"], false); // two, told as one
    expect(count.see(["close"], false)).toBe(true);
    count.settle(false);
    expect(told).toEqual([true]);
    count.see(["close"], true);
    expect(told).toEqual([true, false]);
  });

  it("is closed and opened again where the next holder's event comes after the doubt", () => {
    const told: boolean[] = [];
    const count = createHolderCount((isOpen) => told.push(isOpen));
    count.see(["open"], false);
    expect(count.see(["close"], false)).toBe(true);
    expect(count.see(["open"], false)).toBe(false);
    expect(told).toEqual([true, false, true]);
  });

  it("is told by a look alone, where there are no events", () => {
    const told: boolean[] = [];
    const count = createHolderCount((isOpen) => told.push(isOpen));
    for (const isHungUp of [true, false, false, true]) count.see([], isHungUp);
    expect(told).toEqual([true, false]);
    count.see(["open"], false);
    count.reset();
    expect(told).toEqual([true, false, true, false]);
  });
});
