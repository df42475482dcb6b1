import { describe, expect, it } from "vitest";
import type { SeenPort } from "../../src/cli/picker-facts.js";
import { chosenOf, fieldsOf, namesOf, withoutLine } from "../../src/cli/picker-fields.js";
import { NumberedRows } from "../../src/cli/picker-list.js";
import { pickerRows, type RowFacts } from "../../src/cli/picker-rows.js";
import { setupOptions } from "../../src/cli/setup-options.js";
import type { PortInfo } from "../../src/port/discovery/discover.js";
import type { Profile } from "../../src/profiles/profiles.js";
import { DESK, row } from "../tui/picker-rows.js";

const FTDI: PortInfo = {
  path: "/dev/ttyUSB0",
  driver: "ftdi_sio",
  bus: "usb",
  vendorId: "0403",
  productId: "6001",
  serialNumber: "A1",
  product: "FT232R USB UART",
  manufacturer: "FTDI",
  byId: "/dev/serial/by-id/usb-FTDI_A1",
  addedAt: 1000,
};
const seen = (info: PortInfo, more: Partial<SeenPort> = {}): SeenPort => ({
  id: `${info.path} 0`,
  info,
  arrivedAtMs: undefined,
  holders: [],
  lockedBy: undefined,
  login: undefined,
  isOwnTerminal: false,
  isConsole: false,
  refusal: undefined,
  ...more,
});
const profile = (name: string, more: Partial<Profile> = {}): Profile => ({
  name,
  match: [],
  claims: [],
  values: new Map(),
  layers: [],
  problems: [],
  file: "/c.toml",
  line: 1,
  ...more,
});
const rows = (facts: Partial<RowFacts>) =>
  pickerRows({
    ports: [],
    profiles: [],
    isMatching: true,
    isThere: () => true,
    last: () => undefined,
    nowS: 1090,
    nowMs: 0,
    ...facts,
  });
const picocom = { pid: 7, command: "picocom" };
const getty = { pid: 8, command: "agetty" };
const FTDI_MATCH = { vendorId: "0403", productId: "6001" };

describe("rows of the picker", () => {
  it("have what is known of a port, and end with demo:", () => {
    const [port, demo, ...others] = rows({ ports: [seen(FTDI)] });
    expect(port).toMatchObject({
      kind: "port",
      name: "/dev/ttyUSB0",
      driver: "ftdi_sio",
      usbId: "0403:6001",
      product: "FT232R USB UART",
      serial: "A1",
      age: "1 min",
      trouble: undefined,
      notes: [],
      link: "/dev/serial/by-id/usb-FTDI_A1",
      isNew: false,
      isRemembered: false,
    });
    expect(port?.also).toContain("FTDI");
    expect(port?.also).toContain("usb:0403:6001");
    expect(demo).toMatchObject({ kind: "demo", name: "demo:" });
    expect(others).toEqual([]);
  });

  it.each([
    [{ holders: [picocom] }, "held by picocom (PID 7)"],
    [{ holders: [picocom], lockedBy: picocom }, "held by picocom (PID 7), by its lock file"],
    [{ lockedBy: picocom }, "held by picocom (PID 7), by its lock file"],
    [{ holders: [picocom, getty] }, "held by picocom (PID 7), agetty (PID 8)"],
    [{ holders: [getty], login: getty, lockedBy: getty }, "a login has it: agetty (PID 8)"],
    [{ refusal: { hint: "join dialout" } }, "no permission"],
    [
      { refusal: { hint: undefined }, lockedBy: picocom },
      "no permission; held by picocom (PID 7), by its lock file",
    ],
    [{ isConsole: true }, "a console: the kernel writes its messages there"],
    [{ isOwnTerminal: true, holders: [picocom] }, "the terminal that robin runs on"],
  ])("say why a port can most likely not be opened: %j is %j", (more, trouble) => {
    const [port] = rows({ ports: [seen(FTDI, more as Partial<SeenPort>)] });
    expect(port?.trouble).toBe(trouble);
    expect(port?.hint).toBe((more as Partial<SeenPort>).refusal?.hint);
  });

  it("are new for a minute", () => {
    const at = (nowMs: number) => rows({ ports: [seen(FTDI, { arrivedAtMs: 1000 })], nowMs })[0]?.isNew;
    expect([at(1000), at(60_999), at(61_000)]).toEqual([true, true, false]);
  });

  it("say what was chosen the last time, and which profile is for a port", () => {
    const board = profile("board", { claims: [FTDI_MATCH], match: [FTDI_MATCH] });
    const last = (key: string) => (key === "usb:0403:6001:A1" ? "9600" : undefined);
    const [port] = rows({ ports: [seen(FTDI)], profiles: [board], last });
    expect(port).toMatchObject({ notes: ["profile: @board", "last: 9600"], isRemembered: true });
    const [named] = rows({ ports: [seen(FTDI)], profiles: [board], isMatching: false });
    expect(named?.notes).toEqual([]);
    const [rival] = rows({ ports: [seen(FTDI)], profiles: [board, { ...board, name: "other" }] });
    expect(rival?.notes).toEqual([]);
  });

  it("say where a profile's port is, and why it may not be had", () => {
    const facts = {
      ports: [seen(FTDI, { holders: [picocom] })],
      isThere: (name: string) => name !== "/dev/ttyUSB7",
    };
    const about = (one: Profile) => {
      const found = rows({ ...facts, profiles: [one] }).find(({ kind }) => kind === "profile")!;
      return [found.about, found.trouble];
    };
    expect(about(profile("a", { description: "the bench", port: "/dev/ttyUSB0" }))).toEqual([
      "the bench  /dev/ttyUSB0",
      undefined,
    ]);
    expect(about(profile("b", { port: "/dev/ttyUSB7" }))).toEqual([
      "/dev/ttyUSB7",
      "its port is not there: /dev/ttyUSB7",
    ]);
    expect(about(profile("c", { match: [FTDI_MATCH] }))).toEqual(["/dev/ttyUSB0", "held by picocom (PID 7)"]);
    expect(about(profile("d", { match: [{ vendorId: "1a86", productId: "7523" }] }))).toEqual([
      "usb:1a86:7523",
      "its port is not there: usb:1a86:7523",
    ]);
    const broken = profile("e", { problems: [{ file: "/c.toml", line: 3, text: "port: it takes a name" }] });
    expect(about(broken)).toEqual(["", "/c.toml:3: port: it takes a name"]);
  });
});

describe("rows with numbers, where nothing is drawn", () => {
  const list = (all = DESK) => {
    const numbered = new NumberedRows({ utf8: true });
    numbered.setRows(all);
    return numbered;
  };

  it("are a line each, with what is to be known of them beneath, and nothing in them acts", () => {
    expect(list().list()).toEqual([
      "  1  /dev/ttyUSB1  FT232R USB UART, ftdi_sio 0403:6001, serial A50285BI, 3 s",
      "     last: 115200 8N1, log /home/me/boot.log",
      "  2  /dev/ttyACM0  Größe 漢字 \\x1b[2J\\u202e, cdc_acm 1a86:55d4, 12 min",
      "     held by picocom (PID 4711)",
      "     profile: @board",
      "  3  /dev/ttyS0  serial",
      "     no permission: it belongs to group dialout: sudo usermod -aG dialout joe, then log in again",
      "  4  @board  the bench board  /dev/ttyACM0",
      "  5  @gone  usb:10c4:ea60",
      "     its port is not there: usb:10c4:ea60",
      "  6  demo:  an emulated board, for when there is no hardware",
    ]);
    expect(list().prompt).toBe(
      "port (1-6 or a name, + behind it for settings, ? for the list, nothing leaves): ",
    );
    expect(list([row("demo:")]).list()[0]).toBe("there is no serial port here: robin doctor may say why");
    expect(list([row("demo:")]).prompt).toMatch(/^port \(1 or /);
  });

  it.each([
    ["2", "/dev/ttyACM0"],
    [" 2 ", "/dev/ttyACM0"],
    ["/dev/ttyS0", "/dev/ttyS0"],
    ["ttyS0", "/dev/ttyS0"],
    ["@board", "@board"],
    ["demo:", "demo:"],
    ["ftdi", "/dev/ttyUSB1"],
    ["cdc acm", "/dev/ttyACM0"],
  ])("take %j for %j", (line, name) => {
    expect(list().answer(line)).toMatchObject({ is: "row", row: { name } });
  });

  it("have their settings first where a + stands behind", () => {
    expect(list().answer("2")).toMatchObject({ setsUp: false });
    for (const line of ["2+", "2 +", "ttyACM0+", "cdc acm +"])
      expect(list().answer(line)).toMatchObject({ row: { name: "/dev/ttyACM0" }, setsUp: true });
    expect(list().answer("9+")).toEqual({ is: "wrong", text: "there is no 9" });
    expect(list().answer("+")).toMatchObject({ is: "wrong", text: expect.stringMatching(/^6 fit:/) });
  });

  it("ask again for what is nothing or too much", () => {
    expect(list().answer("7")).toEqual({ is: "wrong", text: "there is no 7" });
    expect(list().answer("0")).toEqual({ is: "wrong", text: "there is no 0" });
    expect(list().answer("zz\u001b")).toEqual({ is: "wrong", text: 'nothing fits "zz\\x1b"' });
    expect(list().answer("usb")).toMatchObject({
      is: "wrong",
      text: expect.stringMatching(/^2 fit:\n {2}1 .*\n {2}5 /),
    });
    expect(list().answer("?")).toEqual({ is: "again" });
    expect(list().answer("  ")).toEqual({ is: "leave" });
  });

  it("keep their numbers while ports come and go, and none is given again", () => {
    const numbered = list([row("/dev/ttyS0"), row("/dev/ttyS1"), row("demo:")]);
    expect(numbered.setRows([row("/dev/ttyUSB0"), row("/dev/ttyS1"), row("demo:")])).toEqual([
      "/dev/ttyS0 has gone",
      "come:   4  /dev/ttyUSB0",
    ]);
    expect(numbered.answer("1")).toEqual({ is: "wrong", text: "1, /dev/ttyS0, has gone" });
    expect(numbered.answer("4")).toMatchObject({ row: { name: "/dev/ttyUSB0" } });
    expect(numbered.answer("2")).toMatchObject({ row: { name: "/dev/ttyS1" } });
    expect(numbered.setRows([row("/dev/ttyUSB0"), row("/dev/ttyS1"), row("demo:")])).toEqual([]);
    expect(numbered.prompt).toMatch(/^port \(2-4 or /);
  });
});

describe("settings in a form and back", () => {
  const options = setupOptions();
  const values = (all: Record<string, string | number | boolean>) => new Map(Object.entries(all));
  const fields = (all: Record<string, string | number | boolean>) =>
    Object.fromEntries(fieldsOf(values(all), options));

  it("are texts by the fields' names, a frame and flow control as the fields have them", () => {
    expect(fields({ bps: "9600", line: "7e1", noflow: true, hex: true, log: "a.log", verbose: 2 })).toEqual({
      ...{ bps: "9600", databits: "7", parity: "even", stopbits: "1", flow: "none" },
      ...{ hex: "on", log: "a.log", verbose: "2" },
    });
    expect(fields({})).toEqual({});
    expect(Object.fromEntries(withoutLine(values({ line: "??" })))).toEqual({ line: "??" });
  });

  it.each([
    [
      "nothing changed: each layer keeps its own",
      { bps: "1" },
      { bps: "1", hex: true },
      { bps: "1", hex: true },
      { bps: "1" },
    ],
    ["a lower layer's value changed", {}, { bps: "9600" }, { bps: "300" }, { bps: "300" }],
    ["a lower layer's switch taken back", {}, { hex: true }, {}, { hex: false }],
    ["what was said taken back", { hex: true }, { hex: true }, {}, { hex: false }],
    ["one of three", {}, { hwflow: true }, { noflow: true }, { noflow: true, hwflow: false }],
    [
      "a part of a frame that was said",
      { line: "7E1" },
      { line: "7E1" },
      { databits: "7", parity: "none", stopbits: "1" },
      { databits: "7", parity: "none", stopbits: "1" },
    ],
    ["beside what no form has", { wait: true }, { wait: true }, { echo: true }, { wait: true, echo: true }],
  ])("say what has changed: %s", (_, said, held, wanted, chosen) => {
    const change = { said: values(said), held: values(held), wanted: values(wanted) };
    expect(Object.fromEntries(chosenOf(change, namesOf(options)))).toEqual(chosen);
  });
});
