/**
 * RS-485 and low latency of an open tty: set where they are asked for, read back, and given back as they were found. Knows
 * which driver's refusals are which; what RS-485 settings mean is rs485.ts, the kernel's structs are tty/serial-struct.ts.
 */

import {
  decodeRs485,
  encodeRs485,
  getRs485,
  isLowLatency,
  setLowLatency,
  setRs485,
} from "../../tty/serial-struct.js";
import { errno, isErrno, type SysError } from "../../tty/sys-error.js";
import { onOff } from "../describe.js";
import type { ActualSettings, LineSettings, Refusal, Rs485 } from "../port.js";
import { compareRs485, withRs485 } from "./rs485.js";

export interface LineExtras {
  /** Sets what is asked for, and says what of it does not stand. Throws SysError when the port is gone. */
  apply(settings: LineSettings): Refusal[];
  /** What stands, where the driver has it. */
  read(): Pick<ActualSettings, "rs485" | "lowLatency">;
  /** Gives back what `apply` has changed. */
  restore(): void;
}

export function createLineExtras(fd: number): LineExtras {
  let rs485Found: Uint8Array | undefined;
  let lowLatencyFound: boolean | undefined;

  function applyRs485(asked: Rs485): Refusal[] {
    const found = getRs485(fd);
    const wanted = withRs485(decodeRs485(found), asked);
    if (compareRs485(wanted, decodeRs485(found)).length === 0) return []; // a driver without it is off, too
    setRs485(fd, encodeRs485(wanted, found));
    rs485Found ??= found;
    return compareRs485(wanted, decodeRs485(getRs485(fd)));
  }

  function applyLowLatency(on: boolean): Refusal[] {
    const found = isLowLatency(fd);
    if (found === on) return [];
    setLowLatency(fd, on);
    lowLatencyFound ??= found;
    const stands = isLowLatency(fd);
    return stands === on ? [] : [{ setting: "low latency", asked: onOff(on), took: onOff(stands) }];
  }

  return {
    apply({ rs485, lowLatency }) {
      const refusals: Refusal[] = [];
      if (rs485 !== undefined) {
        refusals.push(...orRefusal("RS-485", onOff(rs485.enabled), () => applyRs485(rs485)));
      }
      if (lowLatency !== undefined) {
        refusals.push(...orRefusal("low latency", onOff(lowLatency), () => applyLowLatency(lowLatency)));
      }
      return refusals;
    },
    read() {
      const rs485 = orNothing(() => decodeRs485(getRs485(fd)));
      const lowLatency = orNothing(() => isLowLatency(fd));
      return {
        ...(rs485 === undefined ? {} : { rs485 }),
        ...(lowLatency === undefined ? {} : { lowLatency }),
      };
    },
    restore() {
      if (rs485Found !== undefined) orNothing(() => setRs485(fd, rs485Found!));
      if (lowLatencyFound !== undefined) orNothing(() => setLowLatency(fd, lowLatencyFound!));
      rs485Found = undefined;
      lowLatencyFound = undefined;
    },
  };
}

function orRefusal(setting: string, asked: string, action: () => Refusal[]): Refusal[] {
  try {
    return action();
  } catch (error) {
    if (!isErrno(error) || isErrno(error, errno.EIO, errno.ENODEV)) throw error;
    return [{ setting, asked, took: "nothing", why: whyNot(error) }];
  }
}

function whyNot(error: SysError): string {
  return error.errno === errno.ENOTTY
    ? "the driver has no such setting"
    : `the driver says: ${error.message}`;
}

function orNothing<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isErrno(error)) return undefined; // no such thing, or gone
    throw error;
  }
}
