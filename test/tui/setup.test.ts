import { createElement } from "react";
import { describe, expect, it } from "vitest";
import { setupOptions } from "../../src/cli/setup-options.js";
import { frameOf } from "../../src/tui/frame.js";
import { Rows, rowWidth } from "../../src/tui/rows.js";
import { SetupModel } from "../../src/tui/setup/model.js";
import { setupScreen } from "../../src/tui/setup/screen.js";
import { sessionForm } from "../../src/tui/setup/session-form.js";
import type { Looks, Size } from "../../src/tui/surface.js";
import { expectScreen } from "../support/face.js";
import { until } from "../support/until.js";
import { ASCII, LOOKS, TestFace } from "./menu-support.js";
import { driverFace, openForm } from "./setup-support.js";

const [NORMAL, SMALL, LARGE] = [
  { rows: 24, columns: 80 },
  { rows: 10, columns: 40 },
  { rows: 40, columns: 120 },
];
const [UP, DOWN, RIGHT, LEFT, HOME, END, TAB, BACKTAB] = [
  ...["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\t", "\x1b[Z"],
] as [string, string, string, string, string, string, string, string];

function modelOf(face = new TestFace({ asked: { bps: 12345 } })): SetupModel {
  return new SetupModel({ form: sessionForm(face, setupOptions()), canSave: true });
}

const drawn = (model: SetupModel, size: Size, looks: Looks = LOOKS): string[] =>
  frameOf(
    createElement(Rows, { rows: setupScreen(model, "set up /dev/ttyUSB0", size, looks).rows }),
    size,
    looks,
  ).map((row) => row.trimEnd());

/** The row of a field. */
const rowOf = (rows: readonly string[], name: string) =>
  rows.find((row) => row.slice(2).startsWith(`${name} `));

describe("the form's screen", () => {
  const told = () => {
    const model = modelOf(
      new TestFace({
        asked: { bps: 12345 },
        log: "/home/user/work/boards/esp32/logs/boot-20261121-203000-ttyUSB0.log",
        options: new Map<string, string | boolean>([
          ["imap", "lfcrlf"],
          ["send-echo", "byte"],
        ]),
      }),
    );
    model.selected = 5;
    model.end("flow", { refusal: "the driver took none, not hardware" });
    model.end("vmin", { error: '"foo" is not a number of bytes, 0 to 255, as VMIN has it' });
    return model;
  };

  it("has groups of fields with what holds, at 80x24", () => {
    expectScreen(drawn(told(), NORMAL), "setup-80x24");
  });

  it("is usable in 40x10: the chosen row, its note and what it does are seen", () => {
    const model = told();
    for (const [at, { id }] of model.entries.entries()) {
      model.selected = at;
      const rows = drawn(model, SMALL);
      expect(
        rows.some((row) => row.startsWith(`> ${id}`)),
        id,
      ).toBe(true);
    }
    model.selected = 1;
    expectScreen(drawn(model, SMALL), "setup-40x10");
  });

  it("shows of a long reason in 40x10 what was tried and why it failed", () => {
    const model = modelOf();
    model.selected = model.entries.findIndex(({ id }) => id === "log");
    const path = "/tmp/m/a/very/long/path/that/is/not/there/boot.log";
    model.end("log", { error: `open log ${path}: no such file or directory (ENOENT)` });
    const rows = drawn(model, SMALL).slice(7, 9).join("");
    expect(rows).toMatch(/^ ! open log \/tmp.*….*no such file or directory \(ENOENT\)$/);
  });

  it("has more of a path and of a note where there is room", () => {
    expectScreen(drawn(told(), LARGE), "setup-120x40");
  });

  it("needs no sign beyond ASCII where there is none", () => {
    const rows = drawn(told(), NORMAL, ASCII);
    expect(rows.join("\n")).toMatch(/^[\x20-\x7e\n]*$/);
    expectScreen(rows, "setup-ascii");
  });

  it("fits every size, with the chosen row in it, and says so where there is no room", () => {
    for (let rows = 1; rows < 30; rows += 3) {
      for (let columns = 1; columns < 130; columns += 7) {
        const size = { rows, columns };
        for (const selected of [0, 6, 43, 44]) {
          const model = told();
          model.selected = selected;
          model.message = { level: "warning", text: "one\ntwo and more words than fit into a narrow window" };
          for (const looks of [LOOKS, ASCII]) {
            const screen = setupScreen(model, "set up /dev/ttyUSB0", size, looks);
            expect(screen.rows.length, `${columns}x${rows}`).toBeLessThanOrEqual(rows);
            expect(Math.max(...screen.rows.map(rowWidth)), `${columns}x${rows}`).toBeLessThanOrEqual(columns);
            const all = screen.rows.map((row) => row.map(({ text }) => text).join(""));
            if (looks === ASCII) expect(all.join("")).toMatch(/^[\x20-\x7e]*$/);
            if (rows < 5 || columns < 20)
              expect("too small: Esc leaves").toContain(all[0]!.replace(/[.…]+$/, ""));
            else
              expect(
                all.some((row) => row.startsWith("> ")),
                `${columns}x${rows}`,
              ).toBe(true);
          }
        }
      }
    }
  });

  it("says what was asked for where the driver has something else", () => {
    expect(rowOf(drawn(modelOf(), NORMAL), "bps")).toMatch(/115200 › +! asked for: 12345/);
  });
});

describe("the form", () => {
  it("changes a value at once, forth and back, and shows what the driver has then", async () => {
    const { screen, face, type } = openForm();
    await screen.until(/> bps +‹ 115200 ›/);
    type(LEFT);
    await screen.until(/> bps +‹ 57600 ›/);
    type(RIGHT);
    await screen.until(/> bps +‹ 115200 ›/);
    await until(
      () => `two changes; there were ${face.changed}`,
      () => face.changed.length === 2,
    );
    expect(face.changed).toEqual(["bps=57600", "bps=115200"]);
  });

  it("says beside the field what the driver did instead, until the field is changed again", async () => {
    const { screen, type } = openForm();
    type("230400\r");
    await screen.until(/> bps +‹ 9600 › +! the driver took 9600, not 230400/);
    type(DOWN);
    await screen.until(/> flow/);
    await screen.until(/bps +9600 +! the driver took 9600, not 230400/);
    type(`${UP}${LEFT}`);
    await screen.until((text) => /‹ 4800 ›/.test(text) && !text.includes("the driver took"));
  });

  it("says in words what is wrong, beside the field, and leaves the value", async () => {
    const { screen, type, choose } = openForm();
    choose("imap");
    type("foo\r");
    const rows = await screen.until(/> imap +none +! "foo" is not a map rule/);
    expect(rows.join("\n")).toContain('! "foo" is not a map rule (did you mean lfcrlf?)');
  });

  it("edits a text in place: Enter applies it, Esc takes it back, the cursor is seen", async () => {
    const { screen, face, type, choose } = openForm();
    choose("mask");
    type("\r");
    await screen.until("Enter applies");
    const { terminal } = screen;
    type("pass: (.*)\x1b[D\x1b[D+");
    const rows = await screen.until("pass: (.+*)");
    const at = rows.findIndex((row) => row.startsWith("> mask"));
    await until(
      () => `the cursor in row ${at}, it is in ${terminal.buffer.active.cursorY}`,
      () => terminal.buffer.active.cursorY === at,
    );
    expect(rows[at]!.slice(0, terminal.buffer.active.cursorX)).toMatch(/pass: \(\.\+$/);
    type("\x1b");
    await screen.until(/> mask +off$/m);
    expect(face.changed).toEqual([]);
    type("pass: (.*)\r");
    await screen.until(/> mask +pass: \(\.\*\)$/m);
    expect(face.changed).toEqual(["mask=pass: (.*)"]);
  });

  it("takes an option back where its field is emptied, and not one that has to have a value", async () => {
    const { screen, face, type, choose } = openForm();
    choose("mask");
    type("secret\r");
    await screen.until(/> mask +secret/);
    type("\r\x15\r");
    await screen.until(/> mask +off/);
    expect(face.changed).toEqual(["mask=secret", "mask off"]);
    choose("bps");
    type("\r\x15\r");
    await screen.until("bps needs a value");
    type("\x1b");
    await screen.until(/> bps +‹ 115200 ›/);
    expect(face.changed).toHaveLength(2);
  });

  it("goes through choices by arrows, by Space, by Enter and by a first letter", async () => {
    const { screen, face, type, choose } = openForm();
    choose("parity");
    type(RIGHT);
    await screen.until(/> parity +‹ even ›/);
    type(" ");
    await screen.until(/> parity +‹ odd ›/);
    type("\r");
    await screen.until(/> parity +‹ mark ›/);
    type("n");
    await screen.until(/> parity +‹ none ›/);
    type(LEFT);
    await screen.until(/> parity +‹ space ›/);
    expect(face.changed).toEqual(["even", "odd", "mark", "none", "space"].map((to) => `parity=${to}`));
  });

  it("says flow control and switches as their options are called", async () => {
    const { screen, face, type, choose } = openForm();
    choose("flow");
    type(LEFT);
    await screen.until(/> flow +‹ software ›/);
    choose("echo");
    type(" ");
    await screen.until(/> echo +‹ on ›/);
    type(" ");
    await screen.until(/> echo +‹ off ›/);
    choose("dtr");
    type(" ");
    await screen.until(/> dtr +‹ off ›/);
    expect(face.changed).toEqual(["swflow", "echo on", "echo off", "dtr=off"]);
  });

  it("makes one change after the other, and of many in one field the last", async () => {
    const { screen, face, type } = openForm();
    const held: (() => void)[] = [];
    const { onChange } = face;
    face.onChange = async (text) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return onChange(text);
    };
    type(LEFT.repeat(5)); // 57600, 38400, ..., 4800
    await screen.until(/> bps +‹ 4800 › +…/);
    expect(face.changed).toEqual(["bps=57600"]);
    held.shift()!();
    await until(
      () => "the last of them",
      () => held.length === 1,
    );
    expect(face.changed).toEqual(["bps=57600", "bps=4800"]);
    held.shift()!();
    await screen.until(/> bps +‹ 4800 ›$/m);
  });

  it("shows what others change, and that the device went away", async () => {
    const { screen, face } = openForm();
    await screen.until("● connected");
    face.setActual({ bps: 300 });
    await screen.until(/> bps +‹ 300 › +! asked for: 115200/);
    face.set({ isThere: false, actual: undefined });
    await screen.until(/○ away/);
  });

  it("moves by groups, to both ends, and by pages", async () => {
    const { screen, type } = openForm({ saveProfile: async () => ({ path: "x" }) });
    for (const [keys, row] of [
      [TAB, /> echo/],
      [TAB, /> input/],
      [BACKTAB, /> echo/],
      [BACKTAB, /> bps/],
      [END, /> save as profile/],
      [HOME, /> bps/],
      ["\x1b[6~", /> (?!bps)/],
      ["\x1b[5~", /> bps/],
    ] as const) {
      type(keys);
      await screen.until(row);
    }
    type(UP);
    await until(
      () => "a bell",
      () => screen.bells === 1,
    );
  });

  it("completes what is typed by Tab, and shows what may follow", async () => {
    const { screen, face, type, choose } = openForm();
    choose("omap");
    type("delb\t");
    await screen.until(/> omap +delbs/);
    type("\r");
    await screen.until(/> omap +delbs$/m);
    type("\r,cr\t\t");
    await screen.until(/crlf {2}.*\n/);
    expect(face.changed).toEqual(["omap=delbs"]);
  });

  it("takes a paste as text for one field: its first line, and no control character", async () => {
    const { screen, face, type, choose } = openForm();
    choose("mask");
    type("\x1b[200~sec\x1b[2Jret\rbps=1\r\x1b[201~");
    await screen.until(/> mask +sec\[2Jret$/m);
    expect(face.changed).toEqual([]);
    type("\r");
    await screen.until(/> mask +sec\[2Jret$/m);
  });

  it("writes a profile, and says where or why not", async () => {
    const saved: string[] = [];
    const saveProfile = async (name: string) => {
      saved.push(name);
      if (name === "bad name") throw new Error("a profile's name has no blanks");
      return { path: "/home/user/.config/robin/config.toml" };
    };
    const { screen, type } = openForm({ saveProfile });
    type("\x13");
    await screen.until("> save as profile");
    type("bad name\r");
    await screen.until("! a profile's name has no blanks");
    type("\rboard\r");
    await screen.until("@board is in /home/user/.config/robin/config.toml");
    expect(saved).toEqual(["bad name", "board"]);
  });

  it("has no row for a profile where there is none to write", async () => {
    const { screen, type } = openForm();
    type(END);
    await screen.until(/> color/);
    expect(screen.rows().join("\n")).not.toContain("save as profile");
  });

  it("goes at Esc, ^C and ^D, leaves the screen as it was, and looks at the port no more", async () => {
    const faces: TestFace[] = [];
    for (const key of ["\x1b", "\x03", "\x04"]) {
      const { screen, type, ends, face } = openForm();
      await screen.until("> bps");
      type(key);
      await until(
        () => "the form to go",
        () => ends.length === 1,
      );
      await screen.until((text) => !text.includes("bps"));
      expect(screen.terminal.buffer.active.type).toBe("normal");
      expect(ends).toEqual([{}]);
      faces.push(face);
    }
    const before = faces.map(({ looks }) => looks);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(faces.map(({ looks }) => looks)).toEqual(before);
  });

  it("leaves for a key of the session behind the escape key, and for no other", async () => {
    const { screen, type, ends } = openForm({ isKey: (key) => key === "q" });
    type("\x1c");
    await screen.until("^\\ and a key leaves the form");
    type("y");
    await screen.until("Esc back");
    expect(ends).toEqual([]);
    type("\x1cq");
    expect(ends).toEqual([{ key: "q" }]);
  });

  it("shows what robin says, until the next key", async () => {
    const { screen, setup, type } = openForm();
    setup.say("warning", "the log cannot go on:\nno room");
    await screen.until("! the log cannot go on: no room");
    type(DOWN);
    await screen.until((text) => !text.includes("cannot go on"));
  });

  it("is drawn anew in a window of another size, in the middle of editing", async () => {
    const { screen, setup, type, choose, face } = openForm();
    choose("mask");
    type("pass");
    await screen.until(/> mask +pass/);
    screen.resize(SMALL);
    setup.redraw();
    await screen.until((text) => text.split("\n").length === 10 && /> mask +pass/.test(text));
    type("word\r");
    await screen.until(/> mask +password/);
    expect(face.changed).toEqual(["mask=password"]);
  });

  it("does not fail where a change comes to its end behind it", async () => {
    const face = driverFace();
    let go = () => {};
    face.onChange = async () => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return [];
    };
    const { screen, type, ends } = openForm({ face });
    await screen.until("> bps");
    type(`${LEFT}\x03`);
    expect(ends).toEqual([{}]);
    const { written } = screen;
    go();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(screen.written).toBe(written);
  });
});
