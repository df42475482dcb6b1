/** A view over a session: the device's screen comes back as it was, and nothing is lost meanwhile. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { close, O_NOCTTY, O_NONBLOCK, O_WRONLY, open, write } from "../../src/tty/libc.js";
import { startFace } from "../support/face.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

const MENU = "\x1c?";
const ESC = "\x1b";

let device: TestPty;
beforeEach(() => {
  device = new TestPty();
});
afterEach(() => device.close());

/** The first cells of a row with their colours. */
function looks(face: ReturnType<typeof startFace>, row: number, columns = 12): string {
  const line = face.terminal.buffer.active.getLine(face.terminal.buffer.active.baseY + row)!;
  return Array.from({ length: columns }, (_, column) => {
    const cell = line.getCell(column)!;
    return `${cell.getChars() || " "}${cell.getFgColor()}/${cell.getBgColor()}`;
  }).join(" ");
}
const cursor = ({ terminal }: ReturnType<typeof startFace>) => [
  terminal.buffer.active.cursorX,
  terminal.buffer.active.cursorY,
];

describe("behind a view", () => {
  it("what the device sends waits, in the middle of a line and of a colour, and is shown on return", async () => {
    const face = startFace([device.path, "--quiet"]);
    await face.until(() => true);
    await device.write("boot: \x1b[31mred te");
    await face.until("red te");
    await face.type(MENU);
    await face.until("send a break");
    expect(face.isAlternate).toBe(true);
    await device.write("xt\x1b[0m plain\r\nlogin: ");
    expect(face.screen().join("\n")).not.toContain("login:");
    await face.type(ESC);
    await face.until("login:");
    expect(face.isAlternate).toBe(false);
    expect(face.screen()).toEqual(["boot: red text plain", "login:"]);
    expect(looks(face, 0, 14)).toContain("e1/-1 x1/-1 t1/-1");
    await face.type("root\r");
    await device.expect("root\r");
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
  });

  it("a full-screen program's screen stands as it was, with its modes, and goes on", async () => {
    const face = startFace([device.path, "--quiet"]);
    const draw = [
      "shell prompt\r\n\x1b[?1049h\x1b[?1h\x1b[?25l\x1b[H\x1b[2J\x1b[1;37;44m  top - 12:00  \x1b[0m",
      "\x1b[3;1Hline three\x1b[4;20r\x1b[10;5H\x1b[32mgreen",
    ].join("");
    await device.write(draw);
    await face.until("green");
    const [screen, first, at] = [face.screen(), looks(face, 0), cursor(face)];
    await face.type(MENU);
    await face.until("send a break");
    await face.type(ESC);
    await face.until((text) => text === screen.join("\n") && cursor(face).join() === at.join());
    expect(looks(face, 0)).toBe(first);
    expect(face.isAlternate).toBe(true);
    expect(face.isCursorHidden).toBe(true);
    await device.write("!\x1b[?25h\x1b[?1049l\x1b[r");
    await face.until((text) => text.includes("shell prompt"));
    expect(face.isAlternate).toBe(false);
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
  });

  it("the log has all of what had no room, and the user is told how much that was", async () => {
    const log = join(mkdtempSync(join(tmpdir(), "robin-cover-")), "all.log");
    onTestFinished(() => rmSync(dirname(log), { recursive: true }));
    const face = startFace([device.path, "--log", log]);
    await face.until("lists the keys");
    await face.type(MENU);
    await face.until("send a break");
    const block = Buffer.from("0123456789abcde\n".repeat(4096));
    const blocks = 290; // 18 MiB
    for (let count = 0; count < blocks; count++) await device.write(block);
    const size = block.length * blocks;
    await until("the log to have it", () => statSync(log).size >= size);
    await face.type(ESC);
    const told = (await face.until(/\d+ bytes had no room/, 30_000)).join(" ");
    const dropped = Number(/(\d+) bytes had no room/.exec(told)![1]);
    const rest = size - 16 * 1024 * 1024;
    expect(dropped).toBeLessThanOrEqual(rest);
    expect(dropped).toBeGreaterThan(rest - 64 * 1024); // what was read last is not cut
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
    expect(readFileSync(log).equals(Buffer.concat(Array.from({ length: blocks }, () => block)))).toBe(true);
  });
});

describe("a session that ends in a full-screen program of the device", () => {
  const draw = "shell prompt\r\n\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?2004h\x1b[Hvi here";

  type End = (face: ReturnType<typeof startFace>) => Promise<void>;
  const ends: readonly (readonly [name: string, end: End, status: number])[] = [
    ["the quit key", async (face) => face.type("\x1cq"), 0],
    ["SIGTERM", async (face) => void face.run.child.kill("SIGTERM"), 143],
    ["a lost port", async () => device.close(), 5],
  ];
  it.each(ends)("by %s leaves the shell its screen, its cursor and its mouse", async (_, end, status) => {
    const face = startFace([device.path, "--quiet"]);
    await device.write(draw);
    await face.until("vi here");
    await end(face);
    expect(await face.ended()).toBe(status);
    expect(face.screen()[0]).toBe("shell prompt");
  });
});

it("what waited is shown behind the view also on a terminal that takes nothing for a while", async () => {
  const face = startFace([device.path]);
  await face.until("lists the keys"); // by now the port is raw
  await device.write("before\r\n");
  await face.until("before");
  await face.type(MENU);
  await face.until("send a break");
  await device.write("behind it\r\n");
  const filler = new Uint8Array(1024);
  const own = open(face.user.path, O_WRONLY | O_NOCTTY | O_NONBLOCK); // the test's other one waits, as robin's stdout
  while (write(own, filler, 0, filler.length) > 0);
  close(own);
  await face.type(`${ESC}${ESC}x`); // a second one says that the first is a key
  await device.expect("x");
  await face.until((_, { isAlternate }) => !isAlternate);
  await device.write("later\r\n");
  await face.until("later");
  expect(face.screen().slice(2)).toEqual(["before", "behind it", "later"]);
  await face.type("\x1cq");
  expect(await face.ended()).toBe(0);
});

it("a session that ends with a view over such a program leaves the shell its screen too", async () => {
  const face = startFace([device.path, "--quiet"]);
  await device.write("shell prompt\r\n\x1b[?1049h\x1b[?25l\x1b[Hvi here");
  await face.until("vi here");
  await face.type(MENU);
  await face.until("send a break");
  face.run.child.kill("SIGTERM");
  expect(await face.ended()).toBe(143);
  expect(face.screen()[0]).toBe("shell prompt");
});

describe("with a view over it", () => {
  const open = async (...args: string[]) => {
    const face = startFace([device.path, "--quiet", ...args]);
    await device.write("device text");
    await face.until("device text");
    await face.type(MENU);
    await face.until("send a break");
    return face;
  };

  it.each([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
    ["SIGINT", 130],
  ] as const)("a session that ends by %s gives the terminal back", async (signal, status) => {
    const face = await open();
    face.run.child.kill(signal);
    // setsid waits for robin and has the same process group.
    expect([status, signal]).toContain(await face.ended());
    expect(face.screen().join("\n")).toContain("device text");
  });

  it("a lost port gives the terminal back, and says so where it can be read", async () => {
    const face = await open();
    device.close();
    expect(await face.ended()).toBe(5);
    expect(face.screen().join("\n")).toMatch(/device text\nrobin: bridge .*: the port was lost/);
  });

  it("a window of another size gets another frame, and the device's screen after it", async () => {
    const face = await open();
    face.resize(10, 40);
    await face.until((_, { terminal }) => terminal.rows === 10);
    await face.type(ESC);
    await face.until((text) => text.includes("device text") && !text.includes("send a break"));
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
  });

  it("keys pressed in it do what they do, behind the escape key too, and nothing of them goes to the device", async () => {
    const face = await open();
    await face.type("typed here");
    await face.type("\x1cb");
    await face.until((text) => /a pty has no line/.test(text) && text.includes("next timestamp"));
    await face.type(ESC);
    await face.until((text) => /a pty has no line/.test(text) && !text.includes("next timestamp"));
    await face.type("to the device");
    await device.expect("to the device");
    expect(device.received.toString()).not.toContain("typed here");
    await face.type("\x1cq");
    expect(await face.ended()).toBe(0);
  });
});
