/** node-serialport with its parsers at both ends of a pair. */
import { once } from "node:events";
import type { Transform } from "node:stream";
import {
  ByteLengthParser,
  CCTalkParser,
  DelimiterParser,
  InterByteTimeoutParser,
  PacketLengthParser,
  ReadlineParser,
  ReadyParser,
  RegexParser,
  SerialPort,
  SlipDecoder,
  SlipEncoder,
} from "serialport";
import { afterEach, describe, expect, it } from "vitest";
import { difference, payload } from "../../rig/support/port-user.js";
import { until } from "../../support/until.js";
import { cleanUp, onCleanUp, startPair } from "./partners.js";

afterEach(cleanUp);

async function opened(path: string, baudRate = 115200): Promise<SerialPort> {
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  onCleanUp(() => closed(port));
  return port;
}

async function closed(port: SerialPort): Promise<void> {
  if (port.isOpen) await new Promise((resolve) => port.close(resolve));
}

/** What comes out of `parser` behind `port`, as it comes. */
function parsed<T = Buffer>(port: SerialPort, parser: Transform): T[] {
  const pieces: T[] = [];
  port.pipe(parser).on("data", (piece: T) => pieces.push(piece));
  return pieces;
}

const hex = (pieces: readonly Uint8Array[]) => pieces.map((piece) => Buffer.from(piece).toString("hex"));

interface Case {
  readonly name: string;
  readonly make: () => Transform;
  readonly sent: Uint8Array | string;
  /** What the parser makes of it: texts, or bytes as hex digits. */
  readonly pieces: readonly string[];
  readonly isText?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: "ReadlineParser",
    make: () => new ReadlineParser({ delimiter: "\r\n" }),
    sent: "$GPGGA,1\r\n\r\n$GPRMC,\xb5\r\nhalf",
    pieces: ["$GPGGA,1", "$GPRMC,\ufffd"],
    isText: true,
  },
  {
    name: "RegexParser",
    make: () => new RegexParser({ regex: /[;\n]+/ }),
    sent: "one;two\nthree;;four;",
    pieces: ["one", "two", "three", "four"],
    isText: true,
  },
  {
    name: "DelimiterParser",
    make: () => new DelimiterParser({ delimiter: Buffer.from([0, 0xff]) }),
    sent: Buffer.from("0102 00ff 03 00 00ff 11 13 00ff".replaceAll(" ", ""), "hex"),
    pieces: ["0102", "0300", "1113"],
  },
  {
    name: "ByteLengthParser",
    make: () => new ByteLengthParser({ length: 4 }),
    sent: Buffer.from("0a0b0c0d 00ff037f 1a04".replaceAll(" ", ""), "hex"),
    pieces: ["0a0b0c0d", "00ff037f"],
  },
  {
    name: "PacketLengthParser",
    make: () =>
      new PacketLengthParser({ delimiter: 0xbc, packetOverhead: 5, lengthBytes: 2, lengthOffset: 2 }),
    sent: Buffer.from("bc01 0300 aabbcc dd bc02 0000 ee".replaceAll(" ", ""), "hex"),
    pieces: ["bc010300aabbccdd", "bc020000ee"],
  },
  {
    name: "CCTalkParser",
    make: () => new CCTalkParser(),
    sent: Buffer.from("0200 01fe ff 0201 01 f0 99 73".replaceAll(" ", ""), "hex"),
    pieces: ["020001feff", "020101f09973"],
  },
  {
    name: "ReadyParser",
    make: () => new ReadyParser({ delimiter: "READY" }),
    sent: "booting, READYok",
    pieces: [Buffer.from("ok").toString("hex")],
  },
];

describe("node-serialport at both ends of a pair", () => {
  it.each(CASES.map((row) => [row.name, row] as const))("parses what arrives by %s", async (_, row) => {
    const { a, b } = await startPair();
    const [left, right] = [await opened(a), await opened(b)];
    const pieces = parsed<never>(right, row.make());
    left.write(typeof row.sent === "string" ? Buffer.from(row.sent, "latin1") : row.sent);
    await until(
      () => `${row.pieces.length} pieces; there are ${pieces.length}`,
      () => pieces.length >= row.pieces.length,
    );
    expect(row.isText ? pieces : hex(pieces)).toEqual(row.pieces);
  });

  it("tells messages apart by the pauses between them", async () => {
    const { a, b } = await startPair();
    const [left, right] = [await opened(a), await opened(b)];
    const pieces = parsed(right, new InterByteTimeoutParser({ interval: 100 }));
    for (const [index, message] of ["first", "second"].entries()) {
      left.write(message);
      await until(message, () => pieces.length > index);
    }
    expect(pieces.map(String)).toEqual(["first", "second"]);
  });

  it("brings packets over in SLIP, whatever is in them", async () => {
    const { a, b } = await startPair();
    const [left, right] = [await opened(a), await opened(b)];
    const pieces = parsed(right, new SlipDecoder());
    const encoder = new SlipEncoder();
    encoder.pipe(left);
    const packets = ["c0dbdcdd", "00ff1113", "db"];
    for (const packet of packets) encoder.write(Buffer.from(packet, "hex"));
    await until("the packets", () => pieces.length === packets.length);
    expect(hex(pieces)).toEqual(packets);
  });

  // Not both ways at once: its poller waits for one direction at a time, so that two full ports would wait for each other.
  it("streams a megabyte there and one back with nothing lost", async () => {
    const { a, b } = await startPair();
    const [left, right] = [await opened(a, 921600), await opened(b, 921600)];
    for (const [sender, receiver] of [
      [left, right],
      [right, left],
    ] as const) {
      const sent = payload(1e6);
      const came: Buffer[] = [];
      let size = 0;
      receiver.on("data", (chunk: Buffer) => {
        came.push(chunk);
        size += chunk.length;
      });
      sender.write(sent);
      await until("all of it", () => size >= sent.length);
      expect(difference(Buffer.concat(came), sent)).toBeUndefined();
    }
  });

  it("drains, closes, opens again and changes its speed meanwhile", async () => {
    const { a, b } = await startPair();
    const right = await opened(b);
    const lines = parsed<string>(right, new ReadlineParser());
    for (let time = 0; time < 20; time++) {
      const left = await opened(a);
      left.write(`opening ${time}\n`);
      await new Promise((resolve) => left.drain(resolve));
      await new Promise<void>((resolve, reject) =>
        left.update({ baudRate: 9600 + time }, (error) => (error ? reject(error) : resolve())),
      );
      await closed(left);
      // Its next opening flushes the port, and the line with it, if nobody has read that by then.
      await until(`line ${time}`, () => lines.length === time + 1);
    }
    expect(lines).toEqual(Array.from({ length: 20 }, (_, time) => `opening ${time}`));
  });

  it("is told that the port is gone when robin ends", async () => {
    const pair = await startPair();
    const left = await opened(pair.a);
    left.resume();
    const gone = once(left, "close");
    await pair.end();
    const [error] = await gone;
    expect(error).toMatchObject({ disconnected: true });
  });
});
