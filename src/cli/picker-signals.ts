/**
 * Signals while a view has the terminal and no session is there yet: those that end the process, and job control. Knows Node's signal
 * events; what is given back is the terminal's and the way out's to know.
 */
import { constants } from "node:os";
import { signalStatus } from "../errors.js";
import type { UserTerminal } from "../session/terminal.js";
import type { WayOut } from "../way-out.js";
import { ENDING_SIGNALS } from "./ending-signals.js";

/** A stop by SIGTSTP is ignored in an orphaned process group: then go on by ourselves after so long. */
const STOP_GRACE_MS = 200;

export interface ViewSignals {
  /** Stops the whole job, as ^Z would. */
  suspend(): void;
  /** From now on signals are somebody else's. */
  close(): void;
}

export function handleViewSignals(
  terminal: Pick<UserTerminal, "take" | "giveBack">,
  wayOut: WayOut,
): ViewSignals {
  let grace: NodeJS.Timeout | undefined;
  const leave = (signal: NodeJS.Signals) => wayOut.leave(signalStatus(constants.signals[signal]));
  const goOn = () => {
    clearTimeout(grace);
    process.off("SIGTSTP", stop);
    process.on("SIGTSTP", stop);
    terminal.take();
  };
  const stop = () => {
    terminal.giveBack();
    process.off("SIGTSTP", stop); // with nobody listening the kernel's own action holds: the process stops
    process.kill(process.pid, "SIGTSTP");
    grace = setTimeout(goOn, STOP_GRACE_MS);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, leave);
  process.on("SIGTSTP", stop);
  process.on("SIGCONT", goOn);
  return {
    suspend: () => void process.kill(0, "SIGTSTP"),
    close() {
      clearTimeout(grace);
      for (const signal of ENDING_SIGNALS) process.off(signal, leave);
      process.off("SIGTSTP", stop);
      process.off("SIGCONT", goOn);
    },
  };
}
