/** Full-screen programs on the device: in a pane they look as on a terminal of that size. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Face, startFace } from "../support/face.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { command } from "./ui-support.js";

const ROWS = 22;
const COLUMNS = 80;
/** A pane has the screen but for a title and the status. */
const CHROME_ROWS = 2;

const has = (program: string) => spawnSync("which", [program]).status === 0;

/** Cells of `count` rows from `first` on: characters, colours, attributes. */
function cells({ terminal }: Face, first: number, count: number) {
  const { active } = terminal.buffer;
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => {
      const cell = active.getLine(active.baseY + first + row)!.getCell(column)!;
      const chars = cell.getChars() || " ";
      const bits = [cell.isBold(), cell.isUnderline(), cell.isInverse()].map((bit) => (bit === 0 ? 0 : 1));
      // What colour a blank would have nobody sees.
      const fg = chars === " " ? 0 : `${cell.getFgColorMode()} ${cell.getFgColor()}`;
      return `${chars} ${fg} ${cell.getBgColorMode()} ${cell.getBgColor()} ${bits.join("")}`;
    }).join("\n"),
  );
}

const cursor = ({ terminal: { buffer } }: Face) => ({
  row: buffer.active.cursorY,
  column: buffer.active.cursorX,
});

/** The same program on a terminal, and on a port that the full screen shows. */
async function both(program: readonly string[], isThere: RegExp, TERM = "xterm-256color") {
  const directory = mkdtempSync(join(tmpdir(), "robin-ui-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const link = join(directory, "port");
  const env = { TERM, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", HOME: directory };
  // The device: a shell behind a port, as on a board's console.
  const console_ = new TestPty(); // with echo, as a terminal has it
  const device = runRobin(["run", "--link", link, "--", "/bin/sh"], {
    env,
    stdin: console_,
    stdout: "ignore",
  });
  onTestFinished(() => {
    device.child.kill("SIGKILL");
    console_.close();
  });
  await until("the port", () => spawnSync("test", ["-e", link]).status === 0);
  const pane = startFace(["ui", "-q", link], { rows: ROWS + CHROME_ROWS, columns: COLUMNS });
  await pane.until(/\d 8N1|port/);
  await command(pane, "w");
  await pane.until(`stty rows ${ROWS} cols ${COLUMNS}`);
  await pane.type(`clear; exec ${program.map((word) => `'${word}'`).join(" ")}\r`);
  const plain = startFace(["run", "--", ...program], { rows: ROWS, columns: COLUMNS, env });
  await plain.until(isThere);
  await pane.until(isThere);
  const type = async (keys: string) => {
    await plain.type(keys);
    await pane.type(keys);
  };
  const same = async () => {
    await until("both to look the same", async () => {
      await plain.look();
      await pane.look();
      const [one, other] = [cells(plain, 0, ROWS), cells(pane, 1, ROWS)];
      return one.every((row, at) => row === other[at]);
    }).catch(() => {
      expect(
        pane
          .screen()
          .slice(1, ROWS + 1)
          .join("\n"),
      ).toBe(plain.screen().join("\n"));
      expect(cells(pane, 1, ROWS)).toEqual(cells(plain, 0, ROWS));
    });
    await until(
      () => `the cursor to stand at the same place: ${JSON.stringify([cursor(plain), cursor(pane)])}`,
      async () => {
        await plain.look();
        await pane.look();
        const [one, other] = [cursor(plain), cursor(pane)];
        return other.row === one.row + 1 && other.column === one.column;
      },
    );
  };
  return { type, same, directory, pane, plain };
}

describe("a program on the device", () => {
  it.skipIf(!has("vim")).each(["xterm-256color", "vt100"])(
    "vim looks and behaves as on a terminal (TERM=%s)",
    async (TERM) => {
      const file = join(mkdtempSync(join(tmpdir(), "robin-ui-")), "sample.c");
      onTestFinished(() => rmSync(join(file, ".."), { recursive: true }));
      const text = Array.from(
        { length: 60 },
        (_, at) => `  int täst${at} = ${at}; // 日本 "${"*".repeat(at % 30)}"`,
      );
      writeFileSync(file, `int main(void) {\n${text.join("\n")}\n}\n`);
      const vim = ["vim", "-N", "-n", "-u", "NONE", "-i", "NONE", "-c", "syntax on | set mouse=a", file];
      const { type, same } = await both(vim, /int main\(void\)/, TERM);
      await type("\x0c");
      await same();
      await type("\x1b[B\x1b[B\x1b[C\x1b[C\x06"); // arrows, a page
      await same();
      await type("/täst33\rvjj");
      await same();
      await type("\x1b:split\r");
      await same();
    },
  );

  it.skipIf(!has("top"))("top keeps its table in the pane", async () => {
    const { pane, type } = await both(["top", "-d", "1"], /PID +USER/);
    await type("q");
    await pane.until(/PID +USER/);
  });
});
