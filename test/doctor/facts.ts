/** Facts for the judges: a machine and a port with which nothing is wrong, to be changed by each test. */
import type { Facts, HolderFacts, MachineFacts, PortFacts, UsbInterface } from "../../src/doctor/facts.js";
import type { Finding } from "../../src/doctor/finding.js";

export const DIALOUT = { name: "dialout", gid: 20, members: ["bob"], file: "/etc/group" };

export const MACHINE: MachineFacts = {
  user: { uid: 1000, name: "alice", gids: [1000, 20] },
  groups: [DIALOUT],
  unseenProcesses: 0,
  brlttyRules: [],
  lockDirectories: [{ path: "/var/lock", writable: true }],
  undriven: [],
  unauthorized: [],
  hasUdev: true,
  hasSystemd: true,
  kernel: "6.1.0-1-amd64",
  isWsl: false,
};

export const PORT: PortFacts = {
  path: "/dev/ttyUSB0",
  realPath: "/dev/ttyUSB0",
  presence: "present",
  node: {
    kind: "character device",
    uid: 0,
    owner: "root",
    gid: 20,
    group: DIALOUT,
    mode: 0o660,
    major: 188,
    minor: 0,
  },
  access: { read: true, write: true },
  driver: { name: "usbserial", type: "serial" },
  isPty: false,
  isOwnTerminal: false,
  holders: [],
  flocks: [],
  lockFiles: [],
  logins: [],
  isConsole: false,
  messages: [],
};

export const USB: UsbInterface = {
  name: "1-1:1.0",
  device: "1-1",
  vendorId: "0403",
  productId: "6001",
  product: "FT232R USB UART",
  manufacturer: "FTDI",
  class: "ff",
  subclass: "ff",
  protocol: "ff",
  driver: "ftdi_sio",
};

export const PICOCOM: HolderFacts = { pid: 1234, command: "picocom", uid: 1000, fds: [3] };

/** Facts of a port, with what is different about it and its machine. */
export function facts(
  port: Partial<PortFacts> = {},
  machine: Partial<MachineFacts> = {},
): Facts & { port: PortFacts } {
  return { machine: { ...MACHINE, ...machine }, port: { ...PORT, ...port } };
}

/** The one finding of a code; throws where there is none. */
export function one(findings: readonly Finding[], code: string): Finding {
  const found = findings.find((finding) => finding.code === code);
  if (!found) throw new Error(`no ${code} in ${JSON.stringify(findings)}`);
  return found;
}
