/**
 * The picker on the whole screen: its view on the terminal, and what its keys come to. Knows when it is over; what it shows is tui's.
 */
import type { PickerRow } from "../tui/picker/row.js";
import type { Looks } from "../tui/surface.js";
import type { CommandContext } from "./command.js";
import { loadTui } from "./load-tui.js";
import type { RawArguments } from "./parse.js";
import { handleViewSignals } from "./picker-signals.js";
import type { PickerSource } from "./picker-source.js";
import { openViewStage, type ViewStage } from "./view-stage.js";

type Values = RawArguments["values"];

export interface Picked {
  readonly row: PickerRow;
  readonly values: Values;
}

/** Shows the settings of a session with `row` on `stage`, and gives what they are to be; undefined: back to the list. */
export type OpenSettings = (stage: ViewStage, row: PickerRow, values: Values) => Promise<Values | undefined>;

interface ScreenOptions extends CommandContext {
  readonly looks: Looks;
  /** The source calls what is given here when its rows have changed. */
  readonly open: (onChange: () => void) => Promise<PickerSource>;
  readonly openSettings: OpenSettings | undefined;
}

/** Resolves with what was picked, and the terminal given back; undefined where the user has left. */
export async function pickOnScreen(options: ScreenOptions): Promise<Picked | undefined> {
  const { looks, words, wayOut, open, openSettings } = options;
  const tui = await loadTui();
  let changed = () => {};
  const source = await open(() => changed());
  let done: (picked: Picked | undefined) => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const outcome = new Promise<Picked | undefined>((resolve, reject) => {
    // Not at once: keys come in a poller's callback, without a turn of Node's for what waits for this.
    done = (picked) => void setImmediate(() => resolve(picked));
    failed = reject;
  });
  const stage = openViewStage({ tui, looks, words, wayOut, onInputGone: () => done(undefined) });
  const signals = handleViewSignals(stage.terminal, wayOut);
  const settingsOf = async (row: PickerRow, show: () => void) => {
    const values = await openSettings!(stage, row, source.valuesFor(row));
    if (values === undefined) show();
    else done({ row, values });
  };
  const picker = new tui.Picker({
    looks,
    nowMs: () => performance.now(),
    onChoose(row, how) {
      if (how === "connect") done({ row, values: source.valuesFor(row) });
      else if (how === "forget") source.forget(row);
      else if (openSettings) setImmediate(() => settingsOf(row, show).catch(failed));
    },
    onLeave: () => done(undefined),
    onSuspend: () => signals.suspend(),
    onChange: () => shown?.changed(),
    onRedraw: () => shown?.redraw(),
  });
  let shown: ReturnType<ViewStage["show"]> | undefined;
  const show = () => {
    shown = stage.show(picker.view);
  };
  try {
    changed = () => picker.setRows(source.rows());
    picker.setRows(source.rows(), source.first);
    if (source.problems[0] !== undefined) picker.say(source.problems[0]);
    stage.listen((_, text) => picker.say(text));
    show();
    return await outcome;
  } finally {
    changed = () => {};
    source.close();
    signals.close();
    stage.close();
  }
}
