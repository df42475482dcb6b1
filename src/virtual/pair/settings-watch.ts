/**
 * What the programs at the two ports have set, as far as looking tells: a pty says nothing of a change (but in packet mode,
 * and then only with EXTPROC, which programs clear). Knows when to look; what follows from it is the cable's.
 */
import type { VirtualPort } from "../port/virtual-port.js";
import { type LineSettings, lineSettings } from "./line-frame.js";

/** So often while somebody has a port open. */
const LOOK_MS = 50;

export interface SettingsWatch {
  /** As last seen. */
  readonly settings: readonly LineSettings[];
  /** Looks at once, unless that was done less than `notWithinMs` ago. */
  look(notWithinMs?: number): void;
  /** Somebody has opened a port or closed it: looking goes on only while one is open. */
  holdersChanged(): void;
  close(): void;
}

/** `onChange` gets the place of the port whose settings are others now; `onLook` is called after each look by the clock. */
export function watchSettings(
  ports: readonly VirtualPort[],
  onChange: (port: number) => void,
  onLook: () => void,
): SettingsWatch {
  const settings = ports.map(({ end }) => lineSettings(end.termios));
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function look(notWithinMs = 0): void {
    const nowMs = performance.now();
    if (nowMs - lookedAtMs < notWithinMs) return;
    lookedAtMs = nowMs;
    ports.forEach(({ end }, port) => {
      const found = lineSettings(end.termios);
      if (isSame(found, settings[port]!)) return;
      settings[port] = found;
      onChange(port);
    });
  }
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    settings,
    look,
    holdersChanged() {
      if (!ports.some(({ end }) => end.isOpen)) {
        look(); // what the last one has left behind
        return stop();
      }
      timer ??= setInterval(() => {
        look();
        onLook();
      }, LOOK_MS);
    },
    close: stop,
  };
}

function isSame(one: LineSettings, other: LineSettings): boolean {
  const keys = ["bps", "inputBps", "databits", "parity", "stopbits", "flow"] as const;
  return keys.every((key) => one[key] === other[key]);
}
