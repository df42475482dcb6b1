/** Whether a name leads to a serial port. */
import { describe, expect, it } from "vitest";
import { judgePresence } from "../../../src/doctor/judge/presence.js";
import { facts, PORT } from "../facts.js";

const absent = { presence: "absent", others: ["/dev/ttyUSB1", "/dev/ttyACM0"] } as const;

describe("a name that leads nowhere", () => {
  it("is told with the ports there are, and the command for the nearest", () => {
    const { node, ...rest } = PORT;
    expect(judgePresence(facts({ ...rest, ...absent, nearest: "/dev/ttyUSB1" }))).toEqual([
      {
        code: "no-such-port",
        severity: "problem",
        what: "there is no /dev/ttyUSB0; here are: /dev/ttyUSB1, /dev/ttyACM0",
        seen: "stat /dev/ttyUSB0: ENOENT",
        type: "robin doctor /dev/ttyUSB1",
      },
    ]);
    expect(node).toBeDefined();
  });

  it("is told without guessing where no name is near, and where there is no port at all", () => {
    const [finding] = judgePresence(facts({ presence: "absent", others: [] }));
    expect(finding).toMatchObject({
      type: "robin list",
      what: expect.stringContaining("no serial port at all"),
    });
  });

  it("is told as the dangling link that it is", () => {
    const path = "/dev/serial/by-id/usb-FTDI-if00-port0";
    const [finding] = judgePresence(
      facts({ ...absent, path, presence: "dangling", because: "../../ttyUSB0" }),
    );
    expect(finding).toMatchObject({
      code: "dangling-link",
      severity: "problem",
      what: expect.stringContaining(`${path} is a link to ../../ttyUSB0, which is not there`),
    });
  });

  it("is told with the directory that may not be searched", () => {
    expect(judgePresence(facts({ presence: "unreachable", because: "/root" }))[0]).toMatchObject({
      code: "unreachable",
      what: "user alice may not search /root",
      type: "ls -ld /root",
    });
  });

  const missingNode = { major: 188, minor: 0 };
  it.each([
    ["udev makes the file anew", {}, { type: "sudo udevadm trigger --action=add /sys/class/tty/ttyUSB0" }],
    ["without udev it is made by hand", { hasUdev: false }, { type: "sudo mknod /dev/ttyUSB0 c 188 0" }],
    [
      "a container is given it",
      { container: "docker" },
      { advice: "start the container with --device /dev/ttyUSB0" },
    ],
  ])("that the kernel knows has only no file: %s", (_what, machine, todo) => {
    expect(judgePresence(facts({ ...absent, missingNode }, machine))[0]).toMatchObject({
      code: "no-node",
      severity: "problem",
      seen: "/sys/class/tty/ttyUSB0/dev is 188:0",
      ...todo,
    });
  });
});

describe("a name that leads to something else", () => {
  const node = { ...PORT.node!, kind: "regular file" } as const;

  it("is a file in /dev that some program has made, which is removed", () => {
    expect(judgePresence(facts({ node }))[0]).toMatchObject({
      code: "not-a-device",
      severity: "problem",
      what: expect.stringContaining("some program wrote to the name while there was no port"),
      type: "sudo rm /dev/ttyUSB0",
    });
  });

  it("is a file elsewhere, which is not", () => {
    const [finding] = judgePresence(facts({ node, path: "/home/alice/x", realPath: "/home/alice/x" }));
    expect(finding).toMatchObject({ what: "/home/alice/x is a regular file, no device", type: "robin list" });
  });

  it.each([
    [false, "not-a-tty", "no tty"],
    [{ name: "unknown", type: "console" }, "not-a-serial-port", "a virtual console"],
    [{ name: "/dev/ptmx", type: "system" }, "not-a-serial-port", "other terminals"],
    [{ name: "pty_master", type: "pty:master" }, "not-a-serial-port", "master side"],
  ] as const)("is of driver %j: %s", (driver, code, says) => {
    expect(judgePresence(facts({ driver }))[0]).toMatchObject({
      code,
      severity: "problem",
      what: expect.stringContaining(says),
    });
  });

  it("is a UART that is not fitted", () => {
    expect(judgePresence(facts({ uartType: 0, realPath: "/dev/ttyS7" }))[0]).toMatchObject({
      code: "no-uart",
      severity: "problem",
      seen: "/sys/class/tty/ttyS7/type is 0",
    });
  });
});

describe("a serial port", () => {
  it.each([
    [{ name: "usbserial", type: "serial" }, 4],
    [{ name: "pty_slave", type: "pty:slave" }, undefined],
    [undefined, undefined],
  ])("of driver %j is one", (driver, uartType) => {
    const { driver: _driver, ...rest } = PORT;
    const port = { ...rest, ...(driver ? { driver } : {}), ...(uartType === undefined ? {} : { uartType }) };
    expect(judgePresence({ ...facts(), port })).toEqual([]);
  });
});
