/**
 * All checks, in the order in which a port is opened: is it there, may it be used, is it free, what else reaches for it,
 * and do its settings make sense. Pure: facts in, findings out.
 */

import type { Facts } from "./facts.js";
import { type Finding, sortFindings } from "./finding.js";
import { judgeAccess } from "./judge/access.js";
import { judgeAdapters } from "./judge/adapters.js";
import { judgeKernelLog } from "./judge/kernel-log.js";
import { judgeLockDirectories } from "./judge/lock-directories.js";
import { judgeMachine } from "./judge/machine.js";
import { judgePossession } from "./judge/possession.js";
import { judgePresence } from "./judge/presence.js";
import { judgeServices } from "./judge/services.js";
import { judgeSettings } from "./judge/settings.js";
import { judgeTraffic } from "./judge/traffic.js";
import { judgeTrial } from "./judge/trial.js";

const JUDGES: readonly ((facts: Facts) => Finding[])[] = [
  judgePresence,
  judgeAccess,
  judgePossession,
  judgeTrial,
  judgeServices,
  judgeAdapters,
  judgeMachine,
  judgeKernelLog,
  judgeSettings,
  judgeTraffic,
  judgeLockDirectories,
];

/** Every finding, the worst first. */
export function judge(facts: Facts): Finding[] {
  const findings = JUDGES.flatMap((one) => one(facts));
  return sortFindings(facts.machine.user.uid === 0 ? findings.map(withoutSudo) : findings);
}

/** `sudo ` where a command begins; the other two are words of a name, which stay as they are. */
const SUDO = /\\'|'[^']*'|(?<=^|[|&] )sudo /g;

/** Root needs no sudo, and small systems have none. */
function withoutSudo(finding: Finding): Finding {
  const { type } = finding;
  return type === undefined
    ? finding
    : { ...finding, type: type.replaceAll(SUDO, (part) => (part === "sudo " ? "" : part)) };
}
