/**
 * Line settings as serialport's options, and what becomes of those that it has no option for. Pure. Knows what
 * bindings-cpp writes into a port on each platform; nothing of an open one.
 */
import { describeLine } from "./describe.js";
import { PLAIN_LINE } from "./plain-line.js";
import type { ActualSettings, LineSettings, Parity, Refusal } from "./port.js";

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
  const { stands, refusals } = possible({ ...PLAIN_LINE, ...asked }, PLAIN_LINE, platform);
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
      ...refusals,
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
  return refusals;
}

/** Whether a speed that stands is another than was asked for: the driver's divisor makes some 2 % of difference. */
export function speedDiffers(asked: number, took: number): boolean {
  return Math.abs(asked - took) > asked / 50;
}

/** By the names that the driver with termios gives them, where it has one for all of it. */
const SETTING_NAMES: readonly (readonly [keyof LineSettings, string])[] = [
  ["flow", "flow control"],
  ["databits", "CSIZE"],
  ["parity", "parity"],
  ["stopbits", "stop bits"],
  ["crnl", "ONLCR"],
  ["vmin", "VMIN"],
  ["vtime", "VTIME"],
];

function text(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : `${value}`;
}

/** `asked`, but for what bindings-cpp cannot do on `platform`: that stays as in `instead`. */
function possible(
  asked: ActualSettings,
  instead: ActualSettings,
  platform: NodeJS.Platform,
): { stands: ActualSettings; refusals: Refusal[] } {
  const stands: ActualSettings = {
    ...asked,
    crnl: false, // c_oflag is 0: the output is never translated
    // Mark and space need CMSPAR, which bindings-cpp does not know: it refuses to open the port at all.
    parity: platform !== "win32" && /^(mark|space)$/.test(asked.parity) ? instead.parity : asked.parity,
    ...(platform === "win32" ? { vmin: instead.vmin, vtime: instead.vtime } : {}),
  };
  return { stands, refusals: refuseChanges(asked, stands) };
}
