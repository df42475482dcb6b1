/**
 * From the command line of a session to what holds for it: the layers of options, and what is said and saved of them. For every
 * command that has a session. Knows the order; waits for a device whose profile cannot be known before it is there.
 */
import { existsSync } from "node:fs";
import { RobinError } from "../errors.js";
import { watchDevices } from "../port/discovery/device-watch.js";
import { portPath } from "../port/open.js";
import { isConfigured } from "../profiles/config-files.js";
import { DEMO } from "../virtual/demo/demo.js";
import { connectConfig, messageConfig } from "./config.js";
import { directoriesOf } from "./lasting-port.js";
import { layered } from "./layers.js";
import type { RawArguments } from "./parse.js";
import type { Words } from "./words.js";

/**
 * What the command line, the environment and the profile say together, as if all of it stood on the command line; words are as
 * loud as that says. Without a port in any of them there is none. Rejects with RobinError "usage".
 */
export async function sessionArguments(
  given: RawArguments,
  words: Words,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RawArguments> {
  const found = await layered(given, { env, awaitDevice: (name) => awaitDevice(name, words, env) });
  const { args, profile, portOrigin, saveAs, notices, warnings } = found;
  words.change(messageConfig(args));
  for (const text of warnings) words.warning(text);
  for (const text of notices) words.notice(text);
  if (saveAs !== undefined && args.positional.length > 0) {
    connectConfig(args); // what is wrong is not saved
    const { remainsText, savedText, saveSession } = await import("./save-session.js");
    const owner = portOrigin?.from === "profile" ? profile : undefined;
    const saved = await saveSession(saveAs, args, { env, profile: owner });
    words.notice(savedText(saveAs, saved));
    const remains = remainsText(saveAs, saved);
    if (remains !== undefined) words.warning(remains);
  }
  return args;
}

/** Until there is something at the name, where a profile may be for it. A name that is no good is told when it is opened. */
async function awaitDevice(name: string, words: Words, env: NodeJS.ProcessEnv): Promise<void> {
  if (name === DEMO || !isConfigured(env) || isThere(name)) return;
  words.notice(`waiting for ${name}`);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!isThere(name)) return;
      watching.close();
      resolve();
    };
    const watching = watchDevices(look, directoriesOf(name));
    look(); // it may have come before anybody watched
  });
}

function isThere(name: string): boolean {
  try {
    return existsSync(portPath(name));
  } catch (error) {
    return !(error instanceof RobinError) || error.code !== "open-failed";
  }
}
