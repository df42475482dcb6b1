/**
 * `robin hub`: emulated ports that all hear what one says, and never block. Knows how its parts are put together and given
 * back; the command line is hub-config.ts, the words are hub-text.ts, the hub is virtual/hub/hub.ts.
 */
import { jsonLine } from "../../bytes/json-line.js";
import { RobinError } from "../../errors.js";
import { holdersOfAll } from "../../port/holders.js";
import { lineSpeeds } from "../../tty/termios.js";
import { holdDirectory } from "../../virtual/hub/directory.js";
import { Hub, type PortStatus } from "../../virtual/hub/hub.js";
import type { HubPort } from "../../virtual/hub/hub-port.js";
import type { PortPlan } from "../../virtual/hub/port-list.js";
import { watchReads } from "../../virtual/hub/read-watch.js";
import { askHub, openDoor } from "../../virtual/hub/status-socket.js";
import { Tap } from "../../virtual/hub/tap.js";
import { readyEvent, timed } from "../../virtual/port/virtual-event.js";
import type { VirtualPort } from "../../virtual/port/virtual-port.js";
import { type Command, type CommandContext, commandOptions } from "../command.js";
import { print, printJson } from "../result.js";
import { HUB_OPTIONS, type HubConfig, hubConfig } from "./hub-config.js";
import { hubWords, statusTable } from "./hub-text.js";
import { type VirtualLife, virtualLife } from "./virtual-life.js";

const USAGE = "robin hub [options] NAME...";
/** How long the end of a recording may take. */
const LAST_LINES_MS = 1000;

export const hub: Command = {
  usage: USAGE,
  options: commandOptions(HUB_OPTIONS),
  details: [
    `Makes a pty for each NAME and a link to it in the hub's directory, and prints the links. What one port's program
writes, every other port's program receives, all in the same order. ^C or a signal ends it, and takes the links, the
socket and a directory that it has made away again.`,
    `No program can block the others. Each port has a queue of its own (--queue). A port that nobody has open is a loose
cable: bytes to it are dropped and counted, and what its last program left unread is discarded, so that the next one
hears nothing old. A port that is open and slow holds who speaks, as flow control would: the speaker's own pty fills.
When it holds somebody and its program reads nothing for --patience ms, it counts as stalled: then it holds nobody, and
what does not fit its queue goes by --overflow, counted and told, until it reads again. drop-new drops what comes,
drop-old what has waited longest in the queue, and hang-up hangs up whoever has the port open; the link then leads to a
new pty. --patience 0 never holds anybody.`,
    `--frame keeps messages whole: no speaker comes in the middle of another one's line, or of what he says without a
silence of MS, and a message is dropped whole or not at all. A message that is longer than the queue goes on in
pieces of the queue's size. What a program has begun when it closes the port, or is killed, is passed on as it is,
and so is a line after a second of silence, for a prompt has no end. Without a frame, bytes are passed on as they
are read.`,
    `A hub is known by its directory, and a directory has one hub. --status asks it for each port: open, closed or
stalled, the bytes that wait for it (queued), that its program wrote (received), was given (sent) and never gets
(dropped), the speed it has set, and who has it open, as far as the user who asks may see. The socket behind it,
.hub, is open to its user alone.`,
    `--config names ports in a file, a line each: NAME, or NAME and the path of its link, which starts in the hub's
directory if it does not start with a slash.`,
    `--tap appends everything that is said to a file, in the order of the bus: {event: "rx", at, port, text} for each
message, or base64 instead of text where it is no UTF-8, and all events. Where the file takes no more, it holds the
speakers as a slow port does; when patience is at its end, or the disk is full, the recording ends, which is told,
and the hub goes on.`,
    `With --json, one object a line: first {event: "ready", ports: [{name, path, link}]}, then events with port and at:
open, close, stalled, resumed, overflow, drop (what was missed, at the next open), flush, hangup, cut, fault; and at
the end, and on SIGUSR1, statistics. With --status, {ports: [{name, path, link, open, holders, queued, received, sent,
dropped, bps, state}]}.`,
  ],
  examples: [
    ["robin hub gps chart autopilot", "three programs on one wire"],
    [
      "robin hub --dir /tmp/bus --frame line a b c",
      "lines are kept whole; the ports are /tmp/bus/a, b and c",
    ],
    ["robin hub --status --dir /tmp/bus", "who has which port open, and what waits for it"],
    ["robin hub --config ports.conf --tap all.jsonl", "many ports from a file, and everything recorded"],
  ],
  async run(args, context) {
    const config = hubConfig(args, USAGE);
    const json = args.values.get("json") === true;
    return config.kind === "status" ? showStatus(config.directory, json) : runHub(config, json, context);
  },
};

async function showStatus(directory: string, json: boolean): Promise<number> {
  const answer = (await askHub(directory)) as { readonly ports: readonly PortStatus[] };
  const holders = holdersOfAll(answer.ports.map(({ path }) => path));
  const ports = answer.ports.map((port) => ({ ...port, holders: holders.get(port.path) ?? [] }));
  if (json) printJson({ ...answer, ports });
  else print(statusTable(ports));
  return 0;
}

async function runHub(config: HubConfig, json: boolean, context: CommandContext): Promise<number> {
  const { words, wayOut } = context;
  const { patienceMs, frame } = config;
  let running: Hub | undefined;
  let tap: Tap | undefined;
  const life = virtualLife(context, {
    json,
    describe: (event) => {
      tap?.event(event);
      return hubWords(event, patienceMs, words.verbose);
    },
    statistics: () => running?.statistics() ?? [],
  });
  const directory = holdDirectory(config.directory, config.isOwn);
  wayOut.add(() => directory.close());
  const fault: TellFault = (text, port) => {
    life.tell({ event: "fault", ...(port === undefined ? {} : { port }), text });
    words.warning(port === undefined ? text : `${port}: ${text}`);
  };
  if (config.tap !== undefined) tap = openTap(config.tap, patienceMs, fault);
  const ports = openPorts(config.ports, life);
  const noteLinks = () => directory.note(ports.map(({ link, path }) => ({ path: link!, target: path })));
  noteLinks();
  for (const port of ports) port.onMoved = noteLinks;
  const reads = watchReads();
  const status = (): object => ({ pid: process.pid, ports: running?.status() ?? [] });
  wayOut.add(await openDoor(directory.path, directory.fd, status));
  running = new Hub(
    ports.map((port) => hubPort(port, fault)),
    { ...config, frame, tell: life.tell, reads },
  );
  if (tap) running.addEar(tap);
  tap?.event(timed(readyEvent(ports)));
  life.ready(ports);
  const ended = await life.ended;
  running.close();
  await tap?.settle(LAST_LINES_MS);
  return ended;
}

/** What went wrong while the hub goes on: as an event, and in words also under --quiet. */
type TellFault = (text: string, port?: string) => void;

function openTap(path: string, patienceMs: number, fault: TellFault): Tap {
  return new Tap({ path, patienceMs, line: jsonLine, onLost: ({ message }) => fault(message) });
}

function openPorts(plans: readonly PortPlan[], life: VirtualLife): VirtualPort[] {
  return plans.map(({ name, link }) => {
    try {
      return life.open(name, link);
    } catch (error) {
      throw withHint(error);
    }
  });
}

/** A port takes three descriptors and one of the system's ptys. */
function withHint(error: unknown): unknown {
  if (!(error instanceof RobinError)) return error;
  const { code, message, cause } = error;
  if (/\(EMFILE\)/.test(message)) {
    return new RobinError(code, message, {
      cause,
      hint: "ulimit -n raises the limit of descriptors: a port takes 3",
    });
  }
  if (/\((ENOSPC|EAGAIN)\)/.test(message)) {
    return new RobinError(code, message, {
      cause,
      hint: "sysctl kernel.pty.max is the number of ptys there can be",
    });
  }
  return error;
}

function hubPort(port: VirtualPort, fault: TellFault): HubPort {
  return {
    name: port.name,
    link: port.link,
    get path() {
      return port.path;
    },
    source: port.source,
    sink: port.sink,
    get bps() {
      return lineSpeeds(port.end.termios).ospeed;
    },
    set onHolder(listener: (isOpen: boolean) => void) {
      port.onHolder = listener;
    },
    discardUnread: () => port.end.discardUnread(),
    hangUp() {
      try {
        port.hangUp();
      } catch (error) {
        fault(`hang up: ${(error as Error).message}`, port.name);
      }
    },
  };
}
