/**
 * `robin` without a port, in front of a person: the built command on a terminal, on a machine whose /sys, /dev and /run are trees of
 * the test's own. A pty stands below /dev/ttyUSB70, so that a session has somebody to talk to.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DeviceTree } from "../port/discovery/device-tree.js";
import { expectScreen, type Face, startFace } from "../support/face.js";
import { UNSHARE, whyNoMounts } from "../support/mount-namespace.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const PLANT_FAULT = new URL("../support/plant-fault.cjs", import.meta.url).pathname;
const noMounts = whyNoMounts();
const skipped = noMounts && ` (skipped: ${noMounts})`;

const SIZE = { rows: 24, columns: 80 };
const QUIT = "\x1cq";
const [ENTER, ESC, TAB, DOWN, LEFT, RIGHT, END, DEL] = [
  ...["\r", "\x1b", "\t", "\x1b[B", "\x1b[D", "\x1b[C", "\x1b[F", "\x1b[3~"],
] as const;
const GREETING = "lists the keys";

let tree: DeviceTree;
let device: TestPty;
/** Homes that several runs share. */
let home: string;
beforeEach(() => {
  tree = new DeviceTree();
  device = new TestPty();
  home = mkdtempSync(join(tmpdir(), "robin-picker-"));
  for (const name of ["null", "ptmx"]) writeFileSync(`${tree.root}/dev/${name}`, "");
  mkdirSync(`${tree.root}/dev/pts`);
});
afterEach(() => {
  device.close();
  tree.remove();
  rmSync(home, { recursive: true, force: true });
});

type Options = Parameters<typeof startFace>[1];

/** Starts robin on the machine that the tree is. */
function start(args: readonly string[] = [], options: Options = {}): Face {
  const t = tree.root;
  const mounts = [
    ...["null", "ptmx", "pts"].map((name) => `mount --bind /dev/${name} ${t}/dev/${name}`),
    ...(existsSync(`${t}/dev/ttyUSB70`) ? [`mount --bind ${device.path} ${t}/dev/ttyUSB70`] : []),
    `mount --bind ${t}/sys /sys && mount --bind ${t}/run /run && mount --rbind ${t}/dev /dev && exec "$@"`,
  ].join(" && ");
  return startFace(args, {
    ...SIZE,
    ...options,
    wrap: [...UNSHARE, "sh", "-c", mounts, "sh"],
    env: { XDG_STATE_HOME: join(home, "state"), XDG_CONFIG_HOME: join(home, "config"), ...options.env },
  });
}

function profiles(text: string): void {
  mkdirSync(join(home, "config", "robin"), { recursive: true });
  writeFileSync(join(home, "config", "robin", "config.toml"), text);
}

const plug = (name: string, product: string, serial: string) =>
  tree.usbSerial(name, { product, serial, at: `1-${Number(name.replace(/\D+/, "")) + 1}` });

function unplug(name: string): void {
  rmSync(`${tree.root}/dev/${name}`);
  rmSync(`${tree.root}/sys/class/tty/${name}`);
}

/** The name in the row that is selected. */
const selected = (face: Face) => /^▸.\s(\S+)/m.exec(face.screen().join("\n"))?.[1];
const isSelected = (name: string) => (_: string, face: Face) => selected(face) === name;

/** A session with the device below ttyUSB70 has begun; ends it. */
async function checkSession(face: Face): Promise<void> {
  await face.until(GREETING);
  expect(face.isAlternate).toBe(false);
  await device.write(Buffer.from("hello from the board\r\n"));
  await face.until("hello from the board");
  await face.type("echo?");
  await device.expect("echo?");
  await face.type(QUIT);
  expect(await face.ended()).toBe(0);
}

describe.skipIf(skipped)(`robin without a port${skipped ?? ""}`, () => {
  it("lists ports, profiles and demo:, narrows them as one types, and connects to the one that is left", async () => {
    plug("ttyUSB70", "FT232R USB UART", "A50285BI");
    plug("ttyUSB71", "CP2102 \u001b[2J", "0001");
    tree.link("dev/serial/by-id/usb-FTDI_A50285BI", "dev/ttyUSB70");
    profiles(
      '[profile.board]\ndescription = "the bench board"\nmatch = "usb:0403:6001:A50285BI"\nhex = false\n\n[profile.away]\nport = "/dev/ttyUSB77"\n',
    );
    const face = start();
    await face.until("an emulated board");
    expectScreen(face.screen(), "picker-e2e");
    expect(face.isAlternate).toBe(true);
    expect(face.isCursorHidden).toBe(false);
    await face.type("a5028");
    await face.until("2 of 5 fit");
    await face.type(" FTDI");
    await face.until("1 of 5 fit");
    await face.until(isSelected("/dev/ttyUSB70"));
    await face.type(ENTER);
    await checkSession(face);
    // Nothing of the list is left behind on the screen.
    expect(face.screen().join("\n")).not.toContain("PRODUCT");
  });

  it("follows what is plugged and unplugged, and never connects to something else than what was meant", async () => {
    plug("ttyUSB70", "first", "A1");
    const face = start();
    await face.until(isSelected("/dev/ttyUSB70"));
    plug("ttyUSB71", "second", "B2");
    await face.until(/^ \+ \/dev\/ttyUSB71 .* new$/m);
    expect(face.screen().findIndex((line) => line.includes("ttyUSB71"))).toBeLessThan(
      face.screen().findIndex((line) => line.includes("ttyUSB70")),
    );
    expect(selected(face)).toBe("/dev/ttyUSB70");
    await face.type(`\x1b[A`);
    await face.until(isSelected("/dev/ttyUSB71"));
    unplug("ttyUSB71");
    await face.until("/dev/ttyUSB71 has gone");
    expect(selected(face)).toBe("/dev/ttyUSB70");
    await face.type(ENTER);
    await face.until(/^\/dev\/ttyUSB71 has gone(: Enter again for \/dev\/ttyUSB70)?$/m);
    expect(face.isAlternate).toBe(true);
    await face.type(`${DOWN}${DOWN}`);
    await face.until((screen, now) => selected(now) === "demo:" && !screen.includes("has gone"));
    await face.type("usb70\r");
    await checkSession(face);
  });

  it("says who holds a port, as long as somebody does", async () => {
    plug("ttyUSB71", "held", "B2");
    const face = start();
    await face.until(isSelected("/dev/ttyUSB71"));
    // In the picker's own namespace, where the path is the one that it looks for.
    const holder = runRobin([], {
      stdin: "ignore",
      wrap: [
        "nsenter",
        "-t",
        String(face.run.child.pid),
        "-m",
        "sh",
        "-c",
        "exec 3</dev/ttyUSB71; exec sleep 60",
      ],
    });
    await face.until(/^▸! \/dev\/ttyUSB71.*\n +held by sleep \(PID \d+\)$/m);
    holder.child.kill("SIGKILL");
    await face.until((screen) => !screen.includes("held by"));
    await face.type(ESC);
    expect(await face.ended()).toBe(0);
  });

  it.each([
    ["Esc", ESC],
    ["^C", "\x03"],
    ["^D", "\x04"],
    ["^\\ q", QUIT],
  ])("is left by %s, quietly", async (_, key) => {
    plug("ttyUSB70", "first", "A1");
    const face = start();
    await face.until("/dev/ttyUSB70");
    await face.type(key);
    expect(await face.ended()).toBe(0);
    expect(face.screen()).toEqual([]);
    expect(existsSync(join(home, "state"))).toBe(false);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const)("gives the terminal back when %s ends it", async (signal, status) => {
    plug("ttyUSB70", "first", "A1");
    const face = start();
    await face.until("/dev/ttyUSB70");
    process.kill(await robinIn(face), signal);
    expect(await face.ended()).toBe(status);
  });

  it("gives the terminal back after a fault within, and says what it was", async () => {
    plug("ttyUSB70", "first", "A1");
    const face = start([], { env: { NODE_OPTIONS: `--require ${PLANT_FAULT}` } });
    await face.until("/dev/ttyUSB70");
    process.kill(await robinIn(face), "SIGUSR2");
    expect(await face.ended()).toBe(1);
    expect(face.screen()).toEqual(["robin: a fault of robin's own: planted"]);
  });

  it("stops as a job, with the terminal given back, and goes on", async () => {
    plug("ttyUSB70", "first", "A1");
    const face = start();
    await face.until("/dev/ttyUSB70");
    await face.type("firs");
    await face.until("port: firs");
    // Nobody would wake it in a session of its own: there the kernel ignores the stop, and it goes on by itself.
    await face.type("\x1a");
    await face.until((_, now) => now.isAlternate && now.screen()[0]?.startsWith("port: firs") === true);
    await face.type("t");
    await face.until("port: first");
    await face.type(ENTER);
    await checkSession(face);
  });

  it("fits the terminal as it becomes smaller and larger", async () => {
    plug("ttyUSB70", "FT232R USB UART", "A50285BI");
    const face = start();
    await face.until("SERIAL");
    face.resize(10, 40);
    await face.until((screen) => !screen.includes("SERIAL") && screen.includes("FT232R USB UART"));
    face.resize(3, 15);
    await face.until((_, now) => now.screen().length === 1 && now.screen()[0]!.includes("ttyUSB70"));
    face.resize(24, 80);
    await face.until("SERIAL");
    await face.type(ESC);
    expect(await face.ended()).toBe(0);
  });

  it("says that there is no port, until one is plugged in", async () => {
    const face = start();
    await face.until("there is no serial port here: robin doctor may say why");
    expect(selected(face)).toBe("demo:");
    plug("ttyUSB71", "at last", "A1");
    await face.until((screen) => screen.includes("at last") && !screen.includes("no serial port"));
    expect(selected(face)).toBe("demo:");
    await face.type(ESC);
    expect(await face.ended()).toBe(0);
  });
});

/** Robin's own PID: what was started is setsid, or a shell before it. */
async function robinIn(face: Face): Promise<number> {
  const childOf = (pid: number) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number).find(Boolean);
  let pid = face.run.child.pid!;
  for (let next = childOf(pid); next !== undefined; next = childOf(pid)) pid = next;
  return pid;
}

describe.skipIf(skipped)(`what was chosen with an adapter${skipped ?? ""}`, () => {
  beforeEach(() => {
    plug("ttyUSB70", "first", "A1");
    plug("ttyUSB71", "second", "B2");
  });

  it("is shown the next time, and holds below what is said then", async () => {
    const first = start(["-b", "9600", "-e"]);
    await first.until(isSelected("/dev/ttyUSB70"));
    await first.type(ENTER);
    await first.until("ttyUSB70: 9600 ");
    await checkSession(first);

    const again = start([]);
    await again.until(/^▸.*ttyUSB70.*\n +last: 9600, echo$/m);
    await again.type(ENTER);
    await again.until("ttyUSB70: 9600 ");
    await checkSession(again);

    const other = start(["-b", "19200"], { env: { ROBIN_LINE: "7E1" } });
    await other.until(/^ +last: echo$/m);
    await other.type(ENTER);
    await other.until("ttyUSB70: 19200 ");
    await checkSession(other);

    const environment = start([], { env: { ROBIN_BPS: "4800" } });
    await environment.until(/^ +last: echo$/m); // what is said by the environment is not what was chosen
    await environment.type(ENTER);
    await environment.until("ttyUSB70: 4800 ");
    await checkSession(environment);
  });

  it("is where the list begins, also under another name, and is forgotten by Del", async () => {
    mkdirSync(join(home, "state", "robin"), { recursive: true });
    const choices = [
      { key: "usb:0403:6001:B2 0.0", options: { bps: "57600", exec: "touch /tmp/x" } },
      { key: "usb:0403:6001:A1 0.0", options: {} },
    ];
    const file = join(home, "state", "robin", "choices.json");
    writeFileSync(file, JSON.stringify({ choices }));
    unplug("ttyUSB71");
    plug("ttyUSB74", "second", "B2");
    const face = start();
    await face.until(/^▸.*ttyUSB74.*\n +last: 57600$/m);
    await face.until("Del forgets");
    await face.type(DEL);
    await face.until((screen) => !screen.includes("last:"));
    await until("the file without it", () => !readFileSync(file, "utf8").includes("B2"));
    expect(readFileSync(file, "utf8")).toContain("A1");
    await face.type(ESC);
    expect(await face.ended()).toBe(0);
  });

  it("is not known where its file is broken, which is said, and nothing else is the matter", async () => {
    mkdirSync(join(home, "state", "robin"), { recursive: true });
    writeFileSync(join(home, "state", "robin", "choices.json"), "{");
    const face = start();
    await face.until("choices.json: it is no JSON");
    await face.type(ENTER);
    await checkSession(face);
  });

  it("is not kept where nothing can be written, and nobody minds", async () => {
    const face = start(["-b", "9600"], { env: { XDG_STATE_HOME: "/proc" } });
    await face.until(isSelected("/dev/ttyUSB70"));
    await face.type(ENTER);
    await checkSession(face);
  });

  it("may be set in a form first, from which one comes back to the list", async () => {
    profiles('[profile.board]\nmatch = "usb:0403:6001:A1"\nbps = 1200\necho = true\n');
    const face = start();
    await face.until(/profile: @board/);
    await face.type(TAB);
    await face.until("settings for /dev/ttyUSB70");
    await face.until(/bps.*1200/);
    await face.type(ESC);
    await face.until(isSelected("/dev/ttyUSB70"));
    await face.type(TAB);
    await face.until(/bps.*1200/);
    await face.type(RIGHT);
    await face.until(/bps.*2400/);
    await face.type(`${LEFT}${RIGHT}${END}`);
    await face.until(/> connect|▸ connect/);
    await face.type(ENTER);
    await face.until("ttyUSB70: 2400 ");
    await checkSession(face);

    const again = start();
    await again.until(/^ +last: 2400$/m); // the echo is the profile's
    await again.type(ENTER);
    await again.until("ttyUSB70: 2400 ");
    await checkSession(again);
  });

  it("is of no matter to a profile, which says itself what holds", async () => {
    profiles('[profile.board]\nport = "/dev/ttyUSB70"\nbps = 1200\n');
    const first = start(["-b", "9600"]);
    await first.until("@board");
    await first.type("@board\r");
    await first.until("ttyUSB70: 9600 ");
    await checkSession(first);
    const again = start();
    await again.until(isSelected("@board"));
    expect(again.screen().join("\n")).not.toContain("last:");
    await again.type(ENTER);
    await again.until("ttyUSB70: 1200 ");
    await checkSession(again);
  });
});

describe.skipIf(skipped)(`robin without a port, where nothing is drawn${skipped ?? ""}`, () => {
  it.each([
    ["TERM is dumb", [], { TERM: "dumb" }],
    ["a screen reader reads", ["--screen-reader"], {}],
  ])("asks for a number or a name where %s", async (_, args, env) => {
    plug("ttyUSB70", "first \u001b[2J", "A1");
    const face = start(args, { env });
    await face.until("nothing leaves):");
    expectScreen(face.screen(), "picker-e2e-plain");
    plug("ttyUSB71", "second", "B2");
    await face.until(/come: {3}3 {2}\/dev\/ttyUSB71 {2}second/);
    await face.type("7\n");
    await face.until("there is no 7");
    await face.type("?\n");
    await face.until(/ {2}3 {2}\/dev\/ttyUSB71.*\n {2}1 {2}\/dev\/ttyUSB70/);
    unplug("ttyUSB71");
    await face.until("/dev/ttyUSB71 has gone");
    await face.type("3\n");
    await face.until("3, /dev/ttyUSB71, has gone");
    await face.type("first\n");
    await checkSession(face);
    expect(face.user.received.toString()).not.toMatch(/\x1b\[\?1049|\x1b\[2J/);
  });

  it.each([
    ["nothing", "\n"],
    ["the end of input", "\x04"],
  ])("is left by %s", async (_, key) => {
    const face = start([], { env: { TERM: "dumb" } });
    await face.until("nothing leaves):");
    await face.type(key);
    expect(await face.ended()).toBe(0);
  });

  it("asks for settings first, where a + stands behind", async () => {
    plug("ttyUSB70", "first", "A1");
    const face = start([], { env: { TERM: "dumb" } });
    await face.until("nothing leaves):");
    await face.type("1+\n");
    await face.until(/^setup:$/m);
    await face.type("bps\n");
    await face.until(/bps.*:$/m);
    await face.type("9600\n");
    await face.until(/bps.* 9600\nsetup:$/);
    await face.type("\n");
    await face.until("ttyUSB70: 9600 ");
    await checkSession(face);
  });

  it("leaves what is typed ahead to the session", async () => {
    plug("ttyUSB70", "first", "A1");
    const face = start([], { env: { TERM: "dumb" } });
    await face.until("nothing leaves):");
    await face.type("1\nahead\n");
    await device.expect("ahead");
    await face.until(GREETING);
    await face.type(QUIT);
    expect(await face.ended()).toBe(0);
  });
});

describe("robin without a port", () => {
  it.each([
    ["stdin", { stdin: "ignore" }],
    ["stdout", { stdout: "pipe" }],
  ] as const)("is a usage error where %s is no terminal", async (_, options) => {
    const user = new TestPty();
    try {
      const robin = runRobin([], { stdin: user, stdout: user, ...options });
      expect(await robin.status).toBe(2);
      expect(robin.stderr).toContain("robin: no port was named: robin [options] <port> [bps]");
    } finally {
      user.close();
    }
  });

  it.each([
    [["--raw"], "no port was named"],
    [["-b", "fast"], 'option --bps: "fast" is not a whole number'],
    [["--hwflow", "--noflow"], "they contradict each other"],
  ])("%j is refused before anything is shown", async (args, text) => {
    const face = startFace(args, SIZE);
    expect(await face.ended()).toBe(2);
    expect(face.screen().join("\n")).toContain(text);
    expect(face.user.received.toString()).not.toContain("\x1b[?1049");
  });

  it("is refused with a wrong value in the environment too", async () => {
    const face = startFace([], { ...SIZE, env: { ROBIN_BPS: "fast" } });
    expect(await face.ended()).toBe(2);
    expect(face.screen().join("\n")).toContain("ROBIN_BPS");
  });

  it("connects to demo: on this machine, whatever else there is", async () => {
    const face = startFace([], SIZE);
    await face.until("an emulated board");
    await face.type("demo:");
    await face.until(isSelected("demo:"));
    await face.type(ENTER);
    await face.until("demo>");
    await face.type(QUIT);
    expect(await face.ended()).toBe(0);
  });
});
