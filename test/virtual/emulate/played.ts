/** A device on a clock of the test's own. */
import type { DeviceDefinition } from "../../../src/virtual/emulate/device.js";
import { playDevice } from "../../../src/virtual/emulate/play-device.js";

const ROOM = 4096;

export function play<State>(definition: DeviceDefinition<State>, encoding: BufferEncoding = "utf8") {
  let nowMs = 0;
  const errors: unknown[] = [];
  let hangUps = 0;
  const device = playDevice(definition, {
    clock: () => nowMs,
    onError: (error) => errors.push(error),
    onHangUp: () => hangUps++,
  });
  /** All that it has printed by now. */
  async function said(): Promise<string> {
    await device.settled();
    const chunks: Uint8Array[] = [];
    for (let chunk = device.take(ROOM); chunk.length > 0; chunk = device.take(ROOM)) chunks.push(chunk);
    return Buffer.concat(chunks).toString(encoding);
  }
  return {
    device,
    errors,
    hangUps: () => hangUps,
    said,
    /** What it answers to what it receives, in pieces if so. */
    async answer(...pieces: (string | Uint8Array)[]): Promise<string> {
      for (const piece of pieces) device.push(Buffer.from(piece));
      return said();
    },
    /** What it says while the clock goes on by so much, from deadline to deadline. */
    async pass(ms: number): Promise<string> {
      const endMs = nowMs + ms;
      let text = "";
      for (;;) {
        text += await said();
        const deadline = device.deadlineMs();
        if (deadline === undefined || deadline > endMs) break;
        nowMs = Math.max(nowMs, deadline);
      }
      nowMs = endMs;
      return text + (await said());
    },
    /** The clock jumps, and nobody looks meanwhile. */
    jump(ms: number): Promise<string> {
      nowMs += ms;
      return said();
    },
  };
}
