/**
 * Judges a trial open of the port. Pure; the numbers are those of open(2) on a tty.
 */
import { errno } from "../../tty/sys-error.js";
import type { Facts } from "../facts.js";
import type { Finding } from "../finding.js";

export function judgeTrial({ port, machine }: Facts): Finding[] {
  const { trial, access } = port ?? {};
  if (trial?.state === "waits") {
    return [
      {
        code: "open-waits",
        severity: "problem",
        what: `an open does not come back within ${trial.afterMs} ms: the last program to close the port may still wait for its bytes to be sent, up to 30 s`,
        seen: "open with O_NONBLOCK",
      },
    ];
  }
  if (trial?.state !== "failed" || trial.errno === errno.EBUSY) return []; // possession.ts tells what is busy
  const denied = trial.errno === errno.EACCES || trial.errno === errno.EPERM;
  if (denied && !(access?.read && access.write)) return []; // access.ts tells why
  const seen = `open: ${trial.text}`;
  if (denied) {
    return [
      {
        code: "refused",
        severity: "problem",
        what: `the kernel refuses it although the permissions allow it: ${
          machine.container
            ? `this container (${machine.container}) was not given the device`
            : "a security module, or a file system mounted nodev"
        }`,
        seen,
        ...(machine.container ? { advice: `start the container with --device ${port!.path}` } : {}),
      },
    ];
  }
  const noDevice = trial.errno === errno.EIO || trial.errno === errno.ENXIO || trial.errno === errno.ENODEV;
  return [
    {
      code: "open-failed",
      severity: "problem",
      what: noDevice
        ? "there is no device behind the name: a pty whose other end is gone, an adapter that was pulled, or a UART that is not fitted"
        : "it cannot be opened",
      seen,
    },
  ];
}
