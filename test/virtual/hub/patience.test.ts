import { describe, expect, it } from "vitest";
import { Patience } from "../../../src/virtual/hub/patience.js";

function opened(patienceMs = 100) {
  const patience = new Patience(patienceMs);
  patience.opened();
  return patience;
}

describe("patience", () => {
  it("is not needed while nobody waits, however long nothing is read", () => {
    expect(opened().judge(1e9)).toEqual({ kind: "fine" });
  });

  it("begins when somebody waits, and is spent when nothing was taken for so long", () => {
    const patience = opened();
    patience.waitedFor(1000);
    expect(patience.judge(1000)).toEqual({ kind: "wait", untilMs: 1010, isSuspect: false });
    expect(patience.judge(1010)).toEqual({ kind: "wait", untilMs: 1100, isSuspect: true });
    expect(patience.judge(1100)).toEqual({ kind: "spent" });
  });

  it("is the same wait for all who wait, and begins anew with each byte that is taken", () => {
    const patience = opened();
    patience.waitedFor(1000);
    patience.waitedFor(1050);
    expect(patience.judge(1100).kind).toBe("spent");
    expect(patience.took(1090)).toBe(false);
    expect(patience.judge(1189).kind).toBe("wait");
    expect(patience.judge(1190).kind).toBe("spent");
  });

  it("is over when nobody waits any more, and begins anew with the next one", () => {
    const patience = opened();
    patience.waitedFor(0);
    patience.released();
    expect(patience.judge(1e9).kind).toBe("fine");
    patience.waitedFor(1e9);
    expect(patience.judge(1e9 + 99).kind).toBe("wait");
  });

  it("has none to spend at 0", () => {
    const patience = opened(0);
    patience.waitedFor(5);
    expect(patience.judge(5)).toEqual({ kind: "spent" });
  });
});

describe("a stalled listener", () => {
  it("holds nobody until it takes a byte; then it is open, with patience", () => {
    const patience = opened();
    patience.waitedFor(0);
    patience.stall();
    expect(patience.state).toBe("stalled");
    expect(patience.isWaitedFor).toBe(false);
    expect(patience.judge(1e9).kind).toBe("fine");
    expect(patience.took(2e9)).toBe(true);
    expect(patience.state).toBe("open");
    patience.waitedFor(2e9);
    expect(patience.judge(2e9 + 99).kind).toBe("wait");
  });

  it("is closed when its program leaves, and open when the next one comes", () => {
    const patience = opened();
    patience.waitedFor(0);
    patience.stall();
    patience.closed();
    expect(patience.state).toBe("closed");
    patience.opened();
    expect(patience.state).toBe("open");
    expect(patience.judge(1e9).kind).toBe("fine");
  });
});
