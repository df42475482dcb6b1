/** The port `demo:` as a program of one's own has it. */
import { closeSync, fstatSync, openSync } from "node:fs";
import { expect, it } from "vitest";
import { openAnyPort } from "../../../src/virtual/demo/demo.js";

it("is closed once, and a second close touches no file that was opened meanwhile", async () => {
  const port = await openAnyPort("demo:");
  await port.close();
  const others = Array.from({ length: 20 }, () => openSync("/dev/null", "r"));
  await port.close();
  for (const fd of others) expect(fstatSync(fd).isCharacterDevice()).toBe(true);
  for (const fd of others) closeSync(fd);
});
