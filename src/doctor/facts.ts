/**
 * What doctor knows before it judges: plain values, each with the place it is read from. A key that is absent could
 * not be read or does not apply; no judge may take it for a "no".
 */
import type { PortInfo } from "../port/discovery/discover.js";
import type { Group, User } from "../port/groups.js";
import type { LineCounters, ModemLines } from "../tty/modem-lines.js";
import type { Termios } from "../tty/termios.js";

/** What stat(2) says of the port's file. */
export interface NodeFacts {
  readonly kind: "character device" | "directory" | "regular file" | "block device" | "socket" | "pipe";
  readonly uid: number;
  readonly gid: number;
  /** Permission bits, 0..0o7777. */
  readonly mode: number;
  readonly owner?: string;
  /** The group's row; absent where no file has it. */
  readonly group?: Group;
  readonly major: number;
  readonly minor: number;
}

/** Of /proc/tty/drivers (proc(5)): `usbserial`, `serial`, `pty_slave`; `serial`, `console`, `system`, `pty:slave`. */
export interface TtyDriver {
  readonly name: string;
  readonly type: string;
}

/** A process that has something to do with the port. */
export interface ProcessFacts {
  readonly pid: number;
  readonly command: string;
  readonly uid: number;
  /** The systemd unit it runs in (proc_pid_cgroup(5)), and whether it is the user's own manager's. */
  readonly unit?: { readonly name: string; readonly ofUser: boolean };
  /** The container it runs in: `docker 0123456789ab`. */
  readonly container?: { readonly tool: string; readonly id: string };
}

export interface HolderFacts extends ProcessFacts {
  /** Its descriptors of the port. */
  readonly fds: readonly number[];
}

export interface LockFileFacts {
  readonly file: string;
  /** Absent where nothing can be read from it. */
  readonly pid?: number;
  /** The living process of that number. */
  readonly process?: ProcessFacts;
  /** Whether that process is known not to have the port open. */
  readonly letGo?: boolean;
  /** Whether this user may remove it. */
  readonly removable: boolean;
}

/** A login record of the port's line (utmp(5)) whose process lives. */
export interface LoginFacts {
  readonly process: ProcessFacts;
  readonly user: string;
  /** A getty that waits for a name, or someone who is logged in. */
  readonly waiting: boolean;
}

/** An interface of a USB device, from /sys/bus/usb/devices. */
export interface UsbInterface {
  /** `1-1.4:1.0` */
  readonly name: string;
  /** `1-1.4` */
  readonly device: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly product?: string;
  readonly manufacturer?: string;
  /** bInterfaceClass, SubClass, Protocol: two hex digits each. */
  readonly class: string;
  readonly subclass: string;
  readonly protocol: string;
  readonly modalias?: string;
  /** The driver bound to it: `ftdi_sio`, `usbfs`. */
  readonly driver?: string;
}

/** An adapter on USB that makes no port. */
export interface UndrivenAdapter extends UsbInterface {
  /** The kernel module that would drive it. */
  readonly module: string;
  readonly moduleState: "loaded" | "on disk" | "blacklisted" | "absent" | "modules gone" | "unknown";
  /** Where it is blacklisted. */
  readonly blacklist?: string;
  /** Processes that drive it through usbfs. */
  readonly users: readonly ProcessFacts[];
}

/** A message of the kernel's log (/dev/kmsg). */
export interface KernelMessage {
  /** Seconds before now, by the clock of the machine's uptime. */
  readonly ageS: number;
  readonly text: string;
}

/** The port's settings and lines as the driver tells them. */
export interface LineFacts {
  /** `through PID 123's own descriptor`, `by an open`. */
  readonly how: string;
  readonly termios?: Termios;
  readonly lines?: ModemLines;
  readonly counters?: LineCounters;
  readonly exclusive?: boolean;
  /** Number of the line discipline at work, which c_line need not name. */
  readonly discipline?: number;
  /** Bytes waiting to be sent, and the same a moment later. */
  readonly unsent?: readonly [first: number, later: number];
}

/** What a trial open came to. */
export type TrialOpen =
  | { readonly state: "opened" }
  | { readonly state: "failed"; readonly errno: number; readonly text: string }
  | { readonly state: "waits"; readonly afterMs: number };

/** What is known of a port. */
export interface PortFacts {
  /** As it was given, in full. */
  readonly path: string;
  /** Where all links lead. */
  readonly realPath: string;
  readonly presence: "present" | "absent" | "dangling" | "unreachable";
  /** Where a dangling link points, or which directory may not be searched. */
  readonly because?: string;
  /** Other ports there are, and the one that was most likely meant. */
  readonly others?: readonly string[];
  readonly nearest?: string;
  /** The kernel's device number, where sysfs has the port and /dev has no file. */
  readonly missingNode?: { readonly major: number; readonly minor: number };
  readonly node?: NodeFacts;
  /** Of access(2), which knows access control lists and capabilities. */
  readonly access?: { readonly read: boolean; readonly write: boolean };
  /** false: in none of the rows of /proc/tty/drivers. */
  readonly driver?: TtyDriver | false;
  readonly isPty: boolean;
  readonly isOwnTerminal: boolean;
  /** What robin list knows of it. */
  readonly info?: PortInfo;
  readonly usb?: UsbInterface & {
    readonly powerControl?: string;
    /** ID_MM_DEVICE_IGNORE or ID_MM_PORT_IGNORE of udev's database. */
    readonly modemManagerIgnores: boolean;
  };
  /** PORT_* of linux/serial_core.h: 0 is none, 1 an 8250, 2 a 16450, 4 a 16550A. */
  readonly uartType?: number;
  readonly latencyTimerMs?: number;
  readonly holders: readonly HolderFacts[];
  /** Holders of a flock(2). */
  readonly flocks: readonly ProcessFacts[];
  readonly lockFiles: readonly LockFileFacts[];
  readonly logins: readonly LoginFacts[];
  /** Whether it is in /proc/consoles. */
  readonly isConsole: boolean;
  readonly messages: readonly KernelMessage[];
  readonly line?: LineFacts;
  readonly trial?: TrialOpen;
}

/** What is known of the machine, the same for all ports. */
export interface MachineFacts {
  readonly user: User;
  readonly groups: readonly Group[];
  /** Processes whose descriptors this user may not see. */
  readonly unseenProcesses: number;
  readonly modemManager?: ProcessFacts & { readonly policy?: string };
  readonly brltty?: ProcessFacts;
  /** Files with udev rules of brltty's, and the USB ids (`1a86/7523`) that they take. */
  readonly brlttyRules: readonly { readonly file: string; readonly ids: readonly string[] }[];
  readonly lockDirectories: readonly { readonly path: string; readonly writable: boolean }[];
  readonly undriven: readonly UndrivenAdapter[];
  /** USB devices that were not let in: `1-1`. */
  readonly unauthorized: readonly string[];
  readonly hasUdev: boolean;
  readonly hasSystemd: boolean;
  /** uname -r. */
  readonly kernel: string;
  /** ID of /etc/os-release: `debian`, `ubuntu`, `arch`. */
  readonly distribution?: string;
  /** The kind of container, and the file that shows it. */
  readonly container?: string;
  readonly containerMark?: string;
  readonly virtualMachine?: string;
  readonly isWsl: boolean;
}

export interface Facts {
  readonly machine: MachineFacts;
  readonly port?: PortFacts;
  /** Ports there are, where no port was named. */
  readonly ports?: readonly string[];
}
