/** pyserial at a pair: reads, writes, time-outs, queues, settings, exclusive use. */
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../../rig/support/channel.js";
import { until } from "../../support/until.js";
import { cleanUp, lackingModule, PYTHON, start, startPair } from "./partners.js";

afterEach(cleanUp);

const LACKING = lackingModule("serial", "python3-serial");

/** What each script begins with: `a` and `b` are the ports' names, `show` prints a value as JSON. */
const PRELUDE = `
import json, sys, threading, time
import serial
a, b = sys.argv[1:]
def show(**values): print(json.dumps(values), flush=True)
`;

/** Runs a script of Python and returns what it showed, all in one. Fails with the script's own words. */
async function python(ports: { a: string; b: string }, script: string): Promise<Record<string, unknown>> {
  const run = start(PYTHON, ["-c", PRELUDE + script, ports.a, ports.b]);
  expect(await run.status, run.stderr).toBe(0);
  const lines = run.stdout.toString().trim().split("\n");
  return Object.assign({}, ...lines.map((line) => JSON.parse(line)));
}

describe("pyserial at a pair", () => {
  it("writes at one end and reads at the other, every byte, both ways", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const shown = await python(
      await startPair(),
      `
every = bytes(range(256)) * 200
with serial.Serial(a, 115200, timeout=10) as left, serial.Serial(b, 115200, timeout=10) as right:
    for name, sender, receiver in (("there", left, right), ("back", right, left)):
        threading.Thread(target=sender.write, args=(every,)).start()
        show(**{name: receiver.read(len(every)) == every})
    left.write(b"one\\ntwo\\nthree;four;")
    show(lines=[right.readline().decode(), right.readline().decode()])
    show(until=[right.read_until(b";").decode(), right.read_until(b";").decode()])
`,
    );
    expect(shown).toEqual({
      there: true,
      back: true,
      lines: ["one\n", "two\n"],
      until: ["three;", "four;"],
    });
  });

  it("reads without waiting, for so long and no longer, and until it is told to stop", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const shown = await python(
      await startPair(),
      `
def timed(read):
    start = time.monotonic()
    return read().decode(), time.monotonic() - start
with serial.Serial(a) as left, serial.Serial(b) as right:
    right.timeout = 0
    text, seconds = timed(lambda: right.read(10))
    show(none=text, noneAtOnce=seconds < 0.1)
    left.write(b"abc")
    right.timeout = 0.2
    text, seconds = timed(lambda: right.read(10))
    show(some=text, someInTime=0.19 < seconds < 2)
    right.timeout = 5
    threading.Timer(0.05, right.cancel_read).start()
    text, seconds = timed(lambda: right.read(10))
    show(cancelled=text, cancelledInTime=seconds < 4)
`,
    );
    expect(shown).toEqual({
      none: "",
      noneAtOnce: true,
      some: "abc",
      someInTime: true,
      cancelled: "",
      cancelledInTime: true,
    });
  });

  it("counts what waits, throws it away, and writes no longer than it wants to", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const shown = await python(
      await startPair(),
      `
def wait(count):
    limit = time.monotonic() + 10
    while right.in_waiting != count and time.monotonic() < limit: time.sleep(0.002)
    return right.in_waiting
with serial.Serial(a, write_timeout=0.3) as left, serial.Serial(b, timeout=5) as right:
    left.write(b"thrown away")
    show(waiting=wait(11))
    right.reset_input_buffer()
    show(after=right.in_waiting)
    left.write(b"kept")
    left.flush()
    show(kept=right.read(4).decode(), out=left.out_waiting)
    try:
        left.write(bytes(1000000))
        show(held=False)
    except serial.SerialTimeoutException:
        show(held=True)
    right.timeout = 0.3
    came = 0
    while chunk := right.read(65536): came += len(chunk)
    left.write(b"works again")
    show(some=0 < came < 1000000, again=right.read(11).decode())
`,
    );
    expect(shown).toEqual({
      waiting: 11,
      after: 0,
      kept: "kept",
      out: 0,
      held: true,
      some: true,
      again: "works again",
    });
  });

  it("keeps every setting that it is given, and finds it again", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const ports = await startPair();
    const shown = await python(
      ports,
      `
import termios
def words(port):
    iflag, _, cflag, _, ispeed, ospeed, _ = termios.tcgetattr(port.fd)
    return {"xonxoff": bool(iflag & termios.IXON), "rtscts": bool(cflag & termios.CRTSCTS),
            "two": bool(cflag & termios.CSTOPB), "same": ispeed == ospeed}
with serial.Serial(a, 57600, stopbits=serial.STOPBITS_TWO, xonxoff=True) as port:
    show(first=words(port))
    port.xonxoff = False
    port.rtscts = True
    port.stopbits = serial.STOPBITS_ONE
    port.baudrate = 250000  # has no name in termios
    show(second=words(port), settings=port.get_settings()["baudrate"])
`,
    );
    expect(shown).toEqual({
      first: { xonxoff: true, rtscts: false, two: true, same: true },
      second: { xonxoff: false, rtscts: true, two: false, same: true },
      settings: 250000,
    });
  });

  it("is held by XOFF from the other end, and goes on at XON with nothing lost", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const ports = await startPair();
    const far = new Channel(ports.b);
    const run = start(PYTHON, [
      "-c",
      `${PRELUDE}
with serial.Serial(a, xonxoff=True, timeout=10) as port:
    port.write(b"ready")
    while port.read(1) != b"!": pass
    port.write_timeout = 0.2
    try:
        port.write(b"too early")
    except serial.SerialTimeoutException:
        show(held=True)
    port.write_timeout = 10
    port.write(b", said after XON")
    port.read(1)
`,
      ports.a,
      ports.b,
    ]);
    await far.expect("ready");
    await far.write("\x13!"); // XOFF is taken by the port, the mark by the script
    await until("the script to have been held", () => run.stdout.includes('"held": true'));
    expect(far.read(), "bytes in spite of XOFF").toBe(0);
    await far.write("\x11");
    await far.expect("said after XON");
    await far.write(".");
    expect(await run.status, run.stderr).toBe(0);
    expect(far.received.toString()).toBe("ready, said after XON");
  });

  it("has the port for itself where it asks for that, and gives it back", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const shown = await python(
      await startPair(),
      `
with serial.Serial(a, exclusive=True):
    try:
        serial.Serial(a, exclusive=True)
        show(second="opened")
    except serial.SerialException as error:
        show(second=str(error))
with serial.Serial(a, exclusive=True) as port:
    show(afterwards=port.is_open)
`,
    );
    expect(shown.second).toContain("Could not exclusively lock port");
    expect(shown.afterwards).toBe(true);
  });

  it("is opened a hundred times in a row, and each time is heard", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const shown = await python(
      await startPair(),
      `
with serial.Serial(b, timeout=10) as right:
    heard = 0
    for number in range(100):
        with serial.Serial(a) as left: left.write(b"%04d" % number)
        heard += right.read(4) == b"%04d" % number
    show(heard=heard)
`,
    );
    expect(shown).toEqual({ heard: 100 });
  });
});
