/** Recordings in other formats, as users get them and as other programs read them. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { encodeBytes, encodeEvent } from "../../src/recording/format.js";
import type { RecordingRecord } from "../../src/recording/record.js";
import { SAMPLE } from "../recording/export/sample.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";

const folder = mkdtempSync(join(tmpdir(), "robin-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

function lineOf(record: RecordingRecord): string {
  if (record.kind === "event") return encodeEvent(record.event, record);
  if (record.kind === "unknown") return "";
  let line = "";
  encodeBytes(record.way, record.bytes, 0, record.bytes.length, record, (one) => {
    line += Buffer.from(one).toString();
  });
  return line;
}

const RECORDING = SAMPLE.map(lineOf).join("");
const file = join(folder, "sample.jsonl");
writeFileSync(file, RECORDING);

async function exported(...args: string[]) {
  const run = runRobin(["export", ...args], { stdin: "ignore" });
  const status = await run.status;
  return { status, stdout: run.stdout, stderr: run.stderr };
}

const has = (program: string) => spawnSync("which", [program]).status === 0;

describe("robin export", () => {
  it("gives what was received as it was, from a packed file and from stdin too", async () => {
    const text = "login: root\r\n温 20 °C\r\n";
    expect(await exported(file, "--to", "text")).toEqual({
      status: 0,
      stdout: Buffer.from(text),
      stderr: "",
    });
    const packed = join(folder, "sample.jsonl.gz");
    writeFileSync(packed, gzipSync(RECORDING));
    expect((await exported(packed, "--to", "text")).stdout.toString()).toBe(text);
    const piped = runRobin(["export", "-", "--to", "text"]);
    piped.child.stdin!.end(gzipSync(RECORDING));
    expect(await piped.status).toBe(0);
    expect(piped.stdout.toString()).toBe(text);
  });

  it("gives one way or both", async () => {
    expect((await exported(file, "--to", "text", "--way", "tx")).stdout.toString()).toBe("root\r");
    const both = (await exported(file, "--to", "text", "--way", "both")).stdout.toString();
    expect(both).toContain("        2.000000 > root\n        2.001000 < root\n");
    const hex = (await exported(file, "--to", "hex", "--way", "rx")).stdout.toString();
    expect(hex).toContain(" < 00000000  6c 6f 67 69 6e 3a 20 ");
    expect(hex).not.toContain(" > ");
  });

  it("says what a recording ends with where its recorder was killed, and gives the rest", async () => {
    const cut = join(folder, "cut.jsonl");
    writeFileSync(cut, RECORDING.slice(0, -30));
    const { status, stdout, stderr } = await exported(cut, "--to", "text");
    expect([status, stdout.length]).toEqual([0, 25]);
    const line = RECORDING.split("\n").length - 1;
    expect(stderr).toBe(
      `robin: read recording ${cut}: it ends in the middle of line ${line}, which is left out\n`,
    );
  });

  it("writes to a file, and never to the recording itself", async () => {
    const out = join(folder, "out.txt");
    writeFileSync(out, "longer than what follows, by far and further still");
    expect((await exported(file, "--to", "text", "-o", out)).status).toBe(0);
    expect(readFileSync(out, "utf8")).toBe("login: root\r\n温 20 °C\r\n");
    const same = await exported(file, "--to", "text", "-o", file);
    expect([same.status, same.stderr]).toEqual([2, `robin: option --out: ${file} is the recording itself\n`]);
    expect(readFileSync(file, "utf8")).toBe(RECORDING);
  });

  it.each([
    [["export"], 2, "argument FILE: robin export needs a recording"],
    [["export", "x"], 2, "option --to: it has to be there, with asciicast, text, hex, pcap"],
    [["export", "x", "y", "--to", "text"], 2, 'argument "y": one recording is all'],
    [["export", "x", "--to", "xml"], 2, 'option --to: "xml" is not one of asciicast, text, hex, pcap'],
    [["export", "x", "--to", "text", "--size", "80x24"], 2, "option --size: it is for --to asciicast alone"],
    [
      ["export", "x", "--to", "asciicast", "--size", "80"],
      2,
      'option --size: "80" is not columns and rows from 1 to 9999, as in 80x24',
    ],
    [["export", "/none", "--to", "text"], 3, "open /none: no such file or directory (ENOENT)"],
    [
      ["export", "/etc/passwd", "--to", "text"],
      3,
      'read recording /etc/passwd: it is none: line 1 is no JSON object with "event" and "at" that robin can read',
    ],
    [
      ["export", file, "--to", "text", "-o", "/none/x"],
      3,
      "write /none/x: no such file or directory (ENOENT)",
    ],
    [
      ["export", file, "--to", "text", "-o", "/dev/full"],
      7,
      "write /dev/full: no space left on device (ENOSPC)",
    ],
  ])("refuses %j", async (args, status, message) => {
    const run = runRobin(args, { stdin: "ignore" });
    expect(await run.status).toBe(status);
    expect(run.stderr.split("\n")[0]).toBe(`robin: ${message}`);
  });

  it("ends quietly when nobody reads on", async () => {
    const long = join(folder, "long.jsonl");
    writeFileSync(long, RECORDING + lineOf(SAMPLE[3]!).repeat(50_000));
    const script = `"${process.execPath}" bin/robin.js export "${long}" --to hex | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(stdout.split("\n").slice(0, 2)).toEqual([expect.stringContaining("= start"), "0"]);
    expect(stderr).toBe("");
  });

  it("does not write a pcap file to a terminal", async () => {
    const pty = new TestPty();
    const run = runRobin(["export", file, "--to", "pcap"], { stdin: "ignore", stdout: pty });
    expect(await run.status).toBe(2);
    expect(run.stderr).toContain("write stdout: a pcap file is not for a terminal\n");
    pty.close();
  });
});

describe("another program", () => {
  it("tshark reads both directions, the lines and the errors of a pcap file", async ({ skip }) => {
    if (!has("tshark")) skip("tshark is not installed");
    const pcap = join(folder, "sample.pcap");
    expect((await exported(file, "--to", "pcap", "-o", pcap)).status).toBe(0);
    const fields = ["frame.time_epoch", "rtacser.eventtype", "rtacser.dtr", "data.data"];
    const args = ["-r", pcap, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
    const { stdout } = spawnSync("tshark", args, { encoding: "utf8" });
    expect(
      stdout
        .split("\n")
        .slice(0, -1)
        .map((row) => row.split("\t")),
    ).toEqual([
      ["1763745000.001000000", "0x00", "1", ""],
      ["1763745001.234567000", "0x02", "1", "6c6f67696e3a20"],
      ["1763745002.000000000", "0x01", "1", "72"],
      ["1763745002.001000000", "0x02", "1", "72"],
      ["1763745002.500000000", "0x01", "1", "6f6f740d"],
      ["1763745002.501000000", "0x02", "1", "6f6f740d0a"],
      ["1763745002.502000000", "0x02", "1", "e6b8"],
      ["1763745002.503000000", "0x02", "1", "a9"], // a character that was cut has a line of its own
      ["1763745002.503000000", "0x02", "1", "20323020c2b0430d0a"],
      ["1763745003.100000000", "0x07", "1", ""],
      ["1763745003.100000000", "0x0a", "1", ""],
      ["1763745003.200000000", "0x09", "1", ""],
      ["1763745003.260000000", "0x05", "1", ""],
      ["1763745003.300000000", "0x00", "0", ""],
      ["1763745004.000000000", "0x06", "0", ""],
    ]);
    const words = execFileSync("tshark", ["-r", pcap, "-V"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(words).toContain("Event Type: DATA_TX_START (0x01)");
    expect(words).not.toMatch(/Malformed|Expert Info/);
  });

  it("asciinema plays an asciicast", async ({ skip }) => {
    if (!has("asciinema")) skip("asciinema is not installed");
    const cast = join(folder, "sample.cast");
    expect((await exported(file, "--to", "asciicast", "-o", cast)).status).toBe(0);
    const pty = new TestPty(); // it wants a terminal that controls it
    const child: ChildProcess = spawn("setsid", ["-c", "-w", "asciinema", "cat", cast], {
      stdio: [pty.slave, "pipe", "pipe"],
    });
    let out = "";
    child.stdout!.on("data", (chunk) => (out += chunk));
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect([status, out]).toEqual([0, "login: root\r\n温 20 °C\r\n"]);
    pty.close();
  });
});
