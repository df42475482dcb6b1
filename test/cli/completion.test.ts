import { afterEach, describe, expect, it } from "vitest";
import { type Command, commandOptions } from "../../src/cli/command.js";
import { COMMANDS } from "../../src/cli/commands.js";
import type { Completions } from "../../src/cli/completion/candidate.js";
import { complete, type Sources } from "../../src/cli/completion/complete.js";
import { valuesOf } from "../../src/cli/completion/values.js";
import { connectConfig } from "../../src/cli/config.js";
import { CONNECT, type Option } from "../../src/cli/options.js";
import { parseArguments } from "../../src/cli/parse.js";
import { devicePorts } from "../../src/port/discovery/discover.js";
import { parseSteps } from "../../src/port/lines/steps.js";
import { parseSettings } from "../../src/stty/parse.js";
import { DeviceTree } from "../port/discovery/device-tree.js";

const NONE: Sources = { ports: () => [], profiles: async () => [] };

/** Whole words that begin with the last one of `line`, as a shell would offer them. */
async function offered(line: string, sources = NONE): Promise<string[]> {
  const words = line.split(" ");
  const { prefix, candidates } = await complete(words, sources);
  return candidates.map(({ word }) => `${prefix}${word}`).filter((word) => word.startsWith(words.at(-1)!));
}

const byShell = async (line: string): Promise<Completions["byShell"]> =>
  (await complete(line.split(" "), NONE)).byShell;

/** Numbers and texts that only the user knows. */
const FREE = [
  ...["vmin", "vtime", "break-ms", "drain", "idle-exit", "exec", "mask", "log-size", "log-every", "log-keep"],
  ...["send-delay", "send-line-delay", "send-wait", "send-timeout"],
  ...[
    "drop",
    "flip",
    "dup",
    "delay",
    "jitter",
    "stall",
    "hangup",
    "seed",
    "queue",
    "patience",
    "timeout",
    "size",
  ],
  ...["id", "prompt", "breaks", "columns", "scrollback", "match", "window", "points", "min", "max"],
];
/** utmp's --line names a login's terminal, which need not be a port. */
const FREE_OF: Readonly<Record<string, readonly string[]>> = { utmp: ["line"] };

describe("the tables", () => {
  it("say of every option with a value what its completion offers, or that it is free text", async () => {
    const commands = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, ...(await load()) })));
    const wanting = [{ name: "", ...CONNECT }, ...commands].flatMap(({ name, options }) =>
      options
        .filter((option) => option.value !== undefined && !option.choices && !option.completes)
        .filter((option) => !FREE.includes(option.name) && !FREE_OF[name]?.includes(option.name))
        .map((option) => `${name} --${option.name}`),
    );
    expect(wanting).toEqual([]);
  });

  it("say of every command with arguments what they are", async () => {
    const withArguments = await Promise.all(
      COMMANDS.map(async ({ name, load }): Promise<[string, Command]> => [name, await load()]),
    );
    const wanting = withArguments
      .filter(([name, { usage }]) => usage.replace(/\[options\]/, "").trim() !== `robin ${name}`)
      .filter(([name, { takes, stopsAtFirst }]) => !takes && !stopsAtFirst && name !== "hub")
      .map(([name]) => name);
    expect(wanting).toEqual([]);
  });
});

describe("a command line is completed", () => {
  it("with commands and ports first, and only there", async () => {
    expect(await offered("li")).toEqual(["list", "lines"]);
    expect(await offered("de")).toEqual(["demo:"]);
    expect(await offered("-e li")).toEqual([]);
    expect(await offered("ttyUSB0 li")).toEqual([]);
  });

  it("with the options of the main command, each in every spelling", async () => {
    expect(await offered("--ba")).toEqual(["--baud"]);
    expect(await offered("--no-re")).toEqual(["--no-reconnect"]);
    expect(await offered("--times")).toEqual(["--timestamp", "--timestamp="]);
    expect(await offered("-")).toEqual(expect.arrayContaining(["-b", "--bps", "-?", "--no-lock"]));
    expect(await offered("-b")).toEqual(["-b"]);
    expect(await offered("--json")).toEqual([]);
  });

  it("with a command's own options", async () => {
    expect(await offered("list --wa")).toEqual(["--watch"]);
    expect(await offered("list --ba")).toEqual([]);
    expect(await offered("list --ver")).toEqual(["--verbose", "--version"]);
    expect(await offered("termios x -pare")).toEqual(["-parenb"]);
    expect(await offered("run --esc")).toEqual(["--escape"]);
  });

  it("without options that are there, but for those that count or add up", async () => {
    expect(await offered("--parity even --pari")).toEqual([]);
    expect(await offered("-p even --pari")).toEqual([]);
    expect(await offered("-v --imap crlf --verb")).toEqual(["--verbose"]);
    expect(await offered("--imap crlf --im")).toEqual(["--imap"]);
    expect(await offered("--no-lock --loc")).toEqual([]);
  });

  it("with an option's values, behind it or behind an equals sign", async () => {
    expect(await offered("--parity ")).toEqual(["none", "even", "odd", "mark", "space"]);
    expect(await offered("-xp e")).toEqual(["even"]);
    expect(await offered("--parity=e")).toEqual(["--parity=even"]);
    expect(await offered("-p=e")).toEqual(["-p=even"]);
    expect(await offered("--timestamp=i")).toEqual(["--timestamp=iso"]);
    expect(await offered("--timestamp i")).toEqual([]);
    expect(await offered("--hex=")).toEqual([]);
    expect(await offered("--none=")).toEqual([]);
    expect(await offered("--baud 1152")).toEqual(["115200"]);
    expect(await offered("--dtr o")).toEqual(["on", "off"]);
    expect(await offered("--vmin ")).toEqual([]);
    expect(await offered("export x --to p")).toEqual(["pcap"]);
    expect(await offered("hub --frame g")).toEqual(["gap:"]);
  });

  it("with one more of a list", async () => {
    expect(await offered("--imap lfcrlf,sp")).toEqual(["lfcrlf,spchex"]);
    expect(await offered("--imap=lfcrlf,sp")).toEqual(["--imap=lfcrlf,spchex"]);
    expect(await offered("--imap crlf,crl")).toEqual([]);
    expect(await offered("-m ODEL")).toEqual(["ODELBS"]);
    expect(await offered("--rs485 rts-on-send,delay-b")).toEqual(["rts-on-send,delay-before="]);
    expect(await offered("lines x dtr=off,rts=t")).toEqual(["dtr=off,rts=toggle"]);
    expect(await offered("lines x dtr+rts=of")).toEqual(["dtr+rts=off"]);
  });

  it("with arguments in their order, counted as the parser does", async () => {
    expect(await offered("ttyUSB0 1152")).toEqual(["115200"]);
    expect(await offered("-b 9600 -e ttyUSB0 1152")).toEqual(["115200"]);
    expect(await offered("--timestamp ttyUSB0 1152")).toEqual(["115200"]);
    expect(await offered("ttyUSB0 9600 1152")).toEqual([]);
    expect(await offered("-- ttyUSB0 1152")).toEqual(["115200"]);
    expect(await offered("termios x -parenb cs")).toEqual(expect.arrayContaining(["cs5", "cs8"]));
    expect(await offered("termios x int")).toEqual(["intr="]);
    expect(await offered("lines x dtr=on rts=of")).toEqual(["rts=off"]);
    expect(await offered("completion ")).toEqual(["bash", "zsh", "fish"]);
    expect(await offered("utmp x")).toEqual([]);
  });

  it("by the shell where it is a file, a directory or another program's", async () => {
    expect(await byShell("--log ")).toBe("files");
    expect(await byShell("--log=boot")).toBe("files");
    expect(await byShell("hub --dir ")).toBe("directories");
    expect(await byShell("replay ")).toBe("files");
    expect(await byShell("replay a b")).toBeUndefined();
    expect(await byShell("run ")).toEqual({ from: 1 });
    expect(await byShell("run -- make al")).toEqual({ from: 2 });
    expect(await byShell("run --escape ^a make al")).toEqual({ from: 3 });
    expect(await byShell("run -")).toBeUndefined();
    expect(await byShell("replay x -- ./te")).toEqual({ from: 3 });
    expect(await byShell("hub -- x")).toBeUndefined();
  });

  it("by the shell where no port begins so: a link may be anywhere", async () => {
    expect(await byShell("/tmp/bo")).toBe("files");
    expect(await byShell("de")).toBeUndefined();
    expect(await byShell("doctor ./lin")).toBe("files");
  });
});

describe("every value that is offered", () => {
  it("is one that robin takes", async () => {
    const none: Sources = NONE;
    for (const option of CONNECT.options) {
      if (option.value === undefined) continue;
      const { prefix, candidates } = await complete([`--${option.name}=`], none);
      for (const { word, more } of candidates) {
        const argument = `${prefix}${word}${more ? "1" : ""}`;
        const extra = /^--log-|^--send-timeout/.test(argument) ? ["--log=x", "--log-size=1M"] : [];
        expect(() => connectConfig(parseArguments([argument, ...extra, "x"])), argument).not.toThrow();
      }
    }
  });

  it("is a setting of stty's or a step of the lines'", () => {
    for (const { word, more } of valuesOf("stty", "").candidates) {
      expect(() => parseSettings([more ? `${word}1` : word]), word).not.toThrow();
    }
    for (const { word } of valuesOf("step", "").candidates)
      expect(parseSteps([word])).not.toHaveProperty("why");
  });
});

describe("ports", () => {
  let tree: DeviceTree | undefined;
  afterEach(() => {
    tree?.remove();
    tree = undefined;
  });

  /** Ports of a machine of the test's own, by the names that they would have. */
  function machine(make: (tree: DeviceTree) => void): Sources {
    const made = new DeviceTree();
    tree = made;
    make(made);
    const real = (text: string | undefined) => text?.replace(`${made.root}/dev`, "/dev");
    const ports = devicePorts(made.roots).map(({ path, byId, ...rest }) => {
      const link = real(byId);
      return { ...rest, path: real(path)!, ...(link === undefined ? {} : { byId: link }) };
    });
    return {
      ports: () => ports,
      profiles: async () => [{ name: "board", does: "the one here" }, { name: "a\nb" }],
    };
  }

  const adapters = (made: DeviceTree) => {
    made.usbSerial("ttyUSB0", { product: "FT232R USB UART", serial: "A50285BI" });
    made.link("dev/serial/by-id/usb-FTDI_A50285BI", "dev/ttyUSB0");
    const twin = { vendorId: "1a86", productId: "7523", product: "CH340" };
    made.usbSerial("ttyUSB1", { ...twin, at: "1-2", serial: "one" });
    made.usbSerial("ttyUSB2", { ...twin, at: "1-3", serial: "t\two" });
    made.uart("ttyS0", "4:64", { path: "sys/devices/pnp0/00:02", bus: "pnp", driver: "serial" });
  };

  it("are named with their product, driver and ids, those of one kind with their serial number", async () => {
    const { candidates } = await complete([""], machine(adapters));
    expect(candidates.slice(0, 8)).toEqual([
      { word: "/dev/ttyS0", does: "serial" },
      { word: "/dev/ttyUSB0", does: "FT232R USB UART (ftdi_sio 0403:6001)" },
      { word: "/dev/ttyUSB1", does: "CH340 one (ftdi_sio 1a86:7523)" },
      { word: "/dev/ttyUSB2", does: "CH340 t\two (ftdi_sio 1a86:7523)" },
      { word: "latest", does: expect.stringContaining("arrived last") },
      { word: "usb:", does: expect.any(String), more: true },
      { word: "demo:", does: expect.stringContaining("emulated") },
      { word: "@board", does: "the one here" },
    ]);
  });

  it("are completed in each of their spellings", async () => {
    const sources = machine(adapters);
    expect(await offered("ttyU", sources)).toEqual(["ttyUSB0", "ttyUSB1", "ttyUSB2"]);
    expect(await offered("/dev/ttyUSB0", sources)).toEqual(["/dev/ttyUSB0"]);
    expect(await offered("/dev/ser", sources)).toEqual(["/dev/serial/by-id/usb-FTDI_A50285BI"]);
    expect(await offered("usb:0", sources)).toEqual(["usb:0403:6001"]);
    expect(await offered("u", sources)).toContain("usb:0403:6001");
    expect(await offered("@", sources)).toEqual(["@board"]);
    expect(await offered("config @", sources)).toEqual(["@board"]);
    expect(await offered("--profile bo", sources)).toEqual(["board"]);
    expect(await offered("termios d", sources)).toEqual([]);
    expect(await offered("lines usb:0403", sources)).toEqual(["usb:0403:6001"]);
  });

  it("of one kind need their serial number, and one that cannot be typed is left out", async () => {
    expect(await offered("usb:1a86", machine(adapters))).toEqual(["usb:1a86:7523:one"]);
  });
});

describe("a table of a command's own", () => {
  it("is all that completion goes by", async () => {
    const own: Option = { name: "own", value: "X", completes: ["a:", "b"], group: "Options", does: "" };
    expect(commandOptions([own])[0]).toBe(own);
    expect(valuesOf(own.completes!, "").candidates).toEqual([{ word: "a:", more: true }, { word: "b" }]);
  });
});
