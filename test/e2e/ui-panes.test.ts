/** The full screen's panes: how they look, on which terminal, and whose the mouse is. */
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Face } from "../support/face.js";
import { TestPty } from "../support/test-pty.js";
import { command, expectUi, mouse, startUi } from "./ui-support.js";

const BOOT = [
  "\x1b[1;32mU-Boot 2024.01\x1b[0m (Jan 08 2024)\r\n",
  "DRAM:  \x1b[33m512 MiB\x1b[0m\r\n",
  "Hit any key to stop autoboot:  3",
].join("");
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\r\n`).join("");

const cursor = ({ terminal: { buffer } }: Face) => [buffer.active.cursorY, buffer.active.cursorX];

describe("the panes of robin ui", () => {
  it.each([
    ["80x24", 24, 80, {}],
    ["40x10", 10, 40, {}],
    ["ascii", 12, 60, { LANG: "C" }],
  ])("looks so on a terminal of %s", async (name, rows, columns, env) => {
    const { face, device } = await startUi(["-q"], { rows, columns, env });
    await device.write(Buffer.from(`${BOOT}\r\nΩ 日本\r\n`));
    await face.until("512 MiB");
    await command(face, "h");
    await command(face, "i");
    await face.until(/(─|-) bytes /);
    await face.type("help");
    await face.until("> help");
    await expectUi(face, `ui-${name}`);
  });

  it("gives the mouse to a program that asks for it, in its own places, and Shift keeps it", async () => {
    const { face, devices } = await startUi([], { rows: 12, ports: 2, columns: 101 });
    const second = devices[1]!;
    await second.write("\x1b[?1000h\x1b[?1006hmenu");
    await face.until("menu");
    await face.type(mouse(0, 60, 3) + mouse(0, 60, 3, true) + mouse(65, 60, 3));
    await second.expect("\x1b[<0;10;3M\x1b[<0;10;3m\x1b[<65;10;3M");
    await face.type(`${mouse(4, 60, 3)}${mouse(4, 60, 3, true)}z`);
    expect(await second.expect("z")).toMatch(/65;10;3Mz$/);
  });

  it("lets the terminal have the mouse, and takes it again", async () => {
    const { face } = await startUi();
    expect(face.mouseMode).toBe("drag");
    await command(face, "v");
    await face.until("the mouse is the terminal's own");
    expect(face.mouseMode).toBe("none");
    await command(face, "v");
    await face.until("the mouse is robin's");
    expect(face.mouseMode).toBe("drag");
  });

  it("scrolls a full-screen program by the arrow keys", async () => {
    const { face, device } = await startUi();
    await device.write("\x1b[?1049h\x1b[Hless");
    await face.until("less");
    await face.type(mouse(65, 3, 3));
    await device.expect("\x1b[B\x1b[B\x1b[B");
  });

  it("shows the bytes of both ways as hex digits, beside where there is room", async () => {
    const { face, device } = await startUi([], { rows: 10, columns: 161 });
    await command(face, "h");
    await device.write("\x00\xffok\x1b[1m");
    await face.until("< 00000000  00 ff 6f 6b 1b 5b 31 6d ");
    await face.type("A");
    const rows = await face.until("> 00000000  41");
    expect(rows.find((row) => row.includes("41"))).toMatch(/│> 00000000 {2}41 +\|A\|$/);
    await device.write(lines(0, 100));
    await face.until("0a 6c 69 6e 65 20 39 39  0d 0a");
    await face.type(mouse(64, 100, 4));
    await face.until((screen) => !screen.includes("39 39  0d 0a"));
    expect(face.screen().join("\n")).toContain("line 99"); // the terminal is where it was
  });

  it("shows ports side by side, or one below the other; a key or a click says whose the keys are", async () => {
    const { face, devices } = await startUi(["-q"], { ports: 3, rows: 12, columns: 140 });
    for (const [at, one] of devices.entries()) await one.write(`${lines(0, 4)}device ${at + 1}`);
    await face.until("device 3");
    await expectUi(face, "ui-three-ports");
    await command(face, "2");
    await face.type("b");
    await devices[1]!.expect("b");
    await command(face, "\t");
    await face.type("c");
    await devices[2]!.expect("c");
    await face.type(`${mouse(0, 3, 4)}${mouse(0, 3, 4, true)}a`);
    await devices[0]!.expect("a");
    expect(cursor(face)[1]).toBeLessThan(46);
    face.resize(24, 60);
    await face.until((screen) => screen.split("\n")[14]?.startsWith(" 3 ") ?? false);
    face.resize(12, 60);
    await face.until("*1 port1");
  });

  it("goes on with the other ports when one is lost, and then ends as if it alone had been there", async () => {
    const { face, devices } = await startUi([], { ports: 2, columns: 100 });
    devices[0]!.close();
    await face.until("lost: hung up or unplugged");
    await face.type("x"); // for nobody
    await command(face, "2");
    await devices[1]!.write("still here");
    await face.until("still here");
    await face.type("y");
    await devices[1]!.expect("y");
    await command(face, "q");
    expect(await face.ended()).toBe(5);
    expect(face.screen().join(" ")).toContain("was lost");
  });

  it("says that a device is away, and shows what it sends when it is back", async () => {
    const { face, device, directory } = await startUi(["--reconnect"], { rows: 12 });
    await device.write("before\r\n");
    await face.until("before");
    device.close();
    await face.until((screen) => /· away/.test(screen) && /lost .*: hung up/.test(screen));
    const back = new TestPty();
    onTestFinished(() => back.close());
    rmSync(join(directory, "port1"));
    symlinkSync(back.path, join(directory, "port1"));
    await face.until("is back");
    await back.write("after");
    await face.until(/^before\nafter$/m);
    await face.type("x");
    await back.expect("x");
  });

  it("puts a pane in order after garbage", async () => {
    const { face, device } = await startUi();
    await device.write("\x1b[?1049h\x1b(0\x1b[7mqqq\x1b[?1000h\x1b[?25l");
    await face.until("───");
    await command(face, "R");
    await device.write("\x1b[Hqqq");
    await face.until(/^qqq$/m);
    expect(face.isCursorHidden).toBe(false);
  });

  it("is too small below 40x10, says so, and is back when there is room", async () => {
    const { face, device } = await startUi(["-q"], { rows: 9, columns: 39 });
    await device.write("kept");
    await face.until("robin ui needs 40x10, this is 39x9");
    face.resize(10, 40);
    await face.until("kept");
    await face.type("typed");
    await device.expect("typed");
    face.resize(30, 120);
    await face.until((screen) => /rx 4 B/.test(screen.split("\n")[29] ?? ""));
  });

  it("draws its own without colours where they are not wanted; the device's stay", async () => {
    const { face, device } = await startUi([], { env: { NO_COLOR: "1" } });
    await device.write("\x1b[31mred\x1b[0m");
    await face.until("red");
    await command(face, ":nonsense\r");
    await face.until("no such option");
    const colours = new Set(
      face.user.received
        .toString("latin1")
        .match(/\x1b\[[0-9;]*m/g)
        ?.filter((sgr) => /[34][0-9]/.test(sgr)),
    );
    expect([...colours].filter((sgr) => !/\[(39|49)m/.test(sgr))).toEqual(["\x1b[0;31m"]);
  });
});
