/** Terminal programs at a pair: what is typed there arrives at the other end, and what arrives is shown. */
import { afterEach, describe, expect, it } from "vitest";
import { setWindowSize } from "../../../src/tty/ioctl.js";
import { close, O_NOCTTY, O_RDWR, open } from "../../../src/tty/libc.js";
import { getTermios } from "../../../src/tty/termios.js";
import { Channel } from "../../rig/support/channel.js";
import { runRobin } from "../../support/robin.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";
import {
  cleanUp,
  lacking,
  lackingModule,
  onCleanUp,
  type Partner,
  PYTHON,
  scratch,
  start,
  startPair,
} from "./partners.js";

interface Program {
  readonly name: string;
  readonly lacks: () => string | undefined;
  readonly command: (port: string) => readonly [string, ...string[]];
  /** What it shows when the port is open. */
  readonly greeting: string;
  /** What a user types to leave it, and what it asks and is answered then. */
  readonly quit: string;
  readonly confirm?: readonly [question: string, answer: string];
}

const PROGRAMS: readonly Program[] = [
  {
    name: "picocom",
    lacks: () => lacking("picocom"),
    command: (port) => ["picocom", "-b", "19200", port],
    greeting: "Terminal ready",
    quit: "\x01\x18",
  },
  {
    name: "minicom",
    lacks: () => lacking("minicom"),
    command: (port) => ["minicom", "-o", "-b", "19200", "-D", port],
    greeting: "Press CTRL-A Z",
    quit: "\x01q",
    confirm: ["without reset", "\r"],
  },
  {
    name: "tio",
    lacks: () => lacking("tio"),
    command: (port) => ["tio", "--no-autoconnect", "-b", "19200", port],
    greeting: "Connected",
    quit: "\x14q",
  },
  {
    name: "miniterm",
    lacks: () => lackingModule("serial", "python3-serial"),
    command: (port) => [PYTHON, "-m", "serial.tools.miniterm", port, "19200"],
    greeting: "Quit: Ctrl+]",
    quit: "\x1d",
  },
];

afterEach(cleanUp);

/** A program on a terminal of its own, and who sits in front of it. */
function onTerminal([command, ...args]: readonly [string, ...string[]]): { program: Partner; user: TestPty } {
  const user = new TestPty();
  onCleanUp(() => user.close());
  setWindowSize(user.slave, { rows: 24, columns: 80 });
  const home = scratch(); // some look for settings there, or keep some
  return { program: start(command, args, { terminal: user, env: { HOME: home, TERM: "vt100" } }), user };
}

/** The speed that stands at a port. */
function speedOf(port: string): number {
  const fd = open(port, O_RDWR | O_NOCTTY);
  try {
    return getTermios(fd).ospeed;
  } finally {
    close(fd);
  }
}

describe.each(PROGRAMS.map((program) => [program.name, program] as const))(
  "%s at a pair",
  (_, { lacks, command, greeting, quit, confirm }) => {
    it("sends what is typed, shows what arrives, and leaves a port that others can use", async ({ skip }) => {
      const reason = lacks();
      if (reason) skip(reason);
      const { a, b, events } = await startPair();
      const far = new Channel(b);
      const { program, user } = onTerminal(command(a));
      await user.expect(greeting);
      await far.write("login: ");
      await user.expect("login: ");
      expect(speedOf(a)).toBe(19200);
      await user.write("root");
      await far.expect("root");
      await user.write(quit);
      if (confirm) {
        await user.expect(confirm[0]);
        await user.write(confirm[1]);
      }
      expect(await program.status).toBe(0);
      await until("the pair to see it leave", () =>
        events().some(({ event, port }) => event === "close" && port === "a"),
      );

      const next = new Channel(a);
      far.clear();
      await next.write("next");
      await far.expect("next");
      await far.write("answer");
      await next.expect("answer");
    });
  },
);

describe("picocom's own options at a pair", () => {
  const NEEDED = lacking("picocom");

  it("lock the port against a second one and against robin, until it leaves", async ({ skip }) => {
    if (NEEDED) skip(NEEDED);
    const { a } = await startPair();
    const { program, user } = onTerminal(["picocom", a]);
    await user.expect("Terminal ready");
    const second = onTerminal(["picocom", "-q", a]);
    expect(await second.program.status).not.toBe(0);
    const robin = runRobin([a], { stdin: "ignore" });
    expect(await robin.status).toBe(4);
    expect(robin.stderr).toContain(`held by picocom (PID ${program.child.pid})`);
    await user.write("\x01\x18");
    expect(await program.status).toBe(0);
    expect(await runRobin([a], { stdin: "ignore" }).status).toBe(0);
  });

  it("reset the port to the settings it was found with, or with --noreset leave its own", async ({
    skip,
  }) => {
    if (NEEDED) skip(NEEDED);
    const { a } = await startPair();
    const found = speedOf(a);
    expect(await onTerminal(["picocom", "-q", "-b", "57600", "--exit", a]).program.status).toBe(0);
    expect(speedOf(a)).toBe(found);
    const noReset = onTerminal(["picocom", "-q", "-b", "57600", "--noreset", "--exit", a]);
    expect(await noReset.program.status).toBe(0);
    expect(speedOf(a)).toBe(57600);
  });

  it("end it when nothing was typed or arrived for so long", async ({ skip }) => {
    if (NEEDED) skip(NEEDED);
    const { a, b } = await startPair();
    const far = new Channel(b);
    const { program, user } = onTerminal(["picocom", "--exit-after", "300", a]);
    await user.expect("Terminal ready");
    await far.write("the last words");
    await user.expect("the last words");
    expect(await program.status).toBe(0);
  });
});
