/** Files over a pair by lrzsz: Zmodem and Xmodem, on a good cable and on a bad one. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../../rig/support/channel.js";
import { difference, payload } from "../../rig/support/port-user.js";
import { cleanUp, lacking, type Partner, scratch, start, startPair } from "./partners.js";

afterEach(cleanUp);

const LACKING = lacking("sz", "rz");
const FILE_BYTES = 5_000_000;
/** What lrzsz says when it has to send something again. */
const REPEATED = /Bad CRC|Retry|ZRPOS|Got ERROR/i;
const LIMIT_MS = 25_000;

/** A command with a port as stdin and stdout, as a terminal program starts it. */
function onPort(port: string, cwd: string, command: readonly string[]): Partner {
  return start("sh", ["-c", 'port=$1; shift; exec "$@" <"$port" >"$port"', "sh", port, ...command], { cwd });
}

interface Transfer {
  readonly send: readonly string[];
  /** Gets the path that the file should have. */
  readonly receive: (path: string) => readonly string[];
  /** Who ends first, and the last thing that it says. */
  readonly endsFirst: "sender" | "receiver";
  readonly lastWord: string;
}

const ZMODEM: Transfer = {
  send: ["sz", "-b"],
  receive: () => ["rz", "-b"],
  endsFirst: "sender",
  lastWord: "OO",
};
const XMODEM: Transfer = {
  send: ["sx", "-b", "-k"],
  receive: (path) => ["rx", "-b", "-c", path],
  endsFirst: "receiver",
  lastWord: "\x06",
};

/** Sends `bytes` as a file from a to b and returns what b's program made of it, with the words of both. */
async function transfer({ a, b }: { a: string; b: string }, programs: Transfer, bytes: Uint8Array) {
  const folder = scratch();
  const sent = join(folder, "file.bin");
  const received = join(folder, "received", basename(sent));
  mkdirSync(join(folder, "received"));
  writeFileSync(sent, bytes);
  const receiver = onPort(b, join(folder, "received"), programs.receive(received));
  const sender = onPort(a, folder, [...programs.send, sent]);
  const ends = [
    [sender, a],
    [receiver, b],
  ] as const;
  const [first, second] = programs.endsFirst === "sender" ? ends : [ends[1], ends[0]];
  expect(await first[0].status, first[0].stderr).toBe(0);
  // It says its last word and flushes the port right after it. A pty's tcdrain(3) waits for nothing, so that the flush may
  // throw the word away before anybody could read it, and the other one would wait for it for long.
  const again = new Channel(first[1]);
  await again.write(programs.lastWord);
  expect(await second[0].status, second[0].stderr).toBe(0);
  again.close();
  return { bytes: readFileSync(received), words: sender.stderr + receiver.stderr };
}

describe("lrzsz over a pair", () => {
  it("brings 5 MB over by Zmodem as they were", { timeout: LIMIT_MS }, async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const sent = payload(FILE_BYTES);
    const { bytes, words } = await transfer(await startPair(), ZMODEM, sent);
    expect(difference(bytes, sent)).toBeUndefined();
    expect(words, "a cable without faults needs no second try").not.toMatch(REPEATED);
  });

  // Few faults: one in the short headers between the data costs rz or sz a time-out of 10 s.
  it.for([
    ["lost bytes", "--drop 2e-6 --seed 1"],
    ["turned bits", "--flip 2e-6 --seed 2"],
    ["lost, turned and doubled bytes", "--drop 1e-6 --flip 1e-6 --dup 1e-6 --seed 3"],
  ] as const)(
    "brings 5 MB over by Zmodem in spite of %s",
    { timeout: LIMIT_MS },
    async ([, faults], { skip }) => {
      if (LACKING) skip(LACKING);
      const sent = payload(FILE_BYTES);
      const pair = await startPair(...faults.split(" "));
      const { bytes, words } = await transfer(pair, ZMODEM, sent);
      expect(difference(bytes, sent)).toBeUndefined();
      expect(words).toMatch(REPEATED);
      expect(pair.events().filter(({ event }) => event === "fault").length).toBeGreaterThan(5);
    },
  );

  // Its receiver answers a block and flushes what it has not read then. On a line there is time between the two; on a pair
  // without --pace the next block is there already.
  it("brings a file over by Xmodem at a line's pace", { timeout: LIMIT_MS }, async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const sent = payload(4 * 1024, 7); // whole blocks: Xmodem knows no length
    const { bytes } = await transfer(await startPair("--pace"), XMODEM, sent);
    expect(difference(bytes, sent)).toBeUndefined();
  });
});
