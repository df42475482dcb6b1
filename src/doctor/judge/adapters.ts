/**
 * Judges USB adapters: those that make no port, and what slows a port down. Pure; knows sysfs's words for it.
 */
import type { Facts, MachineFacts, PortFacts, UndrivenAdapter } from "../facts.js";
import { command, type Finding } from "../finding.js";
import { stop } from "./possession.js";

export function judgeAdapters({ port, machine }: Facts): Finding[] {
  if (port?.presence === "present") return [...latency(port), ...autosuspend(port), ...fifo(port)];
  return [
    ...machine.undriven.map((adapter) => undriven(adapter, machine)),
    ...machine.unauthorized.map(unauthorized),
  ];
}

function undriven(adapter: UndrivenAdapter, machine: MachineFacts): Finding {
  const name = adapterName(adapter);
  const seen = `/sys/bus/usb/devices/${adapter.name}: driver ${adapter.driver ?? "none"}`;
  if (adapter.driver !== undefined) {
    const [user] = adapter.users;
    const who = user ? `${user.command} (PID ${user.pid})` : "a program";
    return {
      code: "user-driver",
      severity: "problem",
      what: `${name} is plugged in, but ${who} drives it without the kernel (${adapter.driver}), so it is no port`,
      seen,
      ...(user ? stop(user, machine) : takeBack(adapter)),
      ...(user ? { advice: "then plug the adapter in again" } : {}),
    };
  }
  if (adapter.moduleState === "modules gone") {
    return {
      code: "driver-gone",
      severity: "problem",
      what: `${name} is plugged in, but the modules of the running kernel ${machine.kernel} are not on the disk any more: it was updated since the last start`,
      seen: `${seen}; no /lib/modules/${machine.kernel}`,
      type: "sudo reboot",
    };
  }
  const [why, todo] = missingDriver(adapter, machine);
  return { code: "no-driver", severity: "problem", what: `${name} is plugged in, but ${why}`, seen, ...todo };
}

type Todo = Pick<Finding, "type" | "advice">;

function missingDriver(adapter: UndrivenAdapter, machine: MachineFacts): [why: string, todo: Todo] {
  const { module, moduleState, blacklist } = adapter;
  switch (moduleState) {
    case "loaded":
      return [`its driver ${module} does not hold it`, bind(adapter)];
    case "blacklisted":
      return [
        `its driver ${module} is blacklisted in ${blacklist}`,
        { ...command`sudo modprobe ${module}`, advice: `for good: take the line out of ${blacklist}` },
      ];
    case "on disk":
      return [`its driver ${module} is not loaded`, command`sudo modprobe ${module}`];
    default:
      return [`this kernel has no driver for it (${module})`, kernelWithDriver(machine)];
  }
}

/** Kernels made for clouds and containers leave serial adapters out; each distribution has another one that does not. */
function kernelWithDriver({ distribution, kernel, isWsl, container }: MachineFacts): Todo {
  if (isWsl) return { advice: "in Windows: wsl --update, then wsl --shutdown" };
  if (container) return { advice: "the kernel is the host's: load the driver there" };
  if (distribution === "ubuntu") return command`sudo apt install ${`linux-modules-extra-${kernel}`}`;
  if (distribution === "debian" && kernel.includes("cloud")) {
    return { type: "sudo apt install linux-image-amd64", advice: "then start that kernel" };
  }
  return { advice: "another kernel, or the module built for this one, is needed" };
}

function bind({ name, module }: UndrivenAdapter): Todo {
  return command`echo ${name} | sudo tee ${`/sys/bus/usb/drivers/${module}/bind`}`;
}

function takeBack(adapter: UndrivenAdapter): Todo {
  const { name, driver } = adapter;
  const { type: unbind } = command`echo ${name} | sudo tee ${`/sys/bus/usb/drivers/${driver}/unbind`}`;
  const { type: again } = bind(adapter);
  return unbind && again ? { type: `${unbind} && ${again}` } : {};
}

function adapterName({ product, manufacturer, vendorId, productId, device }: UndrivenAdapter): string {
  const words = [product ?? "a serial adapter", manufacturer && `(${manufacturer})`]
    .filter(Boolean)
    .join(" ");
  return `${words}, ${vendorId}:${productId} at ${device},`;
}

function unauthorized(device: string): Finding {
  return {
    code: "not-authorized",
    severity: "warning",
    what: `the USB device at ${device} is not allowed in, and may be the adapter`,
    seen: `/sys/bus/usb/devices/${device}/authorized is 0`,
    ...command`echo 1 | sudo tee ${`/sys/bus/usb/devices/${device}/authorized`}`,
  };
}

/** The FT232's own timer: what has arrived is handed over when it is full or the time is up. */
const FTDI_DEFAULT_MS = 16;

function latency({ realPath, latencyTimerMs }: PortFacts): Finding[] {
  if (latencyTimerMs === undefined || latencyTimerMs < FTDI_DEFAULT_MS) return [];
  const file = `/sys/bus/usb-serial/devices/${realPath.replace(/^.*\//, "")}/latency_timer`;
  return [
    {
      code: "latency",
      severity: "note",
      what: `the adapter holds single bytes back for ${latencyTimerMs} ms: slow for a protocol of short answers`,
      seen: file,
      ...command`echo 1 | sudo tee ${file}`,
    },
  ];
}

function autosuspend({ usb }: PortFacts): Finding[] {
  if (usb?.powerControl !== "auto") return [];
  const file = `/sys/bus/usb/devices/${usb.device}/power/control`;
  return [
    {
      code: "autosuspend",
      severity: "note",
      what: "the adapter may be put to sleep while no program has the port open, and some boards do not wake up from it",
      seen: `${file} is auto`,
      ...command`echo on | sudo tee ${file}`,
    },
  ];
}

/** PORT_8250 and PORT_16450 of linux/serial_core.h. */
const WITHOUT_FIFO: ReadonlyMap<number, string> = new Map([
  [1, "8250"],
  [2, "16450"],
]);

function fifo({ uartType, realPath }: PortFacts): Finding[] {
  const chip = uartType === undefined ? undefined : WITHOUT_FIFO.get(uartType);
  if (chip === undefined) return [];
  return [
    {
      code: "no-fifo",
      severity: "note",
      what: `its UART is an ${chip}, without a FIFO: above 9600 bps bytes may be lost`,
      seen: `/sys/class/tty/${realPath.replace(/^.*\//, "")}/type is ${uartType}`,
    },
  ];
}
