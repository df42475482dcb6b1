/**
 * The board at the far end of a line: what it hears and says goes through a source and a sink, its clock is
 * the process's. Knows no pty; `demo.ts` gives it one.
 */
import { ByteQueue } from "../bytes/byte-queue.js";
import { type ByteSink, type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { createBoard } from "./board.js";

/** What the board says in one go; a pty takes some 18 KiB before it is full. */
const ROOM = 4096;
/** What the board may hold before it listens no more: its input then waits in the line. */
const HOLDS = 16 * 1024;

/** Switches a board on. The result switches it off. */
export function runBoard(source: ByteSource, sink: ByteSink): () => void {
  const board = createBoard(performance.now());
  const heard = new Uint8Array(ROOM);
  const waiting = new ByteQueue();
  let timer: NodeJS.Timeout | undefined;
  let on = true;
  let deaf = false;

  function hear(): void {
    while (on && board.holds() < HOLDS) {
      const n = source.read(heard);
      if (n === GONE) return off();
      if (n === NOTHING) {
        source.arm();
        break;
      }
      board.push(heard, n, performance.now());
    }
    deaf = board.holds() >= HOLDS;
    speak();
  }

  function speak(): void {
    clearTimeout(timer);
    while (on) {
      if (waiting.length === 0) {
        const said = board.take(ROOM, performance.now());
        if (said.length === 0) break;
        waiting.push(said, 0, said.length);
        if (deaf && board.holds() < HOLDS) {
          deaf = false;
          source.arm();
        }
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
