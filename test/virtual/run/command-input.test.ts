/** The end of input that is no terminal, typed at a real one. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTHING } from "../../../src/port/ends.js";
import { memoryPipe } from "../../../src/port/memory-port.js";
import { Pump } from "../../../src/session/pump.js";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read } from "../../../src/tty/libc.js";
import { errno } from "../../../src/tty/sys-error.js";
import { setFlag, setTermios, type Termios } from "../../../src/tty/termios.js";
import { commandInput } from "../../../src/virtual/run/command-input.js";
import { CommandTerminal } from "../../../src/virtual/run/command-terminal.js";
import { type MasterPort, masterPort } from "../../../src/virtual/run/master-port.js";
import { until } from "../../support/until.js";

let terminal: CommandTerminal;
let port: MasterPort;
let command: number;
let stop: () => void;
beforeEach(() => {
  terminal = new CommandTerminal({ termios: undefined, sizeOf: undefined });
  port = masterPort(terminal, { mayLoseLast: false });
  command = open(terminal.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  stop = () => {};
});
afterEach(() => {
  stop();
  close(command);
  port.hangUp();
});

/** Types `text` and then the end. */
function type(text: string, { linked = false } = {}): { looks: () => number } {
  const pipe = memoryPipe(100_000);
  let looks = 0;
  const line = {
    taken: () => port.taken,
    hasUnread: () => {
      looks++;
      return terminal.hasUnread;
    },
    termios: () => terminal.termios,
    type: (byte: number) => port.sink.write(Uint8Array.of(byte), 0, 1) === 1,
  };
  const source = commandInput(pipe.source, linked ? undefined : line);
  const pump = new Pump({
    source,
    sink: port.sink,
    holdAbove: 65536,
    onSourceGone: () => expect.unreachable("the input never ends"),
    onSinkGone: () => {},
    onError: (error) => {
      throw error;
    },
  });
  pump.start();
  pipe.sink.write(Buffer.from(text), 0, text.length);
  pipe.end();
  stop = () => {
    pump.stop();
    source.close();
  };
  return { looks: () => looks };
}

const set = (change: (termios: Termios) => void) => {
  const termios = terminal.termios;
  change(termios);
  setTermios(command, termios);
};

const buffer = Buffer.alloc(10_000);
/** What the command's next read gives: "" is the end of input. */
function nextRead(): Promise<string> {
  let got = -1;
  return until("something to read", () => {
    got = read(command, buffer);
    return got !== -errno.EAGAIN;
  }).then(() => buffer.toString("latin1", 0, got));
}

describe("input that ends", () => {
  it("ends for the command too, behind its last line", async () => {
    type("one\ntwo\n");
    expect(await nextRead()).toBe("one\n");
    expect(await nextRead()).toBe("two\n");
    expect(await nextRead()).toBe("");
  });

  it("ends at once where there is none", async () => {
    type("");
    expect(await nextRead()).toBe("");
  });

  it("gives a last line without a newline, and then the end", async () => {
    type("one\nlast");
    expect(await nextRead()).toBe("one\n");
    expect(await nextRead()).toBe("last");
    expect(await nextRead()).toBe("");
  });

  it("stays ended, for every program that reads", async () => {
    type("x\n");
    expect(await nextRead()).toBe("x\n");
    for (let time = 0; time < 5; time++) expect(await nextRead()).toBe("");
  });

  it("is one end as long as nobody reads it", async () => {
    const { looks } = type("");
    await until("some looks", () => looks() > 4);
    expect(await nextRead()).toBe("");
    expect(read(command, buffer)).toBe(-errno.EAGAIN);
  });

  it("is larger than what the terminal holds, and ends behind the last of it", async () => {
    const lines = Array.from({ length: 8000 }, (_, at) => `line ${at}`);
    type(`${lines.join("\n")}\n`);
    for (const line of lines) expect(await nextRead()).toBe(`${line}\n`);
    expect(await nextRead()).toBe("");
  });

  it("ends by the character that the command has set for it", async () => {
    set((termios) => {
      termios.cc[4] = 0x01; // VEOF
    });
    type("x\x04\n");
    expect(await nextRead()).toBe("x\x04\n");
    expect(await nextRead()).toBe("");
  });
});

describe("a terminal that is not in canonical mode", () => {
  it("gets no byte more in raw mode, and its end when that is over", async () => {
    set((termios) => {
      setFlag(termios, "ICANON", false);
      setFlag(termios, "ISIG", false);
    });
    const { looks } = type("data");
    expect(await nextRead()).toBe("data");
    const before = looks();
    await until("some looks", () => looks() > before + 3);
    expect(read(command, buffer)).toBe(-errno.EAGAIN);
    set((termios) => setFlag(termios, "ICANON"));
    expect(await nextRead()).toBe("");
  });

  it("gets ^D once where signals are on: programs with an editor of their own read it as the end", async () => {
    set((termios) => setFlag(termios, "ICANON", false));
    const { looks } = type("command\r");
    expect(await nextRead()).toBe("command\n"); // ICRNL
    expect(await nextRead()).toBe("\x04");
    const before = looks();
    await until("some looks", () => looks() > before + 3);
    expect(read(command, buffer)).toBe(-errno.EAGAIN);
  });

  it("gets nothing where the character is switched off", async () => {
    set((termios) => {
      termios.cc[4] = 0;
    });
    const { looks } = type("x\n");
    expect(await nextRead()).toBe("x\n");
    const before = looks();
    await until("some looks", () => looks() > before + 3);
    expect(read(command, buffer)).toBe(-errno.EAGAIN);
  });
});

it("never ends where others can type too", async () => {
  type("x\n", { linked: true });
  expect(await nextRead()).toBe("x\n");
  port.sink.write(Buffer.from("y\n"), 0, 2);
  expect(await nextRead()).toBe("y\n");
  expect(read(command, buffer)).toBe(-errno.EAGAIN);
});

it("does not end in front of bytes that the terminal has not taken yet, though it has nothing to read", async () => {
  const pipe = memoryPipe();
  let looks = 0;
  let taken = 0;
  const ends: number[] = [];
  const source = commandInput(pipe.source, {
    taken: () => {
      looks++;
      return taken;
    },
    hasUnread: () => false,
    termios: () => terminal.termios,
    type: (byte) => ends.push(byte) > 0,
  });
  stop = () => source.close();
  pipe.sink.write(Buffer.from("abc"), 0, 3);
  pipe.end();
  expect(source.read(buffer)).toBe(3);
  expect(source.read(buffer)).toBe(NOTHING);
  await until("some looks", () => looks > 3);
  expect(ends).toEqual([]);
  taken = 3;
  await until("the end", () => ends.length > 0);
  expect(ends[0]).toBe(0x04);
});
