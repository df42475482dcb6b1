/** The full screen, as a person sees and uses it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Face, startFace } from "../support/face.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { command, mouse, startUi } from "./ui-support.js";

const BOOT = [
  "\x1b[1;32mU-Boot 2024.01\x1b[0m (Jan 08 2024)\r\n",
  "DRAM:  \x1b[33m512 MiB\x1b[0m\r\n",
  "Hit any key to stop autoboot:  3",
].join("");
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\r\n`).join("");

/** What the cursor stands at, and its cell's colour. */
function cellAt(face: Face, row: number, column: number) {
  const cell = face.terminal.buffer.active.getLine(row)!.getCell(column)!;
  return { chars: cell.getChars(), fg: cell.getFgColor(), isInverse: cell.isInverse() !== 0 };
}
const cursor = ({ terminal: { buffer } }: Face) => [buffer.active.cursorY, buffer.active.cursorX];

describe("robin ui", () => {
  it("shows what the device draws, and how the port stands", async () => {
    const { face, device } = await startUi(["-q", "-b", "115200"], { rows: 24, columns: 80 });
    await device.write(BOOT);
    await face.until("autoboot");
    await command(face, "?");
    await face.until("Behind ^\\, the port");
    await face.type("x");
    await face.until("autoboot:  3");
    expect(cellAt(face, 2, 7)).toMatchObject({ chars: "5", fg: 3 });
    expect(cursor(face)).toEqual([3, 32]);
    await face.until(/rx \d/);
    expect(face.isCursorHidden).toBe(false);
    expect(face.isAlternate).toBe(true);
    await command(face, "q");
    expect(await face.ended()).toBe(0);
  });

  it("passes keys on as they are, the escape key too where it is pressed twice", async () => {
    const { face, device } = await startUi();
    await face.type("aé\x03\x1b[A\x1b[5~");
    await device.expect("a\xc3\xa9\x03\x1b[A\x1b[5~");
    device.clear();
    await face.type(Uint8Array.of(0xe9, 0xff, 0x00)); // no UTF-8
    await device.expect("\xe9\xff\x00");
    device.clear();
    await face.type("\x1b[200~\x1cq\x1b[201~"); // in a paste it is no key
    await device.expect("\x1cq");
    device.clear();
    await command(face, "\x1c");
    await command(face, "G"); // means nothing
    await device.expect("\x1cG");
  });

  it("spells the arrow keys as a full-screen program wants them, and pastes as it wants them", async () => {
    const { face, device } = await startUi();
    await device.write("\x1b[?1h\x1b[?2004hready");
    await face.until("ready");
    await face.type("\x1b[A\x1b[200~two\nlines\x1b[201~");
    await device.expect("\x1bOA\x1b[200~two\rlines\x1b[201~");
  });

  it("answers the device as a terminal does, with the size of the pane", async () => {
    const { face, device } = await startUi(["--omap", "crlf"], { rows: 20, columns: 90 });
    await device.write("\x1b[999;999H\x1b[6n");
    await device.expect("\x1b[18;90R");
    await command(face, "w");
    await device.expect("stty rows 18 cols 90\n");
  });

  it("answers nothing with --printable, which shows control sequences instead", async () => {
    const { face, device } = await startUi(["--printable"]);
    await device.write("\x1b[6n\x1b[c!");
    await face.until("^[[6n^[[c!");
    await face.type("x");
    expect(await device.expect("x")).toBe("x");
  });

  it("lets no control sequence of the device through", async () => {
    const { face, device } = await startUi();
    await device.write(
      "\x1b]0;evil\x07\x1b]52;c;ZXZpbA==\x07\x1b[?1003h\x1b[?1006h\x1bP+q\x1b\\\x1b[3;5H\x9b6n\x1b(0qx\x1b(B over",
    );
    const rows = await face.until("over");
    expect(rows[0]).toContain("evil"); // as the pane's title
    const seen = face.user.received.toString("latin1");
    expect(seen).not.toContain("\x1b]");
    expect(seen).not.toContain("\x1b[?1003h");
    expect(seen).not.toContain("\x1bP");
    expect(seen).not.toMatch(/[\x80-\x9f]over/);
  });

  it("looks back by keys and by the wheel, and comes back when one types", async () => {
    const { face, device } = await startUi([], { rows: 12 });
    await device.write(lines(0, 100));
    await face.until("line 99");
    await face.type("\x1b[5;2~"); // Shift-PageUp
    await face.until((screen) => screen.includes("line 82\n") && !screen.includes("line 99"));
    await face.type(mouse(64, 5, 5));
    await face.until("line 79\n");
    await face.type("x");
    await face.until("line 99");
    await device.expect("x");
    await command(face, "\x1b[5~");
    await face.until("Esc leaves");
    await face.type("\x1b[H");
    await face.until("line 0\n");
    await face.type("\x1b[6~");
    await face.until((screen) => screen.includes("line 9\n") && !screen.includes("line 8\n"));
    await face.type("q"); // not for the device now
    await face.until("line 99");
    await face.type("y");
    expect(await device.expect("y")).toBe("xy");
  });

  it("searches as one types, shows what it found, and says when there is nothing", async () => {
    const { face, device } = await startUi([], { rows: 12 });
    await device.write(`${lines(0, 50)}Kernel panic\r\n${lines(50, 100)}panic button\r\n`);
    await face.until("panic button");
    await command(face, "/pan");
    const rows = await face.until("/pan");
    const row = rows.findIndex((text) => text.startsWith("panic"));
    await until("the find to be shown", async () => {
      await face.look();
      return cellAt(face, row, 2).isInverse;
    });
    expect(cellAt(face, row, 3).isInverse).toBe(false);
    await face.type("\r");
    await face.type("n");
    await face.until("Kernel panic");
    await face.type("n"); // around
    await face.until("panic button");
    await face.type("N");
    await face.until("Kernel panic");
    await face.type("/Panic\r");
    await face.until('there is no "Panic"');
    await face.type("\x1b");
    await face.until("panic button");
  });

  it("puts marks into the margin and the recording, and goes back to them", async () => {
    const { face, device, directory } = await startUi((place) => ["--record", join(place, "kept")], {
      rows: 12,
    });
    await device.write("before\r\n");
    await face.until("before");
    await command(face, "m");
    await face.until(/◆ mark 1$/m);
    await device.write(lines(0, 50));
    await face.until("line 49");
    await command(face, "[");
    await face.until((screen) => /^line 0 +◆ mark 1$/.test(screen.split("\n")[1]!));
    await command(face, "q");
    expect(await face.ended()).toBe(0);
    expect(readFileSync(join(directory, "kept"), "utf8")).toContain('"mark 1"');
  });

  it("copies lines chosen by keys and text chosen by the mouse to the terminal's clipboard", async () => {
    const { face, device } = await startUi([], { rows: 12 });
    await device.write("one two\r\nthree\r\nfour\r\n");
    await face.until("four");
    await command(face, "y");
    await face.until("Space begins here");
    await face.type(" \x1b[Ay");
    const copied = (text: string) => `\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`;
    await face.until("11 characters copied");
    expect(face.user.received.toString("latin1")).toContain(copied("three\nfour\n"));
    await face.type(mouse(0, 4, 1) + mouse(32, 1, 2) + mouse(32, 2, 2) + mouse(0, 2, 2, true));
    await face.until("7 characters copied");
    expect(face.user.received.toString("latin1")).toContain(copied("two\nthr"));
  });

  it("sends the input line at Enter, edited and found again, and control characters at once", async () => {
    const { face, device } = await startUi(["--omap", "crcrlf"]);
    await command(face, "i");
    await face.until(/^>$/m);
    await face.type("helo\x1b[Dl");
    await face.until("> hello");
    expect(device.received.toString()).toBe("");
    await face.type("\r");
    await device.expect("hello\r\n");
    await face.type("\x03");
    await device.expect("\x03");
    await face.type("\x1b[A");
    await face.until("> hello");
    await command(face, "i");
    await face.type("k");
    await device.expect("k");
  });

  it("changes options by name, and says what is wrong with one", async () => {
    const { face, device } = await startUi();
    await command(face, ":bps 57600\r");
    await face.until("57600");
    expect(device.termios.ospeed).toBe(57600);
    await command(face, ":bsp 1\r");
    await face.until("there is no such option");
    await command(face, ":e\t\t");
    await face.until(/│ echo +emap/);
    await face.type("ch\t");
    await face.until(": echo");
    await face.type("\x1b");
    await face.until((screen) => !screen.includes(": echo"));
  });

  it("shows the setup over the panes, and what the device drew meanwhile behind it", async () => {
    const { face, device } = await startUi(["-q"], { rows: 20 });
    await device.write("before\r\n");
    await face.until("before");
    await command(face, "o");
    await face.until("> bps");
    await device.write("meanwhile\r\n");
    face.resize(22, 90);
    await face.type("57600\r");
    await until("the port's speed", () => device.termios.ospeed === 57600);
    expect(face.screen().join("\n")).not.toContain("meanwhile");
    await face.type("\x1b");
    const rows = await face.until(/57600 8N1[^\n]*$/);
    expect(rows.slice(1, 3)).toEqual(["before", "meanwhile"]);
    await face.type("\x1b[200~pasted\x1b[201~");
    await device.expect("pasted");
    expect(face.mouseMode).toBe("drag");
  });

  it("gives the setup what is typed behind its key, however fast", async () => {
    const { face, device } = await startUi(["-q"], { rows: 20 });
    await face.type("a\x1co57600\r");
    await until("the port's speed", () => device.termios.ospeed === 57600);
    await face.until("> bps");
    await face.type("\x1b");
    await face.until((screen) => !screen.includes("> bps"));
    await face.type("b");
    await device.expect("b");
    expect(`${device.received}`).toBe("ab");
  });

  it("takes the options of a profile for its port", async () => {
    const device = new TestPty();
    const home = mkdtempSync(join(tmpdir(), "robin-ui-"));
    onTestFinished(() => {
      device.close();
      rmSync(home, { recursive: true });
    });
    mkdirSync(join(home, "robin"));
    const profile = `[profile.board]\nport = "${device.path}"\nbps = 57600\nescape = "^a"\n`;
    writeFileSync(join(home, "robin", "config.toml"), profile);
    const face = startFace(["ui", "@board"], { env: { XDG_CONFIG_HOME: home } });
    await face.until("^A ? lists the keys");
    expect(device.termios.ospeed).toBe(57600);
    await face.type("\x01q");
    expect(await face.ended()).toBe(0);
  });

  it("shows the answers of keys over the panes until the next key", async () => {
    const { face } = await startUi();
    await command(face, "s");
    await face.until("│ settings of");
    await face.type("x");
    await face.until((screen) => !screen.includes("settings of"));
  });

  it("runs a command at the port on the terminal's own screen", async () => {
    const { face, device } = await startUi();
    await command(face, "!echo to the port; echo seen >&2; head -c 5\r");
    await device.expect("to the port");
    await face.until("seen");
    expect(face.isAlternate).toBe(false);
    await device.write("done\n");
    await until("the screen again", async () => {
      await face.look();
      return face.isAlternate;
    });
    await device.write("again");
    await face.until("again");
  });
});

describe("robin ui refuses", () => {
  it.each([
    ["what has no meaning there", ["--raw", "demo:"], /raw/],
    [
      "a pipe",
      ["demo:"],
      /stdin and stdout are to be a terminal\n {2}hint: robin demo: needs no full screen/,
    ],
  ])("%s", async (_, args, said) => {
    const robin = runRobin(["ui", ...args]);
    robin.child.stdin!.end();
    expect(await robin.status).toBe(2);
    expect(robin.stderr).toMatch(said);
    expect(robin.stdout.length).toBe(0);
  });

  it.each([
    ["TERM=dumb", [], { TERM: "dumb" }],
    ["--screen-reader", ["--screen-reader"], {}],
  ])("a terminal that draws nothing over anything: %s", async (_, args, env) => {
    const user = new TestPty();
    const options = { stdin: user, stdout: user, stderr: user, env };
    const robin = runRobin(["ui", ...args, "demo:"], options);
    expect(await robin.status).toBe(2);
    await user.expect("hint: robin demo: needs no full screen");
    expect(user.received.toString()).not.toContain("\x1b[?1049h");
    user.close();
  });
});
