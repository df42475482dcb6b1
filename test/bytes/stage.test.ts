/** Stages in a row. */
import { describe, expect, it } from "vitest";
import { chainStages, NO_BYTES, type Stage, type Way } from "../../src/bytes/stage.js";
import { latin1 } from "../support/stage.js";

/** Keeps everything back until it is flushed. */
function hoard(): Stage {
  let kept = "";
  return {
    push(chunk) {
      kept += Buffer.from(chunk).toString("latin1");
      return NO_BYTES;
    },
    flush() {
      const all = latin1(kept);
      kept = "";
      return all;
    },
  };
}

/** Tells what it was given and which way that went, always in the same memory. */
function tell(): Stage {
  const memory = Buffer.alloc(64);
  const say = (text: string) => memory.subarray(0, memory.write(text));
  return {
    push: (chunk, atUs, way: Way = "rx") => say(`${way}@${atUs}:${Buffer.from(chunk).toString("latin1")};`),
    flush: () => say("flushed;"),
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("a chain of stages", () => {
  it("gives the later ones what the earlier ones kept back", () => {
    const chain = chainStages([hoard(), tell()]);
    expect(text(chain.push(latin1("ab"), 1))).toBe("");
    expect(text(chain.flush(2))).toBe("rx@2:ab;flushed;");
  });

  it("shows what was kept back as what it was, when bytes of the other direction come", () => {
    const chain = chainStages([hoard(), tell()]);
    chain.push(latin1("ab"), 1, "rx");
    expect(text(chain.push(latin1("xy"), 2, "tx"))).toBe("rx@2:ab;flushed;");
    chain.push(latin1("z"), 2, "tx");
    expect(text(chain.flush(3))).toBe("tx@3:xyz;flushed;");
  });

  it("passes what it is given where nothing is kept back", () => {
    const plain: Stage = { push: (chunk) => chunk, flush: () => NO_BYTES };
    const chunk = latin1("ab");
    const chain = chainStages([plain, plain]);
    expect(chain.push(chunk, 1, "tx")).toBe(chunk);
    expect(chain.push(NO_BYTES, 1, "rx")).toHaveLength(0);
    expect(chain.deadlineUs?.()).toBeUndefined();
  });

  it("wants to be asked at the first deadline of all", () => {
    const due = (deadline?: number): Stage => ({
      push: (chunk) => chunk,
      flush: () => NO_BYTES,
      deadlineUs: () => deadline,
    });
    for (const deadlines of [
      [9, undefined, 7],
      [7, 9],
      [undefined, 7],
    ]) {
      expect(chainStages(deadlines.map(due)).deadlineUs?.()).toBe(7);
    }
  });
});
