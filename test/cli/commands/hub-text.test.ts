import { describe, expect, it } from "vitest";
import { hubWords, statusTable } from "../../../src/cli/commands/hub-text.js";

const port = {
  path: "/dev/pts/7",
  link: "/run/bus/gps",
  open: true,
  state: "open",
  queued: 0,
  received: 5,
  sent: 1234567,
  dropped: 0,
  bps: 4800,
  holders: [],
} as const;

describe("the table of a hub's ports", () => {
  it("has a line for each, with its link or path, numbers to the right, and who holds it", () => {
    const ports = [
      {
        ...port,
        name: "gps",
        holders: [
          { pid: 12, command: "gpsd" },
          { pid: 3, command: "cat" },
        ],
      },
      { ...port, name: "autopilot", link: undefined, state: "stalled", queued: 65536 } as const,
    ];
    expect(statusTable(ports)).toBe(
      [
        "PORT       LINK          STATE    QUEUED  RECEIVED     SENT  DROPPED   BPS  HELD BY",
        "gps        /run/bus/gps  open          0         5  1234567        0  4800  gpsd (12), cat (3)",
        "autopilot  /dev/pts/7    stalled   65536         5  1234567        0  4800  -",
        "",
      ].join("\n"),
    );
  });

  it("lets nothing that a program is called act on the terminal", () => {
    const table = statusTable([{ ...port, name: "a", holders: [{ pid: 1, command: "\x1b[2J" }] }]);
    expect(table).toContain("\\x1b[2J (1)");
    expect(table).not.toContain("\x1b");
  });
});

describe("words for what happens on a hub", () => {
  it.each([
    [
      { event: "stalled", queued: 9 },
      "gps: has read nothing for 100 ms while others waited: it holds them no longer",
    ],
    [{ event: "resumed" }, "gps: reads again"],
    [
      { event: "overflow", bytes: 1, policy: "drop-old" },
      "gps: 1 byte dropped, its queue is full (drop-old)",
    ],
    [{ event: "drop", bytes: 20 }, "gps: 20 bytes dropped while nobody had it open"],
    [{ event: "flush", bytes: 20 }, "gps: 20 bytes left unread by who closed it, discarded"],
    [{ event: "hangup", path: "/dev/pts/9" }, "gps: hung up; it is /dev/pts/9 now"],
    [
      { event: "cut", reason: "closed", bytes: 4, pieces: 1 },
      "gps: 4 bytes of a message passed on without an end: its program has left",
    ],
    [
      { event: "cut", reason: "silence", bytes: 7, pieces: 1 },
      "gps: 7 bytes of a message passed on without an end: nothing more came",
    ],
    [
      { event: "cut", reason: "long", bytes: 131072, pieces: 2 },
      "gps: 2 pieces of messages, 131072 bytes, passed on by themselves: a message is larger than the queue",
    ],
    [{ event: "statistics", received: 1, sent: 2, dropped: 3 }, "gps: received 1, sent 2, dropped 3 bytes"],
  ])("are %j", (event, words) => {
    expect(hubWords({ ...event, port: "gps" }, 100, false)).toBe(words);
  });

  it("tell who comes and goes only where more words are wanted", () => {
    expect(hubWords({ event: "open", port: "gps" }, 100, false)).toBeUndefined();
    expect(hubWords({ event: "open", port: "gps" }, 100, true)).toBe("gps: opened");
    expect(hubWords({ event: "close", port: "gps" }, 100, true)).toBe("gps: closed");
    expect(hubWords({ event: "new in a later robin", port: "gps" }, 100, true)).toBeUndefined();
  });
});
