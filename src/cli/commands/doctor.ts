/**
 * `robin doctor [PORT]`: why a port does not work, or does and should not be trusted. Knows where words go; the
 * facts are gathered and judged in doctor/.
 */
import { Chalk } from "chalk";
import type { PortFacts } from "../../doctor/facts.js";
import { FINDING_CODES, type Finding, statusOfFindings, type Unlooked } from "../../doctor/finding.js";
import { DOCTOR_ROOTS, gatherMachine, type Machine } from "../../doctor/gather/machine.js";
import { gatherPort } from "../../doctor/gather/port.js";
import { judge } from "../../doctor/judge.js";
import { RobinError } from "../../errors.js";
import { devicePorts } from "../../port/discovery/discover.js";
import { resolvePortName } from "../../port/discovery/port-name.js";
import { portPath } from "../../port/open.js";
import { describeTermios } from "../../port/tty/settings.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { namedPort } from "../choose-profile.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import { messageConfig } from "../config.js";
import { isTerminal } from "../is-terminal.js";
import { nearest } from "../nearest.js";
import { print, printJson } from "../result.js";
import { type Words, wantsColor } from "../words.js";
import { doctorText, headline, MARKS, type Section } from "./doctor-text.js";

/** What was found out about one port. */
interface Diagnosis {
  readonly port: PortFacts;
  readonly findings: readonly Finding[];
  readonly unlooked: readonly Unlooked[];
}

export const doctor: Command = {
  usage: "robin doctor [options] [<port>]",
  takes: { first: ["device"] },
  options: commandOptions([
    {
      name: "open",
      group: "Options",
      does: "also open the port, to see its settings, lines and counters: raises DTR and RTS, which resets many boards",
      otherwise: "off",
    },
    JSON_OPTION,
  ]),
  details: [
    `With a port, everything about it that keeps it from working: that it is not there, and why (unplugged, no
driver, taken by brltty), who may use it, who has it (processes, lock files, flock, TIOCEXCL, a login, the
kernel's console), what else reaches for it (ModemManager, brltty), what the kernel's log says of it, settings
that no peer can talk with, bytes that do not move, counted errors. Without one: each port there is, and USB
adapters that should be one.`,
    `A finding is a line, with the place where it was seen in brackets, and beneath it what to type, in a form that
can be copied. In front of it stands ${MARKS.problem} where the port does not open or is someone else's,
${MARKS.warning} where bytes may not go as they should, ${MARKS.note} where it is only good to know, and
${MARKS.unlooked} where something was not looked at.`,
    `The port is not opened, for that raises DTR and RTS, even where another program has it open already. Settings,
lines and counters are read through a descriptor of the program that has it open, where the kernel allows that
(as root, or without Yama's ptrace_scope), lines and counters of a UART from /proc/tty/driver as root, and with
--open by an open that does not wait. A pty has no lines: where another program has it open it is opened too.
Other users' processes show what they have open to root alone. No setting is ever changed.`,
    `Exit status: 0 where nothing keeps a port from opening, 3 where something does, 4 where all that does is that it
is held. Without a port: the same for the worst of all, and 3 where there is none.`,
    `With --json: {port, status, findings: [{code, severity, what, seen, type, advice}], notLookedAt: [{what, why,
type}], facts}; without a port {status, findings, notLookedAt, ports: [facts]}, each finding with its port.
severity is problem, warning or note. What does not apply is left out. Codes:
${Object.keys(FINDING_CODES).join(", ")}.`,
  ],
  examples: [
    ["robin doctor ttyUSB0", "why does it not open?"],
    ["robin doctor", "all ports, and adapters that make none"],
    ["sudo robin doctor --open ttyUSB0", "everything, with settings and counters"],
  ],
  async run(args, { words }) {
    const { positional, values } = args;
    const [name, ...rest] = positional;
    if (rest.length > 0) throw new RobinError("usage", `argument "${rest[0]}": robin doctor takes one port`);
    const open = values.get("open") === true;
    if (open && name === undefined) {
      throw new RobinError(
        "usage",
        "option --open: name the port that may be opened: robin doctor --open <port>",
      );
    }
    if (process.platform !== "linux") {
      throw new RobinError("unsupported", "examine ports: robin can do that on Linux only");
    }
    const path = name === undefined ? undefined : pathOf(await namedPort(name));
    const machine = gatherMachine();
    const { quiet, verbose, color } = messageConfig(args);
    const level = wantsColor({ color, isTerminal: () => isTerminal(1), env: process.env }) ? 1 : 0;
    const report = path === undefined ? await examineAll(machine) : await examineOne(path, machine, open);
    if (values.get("json") === true) printJson(report.document);
    else print(doctorText(report.sections({ quiet, verbose: verbose > 0 }), new Chalk({ level })));
    tellUnlooked(report.unlooked, words);
    return report.status;
  },
};

/** What is shown: under --quiet no notes; of all ports at once neither, but under -v. */
interface Shown {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

interface Report {
  readonly status: number;
  readonly document: object;
  readonly sections: (shown: Shown) => Section[];
  readonly unlooked: readonly Unlooked[];
}

/** The path that a name stands for; the name itself where no port fits it, which is a finding like others. */
function pathOf(name: string): string {
  if (name === "demo:") {
    throw new RobinError("usage", "port demo: is a board built into robin, always there: robin demo:");
  }
  try {
    return portPath(resolvePortName(name));
  } catch (error) {
    if (error instanceof RobinError && isErrno(error.cause, errno.ENODEV)) return name;
    throw error;
  }
}

/** What drivers call their ports. Where such a name is well written, only its number may be wrong. */
const KERNEL_NAME = /^\/dev\/(tty(?:USB|ACM|AMA|XRUSB|GS|THS|mxc|S))\d+$/;

/** The port that was most likely meant by a name that there is not. */
export function meantPort(path: string, paths: readonly string[]): string | undefined {
  const kind = KERNEL_NAME.exec(path)?.[1];
  const candidates = kind === undefined ? paths : paths.filter((one) => KERNEL_NAME.exec(one)?.[1] === kind);
  const base = (one: string) => one.slice(one.lastIndexOf("/") + 1).toLowerCase();
  const found = nearest(base(path), candidates.map(base));
  return candidates.find((one) => base(one) === found);
}

async function diagnose(path: string, machine: Machine, open: boolean): Promise<Diagnosis> {
  const { port, unlooked } = await gatherPort(path, machine, DOCTOR_ROOTS, { open, nearest: meantPort });
  return { port, unlooked, findings: judge({ machine: machine.facts, port }) };
}

async function examineOne(path: string, machine: Machine, open: boolean): Promise<Report> {
  const { port, findings, unlooked } = await diagnose(path, machine, open);
  const status = statusOfFindings(findings);
  return {
    status,
    document: { port: port.path, status, findings, notLookedAt: unlooked, facts: portDocument(port) },
    sections: ({ quiet }) => [
      {
        title: headline(port),
        findings: quiet ? findings.filter(({ severity }) => severity !== "note") : findings,
        unlooked: quiet ? [] : unlooked.filter(({ type }) => type !== undefined),
      },
    ],
    unlooked,
  };
}

async function examineAll(machine: Machine): Promise<Report> {
  const paths = devicePorts().map(({ path }) => path);
  const diagnoses: Diagnosis[] = [];
  for (const path of paths) diagnoses.push(await diagnose(path, machine, false));
  const general = judge({ machine: machine.facts, ports: paths });
  const findings = [
    ...general,
    ...diagnoses.flatMap(({ port, findings }) => findings.map((one) => ({ port: port.path, ...one }))),
  ];
  const status = statusOfFindings(findings);
  const { unlooked } = machine;
  const missed = (quiet: boolean) => (quiet ? [] : unlooked.filter(({ type }) => type !== undefined));
  const title = paths.length === 0 ? "no serial port" : "this machine";
  return {
    status,
    document: {
      status,
      findings,
      notLookedAt: unlooked,
      ports: diagnoses.map(({ port }) => ({ path: port.path, ...portDocument(port) })),
    },
    sections: ({ quiet, verbose }) => [
      ...diagnoses.map(({ port, findings: own, unlooked: left }) => ({
        title: headline(port),
        findings: verbose ? own : own.filter(({ severity }) => severity !== "note"),
        unlooked: verbose ? left : [],
      })),
      ...(general.length + missed(quiet).length > 0
        ? [{ title, findings: general, unlooked: missed(quiet) }]
        : []),
    ],
    unlooked,
  };
}

/** The facts that programs may rely on. */
function portDocument({ info, node, access, driver, holders, line, usb }: PortFacts): object {
  return {
    ...info,
    ...(driver ? { ttyDriver: driver.name } : {}),
    ...(usb?.driver === undefined ? {} : { usbDriver: usb.driver }),
    ...(node
      ? {
          owner: node.owner ?? node.uid,
          group: node.group?.name ?? node.gid,
          mode: node.mode.toString(8).padStart(3, "0"),
        }
      : {}),
    ...(access ? { readable: access.read, writable: access.write } : {}),
    holders: holders.map(({ pid, command }) => ({ pid, command })),
    ...(line?.termios ? { settings: describeTermios(line.termios) } : {}),
    ...(line?.lines ? { lines: line.lines } : {}),
    ...(line?.counters ? { counters: line.counters } : {}),
  };
}

/** Checks for which there is no source, and no way to one: for the curious. */
function tellUnlooked(unlooked: readonly Unlooked[], words: Words): void {
  for (const { what, why, type } of unlooked) {
    if (type === undefined) words.detail(`not looked at: ${what}: ${why}`);
  }
}
