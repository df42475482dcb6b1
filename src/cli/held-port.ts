/**
 * A port that a session is about to have: opened, waited for, with who keeps what goes by. Knows the order of these steps and
 * what is said of the port's coming and going; the session itself is made by who has a screen for it.
 */
import { describeRefusal } from "../port/describe.js";
import type { Port } from "../port/port.js";
import { type Clock, createClock } from "../session/clock.js";
import type { Say, SessionEnd } from "../session/session-options.js";
import { Taps } from "../session/taps.js";
import type { WayOut } from "../way-out.js";
import type { ConnectConfig } from "./config.js";
import { Keeping } from "./keeping.js";
import { openLastingPort, tellPresence } from "./lasting-port.js";
import type { Words } from "./words.js";

/** What log and recording are given at the end at the least, whatever --drain says of the port: a disk needs its time. */
const LEAST_KEEPING_MS = 500;

export interface HeldPort {
  readonly port: Port;
  readonly taps: Taps;
  readonly clock: Clock;
  readonly say: Say;
  /** Log, recording and events. */
  readonly keeping: Keeping;
  /** The session is over. Resolves when what is kept is kept. */
  end(end: SessionEnd): Promise<void>;
}

interface HoldOptions {
  /** Whether a person is there. */
  readonly interactive: boolean;
  readonly words: Words;
  readonly wayOut: WayOut;
  /** The descriptor for events, if they were asked for. */
  readonly eventsTo: number | undefined;
}

/** Opens the port that `config` names. Rejects with RobinError: open-failed, setup-failed, busy, usage. */
export async function holdPort(
  config: ConnectConfig,
  { interactive, words, wayOut, eventsTo }: HoldOptions,
): Promise<HeldPort> {
  const port = await openLastingPort(config, interactive, words);
  wayOut.add(() => void port.close());
  tellRefusals(port, words);
  tellPresence(port, words, (device) => tellRefusals(device, words));

  const [taps, clock] = [new Taps(), createClock()];
  wayOut.add(() => taps.close());
  const say: Say = (level, text) => words[level](text);
  const keeping = new Keeping(config, { port, taps, clock, say, eventsTo });
  return {
    ...{ port, taps, clock, say, keeping },
    end: (end) => keeping.end(end, Math.max(config.drainMs, LEAST_KEEPING_MS)),
  };
}

function tellRefusals(port: Port, words: Words): void {
  for (const refusal of port.refusals) {
    words.warning(`set up ${port.path}: the driver did not take ${describeRefusal(refusal)}`);
  }
}
