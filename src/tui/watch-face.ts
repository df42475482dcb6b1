/**
 * Looks at a session again and again while somebody watches. Knows how often a port may be read: each look asks the device.
 */
import type { SessionFace, SessionSnapshot } from "../session/session-face.js";

/** From one look to the next. */
const LOOK_MS = 500;
/** The same after a key was pressed: long enough for a line to have changed. */
const SOON_MS = 40;

export interface FaceWatch {
  /** Something was done: what became of it is worth a look of its own. */
  soon(): void;
  /** The last look at all. Safe to call twice. */
  close(): void;
}

/** Looks at once. `onLook` is told of each look until `close`. */
export function createWatch(face: SessionFace, onLook: (snapshot: SessionSnapshot) => void): FaceWatch {
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isDue = false;
  let isClosed = false;
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };
  const look = async () => {
    clearTimeout(timer);
    isLooking = true;
    isDue = false;
    const snapshot = await face.look();
    isLooking = false;
    if (isClosed) return;
    later(isDue ? SOON_MS : LOOK_MS);
    onLook(snapshot);
  };
  // What is looked at while a view is being opened comes when it is open.
  later(0);
  return {
    soon() {
      if (isClosed || isDue) return;
      isDue = true;
      if (!isLooking) later(SOON_MS);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
