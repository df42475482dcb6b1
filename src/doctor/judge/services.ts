/**
 * Judges what of the system reaches for serial ports by itself: ModemManager, brltty, the kernel's console. Pure.
 */
import type { Facts, MachineFacts, PortFacts } from "../facts.js";
import { command, type Finding } from "../finding.js";
import { RECENT_S, TOOK_BY_BRLTTY } from "./kernel-log.js";
import { stop } from "./possession.js";

export function judgeServices({ port, machine }: Facts): Finding[] {
  return [...modemManager(port, machine), ...brltty(port, machine), ...console(port)];
}

/** Drivers of modems only, which ModemManager takes under any policy (its mm-filter.c). */
const MODEM_DRIVERS = ["option", "qcserial", "sierra"];

/**
 * Under its usual policy, strict, ModemManager leaves serial adapters alone, but takes a CDC-ACM port whose interface
 * says that it understands AT commands (class 2, subclass 2, protocol 1 to 6), as those of many boards do.
 */
function modemManager(port: PortFacts | undefined, machine: MachineFacts): Finding[] {
  const process = machine.modemManager;
  const usb = port?.usb;
  if (!process || !usb || usb.modemManagerIgnores) return [];
  const strict = process.policy === undefined || process.policy === "strict";
  const speaksAt =
    usb.class === "02" && usb.subclass === "02" && /^0[1-6]$/.test(usb.protocol) && usb.driver === "cdc_acm";
  if (process.policy === "whitelist-only" || process.policy === "allowlist-only") return [];
  if (strict && !speaksAt && !MODEM_DRIVERS.includes(usb.driver ?? "")) return [];
  const ids = `ATTRS{idVendor}=="${usb.vendorId}", ATTRS{idProduct}=="${usb.productId}"`;
  return [
    {
      code: "modem-manager",
      severity: "warning",
      what: "ModemManager is running and takes this port for a modem: for seconds after it is plugged in it is busy and gets AT commands",
      seen: `${process.command} (PID ${process.pid}); ${speaksAt ? `bInterfaceProtocol ${usb.protocol}` : `--filter-policy=${process.policy ?? "strict"}, driver ${usb.driver}`}; no ID_MM_DEVICE_IGNORE in udev's database`,
      ...command`echo ${`${ids}, ENV{ID_MM_DEVICE_IGNORE}="1"`} | sudo tee -a /etc/udev/rules.d/77-no-modem.rules && sudo udevadm control --reload && sudo udevadm trigger --action=add ${`/sys/bus/usb/devices/${usb.device}`}`,
      advice: "then plug it in again, if ModemManager has it already",
    },
  ];
}

function brltty(port: PortFacts | undefined, machine: MachineFacts): Finding[] {
  const took =
    port?.presence !== "present" &&
    port?.messages.findLast(({ text, ageS }) => ageS <= RECENT_S && TOOK_BY_BRLTTY.test(text));
  const usb = port?.usb;
  const id = usb && `${usb.vendorId}/${usb.productId}`;
  const rules = machine.brlttyRules.filter(({ ids }) => id === undefined || ids.includes(id));
  if (took) {
    return [
      {
        code: "brltty-took",
        severity: "problem",
        what: "brltty, the driver of Braille displays, took the adapter away",
        seen: `kernel: ${took.text}`,
        ...withoutBrltty(machine, rules[0]?.file),
        advice: "if no Braille display is used here; then plug the adapter in again",
      },
    ];
  }
  if (!usb || rules.length === 0) return [];
  return [
    {
      code: "brltty",
      severity: "warning",
      what: "brltty takes adapters of this kind for Braille displays, and the port away with them",
      seen: `${rules[0]!.file}: ${id}${machine.brltty ? `; brltty (PID ${machine.brltty.pid})` : ""}`,
      ...withoutBrltty(machine, rules[0]!.file),
      advice: "if no Braille display is used here",
    },
  ];
}

/** A file of the same name in /etc overrides the packaged rules (udev(7)). */
function withoutBrltty(machine: MachineFacts, file: string | undefined): { type?: string } {
  const ending = machine.brltty ? stop(machine.brltty, machine).type : undefined;
  const mask =
    file === undefined
      ? undefined
      : command`sudo ln -sf /dev/null ${`/etc/udev/rules.d/${file.slice(file.lastIndexOf("/") + 1)}`} && sudo udevadm control --reload`
          .type;
  const steps = [mask, ending].filter((step) => step !== undefined);
  return {
    type: steps.length > 0 ? steps.join(" && ") : "sudo systemctl mask --now brltty.path brltty.service",
  };
}

function console(port: PortFacts | undefined): Finding[] {
  if (!port?.isConsole) return [];
  return [
    {
      code: "console",
      severity: "warning",
      what: "the kernel writes its messages to this port, among whatever else is sent",
      seen: "/proc/consoles",
      type: "sudo dmesg --console-off",
      advice: `for good: take console=${port.realPath.replace(/^\/dev\//, "")} off the kernel's command line`,
    },
  ];
}
