/** USB adapters that make no port, and what slows one down. */
import { describe, expect, it } from "vitest";
import type { MachineFacts, UndrivenAdapter } from "../../../src/doctor/facts.js";
import { judgeAdapters } from "../../../src/doctor/judge/adapters.js";
import { facts, MACHINE, USB } from "../facts.js";

const { driver: _driver, ...FREE } = USB;
const CH340: UndrivenAdapter = {
  ...FREE,
  vendorId: "1a86",
  productId: "7523",
  product: "USB Serial",
  module: "ch341",
  moduleState: "on disk",
  users: [],
};

function judged(adapter: Partial<UndrivenAdapter>, machine: Partial<MachineFacts> = {}) {
  const [finding] = judgeAdapters({
    machine: { ...MACHINE, ...machine, undriven: [{ ...CH340, ...adapter }] },
    ports: [],
  });
  return finding;
}

describe("an adapter without a driver", () => {
  it("is named with its ids and place, and its driver loaded", () => {
    expect(judged({})).toEqual({
      code: "no-driver",
      severity: "problem",
      what: "USB Serial (FTDI), 1a86:7523 at 1-1, is plugged in, but its driver ch341 is not loaded",
      seen: "/sys/bus/usb/devices/1-1:1.0: driver none",
      type: "sudo modprobe ch341",
    });
  });

  it("whose driver is there and does not hold it is bound", () => {
    expect(judged({ moduleState: "loaded" })?.type).toBe(
      "echo 1-1:1.0 | sudo tee /sys/bus/usb/drivers/ch341/bind",
    );
  });

  it("whose driver is blacklisted names the file", () => {
    const finding = judged({ moduleState: "blacklisted", blacklist: "/etc/modprobe.d/x.conf" });
    expect(finding?.what).toContain("is blacklisted in /etc/modprobe.d/x.conf");
    expect(finding?.type).toBe("sudo modprobe ch341");
  });

  it("after an update of the kernel wants a restart", () => {
    expect(judged({ moduleState: "modules gone" })).toMatchObject({
      code: "driver-gone",
      what: expect.stringContaining("6.1.0-1-amd64 are not on the disk any more"),
      type: "sudo reboot",
    });
  });

  it.each([
    [{ distribution: "ubuntu" }, "sudo apt install linux-modules-extra-6.1.0-1-amd64"],
    [{ distribution: "debian", kernel: "6.1.0-1-cloud-amd64" }, "sudo apt install linux-image-amd64"],
    [{ distribution: "arch" }, undefined],
    [{ distribution: "ubuntu", isWsl: true }, undefined],
  ])("that this kernel has not depends on the system: %j", (machine, type) => {
    const finding = judged({ moduleState: "absent" }, machine);
    expect(finding?.what).toContain("this kernel has no driver for it (ch341)");
    expect(finding?.type).toBe(type);
    expect(finding?.type ?? finding?.advice).toBeTruthy();
  });

  it("that a program drives itself is told with the program", () => {
    const users = [{ pid: 9, command: "openocd", uid: 1000 }];
    expect(judged({ driver: "usbfs", users })).toMatchObject({
      code: "user-driver",
      what: expect.stringContaining("openocd (PID 9) drives it without the kernel (usbfs)"),
      type: "kill 9",
    });
    expect(judged({ driver: "usbfs" })?.type).toBe(
      "echo 1-1:1.0 | sudo tee /sys/bus/usb/drivers/usbfs/unbind && echo 1-1:1.0 | sudo tee /sys/bus/usb/drivers/ch341/bind",
    );
  });

  it("is no matter of a port that is there", () => {
    expect(judgeAdapters(facts({}, { undriven: [CH340] }))).toEqual([]);
    expect(judgeAdapters(facts({ presence: "absent" }, { undriven: [CH340] }))).toHaveLength(1);
  });
});

it("a USB device that was not let in is told where a port is missing", () => {
  expect(judgeAdapters(facts({ presence: "absent" }, { unauthorized: ["1-2"] }))[0]).toMatchObject({
    code: "not-authorized",
    severity: "warning",
    type: "echo 1 | sudo tee /sys/bus/usb/devices/1-2/authorized",
  });
});

describe("a port that is there", () => {
  it("has a latency timer of 16 ms, which is a note; 1 ms is none", () => {
    expect(judgeAdapters(facts({ latencyTimerMs: 16 }))).toMatchObject([
      {
        code: "latency",
        severity: "note",
        type: "echo 1 | sudo tee /sys/bus/usb-serial/devices/ttyUSB0/latency_timer",
      },
    ]);
    expect(judgeAdapters(facts({ latencyTimerMs: 1 }))).toEqual([]);
  });

  it("may be put to sleep, which is a note", () => {
    const usb = { ...USB, modemManagerIgnores: false };
    expect(judgeAdapters(facts({ usb: { ...usb, powerControl: "auto" } }))).toMatchObject([
      {
        code: "autosuspend",
        severity: "note",
        type: "echo on | sudo tee /sys/bus/usb/devices/1-1/power/control",
      },
    ]);
    expect(judgeAdapters(facts({ usb: { ...usb, powerControl: "on" } }))).toEqual([]);
  });

  it.each([
    [1, "8250"],
    [2, "16450"],
  ])("of UART type %i has no FIFO, which is a note", (uartType, chip) => {
    const [finding] = judgeAdapters(facts({ uartType }));
    expect(finding).toMatchObject({ code: "no-fifo", severity: "note", what: expect.stringContaining(chip) });
    expect(judgeAdapters(facts({ uartType: 4 }))).toEqual([]);
  });
});
