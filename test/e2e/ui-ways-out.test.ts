/** Whatever ends the full screen, or stops it for a while, the terminal and the port are as they were. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasFlag } from "../../src/tty/termios.js";
import { startFace } from "../support/face.js";
import { ROBIN } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { command, ESCAPE, startUi } from "./ui-support.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;

describe("the terminal is given back", () => {
  it("by the quit key, with the port's settings", async () => {
    const { face, device } = await startUi(["-b", "57600"]);
    expect(device.termios.ospeed).toBe(57600);
    await command(face, "q");
    expect(await face.ended()).toBe(0);
    expect(face.screen().join("\n")).toContain("robin: closed");
    expect(device.termios.ospeed).toBe(38400); // as it was found
  });

  it("by the quit key right behind Esc, which a slow line brings together", async () => {
    const { face, device } = await startUi();
    await face.type(`\x1b${ESCAPE}q`);
    expect(await face.ended()).toBe(0);
    expect(await device.expect("\x1b")).toBe("\x1b");
  });

  it("or rather never taken, where one of the ports cannot be opened", async () => {
    const face = startFace(["ui", "demo:", "/dev/no-such-port"]);
    expect(await face.ended()).toBe(3);
    expect(face.screen().join(" ")).toContain("open /dev/no-such-port");
    expect(face.user.received.toString()).not.toContain("\x1b[?1049h");
  });

  it("when the port is lost, with the reason on the screen behind", async () => {
    const { face, device } = await startUi();
    await device.write("last words");
    await face.until("last words");
    device.close();
    expect(await face.ended()).toBe(5);
    expect(face.screen().join(" ")).toContain("the port was lost");
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ] as const)("by %s", async (signal, status) => {
    const { face } = await startUi();
    const pid = robinsPid(face.run.child.pid!);
    process.kill(pid, signal);
    expect(await face.ended()).toBe(status);
  });

  it.each(["exception", "rejection"])(
    "by a fault in the middle of it (%s), which is told behind it",
    async (kind) => {
      const { face } = await startUi([], {
        env: { NODE_OPTIONS: `--require=${PLANT_FAULT}`, PLANT: kind },
      });
      process.kill(robinsPid(face.run.child.pid!), "SIGUSR2");
      expect(await face.ended()).toBe(1);
      expect(face.screen().join(" ")).toContain("a fault of robin's own: planted");
    },
  );

  it("while a line is asked for, lines are chosen, or the help stands", async () => {
    for (const keys of ["/abc", "y", "?"]) {
      const { face, device } = await startUi();
      await device.write("text\x1b[?1000h\x1b[?25l");
      await face.until("text");
      await command(face, keys);
      await command(face, "q");
      expect(await face.ended()).toBe(0);
    }
  });

  it("while the setup stands over it, by a signal and by a fault", async () => {
    for (const [signal, status] of [
      ["SIGTERM", 143],
      ["SIGUSR2", 1],
    ] as const) {
      const { face } = await startUi(["-q"], { env: { NODE_OPTIONS: `--require=${PLANT_FAULT}` } });
      await command(face, "o");
      await face.until("> bps");
      process.kill(robinsPid(face.run.child.pid!), signal);
      expect(await face.ended()).toBe(status);
    }
  });

  it("by a signal while a command runs at one of several ports", async () => {
    const { face } = await startUi([], { ports: 2, columns: 100 });
    const pid = robinsPid(face.run.child.pid!); // who has no child yet
    await command(face, "!echo it runs >&2; exec sleep 60\r");
    await face.until("it runs");
    process.kill(pid, "SIGTERM");
    expect(await face.ended()).toBe(143);
  });

  it("when nobody takes what was typed: after --drain, with the status of that", async () => {
    const { face } = await startUi(["--drain", "100"]);
    await face.type("x".repeat(100_000));
    await command(face, "q");
    expect(await face.ended()).toBe(7);
  });

  it("at once while the port floods it", async () => {
    const { face, device } = await startUi();
    const flood = "0123456789 \x1b[31mcoloured\x1b[0m text of a flood\r\n".repeat(200);
    let goesOn = true;
    void (async () => {
      while (goesOn) await device.write(flood);
    })().catch(() => {}); // nobody reads any more
    await face.until("text of a flood");
    await command(face, "q");
    expect(await face.ended()).toBe(0);
    goesOn = false;
  });
});

describe("a terminal that takes nothing", () => {
  it("holds neither the keys nor the end", async () => {
    const { face, device } = await startUi(["-q"]);
    // Nobody reads the user's side: it is full soon.
    for (let part = 0; part < 40; part++) await device.write(`\x1b[H${"0123456789".repeat(200)}${part}`);
    await face.type("x");
    await device.expect("x");
    await command(face, "q");
    expect(await face.run.status).toBe(0);
  });
});

// As in job-control.test.ts, the shell is now and then not heard of.
describe("job control", { retry: 2 }, () => {
  it("z gives the terminal back for as long as robin is stopped; fg draws all of it again", async () => {
    const device = new TestPty();
    const user = new TestPty();
    const shell = spawn("setsid", ["-c", "-w", "bash", "--norc", "--noediting", "-i"], {
      stdio: [user.slave, user.slave, user.slave],
      env: { ...process.env, PS1: "$ ", TERM: "xterm", XDG_STATE_HOME: "/dev/null" },
    });
    onTestFinished(() => {
      shell.kill("SIGKILL");
      device.close();
      user.close();
    });
    await user.expect("$ ");
    const before = user.termios;
    const isRaw = () => !hasFlag(user.termios, "ICANON");
    await user.write(`'${process.execPath}' '${ROBIN}' ui ${device.path}\n`);
    await user.expect("connected;");
    await until("raw", isRaw);
    user.clear();
    await user.write("\x1cz");
    await user.expect("Stopped");
    const left = user.received.toString();
    for (const sequence of ["\x1b[?1006l", "\x1b[?1002l", "\x1b[?2004l", "\x1b[?25h", "\x1b[?1049l"]) {
      expect(left).toContain(sequence);
    }
    expect(user.termios).toEqual(before);
    await device.write("while you were away");
    user.clear();
    await user.write("fg\n");
    await user.expect("while you were away");
    await until("raw", isRaw);
    const entered = user.received.toString();
    for (const sequence of ["\x1b[?1049h", "\x1b[?1002h", "\x1b[?1006h", "\x1b[?2004h"]) {
      expect(entered).toContain(sequence);
    }
    await user.write("back");
    await device.expect("back");
    await user.write("\x1cq");
    await user.expect(`closed ${device.path}`);
    await until("the terminal to be the shell's again", () => !isRaw());
    expect(user.termios).toEqual(before);
  });
});

/** setsid has forked where it had to. */
function robinsPid(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? pid : Number(children.split(" ")[0]);
}
