import { createElement } from "react";
import { describe, expect, it, onTestFinished } from "vitest";
import { KEYS } from "../../src/session/keys.js";
import { frameOf } from "../../src/tui/frame.js";
import { menuLines } from "../../src/tui/menu/lines.js";
import { type MenuKey, MenuModel } from "../../src/tui/menu/model.js";
import { openMenu } from "../../src/tui/menu/open-menu.js";
import { menuScreen } from "../../src/tui/menu/screen.js";
import { Rows, rowWidth } from "../../src/tui/rows.js";
import type { Looks, Size } from "../../src/tui/surface.js";
import { expectScreen } from "../support/face.js";
import { until } from "../support/until.js";
import { ASCII, aSnapshot, LOOKS, TestFace, TestScreen } from "./menu-support.js";

const keys: readonly MenuKey[] = KEYS.map(({ key, does }) => ({
  key,
  does,
  needsScreen: "!:zcwqo".includes(key),
}));

const drawn = (model: MenuModel, size: Size, looks: Looks = LOOKS): string[] =>
  frameOf(createElement(Rows, { rows: menuScreen(model, size, looks).rows }), size, looks).map((row) =>
    row.trimEnd(),
  );

function open(size?: Size, { looks, face = new TestFace() }: { looks?: Looks; face?: TestFace } = {}) {
  const screen = new TestScreen(size, looks);
  const closed: (string | undefined)[] = [];
  const menu = openMenu(screen, { face, keys, onClose: (then) => closed.push(then?.key) });
  onTestFinished(() => menu.close());
  return { screen, face, menu, closed, type: (text: string) => menu.push(Buffer.from(text)) };
}

const [NORMAL, SMALL, LARGE] = [
  { rows: 24, columns: 80 },
  { rows: 10, columns: 40 },
  { rows: 40, columns: 120 },
];

describe("the menu's screen", () => {
  const busy = () =>
    new MenuModel(
      keys,
      aSnapshot({
        asked: { bps: 12345, flow: "hardware" },
        log: "/home/user/work/boards/esp32/logs/boot-20261121-203000-ttyUSB0.log",
        record: "session.jsonl.zst",
        echo: true,
        view: { hex: true },
        ...{ unsent: 17, kept: 4096, dropped: 123_456 },
      }),
    );

  it("has every key and the facts at 80x24, without a scroll", () => {
    const rows = drawn(new MenuModel(keys, aSnapshot()), NORMAL);
    for (const { key, does } of keys) {
      expect(
        rows.some((row) => row.includes(` ${key}  ${does.slice(0, 20)}`)),
        key,
      ).toBe(true);
    }
    expectScreen(rows, "menu-80x24");
  });

  it("shows on 40x10 the keys first, and scrolls", () => {
    expectScreen(drawn(new MenuModel(keys, aSnapshot()), SMALL), "menu-40x10");
  });

  it("shows what is not as it was asked for, what waits and what was lost", () => {
    expectScreen(drawn(busy(), LARGE), "menu-120x40");
  });

  it("needs no sign beyond ASCII where there is none", () => {
    const rows = drawn(busy(), NORMAL, ASCII);
    expect(rows.join("\n")).toMatch(/^[\x20-\x7e\n]*$/);
    expectScreen(rows, "menu-ascii");
  });

  it("says of a device that is away that it is", () => {
    const away = { isThere: false, actual: undefined, lines: undefined, counters: undefined };
    const rows = drawn(new MenuModel(keys, aSnapshot(away)), NORMAL);
    expect(rows[0]).toMatch(/○ away/);
    expect(rows[2]).toMatch(/actual +the device is away/);
  });

  it("marks counters of errors that grew while one looks, by a sign and by how much, and not those of traffic", () => {
    const model = new MenuModel(keys, aSnapshot({ counters: { rx: 10, overrun: 2, frame: 1 } }));
    expect(drawn(model, NORMAL)[4]).toMatch(/rx 10 {2}overrun 2 {2}frame 1$/);
    model.snapshot = aSnapshot({ counters: { rx: 90, overrun: 5, frame: 1 } });
    expect(drawn(model, NORMAL)[4]).toMatch(/rx 90 {2}! overrun 5 \(\+3\) {2}frame 1$/);
  });

  it("draws nothing of a path that would act on the terminal", () => {
    const model = new MenuModel(keys, aSnapshot({ log: "a\x1b[2Jb\u202e\n" }));
    expect(drawn(model, NORMAL)[6]).toContain("log a\\x1b[2Jb\\u202e\\x0a");
  });

  it("fits every size, and says so where there is no room", () => {
    for (let rows = 1; rows < 30; rows += 3) {
      for (let columns = 1; columns < 130; columns += 7) {
        const size = { rows, columns };
        for (const looks of [LOOKS, ASCII]) {
          const model = busy();
          model.say("warning", "one\ntwo and more words than fit into a narrow window\nthree");
          model.selected = 5;
          model.follows = true;
          const screen = menuScreen(model, size, looks);
          expect(screen.rows.length, `${columns}x${rows}`).toBeLessThanOrEqual(rows);
          expect(Math.max(...screen.rows.map(rowWidth)), `${columns}x${rows}`).toBeLessThanOrEqual(columns);
          const all = screen.rows.map((row) => row.map(({ text }) => text).join(""));
          if (looks === ASCII) expect(all.join("")).toMatch(/^[\x20-\x7e]*$/);
          if (rows < 5 || columns < 20)
            expect("too small: Esc leaves").toContain(all[0]!.replace(/[.…]+$/, ""));
          else
            expect(
              all.some((row) => row.includes(`> ${keys[5]!.key}`)),
              `${columns}x${rows}`,
            ).toBe(true);
        }
      }
    }
  });
});

describe("the menu's lines", () => {
  it("say each key and each fact once, in words", () => {
    const lines = menuLines(aSnapshot({ log: "boot.log" }), keys);
    expect(lines).toContain("  ^\\ b  send a break");
    expect(lines).toContain("  actual: 115200 8N1, no flow control");
    expect(lines).toContain("  lines: DTR on, RTS on, CTS off, DSR off, DCD off, RI off");
    expect(lines).toContain("  kept in: log boot.log, no recording");
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe("the menu", () => {
  it("is on the alternate screen, and gives it back at Esc, ? and Enter on nothing, ^C and ^D", async () => {
    for (const key of ["\x1b", "?", "\r", "\x03", "\x04", "\x1c?"]) {
      const { screen, type, closed, face } = open();
      await screen.until("send a break");
      expect(screen.terminal.buffer.active.type).toBe("alternate");
      type(key);
      await until(
        () => `the menu to close at ${JSON.stringify(key)}`,
        () => closed.length === 1,
      );
      await screen.until((rows) => !rows.includes("send a break"));
      expect(screen.terminal.buffer.active.type).toBe("normal");
      expect(closed).toEqual([undefined]);
      expect(face.pressed).toEqual([]);
    }
  });

  it("presses any key of the table, with the escape key before it or without", async () => {
    const { screen, face, menu, type, closed } = open();
    face.onPress = (key) => {
      if (key === "d") face.set({ lines: { ...face.now.lines!, dtr: !face.now.lines!.dtr } });
      menu.say("notice", `DTR is ${face.now.lines!.dtr ? "on" : "off"}`);
      return true;
    };
    await screen.until("● DTR");
    type("d");
    await screen.until("○ DTR");
    await screen.until("DTR is off");
    type("\x1c");
    await screen.until("^\\ and a key of the list");
    type("d");
    await screen.until("● DTR");
    expect(face.pressed).toEqual(["d", "d"]);
    expect(closed).toEqual([]);
  });

  it("goes before a key that needs the main screen is pressed", async () => {
    for (const key of "!:zcwqo") {
      const { type, closed, face } = open();
      type(key);
      expect(closed).toEqual([key]);
      expect(face.pressed).toEqual([]);
    }
  });

  it("presses the key that arrows have chosen", async () => {
    const { screen, type, face } = open();
    type("\x1b[B\x1b[B\x1b[B\x1b[C\x1b[D\r");
    expect(face.pressed).toEqual(["b"]);
    await screen.until("> b");
    type("\x1b[F\x1b[C"); // nothing is right of the last one
    await screen.until(/> z/);
    expect(screen.bells).toBe(1);
  });

  it("refuses what is no key, and sends nothing", async () => {
    const { screen, type, face, closed } = open();
    for (const [typed, said] of [
      ["y", "no key y in the list"],
      ["\x01", "^A has no meaning here"],
      ["\x1b[15~", "no meaning here"],
      ["\x1b[200~dddd\x1b[201~", "a paste is not sent"],
      ["\x1c\x1c", "^\\ itself is sent from the main screen"],
    ] as const) {
      type(typed);
      await screen.until(said);
    }
    expect(screen.bells).toBe(5);
    expect(face.pressed).toEqual([]);
    expect(closed).toEqual([]);
  });

  it("takes the escape key back at Esc, and stays", async () => {
    const { screen, type, closed } = open();
    type("\x1c");
    await screen.until("^\\ and a key of the list");
    type("\x1b");
    await screen.until("Esc back");
    expect(closed).toEqual([]);
  });

  it("shows long answers whole, and scrolls the rest meanwhile", async () => {
    const { screen, menu, type } = open();
    menu.say(
      "notice",
      "settings of /dev/ttyUSB0\n  asked for  115200\n  actual     115200 8N1\n  lines      DTR on",
    );
    const rows = await screen.until("settings of");
    expect(rows.slice(-5)).toEqual([
      " settings of /dev/ttyUSB0",
      "   asked for  115200",
      "   actual     115200 8N1",
      "   lines      DTR on",
      expect.stringMatching(/^ Esc back.* 1-18\/\d+$/),
    ]);
    type("\x1b[6~");
    await screen.until(/ [2-9]-\d+\/\d+$/m);
    type("\x1b[B");
    await screen.until(/> q/); // seen again, and the message is still there
    type("e");
    await screen.until((text) => !text.includes("settings of"));
  });

  it("follows the session while it is open, and looks no more when it is closed", async () => {
    const { screen, face, menu } = open();
    await screen.until("connected");
    face.set({ isThere: false, actual: undefined, lines: undefined });
    await screen.until("away");
    face.set({ isThere: true, received: 99_999 });
    await screen.until("received 99999");
    menu.close();
    const before = face.looks;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(face.looks).toBe(before);
  });

  it("looks at the port no more than twice a second while nobody presses a key, whatever is said", async () => {
    const { screen, face, menu } = open();
    await screen.until("connected");
    const [before, start] = [face.looks, performance.now()];
    for (let count = 0; count < 20; count++) {
      menu.say("notice", `line ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(face.looks - before).toBeLessThanOrEqual(Math.ceil((performance.now() - start) / 500));
  });

  it("is drawn anew in a window of another size", async () => {
    const { screen, menu } = open();
    await screen.until("send a break");
    screen.resize(SMALL);
    menu.redraw();
    await screen.until("1-7/");
    screen.resize({ rows: 3, columns: 12 });
    menu.redraw();
    await screen.until(/^too small: …$/);
    screen.resize(NORMAL);
    menu.redraw();
    expectScreen(await screen.until("send a break"), "menu-80x24");
  });

  it("does nothing that nobody sees: a window too small knows Esc, and keys behind the escape key", async () => {
    const { type, face, closed } = open({ rows: 3, columns: 80 });
    type("bq");
    expect(face.pressed).toEqual([]);
    type("\x1cb");
    expect(face.pressed).toEqual(["b"]);
    expect(closed).toEqual([]);
    type("\x03");
    expect(closed).toEqual([undefined]);
  });

  it("says it where the session has no such key", async () => {
    const { screen, face, type } = open();
    face.onPress = () => false;
    type("b");
    await screen.until("the key b has no meaning in this session");
  });
});
