/**
 * Judges the machine where ports are missing: what sees only devices that are passed in. Pure.
 */
import type { Facts, MachineFacts } from "../facts.js";
import type { Finding } from "../finding.js";

export function judgeMachine({ port, ports, machine }: Facts): Finding[] {
  const missing = ports?.length === 0;
  const none: Finding[] =
    missing && machine.undriven.length === 0
      ? [
          {
            code: "no-port",
            severity: "problem",
            what: "there is no serial port, and no adapter without a driver on USB",
            seen: "/sys/class/tty, /sys/bus/usb/devices",
            advice: "plug one in; a cable that only charges has no wires for data",
          },
        ]
      : [];
  const absent = port?.presence === "absent" || port?.presence === "dangling";
  // What is seen on USB has been passed in, and what the kernel has without a file is told as that.
  const unseen = machine.undriven.length === 0 && !port?.missingNode;
  return [...none, ...((missing || absent) && unseen ? passedIn(machine) : [])];
}

function passedIn({ container, containerMark, virtualMachine, isWsl }: MachineFacts): Finding[] {
  const place = (what: string, seen: string, advice: string): Finding[] => [
    { code: "no-devices-here", severity: "warning", what, seen, advice },
  ];
  if (isWsl) {
    return place(
      "this is WSL, which sees only USB devices that Windows hands to it",
      "/proc/sys/kernel/osrelease",
      "in Windows: usbipd list, then usbipd bind --busid ID and usbipd attach --wsl --busid ID",
    );
  }
  if (container !== undefined) {
    return place(
      `this is a container (${container}), which sees only devices that it was started with`,
      containerMark ?? "/proc/1",
      "start it with --device /dev/ttyUSB0, and again after each time the adapter is plugged in",
    );
  }
  if (virtualMachine !== undefined) {
    return place(
      `this is a virtual machine (${virtualMachine}), which sees only USB devices that the host hands to it`,
      "/sys/class/dmi/id",
      "hand the adapter over in the settings of the virtual machine",
    );
  }
  return [];
}
