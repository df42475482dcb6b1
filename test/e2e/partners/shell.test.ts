/** A pair and what every shell has: redirections, cat, echo, stty, and socat. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../../rig/support/channel.js";
import { difference, payload } from "../../rig/support/port-user.js";
import { ROBIN } from "../../support/robin.js";
import { until } from "../../support/until.js";
import { cleanUp, lacking, scratch, start, startHub, startPair } from "./partners.js";

afterEach(cleanUp);

const MEGABYTE = 1e6;
const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function shell(script: string, ...args: readonly string[]): Promise<string> {
  const sh = start("sh", ["-ec", script, "sh", ...args]);
  expect(await sh.status, sh.stderr).toBe(0);
  return sh.stdout.toString();
}

describe("a shell at each end of a pair", () => {
  it("reads by cat what echo has written before cat came, and after", async () => {
    const { a, b } = await startPair();
    await shell('echo early >"$1"', a);
    const cat = start("cat", [b]);
    await until("the early line", () => cat.stdout.toString() === "early\n");
    await shell('echo late >"$1"; printf "\\000\\377\\003" >"$1"', a);
    await until("the rest", () => cat.stdout.toString("latin1") === "early\nlate\n\0\xff\x03");
  });

  it("copies a file of every byte by cat, both ways at once, with nothing lost", async () => {
    const { a, b } = await startPair();
    const folder = scratch();
    const sent = { a: payload(MEGABYTE, 1), b: payload(MEGABYTE, 2) };
    for (const [name, bytes] of Object.entries(sent)) writeFileSync(join(folder, name), bytes);
    const reader = 'head -c "$1" <"$2" >"$3"';
    const writer = 'cat "$1" >"$2"';
    await Promise.all([
      shell(reader, String(MEGABYTE), b, join(folder, "from-a")),
      shell(reader, String(MEGABYTE), a, join(folder, "from-b")),
      shell(writer, join(folder, "a"), a),
      shell(writer, join(folder, "b"), b),
    ]);
    expect(difference(readFileSync(join(folder, "from-a")), sent.a)).toBeUndefined();
    expect(difference(readFileSync(join(folder, "from-b")), sent.b)).toBeUndefined();
  });
});

describe("a shell at each port of a hub", () => {
  it("copies a file by cat from one to all others, with nothing lost", async () => {
    // Who is late on a busy machine is not stalled.
    const { links, events } = await startHub("--patience", "10000", "from", "one", "two");
    const folder = scratch();
    const sent = payload(MEGABYTE);
    const file = (name: string) => join(folder, name);
    writeFileSync(file("from"), sent);
    const readers = ["one", "two"].map((name) =>
      shell('head -c "$1" <"$2" >"$3"', String(MEGABYTE), links[name]!, file(name)),
    );
    await until(
      "the readers to be there",
      () => events().filter(({ event }) => event === "open").length === 2,
    );
    await shell('cat "$1" >"$2"', file("from"), links.from!);
    await Promise.all(readers);
    for (const name of ["one", "two"]) expect(difference(readFileSync(file(name)), sent)).toBeUndefined();
  });
});

describe("stty at a pair's port", () => {
  it("finds a port that changes no byte", async () => {
    const { a } = await startPair();
    const words = (await shell('stty -F "$1" -a', a)).split(/[\s;]+/);
    for (const word of ["-echo", "-icanon", "-isig", "-icrnl", "-ixon", "-onlcr", "cs8", "clocal", "cread"]) {
      expect(words).toContain(word);
    }
  });

  it.each(["9600", "57600", "921600", "4000000"])(
    "sets %s bps, and the next program finds it",
    async (bps) => {
      const { a, b } = await startPair();
      const before = await shell('stty -F "$1" speed', b);
      await shell('stty -F "$1" "$2" cstopb parodd min 0 time 7', a, bps);
      expect(await shell('stty -F "$1" speed', a)).toBe(`${bps}\n`);
      expect(await shell('stty -F "$1" -a', a)).toMatch(/min = 0; time = 7;[\s\S]* parodd [\s\S]* cstopb /);
      expect(await shell('stty -F "$1" speed', b), "the other end has settings of its own").toBe(before);
    },
  );

  it("leaves a speed that has no name as it is", async () => {
    const { a } = await startPair();
    await shell('"$1" "$2" termios "$3" 123456', process.execPath, ROBIN, a);
    await shell('stty -F "$1" min 5', a);
    const found = JSON.parse(await shell('"$1" "$2" termios "$3" --json', process.execPath, ROBIN, a));
    expect(found).toMatchObject({ ospeed: 123456, cc: { min: 5 } });
  });
});

describe("socat at both ends of a pair", () => {
  it("carries 5 MB each way at once with nothing lost", async ({ skip }) => {
    const reason = lacking("socat");
    if (reason) skip(reason);
    const { a, b } = await startPair();
    const folder = scratch();
    const size = 5 * MEGABYTE;
    const file = (name: string) => join(folder, name);
    const sent = { a: payload(size, 3), b: payload(size, 4) };
    for (const [name, bytes] of Object.entries(sent)) writeFileSync(file(name), bytes);
    // One for each direction: a single socat waits in write(2) and does not read meanwhile.
    start("socat", ["-u", `file:${b},raw,echo=0`, `create:${file("at-b")}`]);
    start("socat", ["-u", `file:${a},raw,echo=0`, `create:${file("at-a")}`]);
    start("socat", ["-u", `open:${file("a")}`, `file:${a},raw,echo=0`]);
    start("socat", ["-u", `open:${file("b")}`, `file:${b},raw,echo=0`]);
    await until("all of it", () => sizeOf(file("at-a")) === size && sizeOf(file("at-b")) === size);
    expect(difference(readFileSync(file("at-b")), sent.a)).toBeUndefined();
    expect(difference(readFileSync(file("at-a")), sent.b)).toBeUndefined();
  });

  it("bridges a program's stdin and stdout to the other end", async ({ skip }) => {
    const reason = lacking("socat");
    if (reason) skip(reason);
    const { a, b } = await startPair();
    start("socat", [`file:${a},raw,echo=0`, "exec:tr a-z A-Z,pty,raw,echo=0"]);
    const user = new Channel(b);
    await user.write("hello\n");
    await user.write("\x04");
    await user.expect((bytes) => bytes.toString() === "HELLO\n" || bytes.length > 6);
    expect(user.received.toString()).toBe("HELLO\n");
  });
});
