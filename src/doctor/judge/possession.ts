/**
 * Judges who has the port: processes, locks, logins. Pure. Each process is told once, with every way it holds it.
 */
import type { Facts, HolderFacts, LockFileFacts, MachineFacts, PortFacts, ProcessFacts } from "../facts.js";
import { command, type Finding } from "../finding.js";

const LOGIN_PROGRAM = /^(a|m|fb|u|min)?getty$|^login$/;
const LOGIN_UNIT = /^(serial-)?getty@/;

export function judgePossession({ port, machine }: Facts): Finding[] {
  if (!port) return [];
  if (port.isOwnTerminal) {
    return [
      {
        code: "own-terminal",
        severity: "problem",
        what: `${port.path} is the terminal that you type this at`,
        seen: "it is open as doctor's own standard input, output or error",
        type: "robin list",
      },
    ];
  }
  if (port.missingNode) return [];
  if (port.presence !== "present") return port.holders.map((holder) => keepsOld(holder, machine));
  const processes = claims(port).map((claim) => judgeClaim(claim, port, machine));
  return [...processes, ...exclusiveUse(port), ...port.lockFiles.flatMap((lock) => leftLock(lock, machine))];
}

/** The kernel gives a number anew only when the last descriptor of its device is closed. */
function keepsOld(holder: HolderFacts, machine: MachineFacts): Finding {
  return {
    code: "held",
    severity: "warning",
    what: `${holder.command} (PID ${holder.pid}) has it open since before it was unplugged: until that ends, the adapter comes back under another name`,
    seen: `${openSeen(holder)} (deleted)`,
    ...stop(holder, machine),
  };
}

/** A process and every way in which it has the port. */
interface Claim {
  readonly process: ProcessFacts;
  readonly ways: string[];
  readonly seen: string[];
  locked: boolean;
  /** Its lock file, where nothing else shows that it uses the port. */
  onlyFile?: LockFileFacts;
  login?: { readonly user: string; readonly waiting: boolean };
}

function claims(port: PortFacts): Claim[] {
  const byPid = new Map<number, Claim>();
  const of = (process: ProcessFacts): Claim => {
    const known = byPid.get(process.pid);
    if (known) return known;
    const claim: Claim = { process, ways: [], seen: [], locked: false };
    byPid.set(process.pid, claim);
    return claim;
  };
  for (const holder of port.holders) {
    const claim = of(holder);
    claim.ways.push("has it open");
    claim.seen.push(openSeen(holder));
    if (port.line?.exclusive) {
      claim.ways[claim.ways.length - 1] = "has it open for exclusive use (TIOCEXCL)";
      claim.locked = true;
    }
  }
  for (const process of port.flocks) {
    const claim = of(process);
    claim.ways.push("has locked it (flock)");
    claim.seen.push("/proc/locks");
    claim.locked = true;
  }
  for (const lock of port.lockFiles) {
    if (!lock.process) continue;
    const claim = of(lock.process);
    if (claim.ways.length === 0) claim.onlyFile = lock;
    claim.ways.push("is named by its lock file");
    claim.seen.push(lock.file);
    claim.locked = true;
  }
  for (const login of port.logins) {
    const claim =
      byPid.get(login.process.pid) ??
      [...byPid.values()].find(({ process }) => isLogin(process)) ??
      of(login.process);
    claim.login = login;
    claim.seen.push("utmp");
  }
  return [...byPid.values()];
}

function openSeen({ pid, fds }: HolderFacts): string {
  return fds.length > 0 ? `/proc/${pid}/fd/${fds[0]}` : `/proc/${pid}/stat: its controlling terminal`;
}

function isLogin({ command: program, unit }: ProcessFacts): boolean {
  return LOGIN_PROGRAM.test(program) || (unit !== undefined && LOGIN_UNIT.test(unit.name));
}

function judgeClaim(claim: Claim, port: PortFacts, machine: MachineFacts): Finding {
  const { process, login } = claim;
  const who = `${process.command} (PID ${process.pid})`;
  const seen = claim.seen.join(", ");
  if (login || isLogin(process)) {
    const user = login && !login.waiting ? login.user : undefined;
    return {
      code: "login",
      severity: "problem",
      what: user === undefined ? `a login waits on it: ${who}` : `${user} is logged in on it: ${who}`,
      seen,
      ...stopLogin(process, machine),
    };
  }
  if (claim.onlyFile?.letGo) {
    return {
      code: "held",
      severity: "problem",
      what: `its lock file names ${who}, which does not have it open: left behind, and the number given anew`,
      seen,
      ...command`sudo rm ${claim.onlyFile.file}`,
    };
  }
  const alone = port.holders.length + port.flocks.length > 0 && !claim.locked;
  const ways = claim.ways.length > 1 ? `: it ${listed(claim.ways)}` : "";
  return {
    code: "held",
    severity: "problem",
    what: `held by ${who}${ways}${alone ? ", which has not locked it: what arrives would go to either of the two" : ""}`,
    seen,
    ...stop(process, machine),
  };
}

/** `a, b and c` */
function listed(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " and $1");
}

/** What ends a process: its service or container, which would start it again, before the process itself. */
export function stop(process: ProcessFacts, { user }: MachineFacts): { type?: string } {
  const { unit, container, pid } = process;
  if (container) return command`sudo ${container.tool} stop ${container.id}`;
  if (unit?.ofUser) return command`systemctl --user stop ${unit.name}`;
  if (unit) return command`sudo systemctl stop ${unit.name}`;
  return { type: user.uid === 0 || user.uid === process.uid ? `kill ${pid}` : `sudo kill ${pid}` };
}

/** A getty comes back by itself, and is made by a generator of systemd's, so that only mask keeps it away. */
function stopLogin(process: ProcessFacts, machine: MachineFacts): { type?: string; advice?: string } {
  const { unit } = process;
  if (!unit || !LOGIN_UNIT.test(unit.name)) return stop(process, machine);
  return {
    ...command`sudo systemctl mask --now ${unit.name}`,
    advice: "unmask gives the login back",
  };
}

function exclusiveUse({ line, trial, holders, flocks }: PortFacts): Finding[] {
  const refused = trial?.state === "failed" && trial.text.includes("EBUSY");
  if (!refused && !(line?.exclusive && holders.length + flocks.length === 0)) return [];
  return [
    {
      code: "exclusive",
      severity: "problem",
      what:
        holders.length > 0
          ? "it is set for exclusive use (TIOCEXCL)"
          : "it is set for exclusive use (TIOCEXCL) by a process that cannot be seen, or one that is gone",
      seen: refused ? "open: EBUSY" : "TIOCGEXCL",
    },
  ];
}

function leftLock({ file, pid, process, removable }: LockFileFacts, { user }: MachineFacts): Finding[] {
  if (process) return [];
  const remove = removable || user.uid === 0 ? command`rm ${file}` : command`sudo rm ${file}`;
  if (pid === undefined) {
    return [
      {
        code: "lock-unreadable",
        severity: "warning",
        what: "a lock file does not say whose it is: other programs may take the port for held",
        seen: file,
        ...remove,
      },
    ];
  }
  return [
    {
      code: "stale-lock",
      severity: "warning",
      what: `a lock file was left behind by process ${pid}, which is gone: robin takes it over, other programs may not`,
      seen: file,
      ...remove,
    },
  ];
}
