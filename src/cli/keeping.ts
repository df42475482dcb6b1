/**
 * What a session keeps: its log, its recording, its events. Knows which of them there are, and begins and ends them while the
 * session goes on; what each keeps is sink/'s and recording/'s.
 */
import { resolve } from "node:path";
import { createMask } from "../bytes/mask.js";
import { RobinError } from "../errors.js";
import type { Port } from "../port/port.js";
import { createEventStream, type EventStream } from "../recording/event-stream.js";
import { createRecorder, type Recorder } from "../recording/recorder.js";
import type { CreateMask } from "../recording/tap-lines.js";
import type { Clock } from "../session/clock.js";
import { observePort, type PortObserver } from "../session/observe-port.js";
import type { Say, SessionEnd } from "../session/session-options.js";
import { openOutput } from "../session/stdio.js";
import type { Tap } from "../session/tap.js";
import type { Taps } from "../session/taps.js";
import { eventOutput } from "../sink/event-output.js";
import { type Log, type LogOptions, openLog } from "../sink/log.js";
import { parseLogName } from "../sink/log-name.js";
import type { ConnectConfig } from "./config.js";
import { version } from "./version.js";

interface KeepingOptions {
  readonly port: Port;
  readonly taps: Taps;
  readonly clock: Clock;
  readonly say: Say;
  /** The descriptor for events, if they were asked for. */
  readonly eventsTo: number | undefined;
}

const maskMaker =
  (mask: RegExp): CreateMask =>
  (prompt) =>
    createMask(mask, prompt);

/** The log that the key begins where none was asked for. */
const USUAL_LOG: LogOptions = { pattern: "{port}-%Y%m%d-%H%M%S.log", tap: "raw", mode: "append" };
/** How long a log, or a recording, that ends before the session may take for what it has. */
const LAST_BYTES_MS = 2000;

export class Keeping {
  readonly #options: KeepingOptions;
  #logOptions: LogOptions;
  /** Patterns of logs that this session has opened. */
  readonly #logged = new Set<string>();
  #mask: RegExp | undefined;
  #log: Log | undefined;
  #recorder: Recorder | undefined;
  #events: EventStream | undefined;
  #observer: PortObserver | undefined;
  /** What wakes it up. */
  #observing: Tap | undefined;

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
    if (this.#recorder || this.#events) this.#showPort();
  }

  /** The name's pattern of the log that is open. */
  get logPattern(): string | undefined {
    return this.#log?.isOpen ? this.#logOptions.pattern : undefined;
  }

  /** Paths of the log and the recording that are open. */
  get logPath(): string | undefined {
    return this.#log?.isOpen ? this.#log.path : undefined;
  }
  get recordPath(): string | undefined {
    return this.#recorder?.isOpen ? this.#recorder.path : undefined;
  }

  /** Ends the log, or begins one. Rejects with RobinError: open-failed. */
  async toggleLog(): Promise<void> {
    const { say } = this.#options;
    const wasOpen = this.#log?.isOpen === true;
    const path = await this.#closeLog();
    if (wasOpen) return say("notice", `log ${path} is closed`);
    this.#openLog();
    say("notice", `log is ${this.#log?.path}`);
  }

  /** Another log from now on; none where `log` is undefined. Rejects with RobinError: open-failed. */
  async changeLog(log: LogOptions | undefined): Promise<void> {
    const [before, optionsBefore] = [this.#log, this.#logOptions];
    if (log === undefined || log.pattern === optionsBefore.pattern) {
      await this.#closeLog(); // the same file: what it is to have already comes first
      this.#logOptions = log ?? USUAL_LOG;
      if (log !== undefined) this.#openLog();
      return;
    }
    // Another file is opened first: where that fails, the log goes on as it was.
    this.#logOptions = log;
    try {
      this.#openLog();
    } catch (error) {
      this.#logOptions = optionsBefore;
      throw error;
    }
    if (before) await this.#end(before);
  }

  /** Another recording from now on, or none. Where it cannot be opened, the one before goes on: RobinError open-failed. */
  async changeRecord(path: string | undefined, counts: Pick<SessionEnd, "received" | "sent">): Promise<void> {
    const before = this.#recorder;
    if (path === undefined) this.#recorder = undefined;
    else this.#openRecord(path);
    if (path === undefined && this.#events === undefined) this.#stopObserving();
    if (before) {
      before.event?.({ event: "end", reason: "changed", ...counts }, this.#options.clock.nowUs());
      await this.#end(before);
    }
    if (path !== undefined) this.#showPort();
  }

  /** From now on this is kept out of log, recording and events. */
  changeMask(mask: RegExp | undefined): void {
    this.#mask = mask;
    const create = mask && maskMaker(mask);
    this.#recorder?.setMask(create);
    this.#events?.setMask(create);
    this.#log?.setMask(mask);
  }

  /** The session is over, and so is every command. Resolves when all is kept, or `limitMs` are up. */
  async end({ reason, received, sent }: SessionEnd, limitMs: number): Promise<void> {
    const { taps, clock } = this.#options;
    this.#observer?.stop(); // it may have a last word
    taps.event({ event: "end", reason, received, sent }, clock.nowUs());
    await taps.settle(limitMs);
  }

  #openLog(): void {
    const { port, taps, clock, say } = this.#options;
    const options = this.#logOptions;
    this.#refuseSame("log", options.pattern, this.#recorder);
    // What this session has logged is not emptied by it.
    const mode = this.#logged.has(options.pattern) ? "append" : options.mode;
    const mask = this.#mask && { mask: this.#mask };
    this.#log = openLog({ ...options, mode, ...mask }, { port: port.path, clock, say });
    this.#logged.add(options.pattern);
    taps.add(this.#log);
  }

  /** Resolves with the path of the log that was open, when all is in it. */
  async #closeLog(): Promise<string | undefined> {
    const log = this.#log;
    this.#log = undefined;
    if (log) await this.#end(log);
    return log?.path;
  }

  #openRecord(path: string): void {
    const { port, clock, say } = this.#options;
    this.#refuseSame("recording", path, this.#log);
    const mask = this.#mask;
    this.#recorder = createRecorder(
      { pattern: path, port: port.path, mask: mask && maskMaker(mask) },
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
    this.#events = createEventStream(output, clock, mask && maskMaker(mask));
    this.#listen(this.#events);
  }

  /** Lines of one between the bytes of the other would be of no use to anybody. */
  #refuseSame(what: "log" | "recording", pattern: string, other: Log | Recorder | undefined): void {
    const { port, clock } = this.#options;
    const path = parseLogName(pattern, what).at(port.path, clock.wallUs(clock.nowUs()));
    if (other?.isOpen !== true || resolve(path) !== resolve(other.path)) return;
    const holder = what === "log" ? "recording" : "log";
    throw new RobinError("usage", `open ${what} ${path}: it is the ${holder}`);
  }

  /** For those who want to know what happens at the port too. */
  #listen(tap: Tap): void {
    const { port, taps, clock } = this.#options;
    taps.add(tap);
    tap.event?.(
      { event: "start", version: 1, program: `robin ${version()}`, port: port.path },
      clock.nowUs(),
    );
  }

  /** Tells whoever has begun to listen how the port stands, and what happens there from now on. */
  #showPort(): void {
    if (this.#observer) return this.#observer.show();
    const { port, taps, clock } = this.#options;
    const observer = observePort(port, (event) => taps.event(event, clock.nowUs()));
    this.#observer = observer;
    this.#observing = {
      rx: () => observer.seen(),
      event: (event) => observer.heard(event),
      hasRoom: true,
      onRoom: () => {},
      settle: async () => {},
      close: () => observer.stop(),
    };
    taps.add(this.#observing);
  }

  /** Nobody wants to know: a port is not looked at in vain, and its bytes go the short way again. */
  #stopObserving(): void {
    this.#observer?.stop();
    this.#observer = undefined;
    if (this.#observing) this.#options.taps.remove(this.#observing);
    this.#observing = undefined;
  }

  /** It hears nothing more, and keeps what it has heard. */
  async #end(tap: Tap): Promise<void> {
    this.#options.taps.remove(tap);
    await tap.settle(LAST_BYTES_MS);
    tap.close();
  }
}
