/**
 * The sign that boards with USB of their own take for "start the bootloader": a speed that nobody uses, and DTR off
 * at it. Knows that the port goes away when it works, and gives the speed back when it does not.
 */
import { RobinError } from "../../errors.js";
import { errno, isErrno } from "../../tty/sys-error.js";
import { copyTermios, getTermios, setSpeed, setTermios } from "../../tty/termios.js";
import type { OpenDevice } from "../open-device.js";

/** How long a board may take to leave the bus: arduino-cli gives it half a second, slow hubs need more. */
const LEAVE_MS = 3000;
const LOOK_MS = 10;

export function isGone(error: unknown): boolean {
  return isErrno(error, errno.EIO, errno.ENODEV, errno.ENXIO);
}

/**
 * Sets the speed, runs `play` and waits until the port is gone. `onChanged` is told how to give the speed back, and
 * gives what to call when that is done with. Throws RobinError "setup-failed" when the port stays.
 */
export async function touchAtSpeed(
  { fd, termios }: OpenDevice,
  path: string,
  bps: number,
  play: () => Promise<void>,
  onChanged: (giveBack: () => void) => () => void,
): Promise<void> {
  const giveBack = () => {
    try {
      setTermios(fd, termios);
    } catch {
      // gone, and its settings with it
    }
  };
  const wanted = copyTermios(termios);
  setSpeed(wanted, bps);
  const done = onChanged(giveBack);
  try {
    setTermios(fd, wanted);
    await play();
    const deadline = performance.now() + LEAVE_MS;
    while (performance.now() < deadline) {
      getTermios(fd);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } catch (error) {
    if (isGone(error)) return;
    throw error;
  } finally {
    done();
    giveBack();
  }
  throw new RobinError(
    "setup-failed",
    `reset ${path}: the board has not left the bus in ${LEAVE_MS / 1000} s`,
    {
      hint: "is it one that knows the 1200 bps sign? If it hangs, hold BOOTSEL while plugging it in",
    },
  );
}
