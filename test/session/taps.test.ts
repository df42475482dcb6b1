import { describe, expect, it } from "vitest";
import type { Tap } from "../../src/session/tap.js";
import { Taps } from "../../src/session/taps.js";

interface HandMadeTap extends Tap {
  heard: string;
  hasRoom: boolean;
}

function handMadeTap(): HandMadeTap {
  const tap: HandMadeTap = {
    heard: "",
    hasRoom: true,
    onRoom: () => {},
    rx(bytes, end) {
      tap.heard += `<${Buffer.from(bytes.subarray(0, end))}`;
    },
    tx(bytes, start, end) {
      tap.heard += `>${Buffer.from(bytes.subarray(start, end))}`;
    },
    shown(bytes) {
      tap.heard += `!${Buffer.from(bytes)}`;
    },
    event({ event }) {
      tap.heard += `[${event}]`;
    },
    settle: async () => {},
    close: () => {},
  };
  return tap;
}

describe("taps", () => {
  it("each hear everything, and one that listens to nothing is passed over", () => {
    const taps = new Taps();
    const [one, other] = [handMadeTap(), handMadeTap()];
    taps.add(one);
    taps.add({ hasRoom: true, onRoom: () => {}, settle: async () => {}, close: () => {} });
    taps.add(other);
    taps.rx(Buffer.from("abc"), 2, 0);
    taps.tx(Buffer.from("xyz"), 1, 3, 0);
    taps.shown(Buffer.from("s"), 0);
    taps.event({ event: "mark", text: "m" }, 0);
    expect(one.heard).toBe("<ab>yz!s[mark]");
    expect(other.heard).toBe(one.heard);
  });

  it("have room only where each has, and tell when it comes back", () => {
    const taps = new Taps();
    let told = 0;
    taps.onRoom = () => {
      told++;
    };
    const [one, other] = [handMadeTap(), handMadeTap()];
    taps.add(one);
    taps.add(other);
    expect(taps.hasRoom).toBe(true);
    other.hasRoom = false;
    expect(taps.hasRoom).toBe(false);
    other.hasRoom = true;
    other.onRoom();
    expect(told).toBe(1);
  });

  it("hold nobody after the one without room is taken out, which hears nothing more", () => {
    const taps = new Taps();
    let told = 0;
    taps.onRoom = () => {
      told++;
    };
    const one = handMadeTap();
    taps.add(one);
    one.hasRoom = false;
    taps.remove(one);
    expect([taps.hasRoom, taps.isEmpty, told]).toEqual([true, true, 1]);
    one.onRoom();
    taps.rx(Buffer.from("abc"), 3, 0);
    expect([told, one.heard]).toEqual([1, ""]);
    taps.remove(one);
    expect(told).toBe(1);
  });

  it("may leave while they hear", () => {
    const taps = new Taps();
    const [one, other] = [handMadeTap(), handMadeTap()];
    one.event = () => taps.remove(one);
    taps.add(one);
    taps.add(other);
    taps.event({ event: "mark", text: "m" }, 0);
    taps.event({ event: "mark", text: "n" }, 0);
    expect(other.heard).toBe("[mark][mark]");
  });
});
