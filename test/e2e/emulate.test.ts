/** `robin emulate` as it is built: modules of a user's, behind ports that programs open. */
import { existsSync, lstatSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Channel } from "../rig/support/channel.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";
import { cleanUp, lacking, onCleanUp, PYTHON, scratch, start, startPorts } from "./partners/partners.js";

afterEach(cleanUp);

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;

/** Plays a module, or an example by its name. */
async function emulate(module: string, ...args: readonly string[]) {
  const folder = scratch();
  const isExample = existsSync(EXAMPLES + module);
  const file = isExample ? EXAMPLES + module : join(folder, "device.ts");
  if (!isExample) writeFileSync(file, module);
  const link = join(folder, "port");
  const ports = await startPorts(["emulate", "--link", link, file, ...args]);
  const event = (name: string) =>
    until(
      () => `event ${name}; there were ${JSON.stringify(ports.events())}`,
      () => ports.events().find(({ event }) => event === name) as Record<string, unknown> | undefined,
    );
  return { ...ports, link, file, event };
}

const device = (definition: string) =>
  `import { device } from "robin-serial";\nexport default device(${definition});\n`;

describe("a device behind a port", () => {
  it("is ready with its name, path and link, tells who comes and goes, and takes the link back", async () => {
    const { link, event, events, end, run } = await emulate(device('{ on: [["AT", "OK"]] }'));
    const path = readlinkSync(link);
    expect(events()[0]).toEqual({
      event: "ready",
      at: expect.any(Number),
      ports: [{ name: "device", path, link }],
    });
    const port = new Channel(link);
    await event("open");
    await port.write("AT\r\n");
    expect((await port.expect("\n")).toString()).toBe("OK\r\n");
    port.close();
    await event("close");
    await end();
    expect(await run.status).toBe(128 + 15);
    expect(events().at(-1)).toMatchObject({
      event: "statistics",
      port: "device",
      received: 4,
      sent: 4,
      dropped: 0,
    });
    expect(() => lstatSync(link)).toThrow("ENOENT");
    expect(run.stderr).toBe("");
  });

  it("prints the port's name for people, has its arguments, and tells statistics when it ends", async () => {
    const file = join(scratch(), "bare.mjs");
    writeFileSync(file, "console.log(process.argv.slice(2).join()); export default {};");
    const robin = runRobin(["emulate", file, "--", "--hz", "5"], { stdin: "ignore" });
    const path = await until("a name", () => /^(\/dev\/pts\/\d+)\n$/.exec(robin.stdout.toString())?.[1]);
    expect(lstatSync(path).isCharacterDevice()).toBe(true);
    robin.child.kill("SIGINT");
    expect(await robin.status).toBe(130);
    expect(robin.stderr).toBe("robin: --hz,5\nrobin: port bare: 0 bytes received, 0 sent, 0 dropped\n");
  });

  it("keeps stdout for the port's name and the events, whatever the module writes there", async () => {
    const file = join(scratch(), "talker.mjs");
    writeFileSync(file, 'process.stdout.write("talk\\n"); export default {};');
    const robin = runRobin(["emulate", "--json", file], { stdin: "ignore" });
    await until("a line", () => robin.stdout.includes("\n"));
    await robin.said("talk\n");
    robin.child.kill("SIGTERM");
    await robin.status;
    const lines = robin.stdout.toString().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(["ready", "statistics"]);
  });

  it("is told of where it waits for ever before it is a device", async () => {
    const file = join(scratch(), "waits.mjs");
    writeFileSync(file, "await new Promise(() => {}); export default {};");
    const robin = runRobin(["emulate", file], { stdin: "ignore" });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toBe(
      `robin: load device ${file}: it waits outside of functions for what never comes\n`,
    );
  });

  it("is told of by file and line when it fails, however often, and goes on", async () => {
    const { link, file, run, events } = await emulate(
      device(`{
        start(d) { d.every(1, () => { throw new TypeError("often"); }); },
        on: [
          ["own", () => { setTimeout(() => { throw new Error("own timer"); }); }],
          ["left", () => { Promise.reject(new Error("left alone")); }],
          ["text", () => { Promise.reject("a text alone"); }],
          ["AT", "OK"],
        ],
      }`),
    );
    const port = new Channel(link);
    await port.write("own\rleft\rtext\rAT\r");
    await port.expect("OK\r\n");
    await run.said("robin: device device: a text alone\n");
    await run.said(`robin: device device: ${file}:5: own timer\n`);
    await run.said(`robin: device device: ${file}:6: left alone\n`);
    await run.said(/robin: device device: \S+:3: TypeError: often \(\d{2,} times\)\n/);
    expect(run.stderr.split("\n").length).toBeLessThan(10);
    expect(events()).toContainEqual(
      expect.objectContaining({ event: "error", port: "device", text: `${file}:5: own timer`, times: 1 }),
    );
  });

  it("leaves no link behind where it ends the process by itself", async () => {
    const { link, run } = await emulate(device('{ on: [["bye", () => process.exit(7)]] }'));
    const port = new Channel(link);
    await port.write("bye\r");
    expect(await run.status).toBe(7);
    expect(() => lstatSync(link)).toThrow("ENOENT");
    port.close();
  });

  it("loses what it prints while nobody listens, and drops what does not fit where nobody reads", async () => {
    const { link, event } = await emulate(
      device(
        '{ start: (d) => d.print("unheard"), on: [["go", (d) => d.print(Buffer.alloc(2 ** 21, "x"))]] }',
      ),
    );
    const port = new Channel(link);
    await event("open");
    await port.write("go\r");
    const drop = await event("drop");
    expect(drop).toMatchObject({ port: "device", bytes: 2 ** 20 });
    const received = await port.expect((bytes) => bytes.length >= 2 ** 20);
    expect(received.equals(Buffer.alloc(2 ** 20, "x"))).toBe(true);
  });

  it("does not leave what one program did not read to the next", async () => {
    const { link, event, events } = await emulate(
      device('{ on: [["a", "for the first"], ["b", "for the second"]] }'),
    );
    const first = new Channel(link);
    await event("open");
    await first.write("a\r");
    await until("the answer to lie there", () => first.read() > 0);
    await first.write("a\r");
    first.close();
    await event("close");
    const second = new Channel(link);
    await until("the second", () => events().filter(({ event }) => event === "open").length === 2);
    await second.write("b\r");
    expect((await second.expect("second\r\n")).toString()).toBe("for the second\r\n");
  });

  it("hangs up its programs when it wants to, and is there again behind its link", async () => {
    const { link, event } = await emulate(device('{ on: [["off", (d) => d.hangUp()], ["AT", "OK"]] }'));
    const before = readlinkSync(link);
    const port = new Channel(link);
    await event("open");
    await port.write("off\r");
    const { path } = await event("hangup");
    port.close();
    expect(path).not.toBe(before);
    await until("the link to lead there", () => readlinkSync(link) === path);
    const again = new Channel(link);
    await again.write("AT\r");
    await again.expect("OK\r\n");
  });
});

describe("what cannot be played", () => {
  it.each<[string, string | undefined, number, string]>([
    ["no file", undefined, 2, "robin: argument FILE: robin emulate needs a module to play\n"],
    ["a missing one", "", 3, "robin: load device FILE: no such file or directory (ENOENT)\n"],
    [
      "a fault in it",
      "export default {\n  a: 1 2\n};",
      3,
      'robin: load device FILE:2: Unexpected token, expected ","\n',
    ],
    [
      "a device with another key",
      "export default { onn: [] };",
      3,
      'robin: load device FILE: a device has no "onn" (did you mean "on"?)\n',
    ],
  ])("%s: is said, with a status", async (_, text, status, words) => {
    const file = join(scratch(), "device.ts");
    if (text) writeFileSync(file, text);
    const robin = runRobin(["emulate", ...(text === undefined ? [] : [file])], { stdin: "ignore" });
    expect(await robin.status).toBe(status);
    expect(
      robin.stderr.startsWith(words.replace("FILE:", `${text === undefined ? "FILE" : file}:`)),
      robin.stderr,
    ).toBe(true);
    expect(robin.stdout.toString()).toBe("");
  });

  it("is the last line under --json, and no link is left", async () => {
    const folder = scratch();
    writeFileSync(join(folder, "a.js"), "export default 5;");
    const robin = runRobin(["emulate", "--json", "--link", join(folder, "link"), join(folder, "a.js")]);
    expect(await robin.status).toBe(3);
    expect(JSON.parse(robin.stdout.toString())).toMatchObject({ error: { code: "setup-failed" } });
    expect(existsSync(join(folder, "link"))).toBe(false);
  });
});

describe("the worked examples, with real programs", () => {
  const LACKING = lacking("picocom");

  it("examples/at-modem.ts is dialled by a person in picocom", async ({ skip }) => {
    if (LACKING) skip(LACKING);
    const { link } = await emulate("at-modem.ts");
    const user = new TestPty();
    onCleanUp(() => user.close());
    start("picocom", ["--quiet", "--nolock", link], { terminal: user });
    await until("picocom to listen", async () => {
      await user.write("AT\r");
      return (await user.expect("OK", 200).catch(() => "")) !== "";
    });
    user.clear();
    await user.write("ATI\r");
    await user.expect("ATI\r\r\nrobin AT modem 1.0\r\n\r\nOK\r\n");
    await user.write("ATDT5551234\r");
    await user.expect("CONNECT 9600\r\n");
    user.clear();
    await user.write("hello");
    await user.expect(/^hello$/);
    await user.write("\x04");
    await user.expect("NO CARRIER\r\n");
  });

  it("examples/nmea-receiver.ts is read by pyserial", async ({ skip }) => {
    const { link } = await emulate("nmea-receiver.ts");
    const program = `import sys, serial
port = serial.Serial(sys.argv[1], timeout=5)
port.write(b"$PMTK220,100*2F\\r\\n$PMTK605*31\\r\\n")
kinds = set()
while len(kinds) < 5:
    body, _, sum = port.readline().decode().strip().lstrip("$").partition("*")
    x = 0
    for c in body: x ^= ord(c)
    assert x == int(sum, 16), (body, sum)
    kinds.add(body.split(",")[0])
print(sorted(kinds))`;
    const python = start(PYTHON, ["-c", program, link]);
    const status = await python.status.catch(() => skip("not installed: python3"));
    if (python.stderr.includes("No module named")) skip("not installed: python3-serial");
    expect(python.stderr).toBe("");
    expect(status).toBe(0);
    expect(python.stdout.toString()).toBe("['GPGGA', 'GPGSV', 'GPRMC', 'PMTK001', 'PMTK705']\n");
  });
});
