/**
 * `robin plot`: numbers in what a port sends, as lines. Knows the order of the steps: the port opened, who draws or prints, the
 * session's end, what is written then. What a number is, and how it is drawn, is plot/'s and tui/plot/'s.
 */
import { printable } from "../../bytes/printable.js";
import { neverRest } from "../../engine.js";
import { RobinError, statusOf } from "../../errors.js";
import { svgOf } from "../../plot/picture.js";
import { PLOT_KEYS } from "../../plot/plot-keys.js";
import { describeLine } from "../../port/describe.js";
import type { SessionEnd } from "../../session/session-options.js";
import { parseLogName } from "../../sink/log-name.js";
import { looksOf } from "../../tui/looks.js";
import { type Command, type CommandContext, commandOptions } from "../command.js";
import { refuseOwnTerminal } from "../connect.js";
import { type HeldPort, holdPort } from "../held-port.js";
import { loadTui } from "../load-tui.js";
import { faceKind, linesFace, NO_FACE, type PlotFace, viewFace } from "../plot-face.js";
import { PLOT_OPTIONS, type PlotConfig, plotConfig } from "../plot-options.js";
import { fileRows, type RowsOutput, sinkRows } from "../plot-output.js";
import { freePictureName, refuseNoPicture, writePicture } from "../plot-picture.js";
import { openPlotSession, type PlotSession } from "../plot-session.js";
import { sessionEventsOption } from "../record-options.js";
import { sessionArguments } from "../session-arguments.js";
import { handleSignals } from "../signals.js";
import { openStdio } from "../stdio.js";
import { tellEnd } from "../tell-end.js";

/** What stdout is given at the end at the least, whatever --drain says of the port. */
const LEAST_ROWS_MS = 500;

export const plot: Command = {
  usage: "robin plot [options] <port> [bps]",
  takes: { first: ["port", "speed"] },
  takesBack: true,
  options: commandOptions(PLOT_OPTIONS),
  details: [
    `Numbers are found in lines without being told how: by
commas, semicolons, tabs or blanks (1.5,2,-3e4), whose columns have the names of a line of text right before them (temp,hum)
or are 1, 2 and so on; name:value and name=value, also several in a line and with units (temp: 21.5 C, hum: 40 %); one JSON
object a line, its numbers by their way (imu.x, adc.0); Teleplot's >name:value; a number alone. nan, inf and ovf are gaps. A
line with anything else in it draws nothing, so that a boot log does not; --match takes numbers out of any text. A
name that comes only once is not drawn as soon as another has come twice.`,
    `The last minute is shown, --window another time, --points so many values. Memory does not grow: what lies closer than
a dot is one upright line from the lowest to the highest value, so that no peak is lost. 32 series are drawn; more are counted.
The first line that arrives from a device may have begun before the port was opened: where its end was on its way already,
it is left out.`,
    `Keys: ${PLOT_KEYS.map(({ shown, does }) => `${shown} ${does}`).join(", ")}. ^C and the escape key with q quit too. Nothing is
sent to the port. While the plot is paused, values are kept all the same. A port that is lost and does not come back leaves
the picture until q; the status is 5.`,
    `--csv FILE keeps every row, in full: time,temp,hum and a line for each one. Names that come behind the header have no column,
which is told; --csv-layout long has lines of time, name, value and unit, for whatever comes. When the disk is slow, the port is
held, and nothing is left out. --csv - prints that to stdout and draws nothing, for scripts. --svg FILE is written at the end,
by a signal too, whole or not at all.`,
    `Where TERM is dumb, with --screen-reader, or where stdin is no terminal, the last values are told in a line, once a second at the
most. Where stdout is no terminal it is a usage error without --csv, --svg, --log or --record.`,
  ],
  examples: [
    ["robin plot -b 115200 ttyUSB0", "what a board measures, as it comes"],
    ["robin plot --csv run-%Y%m%d-%H%M%S.csv --svg run.svg ttyUSB0", "and a table and a picture of it"],
    ["robin plot --match 'T=(?<temp>\\S+)' ttyUSB0", "numbers out of a log"],
    ["robin plot --csv - --idle-exit 2000 ttyUSB0 | head", "for a script"],
    ["robin plot --x t_ms --points 500 ttyUSB0", "over the device's own time"],
  ],
  async run(given, context) {
    const { words, wayOut } = context;
    neverRest();
    const signals = handleSignals(wayOut, (text) => words.detail(text));
    const args = await sessionArguments(given, words);
    const config = plotConfig(args);
    const { connect } = config;
    const looks = looksOf(process.env, connect);
    const kind = faceKind(config, looks);
    refuseOwnTerminal(connect.port);
    const tui = kind === "view" ? await loadTui() : undefined;
    const interactive = kind !== "none";
    const eventsTo = sessionEventsOption(args.values);
    const held = await holdPort(connect, { interactive, words, wayOut, eventsTo });
    const { port, clock } = held;

    const stdio = tui ? undefined : openStdio();
    if (stdio) words.attach(stdio.words);
    const stdout = stdio && sinkRows(stdio.output, () => session.end("output-closed"));
    const rows = openTable(config, held, stdout);
    let face: PlotFace = NO_FACE;
    const session = openPlotSession(config, { held, rows, onMoved: () => face.moved() });
    const picture = endPicture(config, held, session);
    wayOut.add(() => picture.tryToWrite());
    if (tui) {
      const save = (part: Parameters<typeof partPicture>[1]) => partPicture(held, part, config);
      face = viewFace({ tui, looks, config, port, clock, session, signals, save }, context);
      wayOut.add(() => face.close());
    } else {
      signals.watch(session, undefined);
      if (stdout && kind === "lines") face = linesFace(session, stdout, looks);
    }
    await greet(held, kind === "view", context);

    const end = await session.over;
    await held.end(end);
    const pictureStatus = picture.write(context);
    if (end.reason === "lost" && signals.received() === undefined) await face.lost();
    face.close();
    await stdout?.settle(Math.max(connect.drainMs, LEAST_ROWS_MS));
    if (kind === "view" && session.late.length > 0) {
      // It was told while the picture stood over it.
      const names = `no column for ${session.late.join(", ")}`;
      words.warning(`table ${config.csv}: ${printable(names)}; --csv-layout long keeps them`);
    }
    if (session.tap.skippedLines > 0) {
      words.warning(`plot ${port.path}: ${session.tap.skippedLines} lines were too long, and skipped`);
    }
    const status = tellEnd(end, {
      path: port.path,
      drainMs: connect.drainMs,
      interactive,
      terminal: kind === "view",
      outputIsTerminal: true,
      signal: signals.received(),
      words,
    });
    const unwritten = tellUnwritten(end, stdout, context);
    return [status, pictureStatus, unwritten].find((one) => one !== 0) ?? 0;
  },
};

function openTable({ csv }: PlotConfig, held: HeldPort, stdout: RowsOutput | undefined) {
  if (csv === undefined) return undefined;
  if (csv === "-") return stdout;
  const { port, clock, say } = held;
  const path = parseLogName(csv, "table").at(port.path, clock.wallUs(clock.nowUs()));
  return fileRows(path, (error) => say("warning", `${error.message}; the table ends here`));
}

/** The picture that is written at the end, once, however it comes. */
function endPicture({ svg, bounds }: PlotConfig, { port, clock }: HeldPort, { set }: PlotSession) {
  let path = svg && parseLogName(svg, "picture").at(port.path, clock.wallUs(clock.nowUs()));
  if (path !== undefined) refuseNoPicture(path);
  const write = () => {
    const target = path;
    path = undefined;
    if (target === undefined) return;
    writePicture(target, svgOf(set, { title: port.path, bounds, startWall: clock.wallUs(0) / 1e6 }));
  };
  return {
    /** The exit status of it. */
    write({ words }: CommandContext): number {
      try {
        write();
        return 0;
      } catch (error) {
        if (!(error instanceof RobinError)) throw error;
        words.error(error);
        return statusOf(error.code);
      }
    },
    tryToWrite() {
      try {
        write();
      } catch {
        // there is nobody to tell
      }
    },
  };
}

/** What is seen, under a name that is not taken. Returns it. */
function partPicture(
  { port, clock }: HeldPort,
  part: Parameters<Parameters<typeof viewFace>[0]["save"]>[0],
  { bounds }: PlotConfig,
): string {
  const { set, shown, zoom } = part;
  const path = freePictureName(port.path, clock.wallUs(clock.nowUs()));
  const startWall = clock.wallUs(0) / 1e6;
  writePicture(path, svgOf(set, { title: port.path, bounds, startWall, shown, zoom }));
  return path;
}

async function greet({ port }: HeldPort, isView: boolean, { words }: CommandContext): Promise<void> {
  try {
    const text = `connected to ${port.path}: ${describeLine(await port.settings())}`;
    if (isView) words.notice(text);
    else words.detail(text);
  } catch (error) {
    // Lost already: the session ends by that, or waits for it to come back.
    if (!(error instanceof RobinError && error.code === "lost")) throw error;
  }
}

/** Rows that stdout's reader did not take. */
function tellUnwritten(
  { reason }: SessionEnd,
  stdout: RowsOutput | undefined,
  { words }: CommandContext,
): number {
  if (!stdout || stdout.waiting === 0 || reason === "output-closed") return 0;
  const error = new RobinError("unsent", `write stdout: ${stdout.waiting} bytes of the table were not taken`);
  words.error(error);
  return statusOf(error.code);
}
