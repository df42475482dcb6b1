/**
 * What keys do that needs more than a session: a log, options by their names, commands, views. Only the contract; the main command
 * has them, `robin run` has not.
 */

export interface SessionControls {
  /** Shows every key and how the session stands; false where there is no screen for it: then the keys are listed. */
  showMenu(): Promise<boolean>;
  /** Shows what can be changed, and changes it. */
  showSetup(): Promise<void>;
  /** Ends the log, or begins one. */
  toggleLog(): Promise<void>;
  /** Asks for an option by its name and changes it: `bps 9600`. */
  change(): Promise<void>;
  /** Asks for a command and runs it with the port as its stdin and stdout. */
  runCommand(): Promise<void>;
}
