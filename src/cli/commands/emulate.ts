/**
 * `robin emulate`: a module of the user's played as a device behind a pty. Knows the command line and the words; the device
 * is virtual/emulate/'s.
 */
import { basename, extname } from "node:path";
import { format } from "node:util";
import { RobinError } from "../../errors.js";
import { whyNoDevice } from "../../virtual/emulate/check-device.js";
import type { DeviceDefinition } from "../../virtual/emulate/device.js";
import { type LoadedModule, loadModule, reason } from "../../virtual/emulate/load-module.js";
import { type RunningDevice, runDevice } from "../../virtual/emulate/run-device.js";
import type { VirtualEvent } from "../../virtual/port/virtual-event.js";
import { type Command, commandOptions, JSON_OPTION } from "../command.js";
import type { Words } from "../words.js";
import { summed } from "./summed.js";
import { virtualLife } from "./virtual-life.js";

export const emulate: Command = {
  usage: "robin emulate [options] FILE [-- ARGUMENT…]",
  takes: { first: ["file"] },
  options: commandOptions([
    {
      name: "link",
      value: "PATH",
      completes: "file",
      group: "Options",
      does: "make a link to the port, and take it back at the end",
    },
    JSON_OPTION,
  ]),
  details: [
    `Plays the device that FILE exports, a module in TypeScript or JavaScript, behind a pty, and prints the port's name.
Nothing has to be installed or compiled for it: robin takes the types out, and "robin-serial" is robin itself. The module's
export default device({...}) says what the device does with lines (on) and bytes (byte) that it receives, when power is
on (start), and when a program opens and closes the port (opened, closed). It prints (print, println), waits (waitFor, sleep),
sets timers (after, every), and has a state, which restart makes anew.`,
    `As at a real port, what the device prints while no program has the port open is lost. A program that has it open and
does not read holds up to 1 MiB back; what is more is dropped, and told. A handler that throws is told with its file and
line, and the device goes on; one that never returns stops everything, signals too, up to SIGKILL. ARGUMENTs are in process.argv, from the third on; what the module writes with console.log
or to process.stdout appears on stderr.`,
    `With --json, one object a line: ready, and then open, close, hangup, drop (bytes), error (text) and, at the end and on
SIGUSR1, statistics (received, sent, dropped).`,
  ],
  examples: [
    ["robin emulate --link /tmp/modem examples/at-modem.ts", "a modem for programs that dial"],
    ["robin emulate examples/nmea-receiver.ts -- --hz 5", "a satellite receiver, five fixes a second"],
  ],
  async run({ positional, values }, context) {
    const { words } = context;
    const [file, ...args] = positional;
    if (file === undefined)
      throw new RobinError("usage", "argument FILE: robin emulate needs a module to play");
    redirectConsole(words);
    process.argv = [process.execPath, file, ...args];
    const loaded = await loadModule(file);
    const definition = deviceOf(file, loaded.value);
    const name = definition.name ?? basename(file, extname(file));

    let device: RunningDevice | undefined;
    const life = virtualLife(context, {
      json: values.get("json") === true,
      describe,
      statistics: () => (device ? [statistics(name, device)] : []),
    });
    const tellError = summed<string>((text, times) => {
      words.warning(`device ${name}: ${text}${times > 1 ? ` (${times} times)` : ""}`);
      life.tell({ event: "error", port: name, text, times });
    });
    const onError = (error: unknown) => {
      const place = loaded.placeOf(error);
      tellError(`${place === undefined ? "" : `${place}: `}${reason(error)}`, 1);
    };
    catchStray(loaded, onError);
    const tellDrop = summed<"drop">((event, bytes) => life.tell({ event, port: name, bytes }));
    const port = life.open(name, values.get("link") as string | undefined);
    const hangUp = () => {
      try {
        port.hangUp();
      } catch (error) {
        onError(error); // no other pty to be had: it goes on as it was
      }
    };
    life.ready([port]);
    device = runDevice(definition, port.source, port.sink, {
      isHeard: port.end.isOpen,
      onError,
      onDrop: (bytes) => tellDrop("drop", bytes),
      onHangUp: () => setImmediate(hangUp), // not under the hands of the handler that wants it
    });
    port.onHolder = (isOpen) => {
      device.setHeard(isOpen);
      if (!isOpen) port.end.discardUnread(); // the next program gets nothing of what this one was to read
    };
    return life.ended;
  },
};

function deviceOf(file: string, value: unknown): DeviceDefinition<unknown> {
  const why = whyNoDevice(value);
  if (why === undefined) return value as DeviceDefinition<unknown>;
  throw new RobinError("setup-failed", `load device ${file}: ${why}`, {
    hint: 'import { device } from "robin-serial"; export default device({ on: [["AT", "OK"]] })',
  });
}

/** stdout is for names and events. */
function redirectConsole(words: Words): void {
  const say = (...args: unknown[]) => words.notice(format(...args));
  const warn = (...args: unknown[]) => words.warning(format(...args));
  Object.assign(console, { log: say, info: say, debug: say, warn, error: warn });
  process.stdout.write = process.stderr.write.bind(process.stderr); // robin's own writes do not go through it
}

/** Errors of the module's own that no handler of the device threw: in its own timers, in promises that nobody waits for. */
function catchStray(loaded: LoadedModule, onError: (error: unknown) => void): void {
  for (const name of ["uncaughtException", "unhandledRejection"] as const) {
    const others = process.listeners(name as "uncaughtException");
    process.removeAllListeners(name);
    process.on(name as "uncaughtException", (error, origin) => {
      // Robin throws errors only; what is none has no place, and is the module's.
      if (!(error instanceof Error) || loaded.placeOf(error) !== undefined) return onError(error);
      for (const other of others) other(error, origin);
    });
  }
}

function statistics(port: string, { received, sent, dropped }: RunningDevice): VirtualEvent {
  return { event: "statistics", port, received, sent, dropped };
}

function describe(event: VirtualEvent): string | undefined {
  const { port } = event;
  switch (event.event) {
    case "drop":
      return `port ${port}: ${event.bytes} bytes dropped: a program has it open and does not read`;
    case "hangup":
      return event.reason === "exclusive"
        ? `port ${port}: left in exclusive use (TIOCEXCL) by who closed it; it is ${event.path} now`
        : `port ${port}: hung up; it is ${event.path} now`;
    case "fault":
      return `port ${port}: hang up: ${event.error}`;
    case "statistics":
      return `port ${port}: ${event.received} bytes received, ${event.sent} sent, ${event.dropped} dropped`;
    default:
      return undefined;
  }
}
