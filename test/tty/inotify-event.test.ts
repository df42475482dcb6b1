/** struct inotify_event, byte by byte. */
import { describe, expect, it } from "vitest";
import { decodeEvents, IN_CREATE, IN_DELETE_SELF, IN_Q_OVERFLOW } from "../../src/tty/inotify-event.js";

/** One event; `room` is the length of the name's field, which the kernel rounds up to 16. */
function event(watch: number, mask: number, name = "", room = name === "" ? 0 : 16): Buffer {
  const bytes = Buffer.alloc(16 + room);
  bytes.writeInt32LE(watch, 0);
  bytes.writeUInt32LE(mask >>> 0, 4);
  bytes.writeUInt32LE(0xdead, 8);
  bytes.writeUInt32LE(room, 12);
  bytes.write(name, 16);
  return bytes;
}

describe("inotify events", () => {
  it("are decoded in order, with and without a name", () => {
    const bytes = Buffer.concat([
      event(1, IN_CREATE, "ttyUSB0"),
      event(2, IN_DELETE_SELF),
      event(1, 0x40000100, "ü", 32),
    ]);
    expect(decodeEvents(bytes)).toEqual([
      { watch: 1, mask: IN_CREATE, name: "ttyUSB0" },
      { watch: 2, mask: IN_DELETE_SELF, name: "" },
      { watch: 1, mask: 0x40000100, name: "ü" },
    ]);
  });

  it("have a name that fills its field, and a watch of -1 where some were lost", () => {
    const bytes = Buffer.concat([event(1, IN_CREATE, "fifteen-letters", 16), event(-1, IN_Q_OVERFLOW)]);
    expect(decodeEvents(bytes)).toEqual([
      { watch: 1, mask: IN_CREATE, name: "fifteen-letters" },
      { watch: -1, mask: IN_Q_OVERFLOW, name: "" },
    ]);
  });

  it("have the highest bit of the mask as a positive number", () => {
    expect(decodeEvents(event(1, 0x80000000))[0]!.mask).toBe(0x80000000);
  });

  it("are decoded from the middle of a larger buffer", () => {
    const all = Buffer.concat([Buffer.alloc(5), event(7, IN_CREATE, "x")]);
    expect(decodeEvents(new Uint8Array(all.buffer, all.byteOffset + 5, all.length - 5))).toEqual([
      { watch: 7, mask: IN_CREATE, name: "x" },
    ]);
  });

  it("are none in no bytes", () => {
    expect(decodeEvents(new Uint8Array(0))).toEqual([]);
  });
});
