/**
 * The board at the far end of a line: what it hears and says goes through a source and a sink, its clock is
 * the process's. Knows no pty; `demo.ts` gives it one.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { createBoard } from "./board.js";

/** What the board says in one go; a pty takes some 18 KiB before it is full. */
const ROOM = 4096;

/** Switches a board on. The result switches it off. */
export function runBoard(source: ByteSource, sink: ByteSink): () => void {
  const board = createBoard(performance.now());
  const heard = new Uint8Array(ROOM);
  const waiting = new ByteQueue();
  let timer: NodeJS.Timeout | undefined;
  let on = true;

  function hear(): void {
    for (let n = source.read(heard); on; n = source.read(heard)) {
      if (n === GONE) return off();
      if (n === NOTHING) break;
      board.push(heard, n, performance.now());
    }
    speak();
    if (on) source.arm();
  }

  function speak(): void {
    clearTimeout(timer);
    while (on) {
      if (waiting.length === 0) {
        const said = board.take(ROOM, performance.now());
        if (said.length === 0) break;
        waiting.push(said, 0, said.length);
      }
      const taken = sink.write(waiting.bytes, waiting.start, waiting.end);
      if (taken === GONE) return off();
      if (taken === NOTHING) return sink.arm();
      waiting.take(taken);
    }
    const deadline = board.deadlineMs();
    if (on && deadline !== undefined) timer = setTimeout(speak, Math.max(0, deadline - performance.now()));
  }

  function off(): void {
    on = false;
    clearTimeout(timer);
    source.close();
    sink.close();
  }

  source.onReady(hear);
  sink.onReady(speak);
  source.arm();
  speak();
  return off;
}
