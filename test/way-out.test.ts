/** The one way out: everything is given back, last taken first, and then the process ends. */
import { describe, expect, it } from "vitest";
import { createWayOut } from "../src/way-out.js";

class Ended extends Error {}

/** A way out whose end is an exception, and what happened on it. */
function wayOut() {
  const happened: string[] = [];
  const way = createWayOut((status) => {
    happened.push(`end ${status}`);
    throw new Ended();
  });
  const add = (name: string) => way.add(() => void happened.push(name));
  return { way, add, happened };
}

describe("the way out", () => {
  it("gives everything back, last taken first, and ends with the status", () => {
    const { way, add, happened } = wayOut();
    for (const name of ["port", "terminal", "words"]) add(name);
    expect(() => way.leave(5)).toThrow(Ended);
    expect(happened).toEqual(["words", "terminal", "port", "end 5"]);
  });

  it("gives back once where the process ends by itself", () => {
    const { way, add, happened } = wayOut();
    for (const name of ["port", "terminal"]) add(name);
    way.giveBack();
    way.giveBack();
    expect(happened).toEqual(["terminal", "port"]);
  });

  it("goes on when giving one thing back fails", () => {
    const { way, add, happened } = wayOut();
    add("port");
    way.add(() => {
      throw new Error("EIO");
    });
    add("words");
    expect(() => way.leave(1)).toThrow(Ended);
    expect(happened).toEqual(["words", "port", "end 1"]);
  });

  it("leaves out what was taken back, and that one only", () => {
    const { way, add, happened } = wayOut();
    add("port");
    const forget = add("terminal");
    add("terminal");
    forget();
    forget();
    expect(() => way.leave(0)).toThrow(Ended);
    expect(happened).toEqual(["terminal", "port", "end 0"]);
  });

  it("gives each thing back once, even if it is left again on the way", () => {
    const { way, add, happened } = wayOut();
    add("port");
    way.add(() => {
      happened.push("terminal");
      way.leave(9); // a second signal while the first is at work
    });
    expect(() => way.leave(0)).toThrow(Ended);
    expect(happened.filter((name) => name === "terminal")).toHaveLength(1);
    expect(happened.filter((name) => name === "port")).toHaveLength(1);
  });

  it("ends at once where nothing was taken", () => {
    const { way, happened } = wayOut();
    expect(() => way.leave(2)).toThrow(Ended);
    expect(happened).toEqual(["end 2"]);
  });
});
