/** A mount namespace of a test's own, where nodes of /dev and files of /sys may be others. */
import { execFileSync } from "node:child_process";

/** Prefix of a command line that runs in one. */
export const UNSHARE: readonly string[] = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-rm"];

/** Why there is none here, or undefined. */
export function whyNoMounts(): string | undefined {
  try {
    execFileSync(UNSHARE[0]!, [...UNSHARE.slice(1), "mount", "--bind", "/dev", "/dev"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "this user may not have a mount namespace";
  }
}
