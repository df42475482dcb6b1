/**
 * Signals while a command holds the user's terminal and has nothing else to finish: whatever ends or stops the process,
 * the terminal is given back first. Knows Node's signal events and job control; not what holding means.
 */
import { constants } from "node:os";
import { signalStatus } from "../../errors.js";
import type { WayOut } from "../../way-out.js";
import { ENDING_SIGNALS } from "../ending-signals.js";

/** A stop by SIGTSTP is ignored in an orphaned process group: then go on by ourselves after so long. */
const STOP_GRACE_MS = 200;

/** Two signals sent as one may be caught by two threads, and are told this far apart on a machine that is busy. */
const TOGETHER_MS = 20;

export interface HeldTerminal {
  /** Waits until the process has the terminal. The process may be stopped, and ended, while nothing is held. */
  waitForForeground(): void;
  take(): void;
  /** For good, or until `take` is called again. Safe to call twice. */
  giveBack(): void;
}

/** Takes the terminal, and holds it until the result is called, which does not give it back. */
export function holdTerminal(terminal: HeldTerminal, wayOut: WayOut): () => void {
  const unregister = wayOut.add(() => terminal.giveBack());
  let grace: NodeJS.Timeout | undefined;
  let turn: NodeJS.Timeout | undefined;

  const leave = (signal: NodeJS.Signals) => wayOut.leave(signalStatus(constants.signals[signal]));
  const stop = () => {
    terminal.giveBack();
    letGo(); // with nobody listening the kernel's own action holds: the process stops
    process.on("SIGCONT", continued);
    process.kill(process.pid, "SIGTSTP");
    grace = setTimeout(continued, STOP_GRACE_MS);
  };
  // A signal that ends a stopped job comes together with SIGCONT, and is to be seen first.
  const continued = () => {
    turn ??= setTimeout(goOn, TOGETHER_MS);
  };
  const goOn = () => {
    turn = undefined;
    clearTimeout(grace);
    terminal.giveBack(); // after SIGSTOP, which nobody sees coming
    letGo();
    hold();
  };
  const listen = () => {
    for (const signal of ENDING_SIGNALS) process.on(signal, leave);
    process.on("SIGTSTP", stop);
    process.on("SIGCONT", continued);
  };
  const letGo = () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, leave);
    process.off("SIGTSTP", stop);
    process.off("SIGCONT", continued);
  };
  const hold = () => {
    // Nothing is held and nobody listens: what ends a job that waits in the background ends it at once.
    terminal.waitForForeground();
    listen();
    terminal.take();
  };

  // Node's own handlers set the terminal to what it was when Node started; those of a listener that left do not.
  listen();
  letGo();
  hold();
  return () => {
    clearTimeout(grace);
    clearTimeout(turn);
    letGo();
    unregister();
  };
}
