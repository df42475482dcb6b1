/**
 * The settings of a port that nobody has set: 9600 8N1, raw. For drivers that have none of their own to find.
 */
import type { ActualSettings } from "./port.js";

export const PLAIN_LINE: ActualSettings = {
  bps: 9600,
  flow: "none",
  databits: 8,
  parity: "none",
  stopbits: 1,
  crnl: false,
  vmin: 1,
  vtime: 0,
  onError: "pass",
  onBreak: "pass",
  xonXoff: [],
  translations: [],
};
