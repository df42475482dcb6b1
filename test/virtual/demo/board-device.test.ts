/** The board at the far end of a line: between a source and a sink of the test's own. */
import { afterEach, describe, expect, it } from "vitest";
import { GONE, NOTHING } from "../../../src/port/ends.js";
import { board } from "../../../src/virtual/demo/board.js";
import { runDevice } from "../../../src/virtual/emulate/run-device.js";
import { handMadeSink, handMadeSource } from "../../session/hand-made.js";
import { until } from "../../support/until.js";

const off: (() => void)[] = [];
afterEach(() => {
  for (const one of off.splice(0)) one();
});

async function start(take?: (offered: number) => number) {
  const source = handMadeSource();
  const sink = handMadeSink();
  off.push(runDevice(board, source, sink).off);
  await until("the prompt", () => sink.taken.includes("demo> "));
  if (take) sink.take = take;
  const type = (text: string) => {
    source.waiting.push(Buffer.from(text));
    source.ready();
  };
  return { source, sink, type, text: () => sink.taken.toString() };
}

describe("the board on a line", () => {
  it("boots by itself and answers what is typed", async () => {
    const { type, text } = await start();
    type("echo hello\r");
    expect(text()).toMatch(/echo hello\r\nhello\r\ndemo> $/);
  });

  it("says all of a flood to a line that takes a little at a time, or nothing for a while", async () => {
    let turn = 0;
    const { sink, type, text } = await start(() => [7, NOTHING, 500][turn++ % 3]!);
    type("flood 200\r");
    while (sink.ready());
    const lines = text()
      .split("\r\n")
      .filter((line) => /^\d{8} /.test(line));
    expect(lines.map((line) => Number(line.slice(0, 8)))).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 1),
    );
    expect(text().endsWith("demo> ")).toBe(true);
  });

  it("listens no more while nobody takes what it says, so that it holds a bounded number of bytes", async () => {
    const { source, sink } = await start(() => NOTHING);
    const endless = Buffer.from("x\x03".repeat(1000));
    let heard = 0;
    while (heard < 300 && source.isArmed()) {
      source.waiting.push(endless);
      source.ready();
      heard++;
    }
    expect(heard).toBeLessThan(300);
    sink.take = (offered) => offered;
    while (sink.ready());
    expect(source.isArmed()).toBe(true);
  });

  it.each(["source", "sink"] as const)("is off when its %s is gone", async (which) => {
    const { source, sink, type } = await start();
    if (which === "source") source.ended = true;
    else sink.take = () => GONE;
    type("x");
    expect([source.closed, sink.closed]).toEqual([true, true]);
  });

  it("is off for good: no boot goes on behind it", async () => {
    const source = handMadeSource();
    const sink = handMadeSink();
    runDevice(board, source, sink).off();
    expect([source.closed, sink.closed]).toEqual([true, true]);
    const other = await start(); // as long as a whole boot
    expect(other.text()).not.toBe("");
    expect(sink.taken).toHaveLength(0);
  });
});
