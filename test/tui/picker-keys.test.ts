import { describe, expect, it } from "vitest";
import { KeyDecoder } from "../../src/tui/keys.js";
import { GUARD_MS } from "../../src/tui/picker/model.js";
import { Picker } from "../../src/tui/picker/picker.js";
import type { PickerRow } from "../../src/tui/picker/row.js";
import { DESK, MANY } from "./picker-rows.js";

const SIZE = { rows: 24, columns: 80 };

/** A picker on a screen, and what its keys have come to. */
function open(rows: readonly PickerRow[] = DESK) {
  const done: string[] = [];
  let nowMs = 0;
  const decoder = new KeyDecoder();
  const picker = new Picker({
    looks: { color: false, utf8: true, isPlain: false },
    nowMs: () => nowMs,
    onChoose: ({ name }, how) => done.push(`${how} ${name}`),
    onLeave: () => done.push("leave"),
    onSuspend: () => done.push("suspend"),
    onChange: () => {},
    onRedraw: () => done.push("redraw"),
  });
  picker.setRows(rows);
  picker.draw(SIZE);
  const type = (text: string) => {
    for (const key of decoder.push(Buffer.from(text))) picker.press(key);
    for (const key of decoder.endEscape()) picker.press(key);
    picker.draw(SIZE);
    return done;
  };
  return { picker, type, done, wait: (ms: number) => (nowMs += ms) };
}

describe("a key of the picker", () => {
  it.each([
    ["\r", ["connect /dev/ttyUSB1"]],
    ["\x1b[B\r", ["connect /dev/ttyACM0"]],
    ["\x0e\x0e\x10\r", ["connect /dev/ttyACM0"]],
    ["\x1b[F\r", ["connect demo:"]],
    ["\x1b[F\x1b[H\r", ["connect /dev/ttyUSB1"]],
    ["acm\r", ["connect /dev/ttyACM0"]],
    ["acmx\x7f\r", ["connect /dev/ttyACM0"]],
    ["zzz\x15\r", ["connect /dev/ttyUSB1"]],
    ["bench zzz\x17\r", ["connect @board"]],
    ["\x1b[200~  tty acm0\r\nrm -rf x\x1b[201~\r", ["connect /dev/ttyACM0"]],
    ["\t", ["settings /dev/ttyUSB1"]],
    ["\x1b[3~", ["forget /dev/ttyUSB1"]],
    ["\x1b", ["leave"]],
    ["\x03", ["leave"]],
    ["\x04", ["leave"]],
    ["\x1cq", ["leave"]],
    ["\x1cx\r", ["connect /dev/ttyUSB1"]], // no key of a session does anything here
    ["\x1a", ["suspend"]],
    ["\x0c", ["redraw"]],
    ["zzz\r\t", []],
    ["\x1bx\x1bOP\x1b[Z", []],
  ])("%j comes to %j", (typed, done) => {
    expect(open().type(typed)).toEqual(done);
  });

  it("q is a letter as every other: what one looks for may begin with it", () => {
    const { picker, type, done } = open();
    type("q");
    expect(picker.model.filter).toBe("q");
    expect(done).toEqual([]);
  });

  it("page down and up move by what is in view", () => {
    const { picker, type } = open(MANY);
    const { page } = picker.draw(SIZE);
    type("\x1b[6~");
    expect(picker.model.selectedIndex).toBe(page - 1);
    type("\x1b[5~");
    expect(picker.model.selectedIndex).toBe(0);
  });

  it("the mouse selects the row it is on, and its wheel moves", () => {
    const { picker, type, done } = open();
    const line = picker.draw(SIZE).rowAt.indexOf("@board");
    type(`\x1b[<0;10;${line + 1}M\x1b[<0;10;${line + 1}m`);
    expect(picker.model.selected?.name).toBe("@board");
    type("\x1b[<0;10;1M"); // no row
    type("\x1b[<2;10;4M"); // another button
    expect(picker.model.selected?.name).toBe("@board");
    type("\x1b[<64;1;1M");
    expect(picker.model.selected?.name).toBe("/dev/ttyUSB1");
    type("\x1b[<65;1;1M");
    expect(picker.model.selected?.name).toBe("@board");
    expect(done).toEqual([]);
  });

  it("Tab and Del too wait until it is sure which row is meant", () => {
    const { picker, type, done, wait } = open();
    picker.setRows(DESK.slice(1));
    type("\t\x1b[3~\r");
    expect(done).toEqual([]);
    wait(GUARD_MS);
    type("\r");
    wait(GUARD_MS);
    expect(type("\t")).toEqual(["settings /dev/ttyACM0"]);
  });

  it("takes away what was said", () => {
    const { picker, type } = open();
    const text = () =>
      picker
        .draw(SIZE)
        .lines.flat()
        .map((part) => part.text);
    picker.say("the file is broken");
    expect(text()).toContain("the file is broken");
    type("\x1b[B");
    expect(text()).not.toContain("the file is broken");
  });
});
