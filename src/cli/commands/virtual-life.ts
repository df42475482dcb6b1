/**
 * What commands that stand in for devices have in common: ports that are told and given back, events for programs or for
 * people, statistics on SIGUSR1, and an end by a signal. Knows no cable and no device.
 */
import { constants } from "node:os";
import { RobinError, signalStatus } from "../../errors.js";
import { openOutput } from "../../session/stdio.js";
import { type EventOutput, eventOutput, settleOutputs } from "../../sink/event-output.js";
import { whyNoLibc } from "../../tty/abi.js";
import { type SlaveWatch, watchSlaves } from "../../virtual/port/slave-watch.js";
import { readyEvent, type TellEvent, timed, type VirtualEvent } from "../../virtual/port/virtual-event.js";
import { openVirtualPort, type VirtualPort } from "../../virtual/port/virtual-port.js";
import type { CommandContext } from "../command.js";
import { ENDING_SIGNALS } from "../ending-signals.js";

/** How long the last events may take at the end. */
const LAST_EVENTS_MS = 200;

export interface VirtualLife {
  /** One event: for programs where they asked, and in words where `describe` has some for it. */
  readonly tell: TellEvent;
  readonly slaves: SlaveWatch;
  /** A port that is given back on every way out; with `packet` in packet mode, told as `packet` events. */
  open(name: string, link: string | undefined, options?: { readonly packet?: boolean }): VirtualPort;
  /** Tells that the ports can be used: the first line of the output. */
  ready(ports: readonly VirtualPort[], more?: object): void;
  /** Ends it in order, with `status`. Safe to call twice: the first one counts. */
  end(status: number): void;
  /** Resolves with the exit status when it has been ended, by `end` or by a signal, and the last events are out. */
  readonly ended: Promise<number>;
}

interface LifeOptions {
  /** JSON lines on stdout instead of names. */
  readonly json: boolean;
  /** Where else events go, as JSON lines: an inherited descriptor or one that was opened for it. */
  readonly eventsTo?: number | undefined;
  /** The event in words for stderr, or undefined where it is not worth any. */
  readonly describe: (event: VirtualEvent) => string | undefined;
  /** Events that come at the end, and on SIGUSR1. */
  readonly statistics: () => readonly VirtualEvent[];
}

export function virtualLife({ words, wayOut }: CommandContext, options: LifeOptions): VirtualLife {
  const why = whyNoLibc();
  if (why !== undefined) throw new RobinError("unsupported", `make a pty: ${why}`);
  // Nothing here is written by a call that waits: a stopped terminal would stop the ports, and the way out.
  words.attach(openOutput(2));
  const open = (fd: number, what: string): EventOutput =>
    eventOutput(openOutput(fd), (error) => {
      if (error === undefined) words.detail(`write ${what}: its reader has left`);
      else words.warning(`write ${what}: ${(error as Error).message}; nothing more is written there`);
    });
  const { json, eventsTo } = options;
  const stdout = open(1, "stdout");
  const events = eventsTo === undefined || eventsTo === 1 ? undefined : open(eventsTo, "events");
  const outputs = [...(json || eventsTo === 1 ? [stdout] : []), ...(events ? [events] : [])];
  const slaves = watchSlaves();
  wayOut.add(() => slaves.close());

  const tell: TellEvent = (event) => {
    const full = timed(event);
    for (const output of outputs) output.write(full);
    const text = options.describe(full);
    if (text !== undefined && !json) words.notice(text);
  };
  const tellStatistics = () => {
    for (const event of options.statistics()) tell(event);
  };

  let settle: (status: number) => void;
  const ended = new Promise<number>((resolve) => {
    settle = resolve;
  });
  let hasEnded = false;
  const end = (status: number) => {
    if (hasEnded) return;
    hasEnded = true;
    tellStatistics();
    void settleOutputs([stdout, ...outputs], LAST_EVENTS_MS).then(() => settle(status));
  };
  for (const signal of ENDING_SIGNALS) {
    const status = signalStatus(constants.signals[signal]);
    process.on(signal, () => {
      if (signal === "SIGUSR1") tellStatistics();
      else if (hasEnded)
        wayOut.leave(status); // a second one is for somebody in a hurry
      else end(status);
    });
  }

  return {
    tell,
    slaves,
    open(name, link, { packet } = {}) {
      const port = openVirtualPort({ name, link, slaves, tell, packet });
      wayOut.add(() => port.close());
      return port;
    },
    ready(ports, more = {}) {
      const event = timed({ ...readyEvent(ports), ...more });
      for (const output of outputs) output.write(event);
      if (!json) stdout.print(ports.map(({ link, path }) => `${link ?? path}\n`).join(""));
    },
    end,
    ended,
  };
}
