/**
 * A virtual port as users know it: a name for messages, a pty, a link if they gave one, and everything that happens to it
 * as events. Knows no cable: what becomes of the bytes is the pair's, the hub's or the device's to know.
 */
import { RobinError } from "../../errors.js";
import type { ByteSink, ByteSource } from "../../port/ends.js";
import { SysError } from "../../tty/sys-error.js";
import { type Link, placeLink } from "./link.js";
import { PtyEnd } from "./pty-end.js";
import type { SlaveWatch } from "./slave-watch.js";
import type { TellEvent } from "./virtual-event.js";

export interface VirtualPortOptions {
  /** What messages and events call it. */
  readonly name: string;
  /** The path of a link to make. */
  readonly link?: string | undefined;
  readonly slaves: SlaveWatch;
  /** Told of open, close, hangup and packet; the port's name is added here. */
  readonly tell: TellEvent;
  /** Whether the master is in packet mode, and what is done at the slave is told as `packet` events. */
  readonly packet?: boolean | undefined;
}

export interface VirtualPort {
  readonly name: string;
  readonly link: string | undefined;
  /** The slave's path; another one after `hangUp`. */
  readonly path: string;
  readonly end: PtyEnd;
  readonly source: ByteSource;
  readonly sink: ByteSink;
  /** After every change of who has it open, behind the event. */
  onHolder: (isOpen: boolean) => void;
  /** After every hang-up, behind the event: the path is another one. */
  onMoved: () => void;
  /**
   * Hangs up every holder; the link then stands for a new pty. Where it cannot, the event has the reason as `error`, and the
   * port goes on under its path. Throws SysError where there is no pty to be had: then nothing has changed.
   */
  hangUp(): void;
  /** Takes the link back and closes the pty. Never throws; safe to call twice. */
  close(): void;
}

/** What helps where there is no pty, by the kernel's reason (pty(7), devpts). */
const HINTS: Readonly<Record<string, string>> = {
  ENOENT: "is the file system of ptys mounted? mount -t devpts devpts /dev/pts",
  ENODEV: "is the file system of ptys mounted? mount -t devpts devpts /dev/pts",
  ENOSPC: "all ptys are in use: sysctl kernel.pty.nr kernel.pty.max",
};

/** Throws RobinError: open-failed. */
export function openVirtualPort(options: VirtualPortOptions): VirtualPort {
  const { name, link: linkPath, slaves, tell, packet } = options;
  let port: VirtualPort;
  const end = newEnd(name, () => {
    return new PtyEnd(slaves, {
      onHolder: (isOpen) => {
        tell({ event: isOpen ? "open" : "close", port: name });
        port.onHolder(isOpen);
      },
      onBarred: () => {
        try {
          replace("exclusive");
        } catch (error) {
          tell({ event: "fault", port: name, kind: "hangup", error: (error as Error).message });
        }
      },
      ...(packet ? { onConditions: (conditions) => tell({ event: "packet", port: name, conditions }) } : {}),
    });
  });
  let link: Link | undefined;
  let isClosed = false;
  const replace = (reason?: "exclusive") => {
    if (isClosed) return;
    end.hangUp();
    const why = reason === undefined ? {} : { reason };
    tell({ event: "hangup", port: name, path: end.path, ...why, ...pointAgain(link, end.path) });
    port.onMoved();
  };
  try {
    link = linkPath === undefined ? undefined : placeLink(linkPath, end.path);
  } catch (error) {
    end.close();
    throw error;
  }
  port = {
    name,
    link: linkPath,
    get path() {
      return end.path;
    },
    end,
    source: end.source,
    sink: end.sink,
    onHolder: () => {},
    onMoved: () => {},
    hangUp: () => replace(),
    close() {
      isClosed = true;
      link?.remove();
      end.close();
    },
  };
  return port;
}

function pointAgain(link: Link | undefined, path: string): { error?: string } {
  try {
    link?.point(path);
    return {};
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function newEnd(name: string, make: () => PtyEnd): PtyEnd {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const text = `open port ${name}: no pty to be had: ${error.syscall}: ${error.message}`;
    throw new RobinError("open-failed", text, { cause: error, hint: HINTS[error.code] });
  }
}
