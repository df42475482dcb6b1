/**
 * How a plot is shown: drawn on the whole terminal, told in lines, or not at all because numbers are printed or kept. Knows which of
 * them this process can do; the picture is tui/plot/'s.
 */
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import type { Clock } from "../session/clock.js";
import type { PlotPart } from "../tui/plot/plot-model.js";
import type { Looks } from "../tui/surface.js";
import type { CommandContext } from "./command.js";
import { isTerminal } from "./is-terminal.js";
import type { Tui } from "./load-tui.js";
import { createPlotLines } from "./plot-lines.js";
import type { PlotConfig } from "./plot-options.js";
import type { RowsOutput } from "./plot-output.js";
import type { PlotSession } from "./plot-session.js";
import type { Signals } from "./signals.js";
import { hasStage, openViewStage } from "./view-stage.js";

export type FaceKind = "view" | "lines" | "none";

/** Throws RobinError "usage" where nothing would come of it. */
export function faceKind({ csv, svg, connect }: PlotConfig, { isPlain }: Looks): FaceKind {
  if (csv === "-") return "none";
  if (hasStage() && !isPlain) return "view";
  if (isTerminal(1)) return "lines";
  if (csv === undefined && svg === undefined && !connect.log && connect.record === undefined) {
    throw new RobinError("usage", "show a plot: stdout is no terminal, and nothing else was asked for", {
      hint: "--csv - prints the numbers, --csv FILE keeps them, --svg FILE writes a picture at the end",
    });
  }
  return "none";
}

export interface PlotFace {
  /** Values have come. */
  moved(): void;
  /** The port was lost. Resolves when the user has seen it. */
  lost(): Promise<void>;
  /** Off the screen. */
  close(): void;
}

/** Nobody looks. */
export const NO_FACE: PlotFace = { moved: () => {}, lost: async () => {}, close: () => {} };

/** The last values in lines, now and then. */
export function linesFace(session: PlotSession, rows: RowsOutput, looks: Looks): PlotFace {
  const lines = createPlotLines(session.set, rows, looks);
  return { moved: lines.moved, lost: async () => {}, close: lines.close };
}

interface ViewFaceOptions {
  readonly tui: Tui;
  readonly looks: Looks;
  readonly config: PlotConfig;
  readonly port: Port;
  readonly clock: Clock;
  readonly session: PlotSession;
  readonly signals: Signals;
  /** Writes a picture of what is seen. Gives its name. Throws RobinError. */
  readonly save: (part: PlotPart) => string;
}

/** Takes the terminal. */
export function viewFace(options: ViewFaceOptions, { words, wayOut }: CommandContext): PlotFace {
  const { tui, looks, config, port, clock, session, signals, save } = options;
  const stage = openViewStage({
    ...{ tui, looks, words, wayOut },
    onInputGone: () => session.end("input-ended"),
  });
  const plot = tui.openPlot(
    {
      title: port.path,
      set: session.set,
      bounds: config.bounds,
      startWall: () => clock.wallUs(0) / 1e6,
      lines: () => session.tap.lines,
      isAway: () => port.presence?.isThere === false,
    },
    {
      escapeKey: config.connect.escapeKey,
      save(part) {
        try {
          plot.model.say("notice", `the picture is ${save(part)}`);
        } catch (error) {
          plot.model.say("error", (error as Error).message);
        }
      },
      suspend: signals.suspend,
      quit: () => session.end("quit"),
    },
    looks,
  );
  port.presence?.onChange(() => plot.model.onChanged());
  signals.watch(session, stage.terminal);
  plot.attach(stage.show(plot.view));
  stage.listen((level, text) => plot.model.say(level, text));
  return {
    moved: plot.moved,
    async lost() {
      plot.model.end = "lost: hung up or unplugged";
      plot.model.onChanged();
      await session.left;
    },
    close() {
      stage.close();
      plot.close();
    },
  };
}
