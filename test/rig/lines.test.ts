/** `robin lines` on real drivers: what the other end of the cable sees, and what of it is told. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { setExclusive } from "../../src/tty/ioctl.js";
import { setLines } from "../../src/tty/modem-lines.js";
import { getTermios, setFlag, setTermios } from "../../src/tty/termios.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { until } from "../support/until.js";
import { cpuMs } from "./support/port-user.js";
import { SerialEnd, UARTS } from "./support/serial-end.js";
import { type Chip, UsbSim } from "./support/usb-sim.js";

const [UART, PEER] = UARTS;
const WAIT_MS = 30_000;

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});
function end(path: string): SerialEnd {
  const it = new SerialEnd(path);
  opened.push(it);
  return it;
}
async function plug(chip: Chip = "ft232r"): Promise<UsbSim> {
  const sim = await UsbSim.plug({ chip, serial: `RIG-LINES-${chip}`, pace: false });
  opened.push(sim);
  return sim;
}

async function lines(...args: string[]) {
  const run = runRobin(["lines", ...args]);
  return { status: await run.status, stdout: run.stdout.toString(), stderr: run.stderr };
}

interface LinesEvent {
  readonly at: number;
  readonly changed: readonly string[];
  readonly counted?: Record<string, number>;
  readonly [line: string]: unknown;
}

/** A `--watch --json`, with what it has told so far. */
function watch(path: string, ...steps: string[]): { robin: RobinRun; events: () => LinesEvent[] } {
  const robin = runRobin(["lines", "--watch", "--json", path, ...steps]);
  return {
    robin,
    events: () =>
      robin.stdout
        .toString()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

/** Waits for the first event that `test` holds for, the state at the start not among them. */
async function told(events: () => LinesEvent[], test: (event: LinesEvent) => boolean): Promise<LinesEvent> {
  return until(
    () => `an event; there were ${JSON.stringify(events())}`,
    () => events().slice(1).find(test),
    WAIT_MS,
  );
}

async function started(events: () => LinesEvent[]): Promise<LinesEvent> {
  return until("the state at the start", () => events()[0], WAIT_MS);
}

describe("a UART", () => {
  test("shows every line with who drives it, its extra lines and its counters", async () => {
    end(PEER);
    const { status, stdout, stderr } = await lines(UART);
    expect(stdout).toMatch(
      /^\/dev\/ttyS1\n {2}host {4}DTR on {3}RTS on {3}OUT1 off {2}OUT2 on {3}LOOP off\n {2}device {2}CTS on {3}DSR on {3}DCD on {3}RI off\n {2}driver {2}rx \d+, tx \d+, frame /,
    );
    expect(stderr).toMatch(
      /^robin: this look has raised DTR and RTS: nobody else .* fall again now \(hupcl\)\n$/,
    );
    expect(status).toBe(0);
  });

  test("loops its own lines back, and LOOP and OUT1 outlive the close, which is told", async () => {
    const { stdout, stderr } = await lines("--json", UART, "loop=on,out1=on,dtr=off,20ms,rts=off");
    expect(JSON.parse(stdout)).toMatchObject({ dtr: false, rts: false, out1: true, out2: true, loop: true });
    expect(JSON.parse(stdout)).toMatchObject({ dsr: false, cts: false, ri: true, dcd: true });
    expect(stderr).toMatch(
      /^robin: LOOP stays on, so that \/dev\/ttyS1 hears itself alone, until robin lines/,
    );
    setLines(end(UART).fd, ["loop", "out1"], false);
  });

  test("keeps its lines with --hold, lowers them at the close with hupcl, and says so, and leaves them without", async () => {
    const peer = end(PEER);
    const held = runRobin(["lines", "--hold", UART, "rts=off"]);
    await held.said("/dev/ttyS1 is held open");
    await until("DTR alone", () => peer.lines.dsr && !peer.lines.cts, WAIT_MS);
    held.child.kill("SIGTERM");
    expect(await held.status).toBe("SIGTERM");
    await until("DTR to fall", () => !peer.lines.dsr, WAIT_MS);
    expect((await lines(UART, "dtr=on,rts=off")).stderr).toMatch(
      /^robin: lowering DTR again: hupcl is set, .*\n {2}hint: --hold .* robin termios \/dev\/ttyS1 -hupcl/,
    );

    const own = new SerialEnd(UART);
    const termios = getTermios(own.fd);
    setFlag(termios, "HUPCL", false);
    setTermios(own.fd, termios);
    own.close();
    await until("both, left up", () => peer.lines.dsr && peer.lines.cts, WAIT_MS);
    const { stderr } = await lines(UART, "dtr=off", "rts=on");
    expect(stderr).toBe("");
    await until("RTS alone, after the close", () => !peer.lines.dsr && peer.lines.cts, WAIT_MS);
  });

  test("gets DTR back when a pulse is interrupted, though somebody else keeps the port open", async () => {
    const own = end(UART);
    const peer = end(PEER);
    const robin = runRobin(["lines", UART, "dtr=pulse:1000s"]);
    await until("the pulse", () => !own.lines.dtr && !peer.lines.dsr, WAIT_MS);
    robin.child.kill("SIGINT");
    expect(await robin.status).toBe(130);
    expect(own.lines.dtr).toBe(true);
  });

  test("is looked at and set beside others, but not beside one who has it to himself: status 4", async () => {
    const own = end(UART);
    chmodSync(UART, 0o666);
    setExclusive(own.fd, true);
    const robin = runRobin(["lines", UART], { wrap: ["setpriv", "--reuid", "65534", "--clear-groups"] });
    expect(await robin.status).toBe(4);
    expect(robin.stderr).toMatch(/^robin: open \/dev\/ttyS1: held by .*for exclusive use \(TIOCEXCL\)/);
    setExclusive(own.fd, false);
    chmodSync(UART, 0o660);
  });
});

describe("a watch", () => {
  test("tells each line of a UART as it changes, rests in between, and leaves at once", async () => {
    const peer = end(PEER);
    const { robin, events } = watch(UART, "rts=off");
    const first = await started(events);
    expect(first).toMatchObject({
      event: "lines",
      changed: [],
      dtr: true,
      rts: false,
      cts: true,
      dsr: true,
      dcd: true,
    });
    await until("its step at the other end", () => !peer.lines.cts, WAIT_MS);
    for (const [line, seen] of [
      ["rts", ["cts"]],
      ["dtr", ["dsr", "dcd"]],
    ] as const) {
      for (const on of [false, true]) {
        const from = events().length;
        const beforeS = Date.now() / 1000;
        setLines(peer.fd, [line], on);
        for (const name of seen) {
          const isIt = (event: LinesEvent) => event.changed.includes(name) && event.at >= beforeS - 0.001;
          const event = await told(events, isIt);
          expect(event).toMatchObject({ [name]: on, counted: { [name]: 1 } });
          expect(event.at - beforeS).toBeLessThan(1);
        }
        expect(events().length).toBeGreaterThan(from);
      }
    }
    let usedMs = -1;
    let restsSinceMs = 0;
    await until(
      "a second without any work",
      () => {
        const now = cpuMs(robin.child.pid!);
        if (now !== usedMs) restsSinceMs = performance.now();
        usedMs = now;
        return performance.now() - restsSinceMs > 1000;
      },
      WAIT_MS,
    );
    const count = events().length;
    const sentMs = performance.now();
    robin.child.kill("SIGINT");
    expect(await robin.status).toBe("SIGINT");
    expect(performance.now() - sentMs).toBeLessThan(1000);
    expect(events().length).toBe(count);
  });

  test("tells RI, what went and came back while nobody looked, and ends with status 5 when the adapter goes", async () => {
    const sim = await plug();
    const { robin, events } = watch(sim.path);
    await started(events);
    await sim.setLines({ ri: true });
    await told(events, ({ changed, ri }) => changed.includes("ri") && ri === true);
    robin.child.kill("SIGSTOP");
    for (let time = 0; time < 3; time++) {
      await sim.setLines({ cts: true });
      await sim.setLines({ cts: false });
    }
    robin.child.kill("SIGCONT");
    const event = await told(events, ({ changed }) => changed.includes("cts"));
    const counted = events().reduce((sum, one) => sum + (one.counted?.cts ?? 0), 0);
    expect(event.changed).toContain("cts");
    expect(events().at(-1)).toMatchObject({ cts: false });
    expect(counted).toBeGreaterThanOrEqual(2);
    await sim.unplug();
    expect(await robin.status).toBe(5);
    expect(robin.stderr).toMatch(/^robin: read lines of .*: the port was lost: hung up or unplugged\n$/);
  });

  test.each<[Chip, string, RegExp]>([
    ["cdc_acm", "", /^robin: read lines of .*: the port was lost/],
    [
      "cp210x",
      "cannot wait",
      /^robin: the driver cannot wait for .* every 100 ms\nrobin: read lines of .*: the port was lost/,
    ],
  ])("ends with status 5 when a %s goes, whether its driver can wait or not", async (chip, before, says) => {
    const sim = await plug(chip);
    const robin = runRobin(["lines", "-v", "--watch", sim.path]);
    await until("the state", () => robin.stdout.length > 0, WAIT_MS);
    const names = ["DTR", "RTS", "CTS", "DSR", "DCD", "RI"].map((name) => `${name} o[nf]+`);
    expect(robin.stdout.toString()).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{6} ${names.join(", ")}\n$`),
    );
    await robin.said(before);
    await sim.unplug();
    expect(await robin.status).toBe(5);
    expect(robin.stderr).toMatch(says);
  });

  test("ends with status 0 when nobody reads it any more, though nothing happens", async () => {
    const { robin, events } = watch(UART);
    await started(events);
    robin.child.stdout!.destroy();
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toBe("");
  });
});

describe("an adapter", () => {
  let sim: UsbSim;
  beforeAll(async () => {
    sim = await UsbSim.plug({ serial: "RIG-LINES", pace: false });
  });
  afterAll(() => sim.close());

  /** A user of the adapter, with DTR and RTS as given; what it did is not among the events to come. */
  async function user(up: boolean): Promise<{ own: SerialEnd; from: number }> {
    const own = end(sim.path);
    setLines(own.fd, ["dtr", "rts"], up);
    await sim.heard();
    return { own, from: sim.events.length };
  }
  /** What was set from event `from` on, and milliseconds from the first to each. */
  async function heardSince(from: number) {
    await sim.heard();
    const sets = sim.events.slice(from).filter((event) => event.name === "lines");
    return { sets: sets.map(({ value }) => value), atMs: sets.map(({ atMs }) => atMs - sets[0]!.atMs) };
  }

  test("hears of one request what goes together, and of each line alone what does not", async () => {
    const { from } = await user(false);
    const steps = ["dtr+rts=on", "dtr=off,rts=off", "30ms,rts=pulse:50ms"];
    const { status, stderr } = await lines("-v", sim.path, ...steps);
    expect(status).toBe(0);
    const { sets, atMs } = await heardSince(from);
    expect(sets).toEqual([
      { dtr: true, rts: true },
      { dtr: false },
      { rts: false },
      { rts: true },
      { rts: false },
    ]);
    expect(atMs[3]! - atMs[2]!).toBeGreaterThan(26);
    expect(atMs[4]! - atMs[3]!).toBeGreaterThan(44);
    expect(stderr.split("\n").filter((line) => / ms {2}/.test(line))).toHaveLength(5);
  });

  test("is not reset by a step for RTS while its user holds DTR low", async () => {
    const { own, from } = await user(false);
    const { status, stdout, stderr } = await lines(sim.path, "rts=on");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/ {2}host {4}DTR off {2}RTS on\n/);
    expect((await heardSince(from)).sets).toEqual([{ rts: true }]);
    expect(own.lines).toMatchObject({ dtr: false, rts: true });
  });

  test("whose user's lines may not be seen is opened, and that is told", async ({ skip }) => {
    const SCOPE = "/proc/sys/kernel/yama/ptrace_scope";
    if (!existsSync(SCOPE)) skip("this kernel lets every process of a user into the others");
    const before = readFileSync(SCOPE);
    writeFileSync(SCOPE, "1"); // as on most desktops: only children
    chmodSync(sim.path, 0o666);
    const nobody = ["setpriv", "--reuid", "65534", "--clear-groups"];
    const holder = spawn(nobody[0]!, [
      ...nobody.slice(1),
      "sh",
      "-c",
      `exec 7<>${sim.path}; echo; exec sleep 1000`,
    ]);
    await once(holder.stdout, "data");
    const robin = runRobin(["lines", sim.path], { wrap: nobody });
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toMatch(
      new RegExp(
        `^robin: every open of .* raises DTR and RTS: this one, too, if sleep \\(PID ${holder.pid}\\) had lowered`,
      ),
    );
    holder.kill();
    writeFileSync(SCOPE, before);
  });

  test("without OUT1 is told from one that has it: status 3 and its name", async () => {
    const { status, stdout, stderr } = await lines("--json", sim.path, "out1=on,dtr=off");
    expect(stderr).toBe(`robin: set lines of ${sim.path}: the driver did not take OUT1 on\n`);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "setup-failed" } });
  });

  test.each([
    [
      "esp32-boot",
      [{ dtr: false }, { rts: true }, { dtr: true }, { rts: false }, { dtr: false }],
      [0, 0, 100, 100, 150],
    ],
    [
      "arduino-reset",
      [
        { dtr: false, rts: false },
        { dtr: true, rts: true },
        { dtr: false, rts: false },
      ],
      [0, 250, 250],
    ],
  ] as const)("hears of %s what the vendor's tool sends", async (preset, sets, dueMs) => {
    const { from } = await user(true);
    const { status, stderr } = await lines("--preset", preset, sim.path);
    expect([status, stderr]).toEqual([0, ""]);
    // The first is the open's, which raises what is up already.
    const heard = await heardSince(from);
    expect(heard.sets).toEqual([{ dtr: true, rts: true }, ...sets]);
    for (const [at, due] of dueMs.entries()) {
      const afterMs = heard.atMs[at + 1]! - heard.atMs[1]!;
      expect(afterMs).toBeGreaterThan(due * 0.9 - 2);
      expect(afterMs).toBeLessThan(due + 40);
    }
  });

  test("that stays on the bus after the touch gets its speed back, and status 3", async () => {
    const { own } = await user(true); // 9600 bps
    const { status, stderr } = await lines("--preset", "rp2040-bootsel", sim.path);
    expect(stderr).toMatch(/^robin: reset .*: the board has not left the bus in 3 s\n {2}hint: /);
    expect(status).toBe(3);
    await sim.heard();
    const speeds = sim.events.flatMap(({ name, value }) => (name === "bps" ? [value] : []));
    expect(speeds.slice(-2)).toEqual([1200, 9600]);
    expect(own.termios.ospeed).toBe(9600);
  });

  test("that leaves the bus at 1200 bps and DTR off is a board in its bootloader: status 0", async () => {
    await sim.heard();
    const from = sim.events.length;
    const robin = runRobin(["lines", "--json", "--preset", "rp2040-bootsel", sim.path]);
    const since = () => sim.events.slice(from);
    await until(
      "1200 bps, and then DTR off",
      () => {
        const touched = since().findIndex(({ name, value }) => name === "bps" && value === 1200);
        return (
          touched !== -1 &&
          since()
            .slice(touched)
            .some((event) => event.name === "lines" && event.value.dtr === false)
        );
      },
      WAIT_MS,
    );
    await sim.unplug();
    expect(await robin.status).toBe(0);
    expect(JSON.parse(robin.stdout.toString())).toEqual({ gone: true });
    expect(robin.stderr).toMatch(/has left the bus, as it should: the board is in its bootloader\n$/);
    await until("the node to go", () => !existsSync(sim.path), WAIT_MS);
  });
});
