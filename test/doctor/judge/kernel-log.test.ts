/** What the kernel said. The messages are those of real kernels. */
import { describe, expect, it } from "vitest";
import type { KernelMessage } from "../../../src/doctor/facts.js";
import { judgeKernelLog, messagesOf, RECENT_S } from "../../../src/doctor/judge/kernel-log.js";
import { facts, one } from "../facts.js";

/** Messages a second apart, the last one 10 s ago. */
function log(...texts: string[]): KernelMessage[] {
  return texts.map((text, n) => ({ ageS: 10 + texts.length - 1 - n, text }));
}

const ATTACH = "usb 1-1.4: FTDI USB Serial Device converter now attached to ttyUSB0";
const GONE = "usb 1-1.4: USB disconnect, device number 7";

describe("the messages of a port", () => {
  const all = log(
    "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
    ATTACH,
    "ftdi_sio ttyUSB0: Unable to read latency timer: -32",
    "usb 1-1.41: device descriptor read/64, error -71",
    "usb 1-1-port4: disabled by hub (EMI?), re-enabling...",
    "ftdi_sio 1-1.4:1.0: device disconnected",
    "usb 1-1-port40: over-current condition",
    "ttyUSB01: nothing",
  );
  const own = [all[1], all[2], all[4], all[5]];

  it("are those with its name, its USB device and its socket of the hub, and no others", () => {
    expect(messagesOf("ttyUSB0", "1-1.4", all)).toEqual(own);
  });

  it("are found by where it was attached last, when it is gone", () => {
    expect(messagesOf("ttyUSB0", undefined, all)).toEqual(own);
    const acm = log(
      "cdc_acm 3-2:1.0: ttyACM0: USB ACM device",
      "usb 3-2: USB disconnect, device number 9",
      GONE,
    );
    expect(messagesOf("ttyACM0", undefined, acm)).toEqual(acm.slice(0, 2));
  });

  it("are those of the root hub's socket too", () => {
    const power = log("usb usb1-port1: over-current condition", "usb usb1-port2: over-current condition");
    expect(messagesOf("ttyUSB0", "1-1", power)).toEqual([power[0]]);
  });

  it("are those of devices that could not even be asked, where none names the port", () => {
    const bad = log(
      "usb 1-3: device descriptor read/64, error -71",
      "usb usb1-port3: unable to enumerate USB device",
    );
    expect(messagesOf("ttyUSB5", undefined, [...all, ...bad]).map(({ text }) => text)).toEqual([
      "usb 1-1.41: device descriptor read/64, error -71",
      ...bad.map(({ text }) => text),
    ]);
  });
});

describe("a port that is gone", () => {
  const absent = (...texts: string[]) =>
    judgeKernelLog(facts({ presence: "absent", messages: log(...texts) }));

  it("was unplugged, and when", () => {
    expect(one(absent(ATTACH, GONE), "unplugged")).toMatchObject({
      severity: "warning",
      what: "the adapter was unplugged 10 s ago",
      seen: `kernel: ${GONE}`,
    });
  });

  it("came back under another name", () => {
    const again = "usb 1-1.4: FTDI USB Serial Device converter now attached to ttyUSB1";
    expect(one(absent(ATTACH, GONE, again), "unplugged")).toMatchObject({
      what: "the adapter was unplugged 11 s ago, and came back as /dev/ttyUSB1",
      type: "robin doctor /dev/ttyUSB1",
    });
  });

  it("was pulled while it was open, which is no fault of the driver's", () => {
    const noise = ["ftdi_sio ttyUSB0: usb_serial_generic_read_bulk_callback - nonzero urb status: -71", GONE];
    expect(absent(ATTACH, ...noise).map(({ code }) => code)).toEqual(["unplugged"]);
  });
});

describe("a port that is there", () => {
  const present = (...texts: string[]) => judgeKernelLog(facts({ messages: log(...texts) }));

  it("keeps falling off the bus; once is nothing", () => {
    expect(one(present(ATTACH, GONE, ATTACH, GONE, ATTACH), "reconnects").what).toMatch(
      /2 times within an hour, last 11 s ago/,
    );
    expect(present(ATTACH, GONE, ATTACH)).toEqual([]);
  });

  it.each([
    ["usb 1-1-port4: over-current condition", "over-current"],
    ["usb 1-1.4: device descriptor read/64, error -71", "usb-errors"],
    ["usb 1-1.4: device not accepting address 5, error -71", "usb-errors"],
    ["usb 1-1-port4: disabled by hub (EMI?), re-enabling...", "usb-errors"],
    ["usb 1-1.4: reset full-speed USB device number 7 using xhci_hcd", "usb-errors"],
    ["cp210x ttyUSB0: failed set request 0x12 status: -110", "driver-errors"],
    ["ch341-uart ttyUSB0: failed to read modem status: -110", "driver-errors"],
    ["ftdi_sio ttyUSB0: Unable to write latency timer: -32", "driver-errors"],
    ["cdc_acm 1-1.4:1.0: failed to set dtr/rts", "driver-errors"],
    ["ttyS0: 3 input overrun(s)", "input-overrun"],
    ["ttyUSB0: 1 input overrun(s)", "input-overrun"],
    ["serial8250: too much work for irq4", "input-overrun"],
    ["ttyS2: LSR safety check engaged!", "no-uart"],
    ["pl2303 1-1.4:1.0: unknown device type, please report to linux-usb@vger.kernel.org", "counterfeit"],
  ])("%s is %s", (text, code) => {
    expect(one(present(ATTACH, text), code)).toMatchObject({ severity: "warning", seen: `kernel: ${text}` });
  });

  it("has each kind told once, with how often and when last", () => {
    const text = "ttyUSB0: 1 input overrun(s)";
    const [finding, ...rest] = present(ATTACH, text, text, text);
    expect(finding?.what).toContain("(3 messages), last 10 s ago");
    expect(rest).toEqual([]);
  });

  it("has no trouble that is long ago, and no news", () => {
    const old = [{ ageS: RECENT_S + 1, text: "usb 1-1-port4: over-current condition" }];
    expect(judgeKernelLog(facts({ messages: old }))).toEqual([]);
    expect(
      present(
        "usb 1-1.4: New USB device found, idVendor=0403, idProduct=6001, bcdDevice= 6.00",
        "ftdi_sio 1-1.4:1.0: FTDI USB Serial Device converter detected",
        ATTACH,
      ),
    ).toEqual([]);
  });
});
