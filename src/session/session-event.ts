/**
 * What happens in a session beside the bytes, in one union: a recording keeps it, programs read it. Knows shapes; not who
 * tells and who listens.
 *
 * Every event becomes one JSON object with `at` (seconds since the epoch) and `elapsed` (seconds of the session's monotonic
 * clock), both to the microsecond. Keys are lowerCamelCase; more may be added, none renamed.
 */
import type { ActualSettings, ModemLine, ModemLines, Refusal } from "../port/port.js";

export type SessionEvent =
  /** The first one: `version` is the format's, `program` names who wrote it. */
  | { readonly event: "start"; readonly version: 1; readonly program: string; readonly port: string }
  /** The settings as they stand: at the start, and after each change. */
  | {
      readonly event: "settings";
      readonly settings: ActualSettings;
      readonly refused?: readonly Refusal[];
    }
  /**
   * Modem lines as they stand: at the start, and after each change. `changes`: how often the driver saw one change since the
   * last such event, where it counts; one that is twice there went and came back.
   */
  | {
      readonly event: "lines";
      readonly lines: Partial<ModemLines>;
      readonly changes?: Readonly<Partial<Record<ModemLine, number>>>;
    }
  /** A break was sent, or received as far as the driver tells. */
  | { readonly event: "break"; readonly way: "rx" | "tx"; readonly ms?: number; readonly count?: number }
  /** Errors of the line since the last such event, as the driver counts them. */
  | { readonly event: "error"; readonly counters: Readonly<Record<string, number>> }
  /** Something failed that did not end the session. */
  | { readonly event: "error"; readonly message: string }
  | { readonly event: "mark"; readonly text: string }
  /** The device went away; it came back, perhaps under another name. */
  | { readonly event: "lost"; readonly port: string }
  | { readonly event: "back"; readonly port: string }
  /** Bytes that were given up: queues discarded by a key, keys typed for a lost device, events that a slow reader missed. */
  | { readonly event: "drop"; readonly way?: "rx" | "tx"; readonly bytes?: number; readonly events?: number }
  /** A command had the port as its stdin and stdout; absent `status`: it began. */
  | { readonly event: "command"; readonly command: string; readonly status?: number }
  /** The last one. */
  | { readonly event: "end"; readonly reason: string; readonly received: number; readonly sent: number };
