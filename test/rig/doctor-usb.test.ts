/** `robin doctor` and USB: adapters that are taken, pulled, or without a driver. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { close, ioctl, O_RDWR, open } from "../../src/tty/libc.js";
import { until } from "../support/until.js";
import { endAll, ended, examine, found, inherit, start, type } from "./support/doctor.js";
import { plugUsb0, unplugUsb0 } from "./support/qmp.js";
import { SerialEnd } from "./support/serial-end.js";
import { UsbSim } from "./support/usb-sim.js";

const USB0 = "/dev/ttyUSB0";

afterEach(endAll);

/** Where QEMU's adapter is plugged in now, such as `1-1`: a replug may take another socket. */
function usb0Device(): string {
  return basename(join(realpathSync("/sys/class/tty/ttyUSB0/device"), "../.."));
}

test("ModemManager is kept away from a board by the rule that is typed", async () => {
  const program = "/tmp/ModemManager";
  copyFileSync("/bin/sleep", program);
  chmodSync(program, 0o755);
  start(program, ["1000"]);
  const sim = await UsbSim.plug({ chip: "cdc_acm", serial: "RIG-MM" });
  const finding = await until(
    "ModemManager to be seen",
    async () => (await examine(sim.path)).findings.find(({ code }) => code === "modem-manager"),
    30_000,
  );
  expect(finding).toMatchObject({
    severity: "warning",
    seen: expect.stringContaining("bInterfaceProtocol 01"),
  });
  mkdirSync("/etc/udev/rules.d", { recursive: true });
  type(finding);
  await until(
    "udev to have read the rule",
    async () => !(await examine(sim.path)).codes.includes("modem-manager"),
    30_000,
  );
  rmSync("/etc/udev/rules.d/77-no-modem.rules");
  await sim.close();
});

test("an adapter without its driver is found, and what is typed makes it a port again", async () => {
  const device = usb0Device();
  writeFileSync("/sys/bus/usb/drivers/ftdi_sio/unbind", `${device}:1.0`);
  await until("the port to go", () => !existsSync(USB0), 30_000);
  const { findings, port } = await examine(USB0);
  expect(port.presence).toBe("absent");
  const finding = found(findings, "no-driver");
  expect(finding).toMatchObject({
    severity: "problem",
    what: expect.stringContaining(
      `0403:6001 at ${device}, is plugged in, but its driver ftdi_sio does not hold it`,
    ),
    type: `echo ${device}:1.0 | tee /sys/bus/usb/drivers/ftdi_sio/bind`,
  });
  type(finding);
  await until("the port to come back", () => existsSync(USB0), 30_000);
  expect((await examine(USB0)).codes).not.toContain("no-driver");
});

test("a port that was unplugged is told with when, by the kernel's own messages, and with who still has it", async () => {
  const end = new SerialEnd(USB0);
  const child = await inherit(end.fd);
  end.close();
  await unplugUsb0();
  await until("the node to go", () => !existsSync(USB0), 30_000);
  const { findings } = await examine(USB0);
  expect(found(findings, "no-such-port").severity).toBe("problem");
  expect(found(findings, "unplugged")).toMatchObject({
    what: expect.stringMatching(/^the adapter was unplugged \d+ s ago$/),
    seen: expect.stringMatching(/^kernel: usb [\d.-]+: USB disconnect, device number \d+$/),
  });
  expect(found(findings, "held").what).toContain(
    `sleep (PID ${child.pid}) has it open since before it was unplugged`,
  );
  type(found(findings, "held"));
  await ended(child);
  await plugUsb0();
  expect((await examine(USB0)).codes).not.toContain("no-such-port");
});

test("an adapter that brltty took is told by the kernel's own words for it", async () => {
  const device = usb0Device();
  const number = (name: string) =>
    readFileSync(`/sys/bus/usb/devices/${device}/${name}`, "utf8").trim().padStart(3, "0");
  const fd = open(`/dev/bus/usb/${number("busnum")}/${number("devnum")}`, O_RDWR);
  const { title } = process;
  process.title = "brltty"; // the kernel's name of this thread as well
  const USBDEVFS_SETCONFIGURATION = 0x80045505; // linux/usbdevice_fs.h
  expect(() => ioctl(fd, USBDEVFS_SETCONFIGURATION, Uint8Array.of(1, 0, 0, 0))).toThrow("EBUSY");
  process.title = title;
  writeFileSync("/sys/bus/usb/drivers/ftdi_sio/unbind", `${device}:1.0`); // which brltty does by USBDEVFS_DISCONNECT
  close(fd);
  await until("the port to go", () => !existsSync(USB0), 30_000);
  const { findings } = await examine(USB0);
  expect(found(findings, "brltty-took")).toMatchObject({
    severity: "problem",
    seen: `kernel: usb ${device}: usbfs: interface 0 claimed by ftdi_sio while 'brltty' sets config #1`,
  });
  type(found(findings, "no-driver"));
  await until("the port to come back", () => existsSync(USB0), 30_000);
});
