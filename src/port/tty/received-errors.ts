/**
 * What becomes of received breaks and of bytes with a parity or framing error: the flags for what was asked, and the words
 * for the flags that stand. Pure. What the kernel makes of the flags is n_tty_receive_break() and
 * n_tty_receive_parity_error() of its drivers/tty/n_tty.c.
 */
import { hasFlag, setControl, setFlag, type Termios } from "../../tty/termios.js";
import type { ActualSettings, LineSettings } from "../port.js";

type Handling = Pick<ActualSettings, "onError" | "onBreak">;
type Asked = Pick<LineSettings, "onError" | "onBreak">;

/** The flags in users' words. */
export function describeReceivedErrors(termios: Termios): Handling {
  const has = (name: Parameters<typeof hasFlag>[1]) => hasFlag(termios, name);
  const onError = !has("INPCK") ? "pass" : has("IGNPAR") ? "drop" : has("PARMRK") ? "mark" : "null";
  const onBreak = has("IGNBRK") ? "drop" : has("BRKINT") ? "interrupt" : has("PARMRK") ? "mark" : "pass";
  return { onError, onBreak };
}

/** Whether PARMRK, if it stands, does nothing but double each FF. */
export function marksNothing({ onError, onBreak }: Handling): boolean {
  return onError !== "mark" && onBreak !== "mark";
}

/** Whether both cannot be had: PARMRK, which marks errors, marks breaks as well. */
export function isContradiction({ onError, onBreak }: Asked): boolean {
  return onError === "mark" && onBreak === "pass";
}

/** Sets the flags for what was asked in `termios`. What was not asked for stays, as far as one flag for both allows. */
export function setReceivedErrors(termios: Termios, asked: Asked): void {
  if (asked.onError === undefined && asked.onBreak === undefined) return;
  const stands = describeReceivedErrors(termios);
  let { onError, onBreak } = { ...stands, ...withoutUndefined(asked) };
  if (isContradiction({ onError, onBreak } as Asked)) {
    if (asked.onError === undefined) onError = "pass";
    else onBreak = "mark";
  }
  if (onError === "null" && onBreak === "mark") onError = "mark";
  if (asked.onError !== undefined || onError !== stands.onError) {
    setFlag(termios, "INPCK", onError !== "pass");
    setFlag(termios, "IGNPAR", onError === "drop");
  }
  if (asked.onBreak !== undefined || onBreak !== stands.onBreak) {
    setFlag(termios, "IGNBRK", onBreak === "drop");
    setFlag(termios, "BRKINT", onBreak === "interrupt");
  }
  setFlag(termios, "PARMRK", onError === "mark" || onBreak === "mark");
  const isLookedAt = onBreak === "interrupt" || onBreak === "mark";
  if ((asked.onError === "drop" || asked.onBreak === "drop") && !isLookedAt) makeKernelLook(termios);
}

/**
 * Where nothing needs a look at single bytes, the kernel copies them whole and leaves dropping to the driver
 * (TTY_DRIVER_REAL_RAW of linux/tty_driver.h), and those for USB adapters do not do it: ftdi_sio of Linux 6.1 passes bad
 * bytes and breaks on. With ISIG it looks; with no character that means a signal that is all it does.
 */
function makeKernelLook(termios: Termios): void {
  setFlag(termios, "ISIG");
  for (const name of ["VINTR", "VQUIT", "VSUSP"] as const) setControl(termios, name, 0); // _POSIX_VDISABLE
}

function withoutUndefined({ onError, onBreak }: Asked): Partial<Handling> {
  return { ...(onError === undefined ? {} : { onError }), ...(onBreak === undefined ? {} : { onBreak }) };
}
