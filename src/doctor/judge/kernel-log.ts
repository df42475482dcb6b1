/**
 * Judges what the kernel said of a port and of the USB device behind it, and picks those messages out of its log.
 * Pure. The words are those of drivers/usb/core/hub.c, drivers/usb/serial, drivers/tty/serial and drivers/tty/n_tty.c.
 */
import type { Facts, KernelMessage, PortFacts } from "../facts.js";
import { command, type Finding, type FindingCode, type Severity } from "../finding.js";

/** What is older says nothing of now. */
export const RECENT_S = 3600;

const ATTACHED =
  /^usb ([\d.-]+): .* now attached to (tty\w+)|^\w+ ([\d.-]+):[\d.]+: (tty\w+): USB ACM device/;
const DISCONNECTED = /USB disconnect, device number/;

/** The kernel's words when a program sets a configuration over a bound driver (drivers/usb/core/devio.c). */
export const TOOK_BY_BRLTTY = /usbfs: interface \d+ claimed by \S+ while 'brltty' sets config/;

interface Pattern {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly text: RegExp;
  readonly what: string;
  readonly advice?: string;
}

const CABLE = "another cable, another socket, or a hub with a supply of its own";

/** Each message belongs to the first pattern that fits. */
const PATTERNS: readonly Pattern[] = [
  {
    code: "over-current",
    severity: "warning",
    text: /over-?current/i,
    what: "the power of its USB socket was cut for too high a current",
    advice: "what hangs on the adapter draws too much, or is shorted: unplug it and look",
  },
  {
    code: "counterfeit",
    severity: "warning",
    text: /unknown device type|not a (genuine|real)|counterfeit/i,
    what: "the driver does not know this chip: it may be a copy, or too new for this kernel",
  },
  {
    code: "no-uart",
    severity: "warning",
    text: /LSR safety check engaged/,
    what: "there seems to be no UART at the address of this port",
  },
  {
    code: "input-overrun",
    severity: "warning",
    text: /input overrun|too much work for irq/,
    what: "input was lost: it came faster than it was read",
    advice: "flow control, a lower speed, or a program that reads faster",
  },
  {
    code: "usb-errors",
    severity: "warning",
    text: /disabled by hub \(EMI\?\)|device descriptor read|not accepting address|unable to enumerate|reset \S+-speed USB device|config index|Cannot enable/,
    what: "the USB connection is bad",
    advice: CABLE,
  },
  {
    code: "driver-errors",
    severity: "warning",
    text: /\bfailed\b|unable to|urb stopped|nonzero urb status|error:? -\d/i,
    what: "the driver failed at something",
    advice: CABLE,
  },
];

export function judgeKernelLog({ port }: Facts): Finding[] {
  if (!port) return [];
  const recent = port.messages.filter(({ ageS, text }) => ageS <= RECENT_S && !TOOK_BY_BRLTTY.test(text));
  const byPattern = new Map<Pattern, KernelMessage[]>();
  for (const message of recent) {
    const pattern = PATTERNS.find(({ text }) => text.test(message.text));
    if (pattern?.code === "driver-errors" && atUnplug(message, recent)) continue;
    if (pattern) byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), message]);
  }
  const told = [...byPattern].map(([{ code, severity, what, advice }, messages]): Finding => {
    const last = messages.at(-1)!;
    return {
      code,
      severity,
      what: `${what}${times(messages.length)}, last ${ago(last.ageS)}`,
      seen: `kernel: ${last.text}`,
      ...(advice === undefined ? {} : { advice }),
    };
  });
  return [...comingsAndGoings(port, recent), ...told];
}

/** Whether a driver only said that the device went under its hands. */
function atUnplug({ ageS }: KernelMessage, recent: readonly KernelMessage[]): boolean {
  return recent.some((other) => DISCONNECTED.test(other.text) && Math.abs(other.ageS - ageS) < 2);
}

function comingsAndGoings(port: PortFacts, recent: readonly KernelMessage[]): Finding[] {
  const gone = recent.filter(({ text }) => DISCONNECTED.test(text));
  const last = gone.at(-1);
  if (!last) return [];
  const seen = `kernel: ${last.text}`;
  if (port.presence === "present") {
    if (gone.length < 2) return [];
    return [
      {
        code: "reconnects",
        severity: "warning",
        what: `the adapter fell off the bus ${gone.length} times within an hour, last ${ago(last.ageS)}`,
        seen,
        advice: `if nobody pulled it: ${CABLE}`,
      },
    ];
  }
  const now = attachedSince(port, last);
  return [
    {
      code: "unplugged",
      severity: "warning",
      what: `the adapter was unplugged ${ago(last.ageS)}${now === undefined ? "" : `, and came back as ${now}`}`,
      seen,
      ...(now === undefined ? { advice: "plug it in again" } : command`robin doctor ${now}`),
    },
  ];
}

/** The name under which what was unplugged came back. */
function attachedSince({ messages, path }: PortFacts, gone: KernelMessage): string | undefined {
  const later = messages.slice(messages.indexOf(gone) + 1);
  const name = later.map(({ text }) => attachment(text)?.name).findLast((found) => found !== undefined);
  return name === undefined || path.endsWith(`/${name}`) ? undefined : `/dev/${name}`;
}

function attachment(text: string): { location: string; name: string } | undefined {
  const match = ATTACHED.exec(text);
  return match ? { location: (match[1] ?? match[3])!, name: (match[2] ?? match[4])! } : undefined;
}

/** A USB device could not even be asked what it is, so that no message names a port. */
const NOT_ENUMERATED = /^usb [\w.-]+: .*(device descriptor read|not accepting address|unable to enumerate)/;

/**
 * The messages of port `name` (`ttyUSB0`) and of the USB device at `location` (`1-1.4`; of the place where the port
 * last was, where none is known), in their order.
 */
export function messagesOf(
  name: string,
  location: string | undefined,
  log: readonly KernelMessage[],
): KernelMessage[] {
  const found =
    location ??
    log.map(({ text }) => attachment(text)).findLast((attached) => attached?.name === name)?.location;
  const words = [name, ...(found === undefined ? [] : [found, socketOf(found)])];
  const isOf = new RegExp(`(^|[^\\w.-])(${words.map(regExpText).join("|")})(?![\\w.-])`);
  const own = log.filter(({ text }) => isOf.test(text));
  return own.length > 0 ? own : log.filter(({ text }) => NOT_ENUMERATED.test(text));
}

/** The hub's socket: `1-1-port4` for `1-1.4`, `usb1-port1` for `1-1` (hub.c). */
function socketOf(location: string): string {
  const match = /^(.*)[.-](\d+)$/.exec(location);
  if (!match) return location;
  const [, hub, socket] = match;
  return hub!.includes("-") ? `${hub}-port${socket}` : `usb${hub}-port${socket}`;
}

function regExpText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function times(count: number): string {
  return count > 1 ? ` (${count} messages)` : "";
}

/** `14 s ago`, `3 min ago`. */
export function ago(seconds: number): string {
  return seconds < 120 ? `${Math.max(0, Math.round(seconds))} s ago` : `${Math.round(seconds / 60)} min ago`;
}
