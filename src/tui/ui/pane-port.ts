/**
 * What a pane knows of the port behind it. Only shapes: the session is cli's.
 */
import type { SessionFace } from "../../session/session-face.js";

export interface PanePort {
  readonly face: SessionFace;
  /** What was typed for it; no escape key is looked for. */
  type(bytes: Uint8Array): void;
  /** What a terminal answers a program that asked it: given up where the port takes nothing. */
  answer(bytes: Uint8Array): void;
}
