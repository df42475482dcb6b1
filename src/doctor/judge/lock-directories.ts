/**
 * Judges whether lock files can be made. Pure. Robin goes without one where it cannot; its other two locks hold.
 */
import type { Facts } from "../facts.js";
import type { Finding } from "../finding.js";

export function judgeLockDirectories({ port, machine }: Facts): Finding[] {
  const { lockDirectories } = machine;
  if (port?.presence !== "present" || lockDirectories.some(({ writable }) => writable)) return [];
  const names = lockDirectories.map(({ path }) => path);
  return [
    {
      code: "lock-directory",
      severity: "note",
      what:
        names.length === 0
          ? "there is no directory for lock files: programs that know no other lock do not see that robin has the port"
          : `user ${machine.user.name} may not make lock files: programs that know no other lock do not see that robin has the port`,
      seen: names.length === 0 ? "/var/lock, /run/lock" : names.join(", "),
    },
  ];
}
