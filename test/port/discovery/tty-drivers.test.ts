/** /proc/tty/drivers as kernels write it. */
import { describe, expect, it } from "vitest";
import { parseTtyDrivers, ttyDriverOf } from "../../../src/port/discovery/tty-drivers.js";

const LINUX_6_1 = `/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/vc/0            /dev/vc/0       4       0 system:vtmaster
usbserial            /dev/ttyUSB   188 0-511 serial
serial               /dev/ttyS       4 64-95 serial
pty_slave            /dev/pts      136 0-1048575 pty:slave
my own driver        /dev/ttyX     240 7 serial
unknown              /dev/tty        4 1-63 console
`;

describe("/proc/tty/drivers", () => {
  const drivers = parseTtyDrivers(LINUX_6_1);

  it("tells the driver and the type of a number", () => {
    expect(ttyDriverOf("188:511", drivers)).toMatchObject({ name: "usbserial", type: "serial" });
    expect(ttyDriverOf("4:64", drivers)).toMatchObject({ name: "serial", type: "serial" });
    expect(ttyDriverOf("4:63", drivers)).toMatchObject({ name: "unknown", type: "console" });
    expect(ttyDriverOf("136:3", drivers)).toMatchObject({ type: "pty:slave" });
  });

  it("may have a single minor, and blanks in a name", () => {
    expect(ttyDriverOf("240:7", drivers)?.name).toBe("my own driver");
    expect(ttyDriverOf("240:8", drivers)).toBeUndefined();
  });

  it("does not tell what is not in it, nor from what it is not", () => {
    expect(ttyDriverOf("188:512", drivers)).toBeUndefined();
    expect(ttyDriverOf("", drivers)).toBeUndefined();
    expect(parseTtyDrivers("nothing of the kind\n\n")).toEqual([]);
  });
});
