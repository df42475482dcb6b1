/**
 * Gathers what is known of the machine, once for all ports. Reads files only; what is not there is left out.
 */

import type { Roots } from "../../port/discovery/roots.js";
import { textOf } from "../../port/discovery/sysfs.js";
import { isUdevRunning } from "../../port/discovery/udev.js";
import { readGroups, readUser } from "../../port/groups.js";
import type { KernelMessage, MachineFacts } from "../facts.js";
import type { Unlooked } from "../finding.js";
import { readBrlttyRules } from "./brltty-rules.js";
import { readEnvironment } from "./environment.js";
import { readKernelLog } from "./kmsg.js";
import { readLockDirectories } from "./locks.js";
import { Processes } from "./processes.js";
import { unauthorizedDevices, undrivenAdapters } from "./usb.js";

/** The kernel's and udev's places, and the directory that /etc, /var and /lib are in. */
export interface DoctorRoots extends Roots {
  readonly root: string;
}

export const DOCTOR_ROOTS: DoctorRoots = { sys: "/sys", dev: "/dev", run: "/run", proc: "/proc", root: "" };

export interface Machine {
  readonly facts: MachineFacts;
  readonly processes: Processes;
  readonly log: readonly KernelMessage[];
  readonly unlooked: readonly Unlooked[];
}

export function gatherMachine(roots: DoctorRoots = DOCTOR_ROOTS): Machine {
  const { root } = roots;
  const processes = new Processes(roots);
  const environment = readEnvironment(root, roots);
  const log = readKernelLog(`${roots.dev}/kmsg`);
  const modemManager = processes.named("ModemManager");
  const policy =
    modemManager &&
    /--filter-policy[=\0]([\w-]+)/.exec(textOf(`${roots.proc}/${modemManager.pid}/cmdline`) ?? "")?.[1];
  const brltty = processes.named("brltty");
  return {
    facts: {
      user: readUser(root),
      groups: readGroups(root),
      unseenProcesses: processes.unseen,
      ...(modemManager
        ? { modemManager: { ...modemManager, ...(policy ? { policy: policy.toLowerCase() } : {}) } }
        : {}),
      ...(brltty ? { brltty } : {}),
      brlttyRules: readBrlttyRules(root),
      lockDirectories: readLockDirectories(root),
      undriven: undrivenAdapters(roots, root, environment.kernel, processes),
      unauthorized: unauthorizedDevices(roots),
      hasUdev: isUdevRunning(roots),
      ...environment,
    },
    processes,
    log: typeof log === "string" ? [] : log,
    unlooked: typeof log === "string" ? [logUnread(log)] : [],
  };
}

function logUnread(code: string): Unlooked {
  const forbidden = code === "EPERM" || code === "EACCES";
  return {
    what: "the kernel's messages",
    why: `/dev/kmsg: ${code}`,
    ...(forbidden ? { type: "sudo dmesg | grep -i -e tty -e usb" } : {}),
  };
}
