/**
 * `robin lines`: the modem lines of a port shown, set, played on and followed. Knows where words go and what the
 * kernel does to the lines when the port is closed; the steps are port/lines/steps.ts, the looks lines-text.ts.
 */
import { RobinError } from "../../errors.js";
import { touchAtSpeed } from "../../port/lines/bps-touch.js";
import { type LineDriver, type Played, playSteps, SYSTEM_CLOCK } from "../../port/lines/player.js";
import { countersOf } from "../../port/lines/source.js";
import { PRESETS, type Preset, parseSteps, type Step } from "../../port/lines/steps.js";
import { portPath } from "../../port/open.js";
import { openBeside, type SharedDevice } from "../../port/open-beside.js";
import { close } from "../../tty/libc.js";
import { getAllLines, setLines } from "../../tty/modem-lines.js";
import { hasFlag } from "../../tty/termios.js";
import { namedPort } from "../choose-profile.js";
import { type Command, type CommandContext, commandOptions, JSON_OPTION } from "../command.js";
import { didYouMean } from "../nearest.js";
import type { RawArguments } from "../parse.js";
import { print, printJson } from "../result.js";
import { handleSignals } from "../signals.js";
import { holdPort, watchPort } from "./lines-follow.js";
import { checkPlayed, explained, raisedBy, tellClosing, tellLook, tellOpening } from "./lines-notes.js";
import { linesJson, linesTable, showsExtra } from "./lines-text.js";

const USAGE = "robin lines [options] <port> [step...]";

export const lines: Command = {
  usage: USAGE,
  takes: { first: ["device"], more: "step" },
  options: commandOptions([
    {
      name: "preset",
      value: "NAME",
      choices: PRESETS.map(({ name }) => name),
      group: "Options",
      does: "play a sequence for a board, see the examples",
    },
    {
      name: "watch",
      alias: ["w"],
      group: "Options",
      does: "go on: a line for each change, as it happens",
    },
    {
      name: "hold",
      group: "Options",
      does: "keep the port open, and so the lines as they are, until ^C",
    },
    JSON_OPTION,
  ]),
  details: [
    `Shows what the host drives (DTR, RTS), what the device drives (CTS, DSR, DCD, RI) and what the driver has counted:
bytes, framing, parity and overrun errors, breaks. A UART's OUT1, OUT2 and LOOP are shown where the driver shows
them.`,
    `A STEP sets a line: dtr=on, rts=off, dtr=toggle, or dtr=pulse:100ms, which inverts it for so long. A time alone
(100us, 50ms, 1s) waits. Steps are given as words, or in one word with commas: dtr=off,rts=on,100ms,rts=off. With
+ lines go at once, in one request: dtr+rts=off. Steps with a comma are one request each, and a board whose reset
is made of both lines sees what stands in between. DTR, RTS, OUT1, OUT2 and LOOP can be set. If one step is bad,
none is played.`,
    `Each line that is set is read back, before the next wait at the latest; one that the driver left as it was is
named, and the status is 3. No other line is touched, and no setting of the port.`,
    `The kernel raises DTR and RTS at every open, also at that of a look, and lowers them when the last one closes the
port, where hupcl is set (robin termios PORT). Where another process has the port open and a line down, robin uses
that process's own descriptor and opens nothing, if ptrace(2) would be allowed, and otherwise says what the open
has done. A line that was raised stays up with --hold or --watch, while another process has the port open, or with
-hupcl; one that was lowered stays down until the next open.`,
    `With --watch every change is told with its time: at once where the driver can wait for its device's lines,
otherwise after a tenth of a second at most. What went and came back in between is told too where the driver
counts changes. DTR and RTS, when another process sets them, are seen at the next change of the device's lines.`,
    `With --json: {dtr, rts, cts, dsr, dcd, ri, counters: {rx, tx, frame, parity, overrun, brk, bufOverrun}}, booleans,
and out1, out2, loop and counters only where the driver has them; {gone: true} when a board has left the bus as it
should. With --watch a line {event: "lines", at, dtr, ..., changed: ["cts"], counted: {cts: 1}} for each change, the
first one with changed: [].`,
  ],
  examples: [
    ["robin lines ttyUSB0", "how the lines stand, and what the driver has counted"],
    ["robin lines ttyUSB0 rts=off dtr=pulse:100ms", "RTS low, then DTR inverted for a tenth of a second"],
    ["robin lines --watch ttyUSB0", "wiggle the cable and see"],
    ...PRESETS.map(
      ({ name, does, steps, touchBps }) =>
        [
          `robin lines --preset ${name} ttyUSB0`,
          `${does}: ${touchBps === undefined ? "" : `${touchBps} bps, `}${steps}`,
        ] as const,
    ),
  ],
  async run({ positional, values }, context) {
    const { name, steps, preset } = whatToPlay(positional, values);
    const json = values.get("json") === true;
    const tty = openBeside(portPath(await namedPort(name)));
    try {
      const before = getAllLines(tty.fd);
      tellOpening(tty, context.words);
      const played = await play(tty, steps, preset, context);
      if (played === "gone") {
        if (json) printJson({ gone: true });
        context.words.notice(`${tty.path} has left the bus, as it should: the board is in its bootloader`);
        return 0;
      }
      checkPlayed(tty, played, context.words);
      const now = getAllLines(tty.fd);
      const extra = showsExtra(before) || showsExtra(now);
      if (values.get("watch") === true) return await watchPort(tty.fd, { json, extra }, context.words);
      const counters = countersOf(tty.fd);
      if (json) printJson(linesJson(now, extra, counters));
      else print(linesTable(tty.path, now, extra, counters));
      if (values.get("hold") === true) {
        context.words.notice(`${tty.path} is held open, its lines stay as they are; ^C ends it`);
        return await holdPort(tty.fd);
      }
      if (steps.length === 0) tellLook(tty, context.words);
      if (!preset) tellClosing(tty, raisedBy(steps, played), context.words);
      return 0;
    } catch (error) {
      throw explained(error, tty, steps.length > 0);
    } finally {
      close(tty.fd);
    }
  },
};

interface WhatToPlay {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly preset?: Preset;
}

function whatToPlay([name, ...words]: readonly string[], values: RawArguments["values"]): WhatToPlay {
  if (name?.includes("=") && !("why" in parseSteps([name]))) {
    throw new RobinError("usage", `step "${name}": the port comes first: ${USAGE}`);
  }
  const preset = PRESETS.find((one) => one.name === values.get("preset"));
  if (preset && words.length > 0) {
    throw new RobinError(
      "usage",
      `step "${words[0]}": option --preset has steps of its own, give one of the two`,
    );
  }
  const steps = parseSteps(preset ? [preset.steps] : words);
  if ("why" in steps) {
    const { step, why, word, choices } = steps;
    const meant = word === undefined || choices === undefined ? "" : didYouMean(word, choices);
    throw new RobinError("usage", `step "${step}": ${why}${meant}`, {
      hint: "such as dtr=off,rts=on,100ms,rts=off: robin lines --help",
    });
  }
  if (name === undefined) throw new RobinError("usage", `no port was named: ${USAGE}`);
  return { name, steps, ...(preset ? { preset } : {}) };
}

/** "gone" where the board has left the bus, which is what its preset is for. */
async function play(
  tty: SharedDevice,
  steps: readonly Step[],
  preset: Preset | undefined,
  { words, wayOut }: CommandContext,
): Promise<Played | "gone"> {
  const { fd, path, termios } = tty;
  const driver: LineDriver = { get: () => getAllLines(fd), set: (names, on) => setLines(fd, names, on) };
  const giveBackAtExit = (giveBack: () => void) => wayOut.add(giveBack);
  const setsRts = steps.some((step) => step.kind !== "wait" && step.lines.includes("rts"));
  if (setsRts && hasFlag(termios, "CRTSCTS")) {
    words.notice(`${path} has RTS/CTS flow control (crtscts): its driver moves RTS, too`);
  }
  // A pulse has an end and a speed is only lent: a signal gives both back before it ends the process.
  if (preset?.touchBps !== undefined || steps.some((step) => step.kind === "pulse")) {
    handleSignals(wayOut, (text) => words.detail(text));
  }
  if (preset?.touchBps !== undefined) {
    const touch = async () => void (await playSteps(steps, driver));
    await touchAtSpeed(tty, path, preset.touchBps, touch, giveBackAtExit);
    return "gone";
  }
  return playSteps(steps, driver, SYSTEM_CLOCK, giveBackAtExit);
}
