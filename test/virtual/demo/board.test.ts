/** The board of demo: what it says to what it hears, on a clock of the test's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { board as definition } from "../../../src/virtual/demo/board.js";
import { type PlayedDevice, playDevice } from "../../../src/virtual/emulate/play-device.js";

const ROOM = 4096;
const BOOTED_MS = 1000;
const PROMPT = "demo> ";

interface Board extends PlayedDevice {
  nowMs: number;
}

function createBoard(startMs: number): Board {
  const board = { nowMs: startMs };
  const onError = (error: unknown) => expect.fail(String(error));
  return Object.assign(board, playDevice(definition, { clock: () => board.nowMs, onError }));
}

const push = (board: Board, text: string, atMs: number) => {
  const bytes = Buffer.from(text, "latin1");
  board.nowMs = atMs;
  // More stands behind the end, as in a buffer that is used again.
  board.push(Buffer.concat([bytes, Buffer.from("\rhelp\r")]), bytes.length);
};

/** All that the board says at one time, however often it has to be asked. */
async function listen(board: Board, atMs: number): Promise<string> {
  board.nowMs = atMs;
  await board.settled();
  let text = "";
  for (let said = board.take(ROOM); said.length > 0; said = board.take(ROOM)) {
    text += Buffer.from(said).toString("latin1");
  }
  return text;
}

/** A board at its prompt. */
async function booted(): Promise<Board> {
  const board = createBoard(0);
  await listen(board, BOOTED_MS);
  return board;
}

/** What a board at its prompt answers to typed text. */
async function answer(typed: string, on?: Board, atMs = BOOTED_MS): Promise<string> {
  const board = on ?? (await booted());
  push(board, typed, atMs);
  return listen(board, atMs);
}

describe("the boot", () => {
  it("is silent at first, then says line after line, then prompts", async () => {
    const board = createBoard(5000);
    expect(board.take(ROOM)).toHaveLength(0);
    const pieces: string[] = [];
    for (let deadline = board.deadlineMs(); deadline !== undefined; deadline = board.deadlineMs()) {
      expect(await listen(board, deadline - 0.1)).toBe("");
      pieces.push(await listen(board, deadline));
      expect(pieces.at(-1)).not.toBe("");
    }
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces[0]).toContain("boot");
    expect(pieces.join("")).toMatch(/\r\ndemo> $/);
    expect(pieces.join("").split(PROMPT)).toHaveLength(2);
    expect(await listen(board, 1e9)).toBe("");
  });

  it("says the same when it is asked late", async () => {
    const [early, late] = [createBoard(0), createBoard(0)];
    let said = "";
    for (let at = 0; at <= BOOTED_MS; at += 7) said += await listen(early, at);
    expect(said).toBe(await listen(late, BOOTED_MS));
  });

  it("keeps what is typed ahead, and answers it at the prompt", async () => {
    const board = createBoard(0);
    push(board, "echo ab", 1);
    push(board, "c\r", 30);
    expect(await listen(board, 30)).not.toContain("echo");
    expect(await listen(board, BOOTED_MS)).toMatch(/\r\ndemo> echo abc\r\nabc\r\ndemo> $/);
  });
});

describe("the prompt", () => {
  it.each([
    ["help\r", /^help\r\n( {2}\S.*\r\n){5}demo> $/],
    ["echo hello world\r", /^echo hello world\r\nhello world\r\ndemo> $/],
    ["  echo  two  blanks \r", /\r\n two {2}blanks \r\ndemo> $/],
    ["echo\r", /^echo\r\n\r\ndemo> $/],
    ["\r", /^\r\ndemo> $/],
    ["nonsense\r", /^nonsense\r\nnonsense: no such command; help lists them\r\ndemo> $/],
    ["flood\r", /^flood\r\nflood: N is a whole number from 1 to 100000000\r\ndemo> $/],
    ["flood 0\r", /flood: N is/],
    ["flood -1\r", /flood: N is/],
    ["flood 1e3\r", /flood: N is/],
    ["flood 100000001\r", /flood: N is/],
    ["flood 3 4\r", /flood: N is/],
  ])("answers %j", async (typed, expected) => {
    expect(await answer(typed)).toMatch(expected);
  });

  it("names every command in its help, and each is there", async () => {
    const names = [...(await answer("help\r")).matchAll(/^ {2}(\w+)/gm)].map((match) => match[1]!);
    expect(names).toEqual(["help", "echo", "uptime", "flood", "reboot"]);
    for (const name of names) expect(await answer(`${name}\r`)).not.toContain("no such command");
  });

  it("tells the time since the boot", async () => {
    const board = await booted();
    expect(await answer("uptime\r", board, 12_345)).toContain("\r\nup 12.345 s\r\n");
  });

  it("starts again at a reboot, with a clock of its own", async () => {
    const board = await booted();
    expect(await answer("reboot\r", board, 2000)).toBe("reboot\r\n");
    expect(await listen(board, 3000)).toMatch(/boot ROM[\s\S]*\r\ndemo> $/);
    expect(await answer("uptime\r", board, 3000)).toContain("up 1.000 s");
  });

  it("floods with numbered lines, and prompts after the last", async () => {
    const lines = (await answer("flood 1000\r")).split("\r\n");
    expect(lines[0]).toBe("flood 1000");
    expect(lines.slice(1, -1).map((line) => Number(line.slice(0, 8)))).toEqual(
      Array.from({ length: 1000 }, (_, n) => n + 1),
    );
    expect(new Set(lines.slice(1, -1).map((line) => line.slice(8))).size).toBe(1);
    expect(lines.at(-1)).toBe(PROMPT);
  });

  it("never floods more than the room and a line at once", async () => {
    const board = await booted();
    push(board, "flood 100000000\r", BOOTED_MS);
    board.take(ROOM);
    for (const room of [1, 100, 4096, 65536]) {
      for (let n = 0; n < 20; n++) {
        const { length } = board.take(room);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(room + 100);
      }
    }
  });

  it("stops a flood at ^C", async () => {
    const board = await booted();
    push(board, "flood 100000000\r", BOOTED_MS);
    for (let n = 0; n < 10; n++) board.take(ROOM);
    expect(await answer("\x03", board)).toBe(`^C\r\n${PROMPT}`);
    expect(await answer("echo on\r", board)).toBe(`echo on\r\non\r\n${PROMPT}`);
  });
});

describe("typing", () => {
  it.each(["\r", "\n", "\r\n"])("ends one line with %j", async (end) => {
    expect(await answer(`echo a${end}`)).toBe(`echo a\r\na\r\n${PROMPT}`);
    expect(await answer(`${end}${end}`)).toBe(`\r\n${PROMPT}\r\n${PROMPT}`);
  });

  it("ends one line with CR LF that come apart, and two with LF CR", async () => {
    const board = await booted();
    expect((await answer("echo a\r", board)) + (await answer("\n", board))).toBe(`echo a\r\na\r\n${PROMPT}`);
    expect(await answer("\n\r")).toBe(`\r\n${PROMPT}\r\n${PROMPT}`);
  });

  it.each(["\x7f", "\b"])("erases one character with %j, and none where none is", async (erase) => {
    expect(await answer(`ec${erase}ho${erase}${erase}cho ok\r`)).toMatch(/\r\nok\r\ndemo> $/);
    expect(await answer(erase)).toBe("");
    expect(await answer(`a${erase}${erase}`)).toBe("a\b \b");
  });

  it("erases the whole line with ^U", async () => {
    expect(await answer("nonsense\x15help\r")).toContain("list the commands");
  });

  it("gives the line up at ^C", async () => {
    expect(await answer("nonsense\x03\r")).toBe(`nonsense^C\r\n${PROMPT}\r\n${PROMPT}`);
  });

  it("rings the bell at what is no line: control characters and what is too long", async () => {
    expect(await answer("\x01\t\x1b")).toBe("\x07\x07\x07");
    const long = await answer("x".repeat(600));
    expect(long).toBe("x".repeat(512) + "\x07".repeat(88));
  });

  it("takes bytes over 127 for what they are", async () => {
    expect(await answer("echo \xe4\xff\r")).toBe(`echo \xe4\xff\r\n\xe4\xff\r\n${PROMPT}`);
  });
});

describe("whatever is typed", () => {
  const words = [
    "help\r",
    "echo a b\r",
    "uptime\r",
    "reboot\r",
    "flood 3\r",
    "no\r",
    "\r\n",
    "\n",
    "\x7f",
    "\x15",
    "\x03",
  ];
  const typing = fc.array(
    fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary-ascii", maxLength: 5 })),
    {
      maxLength: 12,
    },
  );

  it("says the same however the input was cut", async () => {
    await fc.assert(
      fc.asyncProperty(typing, fc.array(fc.nat(80)), fc.boolean(), async (typed, places, wasBooted) => {
        const text = typed.join("");
        const cuts = [...new Set([0, ...places.filter((at) => at < text.length), text.length])].sort(
          (a, b) => a - b,
        );
        const startMs = wasBooted ? BOOTED_MS : 0;
        const [whole, cut] = [createBoard(0), createBoard(0)];
        push(whole, text, startMs);
        for (const [n, at] of cuts.slice(0, -1).entries()) push(cut, text.slice(at, cuts[n + 1]), startMs);
        for (const atMs of [startMs, BOOTED_MS, 2 * BOOTED_MS, 50 * BOOTED_MS]) {
          expect(await listen(cut, atMs)).toBe(await listen(whole, atMs));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, in 100,000 random inputs to one board", async () => {
    let state = 0x2545f491;
    const random = (below: number) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const board = createBoard(0);
    let atMs = 0;
    let most = 0;
    for (let n = 0; n < 100_000; n++) {
      const word = words[random(40)];
      const chunk =
        word === undefined ? Uint8Array.from({ length: random(16) }, () => random(256)) : Buffer.from(word);
      atMs += random(20);
      board.nowMs = atMs;
      board.push(chunk);
      if (board.deadlineMs() === undefined) await board.settled();
      if (random(4) === 0) most = Math.max(most, board.take(ROOM).length);
    }
    expect(most).toBeGreaterThan(0);
    expect(await answer("\x03", board, atMs + BOOTED_MS)).toContain(PROMPT);
  });
});
