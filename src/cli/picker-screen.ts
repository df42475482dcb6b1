/**
 * The picker on the whole screen: its view on the terminal, and what its keys come to. Knows when it is over; what it shows is tui's.
 */
import { RobinError } from "../errors.js";
import type { PickerRow } from "../tui/picker/row.js";
import type { Looks } from "../tui/surface.js";
import type { CommandContext } from "./command.js";
import { loadTui } from "./load-tui.js";
import type { RawArguments } from "./parse.js";
import { settingsOf, showSettings } from "./picker-settings.js";
import { handleViewSignals } from "./picker-signals.js";
import type { PickerSource } from "./picker-source.js";
import { openViewStage, type ViewStage } from "./view-stage.js";

type Values = RawArguments["values"];

export interface Picked {
  readonly row: PickerRow;
  readonly values: Values;
}

interface ScreenOptions extends CommandContext {
  readonly looks: Looks;
  /** The source calls what is given here when its rows have changed. */
  readonly open: (onChange: () => void) => Promise<PickerSource>;
}

/** Resolves with what was picked, and the terminal given back; undefined where the user has left. */
export async function pickOnScreen(options: ScreenOptions): Promise<Picked | undefined> {
  const { looks, words, wayOut, open } = options;
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
  /** A row is chosen: keys behind that one are not the list's any more. */
  let isChosen = false;
  let isOver = false;
  const setUp = async (row: PickerRow) => {
    try {
      const settings = await settingsOf(tui, row, source.valuesFor(row), process.env);
      const values = isOver ? undefined : await showSettings(stage, tui, row, settings);
      if (isOver) return;
      if (values !== undefined) return done({ row, values });
      show();
    } catch (error) {
      if (!(error instanceof RobinError)) throw error;
      picker.say(error.message); // the list still stands there
    }
    isChosen = false;
  };
  const picker = new tui.Picker({
    looks,
    nowMs: () => performance.now(),
    onChoose(row, how) {
      if (isChosen) return;
      if (how === "forget") return source.forget(row);
      isChosen = true;
      if (how === "connect") done({ row, values: source.valuesFor(row) });
      else setImmediate(() => setUp(row).catch(failed));
    },
    onLeave: () => done(undefined),
    onSuspend: () => signals.suspend(),
    onChange: () => shown?.changed(),
    onRedraw: () => shown?.redraw(),
  });
  let shown: ReturnType<ViewStage["show"]> | undefined;
  const show = () => {
    stage.listen((_, text) => picker.say(text));
    const { view } = picker;
    shown = stage.show({
      ...view,
      onKey(key) {
        source.putOff();
        view.onKey(key);
      },
    });
  };
  try {
    changed = () => picker.setRows(source.rows());
    picker.setRows(source.rows(), source.first);
    if (source.problems[0] !== undefined) picker.say(source.problems[0]);
    show();
    return await outcome;
  } finally {
    isOver = true;
    changed = () => {};
    source.close();
    signals.close();
    stage.close();
  }
}
