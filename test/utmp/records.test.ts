import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtmp, nativeRecordSize, recordSize, UTMP_TYPES } from "../../src/utmp/records.js";
import { goldenFile, goldenUtmp } from "../golden/utmp.js";

const SIZES = [384, 400] as const;

describe.each(SIZES)("records of %i bytes", (size) => {
  const golden = goldenUtmp(size);
  const file = goldenFile(size);
  const { records, rest } = decodeUtmp(file, size);

  it("are decoded as the C library's headers lay them out", () => {
    expect(golden.layout.size).toBe(size);
    expect(rest).toBe(0);
    expect(records).toHaveLength(golden.records.length);
    expect(records.map((record) => record.microseconds)).toEqual(records.map((_, i) => 1001 * i + 5));
    expect(records[0]).toEqual({
      type: "RUN_LVL",
      pid: 53,
      line: "~",
      id: "~~",
      user: "runlevel",
      host: "6.1.0-13-amd64",
      exit: { termination: 0, status: 0 },
      session: 0,
      seconds: 1234567890,
      microseconds: 5,
    });
    expect(records[6]).toMatchObject({
      type: "USER_PROCESS",
      line: "ttyS0",
      id: "S0",
      user: "ada",
      session: 7,
    });
    expect(records[11]).toMatchObject({ type: "DEAD_PROCESS", exit: { termination: 15, status: 0 } });
    expect(records[12]).toMatchObject({ type: "DEAD_PROCESS", exit: { termination: 0, status: 3 } });
    expect(new Set(records.map((record) => record.type))).toEqual(new Set(UTMP_TYPES));
  });

  it("have their addresses as inet_ntop writes them", () => {
    const addresses = records.flatMap(({ address }, i) => (address === undefined ? [] : [[`${i}`, address]]));
    expect(Object.fromEntries(addresses)).toEqual(golden.inet_ntop);
  });

  it("end a member that is full at its size, and one that is not at its NUL", () => {
    expect(records[15]).toMatchObject({
      line: "line-of-thirty-two-characters-00",
      id: "full",
      user: "user-of-thirty-two-characters-00",
      host: "h".repeat(256),
    });
    expect(records[17]!.user).toBe("me");
  });

  it("keep the bytes that are no UTF-8 beside the text", () => {
    expect(records[16]!.user).toBe("r\ufffdmy");
    expect(records[16]!.notUtf8).toEqual({ user: Uint8Array.of(0x72, 0xe9, 0x6d, 0x79) });
  });

  it("have times behind 2038", () => {
    expect(records[18]!.seconds).toBe(4026531840);
  });

  it("are known for what they are on either machine, also when cut off", () => {
    for (const native of SIZES) {
      expect(recordSize(file, native)).toBe(size);
      expect(recordSize(file.subarray(0, file.length - 100), native)).toBe(size);
    }
  });

  it("that are all zeros, or none, are this machine's", () => {
    expect(recordSize(new Uint8Array(9600), size)).toBe(size);
    expect(recordSize(new Uint8Array(0), size)).toBe(size);
  });

  it("say how many bytes are left over behind the last whole one", () => {
    for (const extra of [1, 100, size - 1]) {
      const cut = decodeUtmp(file.subarray(0, 3 * size + extra), size);
      expect(cut.records).toHaveLength(3);
      expect(cut.rest).toBe(extra);
      expect(cut.impossibleType).toBeUndefined();
    }
  });

  it("end at the first that can be none", () => {
    const bytes = Buffer.from(file);
    bytes.writeInt16LE(10, 2 * size);
    expect(decodeUtmp(bytes, size)).toMatchObject({ rest: bytes.length - 2 * size, impossibleType: 10 });
    bytes.writeInt16LE(-1, 2 * size);
    expect(decodeUtmp(bytes, size).impossibleType).toBe(-1);
  });
});

describe("decodeUtmp", () => {
  it("takes any bytes, and accounts for each of them", () => {
    const anyBytes = fc.uint8Array({ maxLength: 2000 });
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(...SIZES), (bytes, size) => {
        const { records, rest } = decodeUtmp(bytes, size);
        expect(records.length * size + rest).toBe(bytes.length);
        expect([384, 400]).toContain(recordSize(bytes, size));
      }),
    );
  });

  it("reads a piece of a larger buffer", () => {
    const file = goldenFile(384);
    const larger = Buffer.concat([Buffer.alloc(5, 0xff), file]);
    expect(decodeUtmp(larger.subarray(5), 384)).toEqual(decodeUtmp(file, 384));
  });

  it("goes by the machine", () => {
    expect([nativeRecordSize("x64"), nativeRecordSize("arm64")]).toEqual([384, 400]);
  });
});
