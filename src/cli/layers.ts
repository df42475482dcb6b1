/**
 * The layers of options: the command line over the environment over a profile over what holds without. Knows their order, and whose
 * port it is; what each layer says is its own file's. The result is as if all had been said on the command line.
 */
import { RobinError } from "../errors.js";
import type { UsbDevice } from "../port/discovery/usb-name.js";
import type { Profile } from "../profiles/profiles.js";
import {
  type Choice,
  type Chosen,
  chooseProfile,
  configError,
  isProfileName,
  matchText,
  portOfProfile,
} from "./choose-profile.js";
import { environmentLayer, strayVariables, variableOf } from "./env-options.js";
import type { Layer, Origin, Said } from "./origin.js";
import type { RawArguments } from "./parse.js";
import { checkProfile } from "./profile-options.js";
import { resolveLayers } from "./resolve-layers.js";

/** Options that say how options are found, and hold for nothing else. */
const OF_LAYERS = ["profile", "save", "help", "version"];

export interface Layered {
  /** As the parser gives them, with what the layers say of options and of the port. */
  readonly args: RawArguments;
  /** Where the value of each option comes from; an option without a value is not there. A positional speed is `bps`. */
  readonly holds: ReadonlyMap<string, Said>;
  /** Where the port comes from, if there is one. */
  readonly portOrigin: Origin | undefined;
  readonly profile: Profile | undefined;
  /** The name that --save has. */
  readonly saveAs: string | undefined;
  /** What the user should know. */
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

interface LayeredOptions {
  readonly env: NodeJS.ProcessEnv;
  /** What is known of the USB device behind a port's name. Default: what this machine's sysfs says. */
  readonly deviceOf?: (name: string) => UsbDevice | undefined;
  /** Waits until a device may be looked at, where --wait holds. */
  readonly awaitDevice?: (name: string) => Promise<void>;
}

/** Rejects with RobinError "usage": a wrong value in the environment or in the profile, and what a profile is not. */
export async function layered(args: RawArguments, options: LayeredOptions): Promise<Layered> {
  const { env, deviceOf, awaitDevice } = options;
  const upper = [commandLineLayer(args), environmentLayer(env)];
  const choice = choiceOf(args, upper);
  const said = (name: string) => upper.map((layer) => layer.get(name)).find(Boolean)?.value;
  if (said("wait") === true && choice.mayMatch && choice.port !== undefined && !isProfileName(choice.port)) {
    await awaitDevice?.(choice.port);
  }
  const chosen = await chooseProfile(choice, env, deviceOf);
  const { profile } = chosen;
  const lower = profile ? profileLayers(profile, env) : [];
  const holds = resolveLayers([...upper, ...lower]);
  for (const name of OF_LAYERS) holds.delete(name);
  const port = portFor(choice, profile);
  const saveAs = args.values.get("save");
  return {
    args: argumentsOf(args, holds, port?.name),
    holds,
    portOrigin: port?.origin,
    profile,
    saveAs: saveAs === undefined ? undefined : String(saveAs),
    ...toldOf(chosen, args, env),
  };
}

function commandLineLayer({ values, positional: [, bps] }: RawArguments): Layer {
  const origin: Origin = { from: "command line" };
  const layer = new Map([...values].map(([name, value]): [string, Said] => [name, { value, origin }]));
  if (bps !== undefined && !layer.has("bps")) layer.set("bps", { value: bps, origin });
  return layer;
}

/** Throws RobinError "usage" for two profiles at once. */
function choiceOf({ positional: [port], values }: RawArguments, upper: readonly Layer[]): Choice {
  const value = upper.map((layer) => layer.get("profile")).find(Boolean)?.value;
  const profile = value === undefined || value === false ? value : String(value);
  if (isProfileName(port)) {
    const given = values.get("profile");
    if (given === false) throw new RobinError("usage", `port ${port} and option --no-profile: give one`);
    if (given !== undefined && `@${given}` !== port) {
      throw new RobinError("usage", `port ${port} and option --profile ${given}: give one profile`);
    }
  }
  const isRaw = upper.map((layer) => layer.get("raw")).find(Boolean)?.value === true;
  return { port, profile, mayMatch: profile === undefined && !isRaw };
}

function profileLayers(profile: Profile, env: NodeJS.ProcessEnv): readonly Layer[] {
  const { layers, problems } = checkProfile(profile, env);
  const [first, ...others] = problems;
  if (first) throw configError(first, others.length);
  return layers;
}

/** A port that is named is the one; else the profile's. */
function portFor(
  { port }: Choice,
  profile: Profile | undefined,
): { name: string; origin: Origin } | undefined {
  if (port !== undefined && !isProfileName(port)) return { name: port, origin: { from: "command line" } };
  if (profile === undefined) return undefined;
  const { file, line } = profile.portPlace ?? profile;
  return { name: portOfProfile(profile), origin: { from: "profile", profile: profile.name, file, line } };
}

function argumentsOf(
  { positional: [, ...others], values, ...rest }: RawArguments,
  holds: ReadonlyMap<string, Said>,
  port: string | undefined,
): RawArguments {
  const said = new Map([...holds].map(([name, { value }]) => [name, value]));
  // A speed that stands behind the port is told wrong as such.
  if (others.length > 0 && !values.has("bps")) said.delete("bps");
  return { ...rest, positional: port === undefined ? [] : [port, ...others], values: said };
}

/** A profile that the command line does not name is told. */
function toldOf(
  chosen: Chosen,
  { positional: [port], values }: RawArguments,
  env: NodeJS.ProcessEnv,
): Pick<Layered, "notices" | "warnings"> {
  const { profile, because, rivals = [] } = chosen;
  const isNamed = isProfileName(port) || values.has("profile");
  const why = because ? `it matches ${matchText(chosen)}` : variableOf("profile");
  const names = rivals.map(({ name }) => name);
  const rivalry = `profiles ${names.join(" and ")} match ${matchText(chosen)}: none is used, name one: --profile ${names[0]}`;
  return {
    notices: profile && !isNamed ? [`profile ${profile.name} (${why})`] : [],
    warnings: [...strayVariables(env), ...(names.length > 0 ? [rivalry] : [])],
  };
}
