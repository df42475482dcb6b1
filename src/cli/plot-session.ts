/**
 * The session of a plot: its bytes go to who finds numbers in them, and nowhere else; nothing is typed. Knows what such a session is
 * made of, and that its end is one thing and the user's leave another; not who draws.
 */

import { printable } from "../bytes/printable.js";
import { createReader } from "../plot/reader.js";
import { SeriesSet } from "../plot/series.js";
import { realPath } from "../port/discovery/sysfs.js";
import type { ByteSink, ByteSource } from "../port/ends.js";
import { NOTHING } from "../port/ends.js";
import { Session } from "../session/session.js";
import type { EndReason, SessionEnd } from "../session/session-options.js";
import type { HeldPort } from "./held-port.js";
import type { PlotConfig } from "./plot-options.js";
import type { RowsOutput } from "./plot-output.js";
import { createPlotTap, type PlotTap } from "./plot-tap.js";
import type { Watched } from "./signals.js";

export interface PlotSession extends Watched {
  readonly set: SeriesSet;
  readonly tap: PlotTap;
  /** Names that have no column in the table. */
  readonly late: readonly string[];
  /** The session is over; the user may still look at the picture. */
  readonly over: Promise<SessionEnd>;
  /** The user, or a signal, has asked for the end. */
  readonly left: Promise<void>;
}

interface PlotSessionOptions {
  readonly held: HeldPort;
  /** Where the table goes. */
  readonly rows: RowsOutput | undefined;
  readonly onMoved: () => void;
}

export function openPlotSession(
  config: PlotConfig,
  { held, rows, onMoved }: PlotSessionOptions,
): PlotSession {
  const { port, taps, clock, say } = held;
  const { connect, match, series, csv, csvLayout } = config;
  const set = new SeriesSet(series);
  const late: string[] = [];
  const tap = createPlotTap({
    ...{ set, clock, onMoved },
    reader: createReader(match),
    mayBeCut: !realPath(port.path)?.startsWith("/dev/pts/"),
    table: rows && { rows, layout: csvLayout },
    onLate(name) {
      late.push(name);
      say(
        "warning",
        `table ${csv}: ${printable(name)} came behind its header and has no column; --csv-layout long keeps it`,
      );
    },
  });
  taps.add(tap);
  port.presence?.onChange(() => tap.interrupted());
  const session = new Session(port, {
    ...{ input: NO_INPUT, output: NOWHERE, taps, clock, say },
    drainMs: connect.drainMs,
    idleExitMs: connect.idleExitMs,
  });
  let leave!: () => void;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return {
    ...{ set, tap, late, left },
    over: session.ended,
    ended: session.ended.then((end) => (end.reason === "lost" ? left : undefined)),
    end(reason: EndReason) {
      session.end(reason);
      leave();
    },
    force() {
      session.force();
      leave();
    },
  };
}

const NO_INPUT: ByteSource = {
  read: () => NOTHING,
  onReady: () => {},
  arm: () => {},
  disarm: () => {},
  close: () => {},
};

const NOWHERE: ByteSink = {
  write: (_from, start, end) => end - start,
  onReady: () => {},
  arm: () => {},
  disarm: () => {},
  unsent: () => 0,
  close: () => {},
};
