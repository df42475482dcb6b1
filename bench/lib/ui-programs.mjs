/**
 * The full screen, as it is measured: alone, because no peer draws in frames. One table. Its screen is a pty, as it insists.
 */
import { ROBIN_COMMAND, robinVersion } from "./programs.mjs";

/** What is sent, by what the tables call it: texts of texts.mjs. */
export const UI_KINDS = { "a log in colours": "colours", "bytes of all kinds": "binary" };

/** @type {readonly import("./programs.mjs").Program[]} */
const UI = [
  {
    name: "robin ui",
    command: (path) => [...ROBIN_COMMAND, "ui", "--noflow", "--no-lock", path],
    version: robinVersion,
    keyboard: "pty",
    screen: "pty",
    reference: true,
    env: { TERM: "xterm-256color", LANG: "C.UTF-8" },
  },
];

export const UI_NAMES = UI.map(({ name }) => name);

export const findUiPrograms = (isWanted) => UI.filter(({ name }) => isWanted(name));
