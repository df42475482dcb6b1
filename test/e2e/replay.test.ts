/** `robin replay` as it is built: recordings behind ports that programs open. */
import { existsSync, readlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import zlib from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../rig/support/channel.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { recordingText, type Step } from "../virtual/replay/recordings.js";
import {
  cleanUp,
  lacking,
  lackingModule,
  onCleanUp,
  PYTHON,
  scratch,
  start,
  startPorts,
} from "./partners/partners.js";

afterEach(cleanUp);

/** A timer of Node's may come a millisecond early; clocks of two processes are read at two moments. */
const EARLY_MS = 3;

const BOOT: Step[] = [
  [0, "<U-Boot\r\n"],
  [150, "<Linux\r\n"],
  [300, "<login: "],
];

const MODEM: Step[] = [
  [1000, ">AT\r"],
  [1010, "<AT\r\r\nOK\r\n"],
  [2000, ">ATI\r"],
  [2150, "<ATI\r\r\nrobin AT modem 1.0\r\n\r\nOK\r\n"],
  [3000, ">ATDT5551234\r"],
  [3010, "<ATDT5551234\r"],
  [3200, "<\r\nCONNECT 9600\r\n"],
];

function recording(steps: readonly Step[], name = "field.jsonl"): string {
  const file = join(scratch(), name);
  const text = recordingText(steps);
  writeFileSync(file, name.endsWith(".gz") ? zlib.gzipSync(text) : text);
  return file;
}

/** Plays a recording; `args` stand before the file. */
async function replay(steps: readonly Step[], ...args: readonly string[]) {
  const link = join(scratch(), "port");
  const ports = await startPorts(["replay", "--link", link, ...args, recording(steps)]);
  type Told = Record<string, unknown>;
  const told = (name: string) => ports.events().filter(({ event }) => event === name) as unknown as Told[];
  return {
    ...ports,
    link,
    told,
    event: (name: string, count = 1) =>
      until(
        () => `event ${name}; there were ${JSON.stringify(ports.events())} ${ports.run.stderr}`,
        () => told(name)[count - 1],
      ),
  };
}

/** Runs a recording against a shell command, which has the port in ROBIN_PORT. */
async function test(steps: readonly Step[], args: readonly string[], ...command: readonly string[]) {
  const run = runRobin(["replay", "--speed", "max", ...args, recording(steps), "--", ...command], {
    stdin: "ignore",
  });
  const status = await run.status;
  return { status, stdout: run.stdout.toString(), stderr: run.stderr };
}

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;
const NO_PYSERIAL = lackingModule("serial", "python3-serial");

describe("a recording behind a port", () => {
  it("says what the device said, at its times, to each program from the beginning, until it is ended", async () => {
    const { link, event, told, run, events, end } = await replay(BOOT);
    const path = readlinkSync(link);
    expect(events()[0]).toEqual({
      event: "ready",
      at: expect.any(Number),
      ports: [{ name: "field", path, link }],
    });
    for (const round of [1, 2]) {
      const opened = performance.now();
      const port = new Channel(link);
      await port.expect("Linux");
      expect(performance.now() - opened).toBeGreaterThan(150 - EARLY_MS);
      expect(port.received.toString()).toBe("U-Boot\r\nLinux\r\n");
      await port.expect("login: ");
      expect(performance.now() - opened).toBeGreaterThan(300 - EARLY_MS);
      await port.write("root\r");
      await event("end", round);
      port.close();
      await event("close", round);
      expect(run.child.exitCode).toBeNull();
    }
    await end();
    expect(await run.status).toBe(128 + 15);
    expect(told("statistics")).toMatchObject([{ port: "field", received: 10, sent: 2 * 22 }]);
    expect(existsSync(link)).toBe(false);
  });

  it.each([
    ["2", 300 / 2],
    ["0.5", 300 * 2],
  ])("says it %s times as fast", async (speed, ms) => {
    const { link } = await replay(BOOT, "--speed", speed);
    const opened = performance.now();
    const port = new Channel(link);
    await port.expect("login: ");
    expect(performance.now() - opened).toBeGreaterThan(ms - EARLY_MS);
    expect(port.received.toString()).toBe("U-Boot\r\nLinux\r\nlogin: ");
  });

  it("loses nothing where a program reads slowly, and nothing to one that sets the port first", async () => {
    const text = Buffer.alloc(3_000_000, "0123456789abcdef\n").toString();
    const parts: Step[] = Array.from({ length: 300 }, (_, at) => [
      at,
      `<${text.slice(at * 10_000, (at + 1) * 10_000)}`,
    ]);
    const { link } = await replay(parts, "--speed", "max");
    const read = start("sh", [
      "-c",
      `exec < ${link}; stty raw -echo; sleep 0.2; head -c ${text.length} | md5sum`,
    ]);
    const expected = start("sh", ["-c", "md5sum"]);
    expected.child.stdin?.end(text);
    expect([await read.status, await expected.status]).toEqual([0, 0]);
    expect(read.stdout.toString()).toBe(expected.stdout.toString());
  });

  it("begins again at its end if wanted", async () => {
    const { link } = await replay(
      [
        [0, "<$GPGGA\n"],
        [5, "<$GPRMC\n"],
      ],
      "--loop",
    );
    const port = new Channel(link);
    await port.expect((received) => received.length >= 50 * 16);
    expect(port.received.toString().slice(0, 50 * 16)).toBe("$GPGGA\n$GPRMC\n".repeat(60).slice(0, 50 * 16));
  });

  it("hangs up where the device was lost, and goes on behind its link", async () => {
    const { link, event, told } = await replay([
      [0, "<before\n"],
      [50, { event: "lost" }],
      [100, { event: "back" }],
      [120, "<after\n"],
      [125, { event: "mark" }],
    ]);
    const before = readlinkSync(link);
    const port = new Channel(link);
    await port.expect("before\n");
    const { path } = await event("hangup");
    expect(path).not.toBe(before);
    expect(readlinkSync(link)).toBe(path);
    port.close();
    const again = new Channel(link);
    await again.expect("after\n");
    expect(again.received.toString()).toBe("after\n");
    await event("end");
    expect(told("recorded").map(({ record }) => (record as { event: string }).event)).toEqual([
      "lost",
      "back",
      "mark",
    ]);
    expect(told("recorded")[2]).toMatchObject({ port: "field", line: 5, elapsed: 0.125 });
    again.close();
    await event("close", 2);
    const anew = new Channel(link);
    await anew.expect("before\n");
  });

  it.for(["gz", "zst"])("may be packed: .%s", async (packing, { skip }) => {
    if (packing === "zst" && !("zstdCompressSync" in zlib)) skip("this Node has no zstd");
    const file = recording(BOOT, packing === "gz" ? "field.jsonl.gz" : "field.jsonl");
    if (packing === "zst") {
      const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: (text: string) => Buffer };
      writeFileSync(file, zstdCompressSync(recordingText(BOOT)));
    }
    const link = join(scratch(), "port");
    await startPorts(["replay", "--speed", "max", "--link", link, file]);
    const port = new Channel(link);
    await port.expect("login: ");
    expect(port.received.toString()).toBe("U-Boot\r\nLinux\r\nlogin: ");
  });

  it("ends with its last whole line where the recorder was killed", async () => {
    const file = recording(BOOT);
    truncateSync(file, recordingText(BOOT).length - 5);
    const robin = runRobin(["replay", file, "--speed", "max"], { stdin: "ignore" });
    const path = await until("a name", () => /^(\/dev\/pts\/\d+)\n$/.exec(robin.stdout.toString())?.[1]);
    const port = new Channel(path);
    await port.expect("Linux\r\n");
    await robin.said(`${file}: it ends in the middle of line 3, which is left out\n`);
    await robin.said("robin: port field: all that was recorded has been said\n");
    robin.child.kill("SIGINT");
    expect(await robin.status).toBe(130);
    expect(port.received.toString()).toBe("U-Boot\r\nLinux\r\n");
    expect(robin.stderr).toContain("robin: port field: 0 bytes received, 15 sent\n");
  });
});

describe("a recorded device that answers", () => {
  it("says what it said when it is sent what it was sent, and so long after it", async () => {
    const { link, event, told } = await replay(MODEM, "--match");
    const port = new Channel(link);
    await event("open");
    await port.write("AT\r");
    await port.expect("OK\r\n");
    const asked = performance.now();
    await port.write("AT");
    await port.write("I\r");
    await port.expect("1.0\r\n\r\nOK\r\n");
    expect(performance.now() - asked).toBeGreaterThan(150 - EARLY_MS);
    await port.write("ATDT5551234\r");
    await port.expect("CONNECT 9600\r\n");
    await event("end");
    expect(told("departure")).toEqual([]);
  });

  it("tells where a program departs, and goes on", async () => {
    const { link, event, run } = await replay(MODEM, "--match", "--speed", "max");
    const port = new Channel(link);
    await event("open");
    await port.write("AT\rATX\r");
    expect(await event("departure")).toMatchObject({
      port: "field",
      kind: "changed",
      line: 3,
      elapsed: 1,
      byte: 3,
      expected: [{ line: 3, text: "ATI\r" }],
      actual: { text: "ATX\r" },
    });
    await port.write("ATDT5551234\r");
    await port.expect("CONNECT 9600\r\n");
    expect(port.received.toString()).toBe("AT\r\r\nOK\r\nATDT5551234\r\r\nCONNECT 9600\r\n");
    expect(await event("departure", 2)).toMatchObject({ kind: "skipped", line: 3, found: 5 });
    expect(run.stderr).toContain(
      'field.jsonl: line 3 (1.000 s): "ATI\\r" was expected, "ATX\\r" came, which differs at byte 3\n',
    );
  });

  it("goes on without a line that does not come in time", async () => {
    const { link, event } = await replay(MODEM, "--match", "--timeout", "100", "--speed", "max");
    const port = new Channel(link);
    const opened = performance.now();
    await port.expect("CONNECT 9600\r\n");
    expect(performance.now() - opened).toBeGreaterThan(300 - EARLY_MS);
    expect(await event("departure", 3)).toMatchObject({ kind: "timeout", line: 5, actual: { text: "" } });
  });

  it("takes a CR for the CR LF of then if wanted, and says so where not", async () => {
    const lines: Step[] = [
      [0, ">AT\r\n"],
      [1, "<OK\r\n"],
    ];
    const strict = await replay(lines, "--match", "--speed", "max");
    const port = new Channel(strict.link);
    await strict.event("open");
    await port.write("AT\r");
    expect(await strict.event("departure")).toMatchObject({ kind: "changed", actual: { text: "AT\r" } });
    await strict.run.said("hint: --any-newline takes CR, LF and CR LF for the same\n");
    const lenient = await replay(lines, "--match", "--any-newline", "--speed", "max");
    const other = new Channel(lenient.link);
    await lenient.event("open");
    await other.write("AT\r");
    await other.expect("OK\r\n");
    expect(lenient.told("departure")).toEqual([]);
  });

  it("is dialled by a person in picocom", async ({ skip }) => {
    const lacks = lacking("picocom");
    if (lacks) skip(lacks);
    const { link, told, event } = await replay(MODEM, "--match", "--speed", "10");
    const user = new TestPty();
    onCleanUp(() => user.close());
    start("picocom", ["--nolock", link], { terminal: user });
    await user.expect("Terminal ready");
    await event("open");
    await user.write("AT\r");
    await user.expect("OK\r\n");
    for (const key of "ATI\r") await user.write(key);
    await user.expect("robin AT modem 1.0\r\n\r\nOK\r\n");
    await user.write("ATDT5551234\r");
    await user.expect("CONNECT 9600\r\n");
    expect(told("departure")).toEqual([]);
  });

  it("is asked by socat", async ({ skip }) => {
    const lacks = lacking("socat");
    if (lacks) skip(lacks);
    const { link, told, event } = await replay(MODEM.slice(0, 4), "--match", "--speed", "max");
    const socat = start("socat", ["-,ignoreeof", `OPEN:${link},raw,echo=0`]);
    await event("open");
    socat.child.stdin?.write("AT\rATI\r");
    await until("the answers", () => socat.stdout.includes("1.0\r\n\r\nOK\r\n"));
    expect(socat.stdout.toString()).toBe("AT\r\r\nOK\r\nATI\r\r\nrobin AT modem 1.0\r\n\r\nOK\r\n");
    expect(told("departure")).toEqual([]);
  });
});

describe("--strict", () => {
  it("ends with 0 when a program that has sent everything leaves, and does not count stty", async () => {
    const { link, run, event } = await replay(MODEM, "--strict", "--speed", "max");
    const stty = start("stty", ["-F", link, "9600", "raw"]);
    expect(await stty.status).toBe(0);
    await event("close");
    const port = new Channel(link);
    await port.write("AT\rATI\rATDT5551234\r");
    await port.expect("CONNECT 9600\r\n");
    port.close();
    expect(await run.status).toBe(0);
    expect(run.stderr).toBe("");
    expect(existsSync(link)).toBe(false);
  });

  it("ends with 6 and a diff at the first departure", async () => {
    const { link, run, events } = await replay(MODEM, "--strict", "--speed", "max");
    const port = new Channel(link);
    await port.write("AT\rATX\rATY\r");
    expect(await run.status).toBe(6);
    const file = /--- (.*)/.exec(run.stderr)?.[1];
    const words = `replay ${file}: line 3 (1.000 s): "ATI\\r" was expected, "ATX\\r" came, which differs at byte 3`;
    expect(run.stderr).toBe(`robin: not as it was recorded:
--- ${file}
+++ what was sent
@@ -1,2 +1,2 @@ line 3, 1.000 s
 AT\\r
-ATI\\r
+ATX\\r
robin: ${words}
`);
    expect(events().map(({ event }) => event)).toEqual([
      "ready",
      "open",
      "departure",
      "statistics",
      undefined,
    ]);
    expect(events().at(-1)).toEqual({ error: { code: "expectation", message: words } });
  });

  it("ends with 6 when a program leaves too early", async () => {
    const { link, run, told } = await replay(MODEM, "--strict", "--speed", "max");
    const port = new Channel(link);
    await port.write("AT\rAT");
    port.close();
    expect(await run.status).toBe(6);
    expect(told("departure")).toMatchObject([
      { kind: "unfinished", line: 3, actual: { text: "AT" }, expected: [{ line: 3 }, { line: 5 }] },
    ]);
    expect(run.stderr).toContain('"ATI\\r" was expected, and only "AT" came, nor 1 after it\n');
  });

  it("ends with 6 when a line does not come in time", async () => {
    const { link, run } = await replay(MODEM, "--strict", "--timeout", "50", "--speed", "max");
    new Channel(link);
    expect(await run.status).toBe(6);
    expect(run.stderr).toContain('"AT\\r" was expected, nothing came in time\n');
  });
});

describe("a command behind --", () => {
  it.for([
    ["all it does", "5551234", 0, /4 lines as recorded, 0 departures\n$/],
    ["what it does otherwise", "5550000", 6, / AT\+CSQ\\r\n-ATDT5551234\\r\n\+ATDT5550000\\r\n/],
  ] as const)("is tested in %s, as examples/dial.py is", async ([, number, status, words], { skip }) => {
    if (NO_PYSERIAL) skip(NO_PYSERIAL);
    const [file, program] = [`${EXAMPLES}modem.jsonl`, `${EXAMPLES}dial.py`];
    const args = ["replay", "--strict", "--speed", "max", file, "--", PYTHON, program, number];
    const run = runRobin(args, { stdin: "ignore" });
    expect(await run.status, run.stderr).toBe(status);
    expect(run.stderr).toMatch(words);
    const rest = status === 0 ? "call: CONNECT 9600\necho: hello\nend: NO CARRIER\n" : "";
    expect(run.stdout.toString()).toBe(`modem: robin AT modem 1.0\nsignal: +CSQ: 18,99\n${rest}`);
  });

  it("may open the port as often as it likes", async () => {
    const script =
      'stty raw -echo < $ROBIN_PORT; printf "AT\\r" > $ROBIN_PORT; printf "ATI\\rATDT5551234\\r" > $ROBIN_PORT';
    const { status, stderr } = await test(MODEM, ["--strict"], "sh", "-c", script);
    expect(stderr).not.toContain("not as it was recorded");
    expect(status).toBe(0);
  });

  it.each<[string, readonly string[], string, number, string]>([
    ["its own status", [], "exit 9", 9, ""],
    ["128+n after a signal", [], "kill -9 $$", 137, ""],
    ["its own status where departures are only told", ["--match"], "exit 9", 9, '"AT\\r" was expected'],
    [
      "6 where it has not sent everything",
      ["--strict"],
      "exit 0",
      6,
      '"AT\\r" was expected, and was not sent',
    ],
    ["6 whatever its own is", ["--strict"], "exit 9", 6, "the command has ended with status 9"],
    [
      "6 where it departs, and it is ended",
      ["--strict"],
      "echo ATX > $ROBIN_PORT; exec sleep 60",
      6,
      '"ATX\\n" came',
    ],
  ])("gives %s", async (_, args, script, status, words) => {
    const run = await test(MODEM, args, "sh", "-c", script);
    expect(run.status).toBe(status);
    expect(run.stderr).toContain(words);
  });

  it("is told of where it cannot be started", async () => {
    const { status, stderr } = await test(BOOT, [], "/nonexistent/test");
    expect(status).toBe(3);
    expect(stderr).toContain("robin: run /nonexistent/test: no such file or directory (ENOENT)\n");
  });
});

describe("what cannot be played", () => {
  it.each<[readonly string[], number, string]>([
    [[], 2, "argument FILE: robin replay needs a recording to play"],
    [["a", "b"], 2, 'argument "b": robin replay plays one recording\n  hint: a command stands behind --'],
    [["--speed", "fast", "a"], 2, 'option --speed: "fast" is not a number such as 2 or 0.5, nor max'],
    [["--speed", "-1", "a"], 2, "option --speed"],
    [["--loop", "--match", "a"], 2, "options --loop and --match: they contradict each other, give one"],
    [["--timeout", "5s", "a"], 2, "option --timeout: it says how to compare: add --match or --strict"],
    [["--strict", "--timeout", "0", "a"], 2, "option --timeout: no line comes in no time"],
    [["a", "--"], 2, "there is no command behind --"],
    [["/nonexistent"], 3, "read recording /nonexistent: no such file or directory (ENOENT)"],
    [
      ["-"],
      3,
      "read recording -: it is no file, and a replay reads it again for each program that opens the port",
    ],
    [["/dev/null"], 3, "read recording /dev/null: it is no file"],
    [["/etc/passwd"], 3, "read recording /etc/passwd: it is none: line 1"],
  ])("robin replay %j: is said, with status %i", async (args, status, words) => {
    const robin = runRobin(["replay", ...args], { stdin: "ignore" });
    expect(await robin.status).toBe(status);
    expect(robin.stderr).toContain(`robin: ${words}`);
    expect(robin.stdout.toString()).toBe("");
  });

  it("is told when it is reached, where a recording is damaged in its middle", async () => {
    const file = recording(BOOT);
    const [first, ...rest] = recordingText(BOOT).split("\n");
    writeFileSync(file, [first, "no record", ...rest].join("\n"));
    const robin = runRobin(["replay", file, "--json"], { stdin: "ignore" });
    const ready = await until("a port", () => /"path":"([^"]+)"/.exec(robin.stdout.toString())?.[1]);
    new Channel(ready);
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain(`robin: read recording ${file}: line 2 is no JSON object`);
    expect(robin.stdout.toString().trimEnd().split("\n").at(-1)).toContain('"code":"open-failed"');
  });

  it("is an empty file too", async () => {
    const file = recording([]);
    const robin = runRobin(["replay", file], { stdin: "ignore" });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toBe(`robin: read recording ${file}: it is empty\n`);
  });
});
