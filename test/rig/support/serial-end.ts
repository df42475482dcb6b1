/** A tty of the guest as a test's own end of the line: raw, with the settings that the test wants. */
import type { LineSettings } from "../../../src/port/port.js";
import { withBridge, withSettings } from "../../../src/port/tty/settings.js";
import { flushQueue } from "../../../src/tty/ioctl.js";
import { getModemLines, type ModemLines, setModemLine } from "../../../src/tty/modem-lines.js";
import { getTermios, setFlag, setTermios, type Termios } from "../../../src/tty/termios.js";
import type { FlagName } from "../../../src/tty/termios-names.js";
import { Channel } from "./channel.js";

/** The two UARTs that are joined by a null-modem cable. */
export const UARTS = ["/dev/ttyS1", "/dev/ttyS2"] as const;

const PLAIN: LineSettings = { bps: 9600, databits: 8, parity: "none", stopbits: 1, flow: "none" };
const NO_FLAGS = { iflag: 0, oflag: 0, cflag: 0, lflag: 0, line: 0 };

export class SerialEnd extends Channel {
  /**
   * Opens `path` with 9600 8N1 where `settings` say nothing else, with `flags` and no others but CLOCAL, CREAD and HUPCL,
   * whatever stood there; both queues are emptied.
   */
  constructor(path: string, settings: LineSettings = {}, flags: readonly FlagName[] = []) {
    super(path);
    const termios = withSettings(withBridge({ ...getTermios(this.fd), ...NO_FLAGS }), {
      ...PLAIN,
      ...settings,
    });
    for (const name of flags) setFlag(termios, name);
    setTermios(this.fd, termios);
    flushQueue(this.fd, "both");
  }

  get termios(): Termios {
    return getTermios(this.fd);
  }

  /** All six, as this end sees them. */
  get lines(): ModemLines {
    return getModemLines(this.fd);
  }

  setLine(line: "dtr" | "rts", on: boolean): void {
    setModemLine(this.fd, line, on);
  }
}
