/**
 * The recording of a session: everything that it is told, in a file, in order. Knows by a name how the file is packed, and that
 * a recording that is there already is nobody's to write over; lines are format.ts's, the file is sink/'s.
 *
 * It loses nothing while it lives: without room it holds the port. A file that fails is given up, which is told, and the
 * session goes on. What a SIGKILL loses is less than 100 ms; up to there the file is whole.
 */
import type { RobinError } from "../errors.js";
import type { Clock } from "../session/clock.js";
import type { Say } from "../session/session-options.js";
import type { Tap } from "../session/tap.js";
import { FileWriter } from "../sink/file-writer.js";
import { parseLogName } from "../sink/log-name.js";
import { modeForNew } from "../sink/new-file.js";
import { PackedWriter, requirePacking } from "../sink/packed-writer.js";
import { type CreateMask, createTapLines } from "./tap-lines.js";

const WHAT = "recording";
/**
 * A recording has one beginning and one clock, so nothing is written behind another; and it is what shows a fault that may not
 * come again, so none is emptied because somebody went back in a shell's history.
 */
const HINT = "no recording is written over: give another name, or remove it";

interface RecorderOptions {
  /** The file's name, a pattern as that of a log (sink/log-name.ts); packed by gzip where it ends in .gz, by zstd where in .zst. */
  readonly pattern: string;
  /** The port's name, for the file's. */
  readonly port: string;
  /** Makes what hides secrets, one for each way. */
  readonly mask?: CreateMask | undefined;
}

interface RecorderContext {
  readonly clock: Clock;
  /** Told where the recording ends before the session. */
  readonly say: Say;
}

export interface Recorder extends Tap {
  readonly path: string;
  /** Whether what happens now is kept. */
  readonly isOpen: boolean;
  /** What hides secrets from now on. */
  setMask(create: CreateMask | undefined): void;
}

/** Begins a recording. Throws RobinError: usage where this Node cannot pack so, open-failed. */
export function createRecorder(
  { pattern, port, mask }: RecorderOptions,
  { clock, say }: RecorderContext,
): Recorder {
  const path = parseLogName(pattern, WHAT).at(port, clock.wallUs(clock.nowUs()));
  const packing = requirePacking(path);
  const options = {
    what: WHAT,
    path,
    mode: modeForNew(WHAT, path, HINT),
    onFailed: (error: RobinError) => say("warning", `${error.message}; the recording ends here`),
  };
  const file = packing === undefined ? new FileWriter(options) : new PackedWriter(options, packing);
  const lines = createTapLines({ clock, put: (line) => file.write(line, 0, line.length) });
  lines.setMask(mask);
  const recorder: Recorder = {
    path,
    // No line is made for a file that was given up: that would cost as much as one that is kept.
    rx(bytes, end, atUs) {
      if (file.isOpen) lines.bytes("rx", bytes, 0, end, atUs);
    },
    tx(bytes, start, end, atUs) {
      if (file.isOpen) lines.bytes("tx", bytes, start, end, atUs);
    },
    event(event, atUs) {
      if (file.isOpen) lines.event(event, atUs);
    },
    setMask: (create) => lines.setMask(create),
    get isOpen() {
      return file.isOpen;
    },
    get hasRoom() {
      return file.hasRoom;
    },
    onRoom: () => {},
    async settle(limitMs) {
      lines.flush();
      await file.settle(limitMs);
      const { waiting } = file;
      if (waiting === 0) return;
      say("warning", `write ${WHAT} ${path}: ${waiting} bytes were not taken within ${limitMs} ms`);
    },
    close() {
      lines.flush();
      file.close();
    },
  };
  file.onRoom = () => recorder.onRoom();
  return recorder;
}
