/** After each file: one process runs them all, and what a test leaves behind would fail the next ones. */
import { existsSync } from "node:fs";
import { afterAll } from "vitest";
import { closeLeftChannels } from "./channel.js";
import { SerialEnd, UARTS } from "./serial-end.js";
import { pullLeftAdapters } from "./usb-sim.js";

afterAll(async () => {
  closeLeftChannels();
  await pullLeftAdapters();
  for (const path of [...UARTS, "/dev/ttyUSB0"]) {
    if (existsSync(path)) new SerialEnd(path).close();
  }
});
