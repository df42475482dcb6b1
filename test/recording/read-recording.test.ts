/** Recordings as files: whole, compressed, cut off, and others that are none. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readRecording } from "../../src/recording/read-recording.js";
import { canPack } from "../../src/sink/packed-writer.js";
import { until } from "../support/until.js";

const folder = mkdtempSync(join(tmpdir(), "robin-recording-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Uint8Array, name = "recording"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const LINES = [
  '{"event":"start","at":100.5,"elapsed":0.000000,"version":1,"program":"robin 0.1.0","port":"/dev/ttyUSB0"}',
  '{"event":"rx","at":101,"elapsed":0.500000,"text":"Grüße\\r\\n"}',
  '{"event":"weather","at":101,"elapsed":0.5}',
  '{"event":"tx","at":101.25,"elapsed":0.75,"base64":"/wA="}',
];
const TEXT = `${LINES.join("\n")}\n`;

async function read(path: string) {
  const records = [];
  let cut: number | undefined;
  for await (const record of readRecording(path, { onCut: (line) => (cut = line) })) records.push(record);
  return {
    records,
    cut,
    events: records.map((one) =>
      one.kind === "bytes" ? one.way : one.kind === "event" ? one.event.event : one.name,
    ),
  };
}

const failure = (path: string) =>
  read(path).then(
    () => expect.fail("it was read"),
    (error) => error,
  );

describe("a recording", () => {
  it("is read record by record, with the number of its line", async () => {
    const { records, cut } = await read(file(TEXT));
    expect(records).toEqual([
      {
        kind: "event",
        event: { event: "start", version: 1, program: "robin 0.1.0", port: "/dev/ttyUSB0" },
        at: 100.5,
        elapsed: 0,
        line: 1,
      },
      { kind: "bytes", way: "rx", bytes: Buffer.from("Grüße\r\n"), at: 101, elapsed: 0.5, line: 2 },
      { kind: "unknown", name: "weather", at: 101, elapsed: 0.5, line: 3 },
      { kind: "bytes", way: "tx", bytes: Buffer.from([0xff, 0]), at: 101.25, elapsed: 0.75, line: 4 },
    ]);
    expect(cut).toBeUndefined();
  });

  it("is read up to its last whole line wherever it is cut", async () => {
    const bytes = Buffer.from(TEXT);
    for (let end = LINES[0]!.length; end <= bytes.length; end++) {
      const { records, cut } = await read(file(bytes.subarray(0, end)));
      const rest = bytes.subarray(0, end).toString("latin1").split("\n");
      const last = rest.pop()!;
      const isWhole = last !== "" && last.endsWith("}");
      expect([end, records.length]).toEqual([end, rest.length + (isWhole ? 1 : 0)]);
      expect([end, cut]).toEqual([end, last === "" || isWhole ? undefined : rest.length + 1]);
    }
  });

  it("is read wherever a compressed file is cut", async () => {
    const packed = Buffer.concat([gzipSync(`${LINES[0]}\n`), gzipSync(`${LINES.slice(1).join("\n")}\n`)]);
    const first = gzipSync(`${LINES[0]}\n`).length;
    let most = 0;
    for (let end = first; end <= packed.length; end++) {
      const { records } = await read(file(packed.subarray(0, end)));
      expect(records.length).toBeGreaterThanOrEqual(Math.max(1, most));
      most = records.length;
    }
    expect(most).toBe(LINES.length);
  });

  it("is read wherever a file packed by zstd is cut", async ({ skip }) => {
    if (!canPack("zstd")) skip("this Node has no zstd");
    const [one, two] = [`${LINES[0]}\n`, `${LINES.slice(1).join("\n")}\n`].map((text) => {
      return execFileSync("zstd", ["-qc"], { input: text });
    }) as [Buffer, Buffer];
    const packed = Buffer.concat([one, two]);
    let most = 0;
    for (let end = one.length; end <= packed.length; end++) {
      const { records } = await read(file(packed.subarray(0, end)));
      expect(records.length).toBeGreaterThanOrEqual(Math.max(1, most));
      most = records.length;
    }
    expect(most).toBe(LINES.length);
  });

  it("may be packed by gzip or zstd, whatever it is called", async () => {
    expect((await read(file(gzipSync(TEXT), "a"))).events).toEqual(["start", "rx", "weather", "tx"]);
    const { createZstdDecompress } = (await import("node:zlib")) as { createZstdDecompress?: unknown };
    const packed = execFileSync("zstd", ["-qc", file(TEXT, "b")]);
    if (createZstdDecompress === undefined) {
      expect(await failure(file(packed, "b.zst"))).toMatchObject({
        code: "unsupported",
        message: `read ${join(folder, "b.zst")}: Node ${process.version} cannot read zstd`,
        hint: `zstd -dc ${join(folder, "b.zst")} | robin … -`,
      });
    } else expect((await read(file(packed, "b.zst"))).events).toEqual(["start", "rx", "weather", "tx"]);
  });

  it("may come from a program that has the wall clock alone, with blank lines and CR LF", async () => {
    const text = '{"event":"rx","at":5,"text":"a"}\r\n\r\n\n{"event":"rx","at":7.25,"text":"b"}\r\n';
    expect((await read(file(text))).records.map(({ elapsed, line }) => [elapsed, line])).toEqual([
      [0, 1],
      [2.25, 4],
    ]);
  });

  it("has records across any block that is read", async () => {
    const many = Array.from(
      { length: 300 },
      (_, n) => `{"event":"rx","at":${n},"elapsed":${n},"text":"${"x".repeat(n * 13)}"}\n`,
    );
    const { records } = await read(file(many.join("")));
    expect(records.map((one) => (one.kind === "bytes" ? one.bytes.length : -1))).toEqual(
      many.map((_, n) => n * 13),
    );
  });

  it("is given up in the middle without a file left open", async () => {
    for (let n = 0; n < 3; n++) {
      for await (const record of readRecording(file(gzipSync(TEXT)))) {
        expect(record.line).toBe(1);
        break;
      }
    }
    const open = () => spawnSync("ls", ["-l", `/proc/${process.pid}/fd`]).stdout.toString();
    await until("the file to be closed", () => !open().includes(folder));
  });
});

describe("what is no recording", () => {
  it.each([
    ["a log", "U-Boot 2024.01\n"],
    ["a log that has no line feed yet", "U-Boot"],
    ["another program's JSON", '{"version":2,"width":80,"height":24}\n[0.1,"o","a"]\n'],
    ["bytes", Buffer.from([0xff, 0xfe, 0x0a, 0x7b])],
  ])("is told by its first line: %s", async (_, content) => {
    const path = file(content);
    expect(await failure(path)).toMatchObject({
      code: "open-failed",
      message: `read recording ${path}: it is none: line 1 is no JSON object with "event" and "at" that robin can read`,
    });
  });

  it("is told by its number where a line in the middle is damaged", async () => {
    const path = file(`${LINES[0]}\n{"event":"rx","at":1\n${LINES[1]}\n`);
    expect(await failure(path)).toMatchObject({
      message: expect.stringMatching(/: line 2 is no JSON object/),
    });
    const latin1 = file(Buffer.from(`${LINES[0]}\n${LINES[1]}\n`, "latin1"));
    expect(await failure(latin1)).toMatchObject({ message: expect.stringMatching(/: line 2 is no/) });
  });

  it("is told where a compressed file is damaged", async () => {
    const packed = gzipSync(TEXT);
    packed[packed.length - 6]! ^= 0xff;
    expect(await failure(file(packed))).toMatchObject({
      code: "open-failed",
      message: expect.stringMatching(/it is damaged: /),
    });
  });

  it("is told where it is of a later version", async () => {
    const path = file(TEXT.replace('"version":1', '"version":2'));
    expect(await failure(path)).toMatchObject({
      code: "unsupported",
      message: `read recording ${path}: its version is 2`,
    });
  });

  it("is told where there is no such file, or it is a directory", async () => {
    expect(await failure(join(folder, "none"))).toMatchObject({
      code: "open-failed",
      message: `open ${join(folder, "none")}: no such file or directory (ENOENT)`,
    });
    expect(await failure(folder)).toMatchObject({
      message: `read ${folder}: illegal operation on a directory (EISDIR)`,
    });
  });

  it("has nothing in it where it is empty", async () => {
    expect((await read(file(""))).records).toEqual([]);
    expect((await read(file(gzipSync("")))).records).toEqual([]);
  });
});
