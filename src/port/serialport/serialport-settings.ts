/**
 * Line settings as serialport's options, and what becomes of those that it has no option for. Pure. Knows what
 * bindings-cpp writes into a port on each platform; nothing of an open one.
 */
import { describeLine } from "../describe.js";
import { PLAIN_LINE } from "../plain-line.js";
import type { ActualSettings, LineSettings, Parity, Refusal } from "../port.js";

/** Options of serialport's `open`, without the path and the lock. */
export interface SerialportOptions {
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: Parity;
  readonly stopBits: 1 | 2;
  readonly rtscts: boolean;
  readonly xon: boolean;
  readonly xoff: boolean;
  readonly xany: boolean;
  readonly hupcl: boolean;
  /** Not on Windows. */
  readonly vmin?: number;
  readonly vtime?: number;
}

export interface MappedSettings {
  readonly options: SerialportOptions;
  /** What stands once the options are set. */
  readonly stands: ActualSettings;
  readonly refusals: readonly Refusal[];
  /** What was not asked for and is changed nonetheless, in users' words; empty when there is none. */
  readonly chosen: string;
}

/**
 * The settings of a new port. What was not asked for is PLAIN_LINE: bindings-cpp sets all of it at every open, and
 * serialport takes no option for "as it stands".
 */
export function mapSettings(
  asked: LineSettings,
  platform: NodeJS.Platform = process.platform,
): MappedSettings {
  const stands = possible(asked, platform);
  const { bps, flow, databits, parity, stopbits, vmin, vtime } = stands;
  const unasked = (["databits", "parity", "stopbits", "flow"] as const).some(
    (key) => asked[key] === undefined,
  );
  return {
    options: {
      baudRate: bps,
      dataBits: databits,
      parity,
      stopBits: stopbits,
      rtscts: flow === "hardware",
      xon: flow === "software",
      xoff: flow === "software",
      xany: flow === "software",
      hupcl: true,
      ...(platform === "win32" ? {} : { vmin, vtime }),
    },
    stands,
    refusals: [
      ...(asked.bps === undefined ? [{ setting: "speed", asked: "as it stands", took: `${bps}` }] : []),
      ...refuseChanges(asked, stands),
    ],
    chosen: unasked ? describeLine({ databits, parity, stopbits, flow }) : "",
  };
}

/** The settings of an open port, of which only the speed can be changed: the rest of what is asked is refused. */
export function refuseChanges(asked: LineSettings, stands: ActualSettings): Refusal[] {
  const refusals: Refusal[] = [];
  for (const [key, setting] of SETTING_NAMES) {
    const wanted = asked[key];
    if (wanted === undefined || wanted === stands[key]) continue;
    refusals.push({ setting, asked: text(wanted), took: text(stands[key]) });
  }
  const { rs485, lowLatency } = asked;
  const extras: readonly [string, boolean | undefined][] = [
    ["RS-485", rs485?.enabled],
    ["low latency", lowLatency],
  ];
  for (const [setting, on] of extras) {
    if (on === undefined) continue;
    refusals.push({ setting, asked: text(on), took: "off", why: "the portable driver has no such setting" });
  }
  return refusals;
}

/** Whether a speed that stands is another than was asked for: the driver's divisor makes some 2 % of difference. */
export function speedDiffers(asked: number, took: number): boolean {
  return Math.abs(asked - took) > asked / 50;
}

/** By the names that the driver with termios gives them, where it has one for all of it. */
const SETTING_NAMES = [
  ["flow", "flow control"],
  ["databits", "CSIZE"],
  ["parity", "parity"],
  ["stopbits", "stop bits"],
  ["crnl", "ONLCR"],
  ["vmin", "VMIN"],
  ["vtime", "VTIME"],
  ["onError", "received errors"],
  ["onBreak", "received breaks"],
] as const;

function text(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : `${value}`;
}

/** What stands once `asked` was asked for, of which bindings-cpp cannot do all on `platform`: see refuseChanges. */
function possible(asked: LineSettings, platform: NodeJS.Platform): ActualSettings {
  const { rs485: _rs485, lowLatency: _lowLatency, ...termios } = asked;
  const wanted = { ...PLAIN_LINE, ...termios };
  return {
    ...wanted,
    crnl: PLAIN_LINE.crnl, // c_oflag is 0: the output is never translated
    // Mark and space need CMSPAR, which bindings-cpp does not know: it refuses to open the port at all.
    parity: platform !== "win32" && /^(mark|space)$/.test(wanted.parity) ? PLAIN_LINE.parity : wanted.parity,
    ...(platform === "win32" ? { vmin: PLAIN_LINE.vmin, vtime: PLAIN_LINE.vtime } : {}),
    // c_iflag is IGNPAR alone, which without INPCK does nothing.
    onError: PLAIN_LINE.onError,
    onBreak: PLAIN_LINE.onBreak,
    xonXoff: wanted.flow === "software" ? ["IXON", "IXOFF", "IXANY"] : [],
  };
}
