/**
 * `robin pair --packet -- COMMAND`: a program under test gets the master of a pty in packet mode, and whoever opens the
 * slave raises exceptional conditions on it. Knows how a descriptor is handed over; reads and writes nothing of it.
 */
import type { ChildProcess } from "node:child_process";
import { RobinError } from "../../errors.js";
import { openOutput } from "../../session/stdio.js";
import { isForeground } from "../../session/terminal.js";
import { eventOutput, settleOutputs } from "../../sink/event-output.js";
import { whyNoLibc } from "../../tty/abi.js";
import { close, O_CLOEXEC, O_NOCTTY, O_RDWR, open, setNonBlocking } from "../../tty/libc.js";
import { setPacketMode } from "../../tty/packet.js";
import { SysError } from "../../tty/sys-error.js";
import { getTermios, setFlag, setTermios } from "../../tty/termios.js";
import { placeLink } from "../../virtual/port/link.js";
import { rawPty } from "../../virtual/port/raw-pty.js";
import { readyEvent, timed, type VirtualEvent } from "../../virtual/port/virtual-event.js";
import type { CommandContext } from "../command.js";
import { ENDING_SIGNALS } from "../ending-signals.js";
import { childStatus, startChild } from "./child-command.js";

/** Which descriptor the command finds the master at: the first one behind the standard ones. */
const MASTER_FD = 3;
/** How long the last event may take at the end. */
const LAST_EVENT_MS = 200;

interface PacketCommand {
  /** A link to make to the slave. */
  readonly link?: string | undefined;
  /** The program, and its arguments. */
  readonly command: readonly string[];
  /** Whether events are printed: `ready` before the command starts, `exit` after it has ended. */
  readonly json: boolean;
}

/**
 * Runs the command with the master as descriptor 3, `ROBIN_MASTER_FD=3` and the slave's name in `ROBIN_PORT`. Resolves with
 * its exit status, or 128+n after signal n.
 *
 * The master is blocking, as a file is that a program has opened itself and waits for by select(2). The slave is raw but for
 * IXON, so that ^S written to the master is a condition too, and robin keeps it open: between two of its users the master
 * would hang up.
 */
export async function packetCommand(
  { link: linkPath, command, json }: PacketCommand,
  { words, wayOut }: CommandContext,
): Promise<number> {
  const why = whyNoLibc();
  if (why !== undefined) throw new RobinError("unsupported", `make a pty: ${why}`);
  if (command.length === 0) throw new RobinError("usage", "option --packet: no command after --");
  const events = eventOutput(openOutput(1));
  const print = (event: VirtualEvent) => {
    if (json) events.write(timed(event));
  };
  let child: ChildProcess | undefined;
  let isOver = false;
  // Before there is anything to be given back; a signal that comes until the command runs is passed on when it does.
  for (const signal of ENDING_SIGNALS) {
    process.on(signal, () => {
      if (!isOver && !comesFromKeyboard(signal)) child?.kill(signal);
    });
  }
  const { master, path, slave } = openPacketPty();
  wayOut.add(() => close(slave));
  wayOut.add(() => close(master));
  const link = linkPath === undefined ? undefined : placeLink(linkPath, path);
  wayOut.add(() => link?.remove());
  print(readyEvent([{ name: "a", path, link: linkPath }]));
  words.detail(`descriptor ${MASTER_FD} of ${command[0]} is the master of ${path}, in packet mode`);

  const started = startChild(command, {
    stdio: ["inherit", "inherit", "inherit", master],
    env: { ...process.env, ROBIN_MASTER_FD: String(MASTER_FD), ROBIN_PORT: linkPath ?? path },
  });
  child = started.child;
  wayOut.add(() => {
    if (!isOver) started.child.kill();
  });
  const exit = await started.exit.finally(() => {
    isOver = true;
  });
  print({
    event: "exit",
    port: "a",
    ...(exit.signal === null ? { status: exit.code } : { signal: exit.signal }),
  });
  await settleOutputs([events], LAST_EVENT_MS);
  return childStatus(exit);
}

function openPacketPty(): { master: number; path: string; slave: number } {
  let master: number | undefined;
  try {
    const pty = rawPty();
    master = pty.master;
    const termios = getTermios(master);
    setFlag(termios, "IXON");
    setTermios(master, termios);
    setPacketMode(master, true);
    setNonBlocking(master, false);
    return { ...pty, slave: open(pty.path, O_RDWR | O_NOCTTY | O_CLOEXEC) };
  } catch (error) {
    if (master !== undefined) close(master);
    if (!(error instanceof SysError)) throw error;
    throw new RobinError("open-failed", `make a pty in packet mode: ${error.syscall}: ${error.message}`, {
      cause: error,
    });
  }
}

/** ^C and ^\ have gone to the whole foreground group: the command has had the signal already. */
function comesFromKeyboard(signal: NodeJS.Signals): boolean {
  if (signal !== "SIGINT" && signal !== "SIGQUIT") return false;
  try {
    const terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    try {
      return isForeground(terminal);
    } finally {
      close(terminal);
    }
  } catch {
    return false; // no controlling terminal
  }
}
