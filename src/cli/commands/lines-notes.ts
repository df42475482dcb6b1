/**
 * What there is to say of lines that were looked at or set: what the driver did not take, what the kernel did by
 * itself, what an error means. Knows these facts; plays nothing.
 */

import { printable } from "../../bytes/printable.js";
import { RobinError } from "../../errors.js";
import { onOff } from "../../port/describe.js";
import { isGone } from "../../port/lines/bps-touch.js";
import type { Played } from "../../port/lines/player.js";
import type { Step } from "../../port/lines/steps.js";
import type { SharedDevice } from "../../port/open-beside.js";
import type { OutputLine } from "../../tty/modem-lines.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { hasFlag } from "../../tty/termios.js";
import type { Words } from "../words.js";

/** Throws RobinError "setup-failed" for lines that the driver left as they were. */
export function checkPlayed({ path }: SharedDevice, { sets, ignored }: Played, words: Words): void {
  for (const { atMs, lines: names, on } of sets) {
    words.detail(`${atMs.toFixed(1).padStart(7)} ms  ${names.join("+").toUpperCase()} ${onOff(on)}`);
  }
  if (ignored.length === 0) return;
  const text = ignored.map(({ line, asked }) => `${line.toUpperCase()} ${onOff(asked)}`).join(", ");
  throw new RobinError("setup-failed", `set lines of ${path}: the driver did not take ${text}`);
}

/** The lines that were set by a step, not for a pulse, and stand raised. */
export function raisedBy(steps: readonly Step[], { sets }: Played): OutputLine[] {
  const named = steps.flatMap((step) => (step.kind === "set" ? step.lines : []));
  return [...new Set(named)].filter((line) => sets.findLast((one) => one.lines.includes(line))?.on);
}

/** That the open may have changed lines which somebody else had lowered. */
export function tellOpening({ path, holders, raised }: SharedDevice, words: Words): void {
  if (raised !== "maybe") return;
  const who = holders.map(({ command, pid }) => `${printable(command)} (PID ${pid})`).join(", ");
  words.notice(`every open of ${path} raises DTR and RTS: this one, too, if ${who} had lowered them`);
}

/** A look is none for the device: what it shows of the host's lines is its own doing. */
export function tellLook({ path, raised, termios }: SharedDevice, words: Words): void {
  if (raised !== "yes") return;
  const after = hasFlag(termios, "HUPCL") ? "fall again now (hupcl)" : "stay up (-hupcl)";
  words.notice(`this look has raised DTR and RTS: nobody else is seen to have ${path} open; they ${after}`);
}

/**
 * The last close lowers DTR and RTS where HUPCL is set, and nothing else: LOOP and OUT1 outlive it (seen on Linux
 * 6.1).
 */
export function tellClosing(tty: SharedDevice, lines: readonly OutputLine[], words: Words): void {
  const { path, termios, holders } = tty;
  if (lines.includes("loop")) {
    words.notice(`LOOP stays on, so that ${path} hears itself alone, until robin lines ${path} loop=off`);
  }
  const falling = lines.filter((line) => line === "dtr" || line === "rts");
  if (falling.length === 0 || holders.length > 0 || !hasFlag(termios, "HUPCL")) return;
  const names = falling.map((line) => line.toUpperCase()).join(" and ");
  words.notice(
    `lowering ${names} again: hupcl is set, and nobody else is seen to have ${path} open
  hint: --hold keeps the port open; robin termios ${path} -hupcl lets lines stay after the last close`,
  );
}

/** What a request that failed says of the port. */
export function explained(error: unknown, { path, termios }: SharedDevice, sets: boolean): unknown {
  if (!isErrno(error)) return error;
  const why = error.message;
  const what = `${sets ? "set" : "read"} lines of ${path}`;
  if (isGone(error)) {
    const hint = hasFlag(termios, "CLOCAL") ? undefined : "without clocal the kernel hangs up when DCD falls";
    return new RobinError("lost", `${what}: the port was lost: hung up or unplugged`, { cause: error, hint });
  }
  if (!isErrno(error, errno.ENOTTY, errno.EINVAL)) {
    return new RobinError("unsupported", `${what}: ${why}`, { cause: error });
  }
  const hint = path.startsWith("/dev/pts/") ? "a pty has data alone, no lines" : undefined;
  return new RobinError("unsupported", `${what}: the device has no modem lines`, { cause: error, hint });
}
