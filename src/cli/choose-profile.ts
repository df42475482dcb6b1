/**
 * Which profile a session has: the one that is named, or the one that claims the port's USB device. Knows how both are said
 * and refused; what a profile says is profile-options.ts's.
 */
import { printable } from "../bytes/printable.js";
import { RobinError } from "../errors.js";
import { describeDevice, type PortInfo } from "../port/discovery/discover.js";
import { realPath } from "../port/discovery/sysfs.js";
import { formatUsbName, type UsbDevice } from "../port/discovery/usb-name.js";
import { portPath } from "../port/open.js";
import { isConfigured } from "../profiles/config-files.js";
import { type Problem, placeOf, problemText } from "../profiles/problem.js";
import { loadProfiles, type Profile, type Profiles, profilesFor } from "../profiles/profiles.js";
import { DEMO } from "../virtual/demo/demo.js";
import { didYouMean, nearest } from "./nearest.js";

const SIGN = "@";

/** What a session's profile is chosen by. */
export interface Choice {
  /** The port as it was named, if it was: a device, or `@name`. */
  readonly port: string | undefined;
  /** Of the options: a name, or false for none. */
  readonly profile: string | false | undefined;
  /** Whether a profile that is not named may be used. */
  readonly mayMatch: boolean;
}

export interface Chosen {
  readonly profile: Profile | undefined;
  /** Why it is this one, where it was not named. */
  readonly because?: UsbDevice;
  /** Profiles of which each could be it. */
  readonly rivals?: readonly Profile[];
}

export function isProfileName(port: string | undefined): boolean {
  return port?.startsWith(SIGN) === true;
}

/**
 * Reads the configuration only where it may matter. Rejects with RobinError "usage" where there is no such profile, and for what is
 * wrong with the configuration as a whole.
 */
export async function chooseProfile(
  { port, profile, mayMatch }: Choice,
  env: NodeJS.ProcessEnv,
  deviceOf: (name: string) => UsbDevice | undefined = usbDeviceOf,
): Promise<Chosen> {
  const name = isProfileName(port) ? port!.slice(SIGN.length) : profile;
  if (typeof name === "string") return { profile: named(name, await soundProfiles(env)) };
  if (name === false || !mayMatch || port === undefined || !isConfigured(env)) return { profile: undefined };
  const device = deviceOf(port);
  if (device?.vendorId === undefined) return { profile: undefined };
  const { profiles } = await soundProfiles(env);
  const [first, ...others] = profilesFor(device, profiles);
  if (first === undefined) return { profile: undefined };
  return others.length > 0
    ? { profile: undefined, rivals: [first, ...others], because: device }
    : { profile: first, because: device };
}

/** What is known of the USB device behind a port's name; undefined where it is none, or not there. */
export function usbDeviceOf(name: string): PortInfo | undefined {
  if (name === DEMO) return undefined;
  try {
    const path = portPath(name);
    const device = describeDevice(realPath(path) ?? path);
    return device?.vendorId === undefined ? undefined : device;
  } catch {
    return undefined; // opening it says why
  }
}

/** `0403:6001`, with the serial number where that was decisive. */
export function matchText({ profile, because }: Chosen): string {
  const { vendorId = "", productId = "", serialNumber } = because ?? {};
  const isBySerial = profile?.claims.some(
    (claim) => claim.serialNumber !== undefined && claim.serialNumber === serialNumber,
  );
  const match = {
    vendorId,
    productId,
    ...(isBySerial && serialNumber !== undefined ? { serialNumber } : {}),
  };
  return formatUsbName(match).replace(/^usb:/, "");
}

/** `problem` as an error, with the word that was meant, and how many more there are. */
export function configError(problem: Problem, more = 0): RobinError {
  const { word, valid } = problem;
  const meant = word === undefined || valid === undefined ? "" : didYouMean(word, valid);
  const hint =
    more > 0
      ? `robin config tells ${more === 1 ? "one more thing that is" : `${more} more things that are`} wrong`
      : undefined;
  return new RobinError("usage", `${problemText(problem)}${meant}`, { hint });
}

async function soundProfiles(env: NodeJS.ProcessEnv): Promise<Profiles> {
  const profiles = await loadProfiles(env);
  const [first, ...others] = profiles.problems;
  if (first === undefined) return profiles;
  const error = configError(first, others.length);
  const hint = error.hint ?? "--no-profile goes on without the configuration file";
  throw new RobinError("usage", error.message, { hint });
}

function named(name: string, { path, profiles }: Profiles): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  const names = profiles.map((profile) => profile.name);
  const meant = nearest(name, names);
  const all =
    names.length === 0 ? `${path ?? "the configuration file"} has none` : `there are ${names.join(", ")}`;
  throw new RobinError(
    "usage",
    `profile ${shown(name)}: there is no such profile${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
    { hint: all },
  );
}

/** In quotes where it would be misread. */
function shown(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${printable(name)}"`;
}

/** The port that `@name` stands for; any other name as it is. Rejects with RobinError "usage". */
export async function namedPort(name: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (!isProfileName(name)) return name;
  const { profile } = await chooseProfile({ port: name, profile: undefined, mayMatch: false }, env);
  const [problem, ...others] = profile!.problems;
  if (problem) throw configError(problem, others.length);
  return portOfProfile(profile!);
}

/** The port that a profile names, as a command line would. Throws RobinError "usage" where it names none. */
export function portOfProfile({ name, port, match, file, line }: Profile): string {
  if (port !== undefined) return port;
  if (match.length > 0) return match.map(formatUsbName).join(" or ");
  throw new RobinError("usage", `profile ${name}: it has no port and no match`, {
    hint: `robin --profile ${name} PORT, or a line port = "…" at ${placeOf({ file, line })}`,
  });
}
