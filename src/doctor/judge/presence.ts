/**
 * Judges whether the name leads to a serial port at all. Pure; knows what stat(2), /proc/tty/drivers and sysfs mean.
 */
import type { Facts, MachineFacts, PortFacts } from "../facts.js";
import { command, type Finding } from "../finding.js";

/** PORT_UNKNOWN of linux/serial_core.h. */
const PORT_UNKNOWN = 0;

export function judgePresence({ port, machine }: Facts): Finding[] {
  if (!port) return [];
  if (port.presence !== "present") return [missing(port, machine)];
  const { node, driver } = port;
  if (node && node.kind !== "character device") return [noDevice(port, node.kind)];
  if (driver === false) {
    return [
      {
        code: "not-a-tty",
        severity: "problem",
        what: `${port.path} is a device, but no tty`,
        seen: `device ${node?.major}:${node?.minor} is of none of the drivers in /proc/tty/drivers`,
        type: "robin list",
      },
    ];
  }
  if (driver && !["serial", "pty:slave"].includes(driver.type)) return [systemTerminal(port, driver.type)];
  if (port.uartType === PORT_UNKNOWN) {
    return [
      {
        code: "no-uart",
        severity: "problem",
        what: "no UART is fitted behind this name: every use of it is an I/O error",
        seen: `/sys/class/tty/${baseName(port.realPath)}/type is 0`,
        type: "robin list",
      },
    ];
  }
  return [];
}

function missing(port: PortFacts, machine: MachineFacts): Finding {
  const { path, because } = port;
  if (port.presence === "unreachable") {
    return {
      code: "unreachable",
      severity: "problem",
      what: `user ${machine.user.name} may not search ${because ?? "a directory on the way"}`,
      seen: `stat ${path}: EACCES`,
      ...(because === undefined ? {} : command`ls -ld ${because}`),
    };
  }
  if (port.missingNode) return noNode(port, port.missingNode, machine);
  const others = port.others ?? [];
  const there = others.length > 0 ? `; here are: ${others.join(", ")}` : "; here is no serial port at all";
  const next = port.nearest === undefined ? { type: "robin list" } : command`robin doctor ${port.nearest}`;
  if (port.presence === "dangling") {
    return {
      code: "dangling-link",
      severity: "problem",
      what: `${path} is a link to ${because ?? "?"}, which is not there${there}`,
      seen: `readlink ${path}; stat: ENOENT`,
      ...next,
    };
  }
  return {
    code: "no-such-port",
    severity: "problem",
    what: `there is no ${path}${there}`,
    seen: path.startsWith("/") ? `stat ${path}: ENOENT` : "/sys/class/tty",
    ...next,
  };
}

function noNode(
  { path }: PortFacts,
  { major, minor }: { major: number; minor: number },
  { container, hasUdev }: MachineFacts,
): Finding {
  const name = baseName(path);
  return {
    code: "no-node",
    severity: "problem",
    what: `the kernel has ${name}, but ${path} does not exist${container ? ` in this container (${container})` : ""}`,
    seen: `/sys/class/tty/${name}/dev is ${major}:${minor}`,
    ...(container
      ? { advice: `start the container with --device ${path}` }
      : hasUdev
        ? command`sudo udevadm trigger --action=add ${`/sys/class/tty/${name}`}`
        : command`sudo mknod ${path} c ${String(major)} ${String(minor)}`),
  };
}

function noDevice(
  { path, realPath }: PortFacts,
  kind: Exclude<NonNullable<PortFacts["node"]>["kind"], "character device">,
): Finding {
  const left = kind === "regular file" && realPath.startsWith("/dev/");
  return {
    code: "not-a-device",
    severity: "problem",
    what: left
      ? `${path} is a regular file: some program wrote to the name while there was no port`
      : `${path} is a ${kind}, no device`,
    seen: `stat ${path}`,
    ...(left ? command`sudo rm ${realPath}` : { type: "robin list" }),
    ...(left ? { advice: "then plug the adapter in again" } : {}),
  };
}

function systemTerminal({ path }: PortFacts, type: string): Finding {
  const what =
    type === "console"
      ? "a virtual console of this machine"
      : type.startsWith("pty")
        ? "the master side of a pty"
        : "one of the kernel's names for other terminals";
  return {
    code: "not-a-serial-port",
    severity: "problem",
    what: `${path} is ${what}, no serial port`,
    seen: `/proc/tty/drivers: ${type}`,
    type: "robin list",
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
