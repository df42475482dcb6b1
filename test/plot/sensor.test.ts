/** The example that sends numbers, as a plot reads it. */
import { describe, expect, it } from "vitest";
import sensor from "../../examples/sensor.js";
import { createReader } from "../../src/plot/reader.js";
import { play } from "../virtual/emulate/played.js";

describe("examples/sensor.ts", () => {
  it.each([
    ["n", ["temp", "hum"], ["C", "%"]],
    ["c", ["temp", "hum"], ["C", "%"]],
    ["j", ["air.temp", "air.hum"], []],
    ["t", ["temp", "hum"], ["°C", "%"]],
  ])(
    "sends numbers that a plot finds, and a boot log in which it finds none: %s",
    async (format, names, units) => {
      const { device, answer, pass, errors } = play(sensor);
      const reader = createReader();
      const rowsOf = (text: string) => text.split("\r\n").flatMap((line) => [...reader.read(line)]);
      device.opened();
      expect(rowsOf(await pass(5))).toEqual([]);
      const rows = rowsOf((await answer(`${format}\r`)) + (await pass(1000)));
      expect(new Set(rows.flatMap((row) => row.map(({ name }) => name)))).toEqual(new Set(names));
      const found = new Set(rows.flatMap((row) => row.map(({ unit }) => unit)).filter(Boolean));
      expect(found).toEqual(new Set(units));
      expect(rows.flat().length).toBe(20);
      for (const { value } of rows.flat()) expect(value).toBeGreaterThan(10);
      expect(errors).toEqual([]);
    },
  );

  it("makes a spike, and loses its sensor for a second", async () => {
    const { answer, pass } = play(sensor);
    const reader = createReader();
    const temps = async (ms: number) =>
      (await pass(ms))
        .split("\r\n")
        .flatMap((line) => [...reader.read(line)])
        .map(([temp]) => temp!.value);
    await answer("x\r");
    expect((await temps(1000)).filter((value) => value > 35)).toHaveLength(1);
    await answer("o\r");
    const off = await temps(2000);
    expect(off.filter(Number.isNaN).length).toBeGreaterThanOrEqual(9);
    expect(off.filter((value) => value > 10).length).toBeGreaterThanOrEqual(9);
  });
});
