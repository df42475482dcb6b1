/** What reaches for ports by itself. */
import { describe, expect, it } from "vitest";
import type { MachineFacts } from "../../../src/doctor/facts.js";
import { judgeServices } from "../../../src/doctor/judge/services.js";
import { facts, one, USB } from "../facts.js";

const modemManager = { pid: 800, command: "ModemManager", uid: 0 };
const ARDUINO = {
  ...USB,
  vendorId: "2341",
  productId: "0043",
  class: "02",
  subclass: "02",
  protocol: "01",
  driver: "cdc_acm",
  modemManagerIgnores: false,
};
const FTDI = { ...USB, modemManagerIgnores: false };

describe("ModemManager", () => {
  it("takes a board that says it understands AT commands; a udev rule keeps it away", () => {
    const finding = one(judgeServices(facts({ usb: ARDUINO }, { modemManager })), "modem-manager");
    expect(finding.severity).toBe("warning");
    expect(finding.seen).toContain("bInterfaceProtocol 01");
    expect(finding.type).toBe(
      `echo 'ATTRS{idVendor}=="2341", ATTRS{idProduct}=="0043", ENV{ID_MM_DEVICE_IGNORE}="1"' | sudo tee -a /etc/udev/rules.d/77-no-modem.rules && sudo udevadm control --reload && sudo udevadm trigger --action=add /sys/bus/usb/devices/1-1`,
    );
  });

  it.each([
    ["it is told to ignore it", { ...ARDUINO, modemManagerIgnores: true }, {}],
    ["the board says that it understands none", { ...ARDUINO, protocol: "00" }, {}],
    ["it is an adapter that strict policy leaves alone", FTDI, {}],
    ["it takes only what is listed", ARDUINO, { policy: "whitelist-only" }],
  ])("is no finding where %s", (_what, usb, more) => {
    expect(judgeServices(facts({ usb }, { modemManager: { ...modemManager, ...more } }))).toEqual([]);
  });

  it("takes every adapter under its default policy, and the drivers of modems under any", () => {
    const older = { modemManager: { ...modemManager, policy: "default" } };
    expect(one(judgeServices(facts({ usb: FTDI }, older)), "modem-manager").seen).toContain(
      "--filter-policy=default",
    );
    const modem = { ...FTDI, driver: "option" };
    expect(one(judgeServices(facts({ usb: modem }, { modemManager })), "modem-manager")).toBeDefined();
  });

  it("is no finding where it does not run", () => {
    expect(judgeServices(facts({ usb: ARDUINO }))).toEqual([]);
  });
});

describe("brltty", () => {
  const text = "usb 1-1: usbfs: interface 0 claimed by ch341 while 'brltty' sets config #1";
  const rules: MachineFacts["brlttyRules"] = [
    { file: "/usr/lib/udev/rules.d/85-brltty.rules", ids: ["1a86/7523"] },
  ];
  const brltty = { pid: 70, command: "brltty", uid: 0, unit: { name: "brltty.service", ofUser: false } };
  const CH340 = { ...FTDI, vendorId: "1a86", productId: "7523", driver: "ch341" };

  it("took an adapter whose port is gone; its rules are masked and it is stopped", () => {
    const finding = one(
      judgeServices(
        facts({ presence: "absent", messages: [{ ageS: 5, text }] }, { brltty, brlttyRules: rules }),
      ),
      "brltty-took",
    );
    expect(finding).toMatchObject({
      severity: "problem",
      seen: `kernel: ${text}`,
      type: "sudo ln -sf /dev/null /etc/udev/rules.d/85-brltty.rules && sudo udevadm control --reload && sudo systemctl stop brltty.service",
    });
  });

  it("took one long ago, which says nothing of now", () => {
    expect(judgeServices(facts({ presence: "absent", messages: [{ ageS: 9000, text }] }))).toEqual([]);
  });

  it("may take an adapter of the ids in its rules, and no other", () => {
    const finding = one(judgeServices(facts({ usb: CH340 }, { brlttyRules: rules })), "brltty");
    expect(finding).toMatchObject({
      severity: "warning",
      seen: "/usr/lib/udev/rules.d/85-brltty.rules: 1a86/7523",
      type: "sudo ln -sf /dev/null /etc/udev/rules.d/85-brltty.rules && sudo udevadm control --reload",
    });
    expect(judgeServices(facts({ usb: FTDI }, { brlttyRules: rules }))).toEqual([]);
  });
});

it("the kernel's console is told, and how to have quiet", () => {
  expect(judgeServices(facts({ isConsole: true, realPath: "/dev/ttyS0" }))).toMatchObject([
    { code: "console", severity: "warning", seen: "/proc/consoles", type: "sudo dmesg --console-off" },
  ]);
});
