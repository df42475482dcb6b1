/** From argv to a plain config: every value checked, every contradiction told. */
import { describe, expect, it } from "vitest";
import { type ConnectConfig, connectConfig, messageConfig } from "../../src/cli/config.js";
import { parseArguments } from "../../src/cli/parse.js";
import { RobinError } from "../../src/errors.js";
import { portPath } from "../../src/port/open.js";

const config = (line: string): ConnectConfig => connectConfig(parseArguments(line.split(" ")));
const messages = (line: string) => messageConfig(parseArguments(line.split(" ")));
const settings = (line: string) => config(line).settings;

/** The one line that a usage error has. */
function refusal(line: string): string {
  try {
    connectConfig(parseArguments(line.split(" ")));
    messages(line);
  } catch (error) {
    expect(error, line).toBeInstanceOf(RobinError);
    expect((error as RobinError).code).toBe("usage");
    expect((error as RobinError).message).not.toContain("\n");
    return (error as RobinError).message;
  }
  throw new Error(`${line} was taken`);
}

const AS_IT_STANDS: ConnectConfig = {
  port: "tty",
  settings: {},
  breakMs: undefined,
  keep: false,
  strict: false,
  lock: true,
  wait: false,
  reconnect: undefined,
  raw: false,
  escapeKey: 0x1c,
  echo: false,
  color: "auto",
  screenReader: false,
  drainMs: 2000,
  idleExitMs: undefined,
  view: {
    imap: [],
    emap: [],
    hex: false,
    printable: false,
    timestamp: undefined,
    rxColor: undefined,
    txColor: undefined,
  },
  sending: { inputMode: "char", omap: [], pacing: { timeoutMs: 10_000 } },
  log: undefined,
  mask: undefined,
  record: undefined,
  exec: undefined,
};

describe("a port that is not there", () => {
  it("is waited for where that was asked", () => {
    expect(config("--wait tty")).toMatchObject({ wait: true, reconnect: undefined });
  });

  it("is waited for when it was lost, or not, or as the port and the user are", () => {
    expect(config("--reconnect tty").reconnect).toBe(true);
    expect(config("--no-reconnect tty").reconnect).toBe(false);
    expect(config("tty").reconnect).toBeUndefined();
  });
});

describe("the config", () => {
  it("of a port alone asks for no setting and has the defaults of the manual", () => {
    expect(config("tty")).toEqual(AS_IT_STANDS);
    expect(messages("tty")).toEqual({ quiet: false, verbose: 0, color: "auto" });
  });

  it.each<[string, Partial<ConnectConfig>]>([
    ["tty 9600", { settings: { bps: 9600 } }],
    ["-b 9600 tty 9600", { settings: { bps: 9600 } }],
    ["-b 12345 tty", { settings: { bps: 12345 } }],
    ["--bps 1 tty", { settings: { bps: 1 } }],
    ["--baud 4294967295 tty", { settings: { bps: 4294967295 } }],
    ["-b 1200 -b 9600 tty", { settings: { bps: 9600 } }],
    ["-h tty", { settings: { flow: "hardware" } }],
    ["-s tty", { settings: { flow: "software" } }],
    ["-n tty", { settings: { flow: "none" } }],
    ["-d 7 -p even --stopbits 2 tty", { settings: { databits: 7, parity: "even", stopbits: 2 } }],
    ["-d 5 tty", { settings: { databits: 5 } }],
    ["--parity mark tty", { settings: { parity: "mark" } }],
    ["--line 8N1 tty", { settings: { databits: 8, parity: "none", stopbits: 1 } }],
    ["--line 7e2 tty", { settings: { databits: 7, parity: "even", stopbits: 2 } }],
    ["--line 5O1 tty", { settings: { databits: 5, parity: "odd", stopbits: 1 } }],
    ["--line 6M1 tty", { settings: { databits: 6, parity: "mark", stopbits: 1 } }],
    ["--line 8s1 tty", { settings: { databits: 8, parity: "space", stopbits: 1 } }],
    ["-c tty", { settings: { crnl: true } }],
    ["--vmin 0 --vtime 255 tty", { settings: { vmin: 0, vtime: 255 } }],
    ["--dtr off --rts on tty", { dtr: false, rts: true }],
    ["--on-error mark tty", { settings: { onError: "mark" } }],
    ["--on-error drop --on-break interrupt tty", { settings: { onError: "drop", onBreak: "interrupt" } }],
    ["--on-error mark --on-break drop tty", { settings: { onError: "mark", onBreak: "drop" } }],
    ["--rs485 on tty", { settings: { rs485: { enabled: true } } }],
    [
      "--rs485=rts-after-send,delay-before=5 tty",
      { settings: { rs485: { enabled: true, rtsAfterSend: true, delayBeforeMs: 5 } } },
    ],
    ["--low-latency off tty", { settings: { lowLatency: false } }],
    ["--break-ms 1 tty", { breakMs: 1 }],
    ["--break-ms 60000 tty", { breakMs: 60_000 }],
    ["--color never tty", { color: "never" }],
    ["--keep --break-ms 20 --dtr off tty", { keep: true, breakMs: 20, dtr: false }],
    ["--keep tty", { keep: true }],
    ["--strict tty", { strict: true }],
    ["--lock tty", {}],
    ["--no-lock tty", { lock: false }],
    ["--raw tty", { raw: true, escapeKey: undefined }],
    ["--raw --no-escape tty", { raw: true, escapeKey: undefined }],
    ["--raw -b 9600 tty", { raw: true, escapeKey: undefined, settings: { bps: 9600 } }],
    ["--escape ^a tty", { escapeKey: 1 }],
    ["--escape ^] tty", { escapeKey: 29 }],
    ["--escape=^? tty", { escapeKey: 127 }],
    ["--no-escape tty", { escapeKey: undefined }],
    ["-e tty", { echo: true }],
    ["--drain 0 tty", { drainMs: 0 }],
    ["--drain 2147483647 tty", { drainMs: 2147483647 }],
    ["--idle-exit 500 tty", { idleExitMs: 500 }],
    ["-- -tty", { port: "-tty" }],
  ])("of %s is as it stands but for %j", (line, change) => {
    expect(config(line)).toEqual({ ...AS_IT_STANDS, ...change });
  });

  it.each([
    ["-q tty", { quiet: true }],
    ["-v tty", { verbose: 1 }],
    ["-vv tty", { verbose: 2 }],
    ["--color always tty", { color: "always" }],
    ["--color never tty", { color: "never" }],
  ])("of messages of %s is the default but for %j", (line, change) => {
    expect(messages(line)).toEqual({ quiet: false, verbose: 0, color: "auto", ...change });
  });
});

describe("a value that is none", () => {
  const speeds = [
    "0",
    "-1",
    "1e12",
    "fast",
    "4294967296",
    "9600.5",
    "0x10",
    "+9600",
    "",
    "9600 ",
    "9_600",
    "NaN",
  ];
  it.each(speeds)("is told for a speed of %j, as an option and behind the port", (speed) => {
    for (const argv of [
      ["-b", speed, "tty"],
      [`--bps=${speed}`, "tty"],
      ["tty", speed],
    ]) {
      expect(() => connectConfig(parseArguments(argv))).toThrow(
        expect.objectContaining({
          code: "usage",
          message: expect.stringMatching(/^(option --bps|speed ).*a whole number from 1 to 4294967295$/),
        }),
      );
    }
  });

  it.each([
    ["-b fast tty", 'option --bps: "fast" is not a whole number from 1 to 4294967295'],
    ["tty fast", 'speed "fast": it is not a whole number from 1 to 4294967295'],
    ["--vmin 256 tty", 'option --vmin: "256" is not a whole number from 0 to 255'],
    ["--vtime -1 tty", 'option --vtime: "-1" is not a whole number from 0 to 255'],
    ["--drain soon tty", 'option --drain: "soon" is not a whole number from 0 to 2147483647'],
    ["--drain 2147483648 tty", 'option --drain: "2147483648" is not a whole number from 0 to 2147483647'],
    ["--idle-exit 0 tty", 'option --idle-exit: "0" is not a whole number from 1 to 2147483647'],
    ["--break-ms 0 tty", 'option --break-ms: "0" is not a whole number from 1 to 60000'],
    ["--break-ms 60001 tty", 'option --break-ms: "60001" is not a whole number from 1 to 60000'],
    ["--on-error marc tty", 'option --on-error: "marc" is not one of drop, mark, pass (did you mean mark?)'],
    ["--on-break ignore tty", /^option --on-break: "ignore" is not one of drop, mark, pass, interrupt/],
    ["--low-latency yes tty", 'option --low-latency: "yes" is not one of on, off'],
    ["--rs485 maybe tty", /^option --rs485: "maybe" is not one of on, off, rts-on-send, /],
    ["-d nine tty", 'option --databits: "nine" is not one of 5, 6, 7, 8'],
    ["--stopbits 1.5 tty", /^option --stopbits: "1.5" is not one of 1, 2/],
    ["-p evn tty", 'option --parity: "evn" is not one of none, even, odd, mark, space (did you mean even?)'],
    [
      "-p Even tty",
      'option --parity: "Even" is not one of none, even, odd, mark, space (did you mean even?)',
    ],
    ["-peven tty", /^option --parity: /],
    ["--dtr maybe tty", 'option --dtr: "maybe" is not one of on, off'],
    ["--rts 1 tty", 'option --rts: "1" is not one of on, off'],
    ["--color alway tty", 'option --color: "alway" is not one of auto, always, never (did you mean always?)'],
    ["--line 9N1 tty", /^option --line: "9N1" is not data bits 5 to 8, .*as in 8N1$/],
    ["--line 8N tty", /^option --line: "8N" is not /],
    ["--line 8X1 tty", /^option --line: "8X1" is not /],
    ["--line 8N1.5 tty", /^option --line: /],
    ["--line junk tty", /^option --line: /],
    [
      "--escape A tty",
      'option --escape: "A" is no control character, write one as ^A or ^] (did you mean ^A?)',
    ],
    ["--escape a tty", /\(did you mean \^A\?\)$/],
    ["--escape ^1 tty", 'option --escape: "^1" is no control character, write one as ^A or ^]'],
    ["--escape F12 tty", /^option --escape: "F12" is no control character/],
    ["--escape= tty", /^option --escape: "" is no control character/],
  ])("is told for %s", (line, message) => {
    if (typeof message === "string") expect(refusal(line)).toBe(message);
    else expect(refusal(line)).toMatch(message);
  });
});

describe("a contradiction", () => {
  it.each([
    ["-h -s tty", "options --hwflow and --swflow"],
    ["-h -n tty", "options --hwflow and --noflow"],
    ["--swflow --noflow tty", "options --swflow and --noflow"],
    ["-hs tty", "options --hwflow and --swflow"],
    ["--line 8N1 -d 8 tty", "options --line and --databits"],
    ["--line 8N1 -p none tty", "options --line and --parity"],
    ["--line 8N1 --stopbits 1 tty", "options --line and --stopbits"],
    ["--keep -b 9600 tty", "options --keep and --bps"],
    ["--keep tty 9600", "options --keep and --bps"],
    ["--keep --hwflow tty", "options --keep and --hwflow"],
    ["--keep --noflow tty", "options --keep and --hwflow, --swflow or --noflow"],
    ["--keep --line 8N1 tty", "options --keep and --"],
    ["--keep --crnl tty", "options --keep and --crnl"],
    ["--keep --vmin 1 tty", "options --keep and --vmin"],
    ["--keep --on-error pass tty", "options --keep and --on-error"],
    ["--keep --on-break pass tty", "options --keep and --on-break"],
    ["--keep --rs485 off tty", "options --keep and --rs485"],
    ["--keep --low-latency on tty", "options --keep and --low-latency"],
    ["--keep --strict tty", "options --keep and --strict"],
    ["--on-error mark --on-break pass tty", "options --on-error mark and --on-break pass"],
    ["--raw --break-ms 9 tty", "options --raw and --break-ms"],
    ["--raw --escape ^a tty", "options --raw and --escape"],
    ["--raw --echo tty", "options --raw and --echo"],
    ["-q -v tty", "options --quiet and --verbose"],
  ])("is told for %s", (line, start) => {
    expect(refusal(line).startsWith(start)).toBe(true);
    expect(refusal(line)).toMatch(/: they contradict each other, give one$/);
  });

  it("is told for two speeds, unless they are the same", () => {
    expect(refusal("-b 1200 tty 9600")).toBe("speeds 1200 and 9600: they contradict each other, give one");
    expect(settings("-b 9600 tty 9600")).toEqual({ bps: 9600 });
  });
});

describe("the port", () => {
  it("has to be named", () => {
    expect(() => connectConfig(parseArguments([]))).toThrow(
      expect.objectContaining({
        code: "usage",
        message: "no port was named: robin [options] <port> [bps]",
        hint: "robin demo: needs no hardware",
      }),
    );
    expect(refusal("-h")).toMatch(/^no port was named/);
  });

  it("is one, and one speed", () => {
    expect(refusal("tty 9600 more")).toBe(
      'argument "more": one port and one speed are all: robin [options] <port> [bps]',
    );
  });

  it("is refused before anything is opened when it is empty", () => {
    const { port } = connectConfig(parseArguments([""]));
    expect(() => portPath(port)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
