/**
 * The sessions of the full screen, one for each pane, as one: ended together, by a key or a signal, while each may be lost alone.
 * Knows how a session is joined to its pane; what a pane shows is tui/ui/'s.
 */

import type { EndReason, SessionEnd } from "../session/session-options.js";
import { KEYBOARD_AHEAD } from "../session/to-port.js";
import type { OpenUi } from "../tui/ui/open-ui.js";
import type { WayOut } from "../way-out.js";
import type { Watched } from "./signals.js";
import type { UiConfig } from "./ui-options.js";
import { openViewSession, type ViewSession } from "./view-session.js";
import type { Words } from "./words.js";

type Pane = OpenUi["ui"]["panes"][number];

/** More answers than this wait for a port that takes none: the rest is given up. */
const MOST_ANSWERS = 64 * 1024;

interface SessionsOptions {
  readonly panes: readonly Pane[];
  readonly config: UiConfig;
  readonly words: Words;
  readonly wayOut: WayOut;
  readonly suspend: () => void;
  /** One of several has ended. */
  readonly onEnd: (pane: number, end: SessionEnd) => void;
}

export interface UiSessions extends Watched {
  readonly all: readonly ViewSession[];
  /** Says how each has ended. Gives the first status that is not 0. */
  tell(signal: NodeJS.Signals | undefined): number;
}

/** Opens every port. Rejects with RobinError where one cannot be opened. */
export async function openUiSessions({
  panes,
  config,
  words,
  wayOut,
  suspend,
  onEnd,
}: SessionsOptions): Promise<UiSessions> {
  const all = await Promise.all(
    config.ports.map(async (one, at) => {
      const { terminal, tap } = panes[at]!;
      const session = await openViewSession(one, {
        ...{ words, wayOut, suspend },
        values: config.values[at]!,
        output: terminal.sink,
        windowSize: () => terminal.size,
      });
      session.session.ways.taps.add(tap);
      panes[at]!.port = panePort(session, words);
      return session;
    }),
  );
  const ends: { readonly at: number; readonly end: SessionEnd }[] = [];
  const ended = Promise.all(
    all.map(async (one, at) => {
      const end = await one.ended();
      ends.push({ at, end });
      onEnd(at, end);
    }),
  );
  return {
    all,
    ended,
    end(reason: EndReason) {
      for (const { session } of all) session.end(reason);
    },
    force() {
      for (const { session } of all) session.force();
    },
    tell(signal) {
      // In the order in which they ended: the first fault is the one that counts.
      const statuses = ends.map(({ at, end }) => all[at]!.tell(end, signal));
      return statuses.find((status) => status !== 0) ?? 0;
    },
  };
}

function panePort({ face, type, session, port }: ViewSession, words: Words): NonNullable<Pane["port"]> {
  return {
    face,
    type(bytes) {
      if (session.ways.toPort.pump.waiting + bytes.length <= KEYBOARD_AHEAD) return type(bytes);
      words.warning(`send to ${port.path}: ${bytes.length} typed bytes are dropped, it takes nothing`);
    },
    answer(bytes) {
      // Past maps and line input: nobody typed it.
      const { toPort, isAway } = session.ways;
      if (!isAway && toPort.pump.waiting < MOST_ANSWERS) toPort.pump.send(bytes, 0, bytes.length);
    },
  };
}
