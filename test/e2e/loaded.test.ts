/** What a session has in memory: nothing of what it does not show. */
import { expect, it } from "vitest";
import { startFace } from "../support/face.js";

const LOADED = new URL("../support/loaded.cjs", import.meta.url).pathname;
const env = { NODE_OPTIONS: `--require=${LOADED}` };

it("a session loads the views when one is opened, and no TOML where there is no configuration file", async () => {
  const face = startFace(["demo:"], { env, columns: 200 });
  await face.until("demo>");
  const ask = () => face.run.child.kill("SIGWINCH"); // setsid has become robin
  ask();
  const before = (await face.until(/loaded .*start\.cjs/)).join("");
  expect(before).not.toMatch(/tui\.cjs|toml\.cjs|sucrase\.cjs/);
  await face.type("\x1c?");
  await face.until((text) => text.includes("send a break") && !text.includes("demo>"));
  await face.type("\x1b");
  await face.until("demo>");
  ask();
  await face.until(/loaded .*tui\.cjs/);
  await face.type("\x1cq");
  expect(await face.ended()).toBe(0);
});
