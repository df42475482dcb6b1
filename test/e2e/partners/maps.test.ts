/** Character maps beside those of picocom and tio: by each name, every byte becomes what it becomes there. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMap } from "../../../src/bytes/map.js";
import { type MapSide, parseMapRules } from "../../../src/bytes/map-rules.js";
import { setWindowSize } from "../../../src/tty/ioctl.js";
import { hasFlag } from "../../../src/tty/termios.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";
import { cleanUp, lacking, onCleanUp, scratch, start } from "./partners.js";

const PICOCOM =
  "crlf crcrlf igncr lfcr lfcrlf ignlf bsdel delbs spchex tabhex crhex lfhex 8bithex nrmhex".split(" ");
/** Rules together: each byte by one of them, and which goes first. */
const PICOCOM_TOGETHER = [
  "crlf,lfcrlf,delbs,bsdel",
  "crcrlf,lfcr,delbs,spchex,tabhex,8bithex",
  "nrmhex,8bithex,lfhex,crhex,tabhex,spchex,bsdel",
];
const TIO_IN = "ICRNL IGNCR IFFESCC INLCR INLCRNL ICRCRNL IMSB2LSB MSB2LSB".split(" ");
const TIO_OUT = "OCRNL ODELBS ONLCRNL OLTU OIGNCR".split(" ");
/** What tio applies one after the other. */
const TIO_IN_TOGETHER = ["ICRNL,INLCRNL", "INLCR,ICRNL", "ICRNL,IGNCR", "INLCR,ICRCRNL"];
const TIO_OUT_TOGETHER = ["OCRNL,ONLCRNL", "OIGNCR,ONLCRNL", "ODELBS,OLTU,OCRNL"];

const LIMIT_MS = 10_000;

/** Each byte there is but a key that the program takes for itself. */
const allBut = (key?: number) =>
  Uint8Array.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== key));

interface Run {
  readonly command: readonly [string, ...string[]];
  /** The last that it shows of its own before bytes of the port. */
  readonly greeting: RegExp;
  readonly quit: string;
  /** Bytes that arrive at the port, or are typed, and how many should come out of it. */
  readonly arriving?: Uint8Array;
  readonly typed?: Uint8Array;
  readonly expected: number;
}

interface Result {
  /** Behind the greeting, with what it says at its end. */
  readonly screen: string;
  readonly port: string;
  /** How it ended where nobody asked it to. */
  readonly failed: string | undefined;
}

/** Runs a terminal program on a terminal and a port, both ptys, until so many bytes came out, and quits it. */
async function run({ command, greeting, quit, arriving, typed, expected }: Run): Promise<Result> {
  const [user, device] = [new TestPty(), new TestPty()];
  onCleanUp(() => {
    user.close();
    device.close();
  });
  setWindowSize(user.slave, { rows: 24, columns: 80 });
  const [name, ...args] = command;
  const env = { HOME: scratch(), TERM: "vt100" }; // some look for settings there
  const program = start(name, [...args, device.path], { terminal: user, env });
  let status: number | string | undefined;
  void program.status.then((how) => {
    status = how;
  });
  const shown = () => {
    user.drain();
    const found = greeting.exec(user.received.toString("latin1"));
    return found ? user.received.subarray(found.index + found[0].length) : undefined;
  };
  const sent = () => {
    device.drain();
    return device.received;
  };
  const waitFor = (what: string, test: () => boolean) =>
    until(
      () => `${command.join(" ")}: ${what}; there is ${JSON.stringify(user.received.toString("latin1"))}`,
      () => status !== undefined || test(),
      LIMIT_MS / 2,
    );
  await waitFor(
    "its greeting, and a raw port",
    () => shown() !== undefined && !hasFlag(device.termios, "ICANON"),
  );
  if (status === undefined && arriving) await device.write(arriving);
  if (status === undefined && typed) await user.write(typed);
  await waitFor("what becomes of the bytes", () => (typed ? sent() : shown()!).length >= expected);
  shown();
  const failed = status === undefined ? undefined : `${status}: ${user.received.toString("latin1").trim()}`;
  if (failed === undefined) {
    await user.write(quit);
    await program.status;
  }
  return { screen: String(shown()?.toString("latin1")), port: sent().toString("latin1"), failed };
}

/** What createMap makes of it. */
function mapped(rules: string, side: MapSide, bytes: Uint8Array): string {
  return Buffer.from(createMap(parseMapRules(rules, side)).push(bytes, 0)).toString("latin1");
}

/** All runs at once, before the tests that look at their results. */
function runAll<T extends string>(lacks: string | undefined, names: readonly T[], one: (rules: T) => Run) {
  const results = new Map<T, Promise<Result>>();
  beforeAll(async () => {
    if (lacks) return;
    for (const rules of names) results.set(rules, run(one(rules)));
    await Promise.allSettled(results.values());
  }, 2 * LIMIT_MS);
  afterAll(cleanUp);
  return (rules: T) => results.get(rules)!;
}

describe("what picocom shows", () => {
  const LACKS = lacking("picocom");
  const NAMES = [...PICOCOM, ...PICOCOM_TOGETHER];
  const ALL = allBut();
  const result = runAll(LACKS, NAMES, (rules) => ({
    command: ["picocom", "--imap", rules],
    greeting: /Terminal ready\r\n/,
    quit: "\x01\x18",
    arriving: ALL,
    expected: mapped(rules, "imap", ALL).length,
  }));

  it.for(NAMES)("of each byte by --imap %s is what robin makes of it", async (rules, { skip }) => {
    if (LACKS) skip(LACKS);
    const { screen, failed } = await result(rules);
    if (failed?.startsWith("SIGABRT")) skip(`this picocom aborts at a byte that it is to ignore: ${failed}`);
    expect(failed).toBeUndefined();
    const expected = mapped(rules, "imap", ALL);
    expect(screen.slice(0, expected.length)).toBe(expected);
    expect(screen.slice(expected.length)).toMatch(/^\r\nTerminating/);
  });
});

describe("what picocom sends and echoes", () => {
  const LACKS = lacking("picocom");
  const OMAP = "crlf,delbs,lfcrlf,8bithex";
  const EMAP = "crcrlf,bsdel,spchex";
  const TYPED = allBut(0x01);
  const result = runAll(LACKS, [OMAP], () => ({
    command: ["picocom", "--omap", OMAP, "--echo", "--emap", EMAP],
    greeting: /Terminal ready\r\n/,
    quit: "\x01\x18",
    typed: TYPED,
    expected: mapped(OMAP, "omap", TYPED).length,
  }));

  it(`of each key by --omap ${OMAP} and --emap ${EMAP} is what robin makes of it`, async ({ skip }) => {
    if (LACKS) skip(LACKS);
    const { port, screen, failed } = await result(OMAP);
    expect(failed).toBeUndefined();
    expect(port).toBe(mapped(OMAP, "omap", TYPED));
    const echo = mapped(EMAP, "emap", TYPED);
    expect(screen.slice(0, echo.length)).toBe(echo);
  });
});

describe.each([
  ["shows", "imap", [...TIO_IN, ...TIO_IN_TOGETHER]],
  ["sends", "omap", [...TIO_OUT, ...TIO_OUT_TOGETHER]],
] as const)("what tio %s", (_, side, names) => {
  const LACKS = lacking("tio");
  const BYTES = allBut(side === "omap" ? 0x14 : undefined);
  const result = runAll(LACKS, names as readonly string[], (rules) => ({
    command: ["tio", "--color", "none", "--map", rules],
    greeting: /Connected.*\r\n/,
    quit: "\x14q",
    ...(side === "imap" ? { arriving: BYTES } : { typed: BYTES }),
    expected: mapped(rules, side, BYTES).length,
  }));

  it.for(names as readonly string[])(
    "of each byte by --map %s is what robin makes of it",
    async (rules, { skip }) => {
      if (LACKS) skip(LACKS);
      const { screen, port, failed } = await result(rules);
      if (failed?.includes("Unknown mapping flag")) skip(`this tio does not have it: ${failed}`);
      expect(failed).toBeUndefined();
      const expected = mapped(rules, side, BYTES);
      if (side === "omap") return expect(port).toBe(expected);
      expect(screen.slice(0, expected.length)).toBe(expected);
      expect(screen.slice(expected.length)).toMatch(/^\n\r.*Disconnected/);
    },
  );
});
