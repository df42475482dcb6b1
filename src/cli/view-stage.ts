/**
 * The user's terminal for a view that fills it: raw, the alternate screen, its keys and its size, taken and given back as one.
 * Knows who may be in its way (a stopped screen, a shell's job control); not what the view shows.
 */
import { RobinError } from "../errors.js";
import { type ByteSource, GONE, NOTHING } from "../port/ends.js";
import { openInput, openOutput } from "../session/stdio.js";
import { type UserTerminal, userTerminal } from "../session/terminal.js";
import { whyNoLibc } from "../tty/abi.js";
import { waitForForeground } from "../tty/ioctl.js";
import type { Looks, Surface } from "../tui/surface.js";
import type { WayOut } from "../way-out.js";
import { isTerminal } from "./is-terminal.js";
import { jobInput } from "./job-input.js";
import type { Tui } from "./load-tui.js";
import { screenOutput, surfaceOn } from "./screen-output.js";
import type { Level, Words } from "./words.js";

type Shown = ReturnType<Tui["show"]>;
type ShowOptions = Parameters<Tui["show"]>[1];

/** A key at a time, or a paste. */
const KEYS = 64 * 1024;

/** What a view has to do with its terminal. */
type HostedView = Pick<Shown, "push" | "redraw" | "leave" | "enter" | "close">;

export interface ViewStage {
  readonly surface: Surface;
  /** Taken: raw, with the view on it. Given back: as it was found, on its own screen. */
  readonly terminal: UserTerminal;
  /** Takes the terminal and shows it. One view at a time: the one before is closed. */
  show(options: ShowOptions): Shown;
  /** The same for a view that shows itself, as a form does. */
  host(make: (surface: Surface) => HostedView): void;
  /** From now on robin's words go to the view; an error closes it first. */
  listen(say: (level: Level, text: string) => void): void;
  /** For good. Safe to call twice. */
  close(): void;
}

interface StageOptions {
  readonly tui: Tui;
  readonly looks: Looks;
  readonly words: Words;
  readonly wayOut: WayOut;
  /** The terminal has hung up. */
  readonly onInputGone: () => void;
}

/** Whether there is a terminal to fill: stdin and stdout are. */
export function hasStage(): boolean {
  return whyNoLibc() === undefined && isTerminal(0) && isTerminal(1);
}

/** `what` needs one, as in `robin ui`. Throws RobinError "usage". */
export function requireStage(what: string, { isPlain }: Looks, hint: string): void {
  const lacks = !hasStage()
    ? "stdin and stdout are to be a terminal"
    : isPlain
      ? "this terminal cannot draw one thing over another (TERM, --screen-reader)"
      : undefined;
  if (lacks !== undefined) throw new RobinError("usage", `show ${what}: ${lacks}`, { hint });
}

export function openViewStage({ tui, looks, words, wayOut, onInputGone }: StageOptions): ViewStage {
  waitForForeground(0); // a job in the background would draw over the shell
  const terminal = userTerminal(0);
  const input = jobInput(openInput(0), 0);
  const output = screenOutput(openOutput(1));
  let shown: HostedView | undefined;
  let isTaken = false;
  let undivert = () => {};

  const surface = surfaceOn(output, terminal, looks);
  const take = () => {
    terminal.take();
    isTaken = true;
    shown?.enter();
    input.arm();
  };
  const giveBack = () => {
    if (isTaken) {
      input.disarm();
      shown?.leave();
      output.finish();
    }
    isTaken = false;
    terminal.giveBack();
  };
  const resized = () => shown?.redraw();
  readKeys(input, (bytes) => shown?.push(bytes), onInputGone);
  process.on("SIGWINCH", resized);
  const unregister = wayOut.add(() => giveBack());

  const present = <View extends HostedView>(make: () => View): View => {
    shown?.close();
    terminal.take();
    isTaken = true;
    const view = make();
    shown = view;
    input.arm();
    return view;
  };
  const stage: ViewStage = {
    surface,
    terminal: { ...terminal, take, giveBack },
    show: (options) => present(() => tui.show(surface, options)),
    host: (make) => void present(() => make(surface)),
    listen(say) {
      undivert();
      undivert = words.divert({ say, leave: () => stage.close() });
    },
    close() {
      undivert();
      unregister();
      process.off("SIGWINCH", resized);
      shown?.close();
      giveBack();
      input.close();
    },
  };
  return stage;
}

/** Keys as they are typed, until the terminal hangs up. */
function readKeys(input: ByteSource, onKeys: (bytes: Uint8Array) => void, onGone: () => void): void {
  const buffer = new Uint8Array(KEYS);
  input.onReady(() => {
    const n = input.read(buffer);
    if (n === GONE) return onGone();
    input.arm();
    if (n !== NOTHING) onKeys(buffer.subarray(0, n));
  });
}
