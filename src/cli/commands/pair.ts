/**
 * `robin pair`: a null-modem cable between two ptys. Knows the command's way from its options to its end; the cable is
 * virtual/pair/cable.ts, the options and the words have files of their own.
 */
import { randomInt } from "node:crypto";
import { printable } from "../../bytes/printable.js";
import { joinPorts } from "../../virtual/pair/cable.js";
import { MAX_SEED } from "../../virtual/pair/random.js";
import { nowS, type VirtualEvent } from "../../virtual/port/virtual-event.js";
import type { Command, CommandContext } from "../command.js";
import { eventsDescriptor } from "../events-option.js";
import { PAIR_OPTIONS, type PairConfig, pairConfig } from "./pair-options.js";
import { describePairEvent } from "./pair-words.js";
import { virtualLife } from "./virtual-life.js";

export const pair: Command = {
  usage: "robin pair [options] [A [B]] [-- command...]",
  takes: { first: ["file", "file"], command: true },
  options: PAIR_OPTIONS,
  details: [
    `Makes two ptys, joins them as a null-modem cable joins two serial ports, and prints their names, or the links A and B
that were made for them. What one program sends, the other receives. An end that is full, or stopped by ^S where
IXON is set, holds the other end, and nothing is lost. Programs come and go as they like; a signal ends the cable.`,
    `With --pace each character takes its start, data, parity and stop bits at its sender's speed; at 0 bps (B0) nothing moves.
With --strict-line a receiver samples what the sender puts on the line in the middle of its own bits, with a clock of 16
times its speed: within about 4 % bytes arrive as they were sent, 9600 bps read at 115200 gives other bytes, and 2
stop bits wanted where 1 is sent break a dense stream. Bytes that are read together are one stretch without pauses; with
--pace, bytes that follow one another in time. The kernel keeps ptys at 8 data bits without parity, so speed and stop
bits are what can differ. A port that nobody has open listens at any speed.`,
    `Faults come one behind the other: garbage, then --drop, --flip and --dup, then --delay and --jitter. They depend on the seed
and on the place of the byte alone. Up to 1 MiB is on its way under --delay; beyond that the sender waits.`,
    `Events have an event, a time (at, seconds since the epoch) and, where it concerns one, a port (a or b): ready, open, close,
settings, mismatch (state begin or end), fault (kind drop, flip or dup with the offset of the first byte and the count of
10 ms; kind stall with state begin or end), hangup, drop (what was on its way then), statistics at the end and on
SIGUSR1.`,
    `With --packet the masters are in packet mode (ioctl_tty(2), TIOCPKT), and what programs do at their ports are packet events
with conditions: flushRead, flushWrite, stop, start, noStop, doStop, ioctl. The kernel then edits no lines there and passes ^S
and ^Q on as bytes (EXTPROC). With a command behind -- there is one port and no
cable: the command has the port's master as descriptor 3 (ROBIN_MASTER_FD) and its name in ROBIN_PORT, and select(2) sees
an exceptional condition there whenever the port's user does one of these.`,
  ],
  examples: [
    ["robin pair /tmp/board /tmp/host", "two ports for two programs"],
    ["robin pair --pace --strict-line /tmp/a /tmp/b", "speeds and stop bits matter, as on a wire"],
    ["robin pair --drop 0.1% --seed 7 /tmp/a /tmp/b", "one byte of a thousand is lost, always the same ones"],
    ["robin pair --packet /tmp/a -- ./test", "a master that select(2) sees exceptional conditions on"],
    ["robin pair --hangup 10s --events=events.json /tmp/a /tmp/b", "an adapter that is unplugged once"],
  ],
  async run(args, context) {
    const config = pairConfig(args);
    if (config.command) {
      const { packetCommand } = await import("./pair-packet.js");
      return packetCommand({ link: config.links[0], command: config.command, json: config.json }, context);
    }
    return runCable(config, eventsDescriptor(args.values), context);
  },
};

function runCable(
  config: PairConfig,
  eventsTo: number | undefined,
  context: CommandContext,
): Promise<number> {
  const json = config.json || eventsTo === 1;
  const seed = config.seed ?? (isRandom(config) ? randomInt(MAX_SEED + 1) : undefined);
  const told = seed === undefined ? {} : { seed };
  const startedS = nowS();
  let statistics = (): readonly VirtualEvent[] => [];
  let describe = (_: VirtualEvent): string | undefined => undefined;
  const life = virtualLife(context, {
    json,
    eventsTo: json && eventsTo === 1 ? undefined : eventsTo,
    describe: (event) => describe(event),
    statistics: () => statistics(),
  });
  const options = { packet: config.packet };
  const ports = [life.open("a", config.links[0], options), life.open("b", config.links[1], options)] as const;
  // Asked anew each time: after a hang-up a port without a link has another name.
  const names = () =>
    Object.fromEntries(ports.map(({ name, link, path }) => [name, printable(link ?? path)]));
  describe = (event) => describePairEvent(event, names());
  const cable = joinPorts(
    ports,
    { ...config.cable, seed: seed ?? 0 },
    {
      tell: life.tell,
      wantsEvents: json || eventsTo !== undefined,
      onError: (error) => {
        throw error;
      },
    },
  );
  context.wayOut.add(() => cable.close());
  statistics = () => {
    const uptime = Math.round((nowS() - startedS) * 1e6) / 1e6;
    const counts = cable.counts();
    const described = counts.map((count, at) => ({ ...count, path: ports[at]!.path, link: ports[at]!.link }));
    return [{ event: "statistics", uptime, ...told, ports: described }];
  };
  life.ready(ports, told);
  if (seed !== undefined && !json) context.words.notice(`--seed ${seed} makes the same faults again`);
  return life.ended;
}

/** Whether anything depends on chance. */
function isRandom({ cable: { drop, flip, dup, jitterMs } }: PairConfig): boolean {
  return [drop, flip, dup, jitterMs].some((rate) => rate > 0);
}
