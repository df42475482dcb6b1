import { describe, expect, it } from "vitest";
import { namedPorts, planPorts, readPortFile } from "../../../src/virtual/hub/port-list.js";

const plan = (...names: string[]) => planPorts(namedPorts(names), "/run/bus");
const planFile = (text: string) => planPorts(readPortFile(text, "ports.conf"), "/run/bus");

describe("names of ports", () => {
  it("are links in the hub's directory", () => {
    expect(plan("gps", "µ-1.0")).toEqual([
      { name: "gps", link: "/run/bus/gps" },
      { name: "µ-1.0", link: "/run/bus/µ-1.0" },
    ]);
  });

  it.each([
    ["", 'argument "": a name has one character at least'],
    ["a/b", 'argument "a/b": a name is no path: it has no slash'],
    ["..", 'argument "..": it is a directory\'s name'],
    [".hub", 'argument ".hub": a file of the hub\'s own has this name'],
    ["a b", 'argument "a b": a name has neither spaces nor control characters'],
    ["a\x1b", "a name has neither spaces nor control characters"],
    ["x".repeat(256), "a name has 255 bytes at most"],
  ])("are refused where they cannot be: %j", (name, why) => {
    expect(() => plan("ok", name)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(why) }),
    );
  });

  it("are given once", () => {
    expect(() => plan("a", "b", "a")).toThrow('argument "a": this name was given before');
  });
});

describe("a file of ports", () => {
  it("has a name or a name and a link in each line; comments and empty lines are none", () => {
    const text = "# the boat\n\n  gps   # the receiver\nchart\t/dev/chart\r\npilot pilot/ttyS0\nno#comment";
    expect(planFile(text)).toEqual([
      { name: "gps", link: "/run/bus/gps" },
      { name: "chart", link: "/dev/chart" },
      { name: "pilot", link: "/run/bus/pilot/ttyS0" },
      { name: "no#comment", link: "/run/bus/no#comment" },
    ]);
  });

  it.each([
    ["a\nb c d", 'ports.conf:2: "d": a line is NAME or NAME LINK'],
    ["a\n\nb/c", 'ports.conf:3 "b/c": a name is no path'],
    ["a\na", 'ports.conf:2 "a": this name was given before'],
    ["a /x\nb /x", 'ports.conf:2 "b": another port has the link /x'],
    ["a .hub", 'ports.conf:1 "a": a file of the hub\'s own is there'],
  ])("names the line that is bad: %j", (text, why) => {
    expect(() => planFile(text)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(why) }),
    );
  });
});
