/**
 * What a session keeps: its log, its recording, its events. Knows which of them there are, and begins and ends them while the
 * session goes on; what each keeps is sink/'s and recording/'s.
 */
import { createMask } from "../bytes/mask.js";
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import { createEventStream, type EventStream } from "../recording/event-stream.js";
import { createRecorder, type Recorder } from "../recording/recorder.js";
import type { Clock } from "../session/clock.js";
import { observePort, type PortObserver } from "../session/observe-port.js";
import type { SessionEvent } from "../session/session-event.js";
import type { Say } from "../session/session-options.js";
import { openOutput } from "../session/stdio.js";
import type { Tap } from "../session/tap.js";
import type { Taps } from "../session/taps.js";
import { eventOutput } from "../sink/event-output.js";
import { type Log, type LogOptions, openLog } from "../sink/log.js";
import type { ConnectConfig } from "./config.js";

interface KeepingOptions {
  readonly port: Port;
  readonly taps: Taps;
  readonly clock: Clock;
  readonly say: Say;
  /** The descriptor for events, if they were asked for. */
  readonly eventsTo: number | undefined;
}

/** The log that the key begins where none was asked for. */
const USUAL_LOG: LogOptions = { pattern: "{port}-%Y%m%d-%H%M%S.log", tap: "raw", mode: "append" };
/** How long a log, or a recording, that ends before the session may take for what it has. */
const LAST_BYTES_MS = 2000;

export class Keeping {
  readonly #options: KeepingOptions;
  #logOptions: LogOptions;
  #mask: RegExp | undefined;
  #log: Log | undefined;
  #recorder: Recorder | undefined;
  #events: EventStream | undefined;
  #observer: PortObserver | undefined;

  /** Begins what `config` asks for. Throws RobinError: open-failed, usage. */
  constructor(
    { log, mask, record }: Pick<ConnectConfig, "log" | "mask" | "record">,
    options: KeepingOptions,
  ) {
    this.#options = options;
    this.#mask = mask;
    this.#logOptions = log ?? USUAL_LOG;
    if (log) this.#openLog();
    if (record !== undefined) this.#openRecord(record);
    if (options.eventsTo !== undefined) this.#openEvents(options.eventsTo);
  }

  /** Ends the log, or begins one. Throws RobinError: open-failed. */
  toggleLog(): void {
    const { say } = this.#options;
    if (this.#log?.isOpen) {
      say("notice", `log ${this.#log.path} is closed`);
      return this.#closeLog();
    }
    this.#closeLog();
    this.#openLog();
    say("notice", `log is ${this.#log?.path}`);
  }

  /** Another log from now on; none where `log` is undefined. Throws RobinError: open-failed. */
  changeLog(log: LogOptions | undefined): void {
    this.#closeLog();
    this.#logOptions = log ?? USUAL_LOG;
    if (log !== undefined) this.#openLog();
  }

  /** Another recording from now on, or none. Throws RobinError: open-failed. */
  changeRecord(path: string | undefined): void {
    if (this.#recorder) this.#end(this.#recorder, `recording ${this.#recorder.path}`);
    this.#recorder = undefined;
    if (path !== undefined) this.#openRecord(path);
  }

  /** From now on this is kept out of log and recording. */
  changeMask(mask: RegExp | undefined): void {
    this.#mask = mask;
    const create = mask && (() => createMask(mask));
    this.#recorder?.setMask(create);
    this.#events?.setMask(create);
    if (!this.#log?.isOpen) return;
    const { path } = this.#log;
    this.#closeLog();
    this.#openLog({ pattern: path.replaceAll("%", "%%"), mode: "append" });
  }

  /** Resolves when all is kept, or `limitMs` are up. */
  async settle(limitMs: number): Promise<void> {
    this.#observer?.stop();
    await this.#options.taps.settle(limitMs);
  }

  #openLog(instead: Partial<LogOptions> = {}): void {
    const { port, taps, clock, say } = this.#options;
    const options = { ...this.#logOptions, ...instead, ...(this.#mask && { mask: this.#mask }) };
    this.#log = openLog(options, { port: port.path, clock, say });
    taps.add(this.#log);
  }

  #closeLog(): void {
    if (this.#log) this.#end(this.#log, `log ${this.#log.path}`);
    this.#log = undefined;
  }

  #openRecord(path: string): void {
    const { port, clock, say } = this.#options;
    const mask = this.#mask;
    this.#recorder = createRecorder(
      { pattern: path, port: port.path, mask: mask && (() => createMask(mask)) },
      { clock, say },
    );
    this.#listen(this.#recorder);
  }

  #openEvents(fd: number): void {
    const { clock, say } = this.#options;
    const output = eventOutput(openOutput(fd), (error) => {
      if (error === undefined) say("detail", "write events: their reader has left");
      else say("warning", `write events: ${(error as Error).message}; nothing more is written there`);
    });
    const mask = this.#mask;
    this.#events = createEventStream(output, clock, mask && (() => createMask(mask)));
    this.#listen(this.#events);
  }

  /** For those who want to know what happens at the port too. */
  #listen(tap: Tap): void {
    const { port, taps, clock } = this.#options;
    taps.add(tap);
    const tell = (event: SessionEvent) => taps.event(event, clock.nowUs());
    tap.event?.({ event: "start", version: 1, program: "robin", port: port.path }, clock.nowUs());
    this.#observer ??= this.#observe(tell);
  }

  #observe(tell: (event: SessionEvent) => void): PortObserver {
    const { port, taps } = this.#options;
    const observer = observePort(port, tell);
    taps.add({
      rx: () => observer.seen(),
      hasRoom: true,
      onRoom: () => {},
      settle: async () => {},
      close: () => observer.stop(),
    });
    return observer;
  }

  /** It hears nothing more, and keeps what it has heard. */
  #end(tap: Tap, what: string): void {
    const { taps, say } = this.#options;
    taps.remove(tap);
    tap.settle(LAST_BYTES_MS).then(
      () => tap.close(),
      (error) => say("warning", error instanceof RobinError ? error.message : `end ${what}: ${error}`),
    );
  }
}
