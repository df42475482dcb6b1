/**
 * The signals that end a process and can be caught: whatever ends robin, the terminals are given back first. Knows their
 * names (signal(7)); what is done about them is others' to know.
 *
 * SIGUSR1 is among them because Node would start its debugger on it, for anyone on this machine to connect to. Those of a
 * fault of the machine's own (SIGSEGV, SIGBUS, …) cannot be handled in JavaScript.
 */
export const ENDING_SIGNALS: readonly NodeJS.Signals[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGTERM",
  "SIGALRM",
  "SIGUSR1",
  "SIGUSR2",
  "SIGXCPU",
  "SIGVTALRM",
  "SIGIO",
  "SIGPWR",
  "SIGSTKFLT",
];
