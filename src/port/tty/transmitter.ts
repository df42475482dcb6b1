/**
 * What an open tty still has to send: in the driver, and then in the transmitter. Knows how drivers tell, and that some
 * never do.
 */
import { transmitterEmpty, unsentBytes } from "../../tty/ioctl.js";
import { getTermios } from "../../tty/termios.js";

/** A UART's or an adapter's own buffer: 256 bytes at most, but for a few; at 10 bits a byte. */
const FIFO_BITS = 256 * 10;

export interface Transmitter {
  /** Bytes that the driver has; 0 where it is gone. */
  unsent(): number;
  /** A wait that begins now: whether something is still on its way out. Soon false once `unsent` is 0. */
  settling(): () => boolean;
  /** How long the transmitter's own buffer can last at the speed that stands, ms. */
  bufferMs(): number;
}

export function createTransmitter(fd: number): Transmitter {
  const unsent = () => {
    try {
      return unsentBytes(fd);
    } catch {
      return 0; // gone
    }
  };
  const bufferMs = () => {
    try {
      return (FIFO_BITS / Math.max(50, getTermios(fd).ospeed)) * 1000;
    } catch {
      return 0; // gone
    }
  };
  return {
    unsent,
    bufferMs,
    settling() {
      let queueEmptyAtMs: number | undefined;
      return () => {
        if (unsent() > 0) {
          queueEmptyAtMs = undefined;
          return true;
        }
        try {
          if (transmitterEmpty(fd)) {
            queueEmptyAtMs = undefined;
            return false;
          }
        } catch {
          return false; // the driver cannot tell, or the port is gone
        }
        // Some adapters never say that they are empty (QEMU's FT232, seen on Linux 6.1): wait as long as it can last.
        queueEmptyAtMs ??= performance.now();
        return performance.now() - queueEmptyAtMs < bufferMs();
      };
    },
  };
}
