/** The configuration file and what it includes: which profiles there are, and what is wrong, each with its place. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isConfigured } from "../../src/profiles/config-files.js";
import { configPath } from "../../src/profiles/config-path.js";
import { loadProfiles, profileOf, profilesFor, readProfiles } from "../../src/profiles/profiles.js";

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/robin-config-`);
  env = { HOME: home };
});
afterEach(() => rmSync(home, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const path = `${home}/.config/robin/${name}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** What is wrong, without the directory. */
async function problems(): Promise<string[]> {
  const found = await readProfiles(env);
  return found.problems.map((text) => text.replaceAll(`${home}/.config/robin/`, ""));
}

async function named(name: string) {
  const { profiles } = await readProfiles(env);
  return profiles.find((profile) => profile.name === name)!;
}

describe("the file", () => {
  it("is in $XDG_CONFIG_HOME, or in ~/.config, where these are absolute", () => {
    expect(configPath({ XDG_CONFIG_HOME: "/x", HOME: "/h" })).toBe("/x/robin/config.toml");
    expect(configPath({ XDG_CONFIG_HOME: "x", HOME: "/h" })).toBe("/h/.config/robin/config.toml");
    expect(configPath({ HOME: "" })).toBeUndefined();
  });

  it("need not be there, and neither need a home", async () => {
    expect(isConfigured(env)).toBe(false);
    expect(await readProfiles(env)).toEqual({ path: configPath(env), profiles: [], problems: [] });
    expect(await readProfiles({})).toEqual({ path: undefined, profiles: [], problems: [] });
    expect(isConfigured({ XDG_CONFIG_HOME: "/dev/null" })).toBe(false);
    symlinkSync("/nowhere/at/all", `${home}/.config`);
    expect(isConfigured(env)).toBe(false);
  });

  it("is told where it cannot be read", async () => {
    mkdirSync(configPath(env)!, { recursive: true });
    expect(isConfigured(env)).toBe(true);
    expect(await problems()).toEqual(["config.toml: it is a directory"]);
    rmSync(configPath(env)!, { recursive: true });
    write("config.toml", Buffer.from([0x61, 0x0a, 0xff]));
    expect(await problems()).toEqual(["config.toml:2: it is not UTF-8 text"]);
    write("config.toml", Buffer.alloc(1024 * 1024 + 1, "#"));
    expect(await problems()).toEqual(["config.toml: it is larger than 1024 KiB"]);
  });

  it("may be a link to /dev/null", async () => {
    mkdirSync(dirname(configPath(env)!), { recursive: true });
    symlinkSync("/dev/null", configPath(env)!);
    expect(await problems()).toEqual([]);
  });

  it("may begin with a byte order mark", async () => {
    write("config.toml", "\ufeff[profile.a]\nbps = 1\n");
    expect(await problems()).toEqual([]);
    expect((await named("a")).values).toEqual(new Map([["bps", "1"]]));
  });
});

describe("profiles", () => {
  it("have their port, their options and their place", async () => {
    const file = write(
      "config.toml",
      `[profile.board]
description = "the blue one"
match = ["usb:403:6001:A1", "usb:0x10C4:EA60"]
bps = 115200
imap = ["lfcrlf", "spchex"]
hwflow = true

[profile.rig]
port = "~/dev/rig"
match = "usb:0403:6001"
`,
    );
    expect(await named("board")).toMatchObject({
      description: "the blue one",
      match: [
        { vendorId: "0403", productId: "6001", serialNumber: "A1" },
        { vendorId: "10c4", productId: "ea60" },
      ],
      values: new Map<string, unknown>([
        ["bps", "115200"],
        ["imap", "lfcrlf,spchex"],
        ["hwflow", true],
      ]),
      problems: [],
      file,
      line: 1,
    });
    expect(await named("rig")).toMatchObject({ port: `${home}/dev/rig`, match: [], claims: [{}], line: 8 });
  });

  it("include others: their own values first, the later of two included, what both include beneath them", async () => {
    write(
      "config.toml",
      `[profile.a]
include = ["b", "c"]
bps = 1
[profile.b]
include = "base"
bps = 2
vmin = 2
vtime = 2
[profile.c]
include = "base"
vmin = 3
[profile.base]
vtime = 9
drain = 9
port = "/dev/base"
match = "usb:1:2"
`,
    );
    const { values, port, claims, layers } = await named("a");
    expect(values).toEqual(
      new Map([
        ["bps", "1"],
        ["vmin", "3"],
        ["vtime", "2"],
        ["drain", "9"],
      ]),
    );
    expect(layers.map(({ profile }) => profile)).toEqual(["a", "c", "b", "base"]);
    expect(port).toBe("/dev/base");
    expect(claims).toEqual([]); // a device is its own alone
  });

  it("of one name in several files are one, the including file first, the later of two included", async () => {
    write("config.toml", 'include = ["one.toml", "sub/two.toml"]\n[profile.x]\nbps = 1\n');
    write("one.toml", '[profile.x]\nbps = 2\nvmin = 2\nport = "one"\n');
    write("sub/two.toml", 'include = "../three.toml"\n[profile.x]\nvmin = 3\nvtime = 3\nport = "two"\n');
    write("three.toml", "[profile.x]\nvtime = 4\ndrain = 4\n");
    const { values, port, file } = await named("x");
    expect(Object.fromEntries(values)).toEqual({ bps: "1", vmin: "3", vtime: "3", drain: "4" });
    expect(port).toBe("two");
    expect(file).toBe(configPath(env));
    expect((await loadProfiles(env)).files.map(({ path }) => path.replace(/.*\/robin\//, ""))).toEqual([
      "config.toml",
      "sub/two.toml",
      "three.toml",
      "one.toml",
    ]);
  });

  it("may be included by two files, and count before neither of them", async () => {
    write("config.toml", 'include = ["a.toml", "~/.config/robin/b.toml"]\n');
    write("a.toml", 'include = "base.toml"\n[profile.x]\nbps = 1\n');
    write("b.toml", 'include = "base.toml"\n[profile.x]\nvmin = 2\n');
    write("base.toml", "[profile.x]\nbps = 3\nvmin = 3\ndrain = 3\n");
    expect(Object.fromEntries((await named("x")).values)).toEqual({ bps: "1", vmin: "2", drain: "3" });
    expect(await problems()).toEqual([]);
  });
});

describe("what is wrong is told with file and line", () => {
  it.each([
    [
      "include",
      "a = 1\n",
      "config.toml:1: a: there is no such key outside of a profile, write it below [profile.NAME]",
    ],
    [
      "a missing file",
      '\ninclude = "nope.toml"\n',
      'config.toml:2: include "nope.toml": no such file or directory (ENOENT)',
    ],
    ["no name", "include = [1]\n", "config.toml:1: include: it takes the name of a file, or a list of such"],
    [
      "a table",
      "[include]\nx = 1\n",
      "config.toml:1: include: it takes the name of a file, or a list of such",
    ],
    ["itself", 'include = "config.toml"\n', 'config.toml:1: include "config.toml": it leads back to itself'],
    ["a directory", 'include = "."\n', 'config.toml:1: include ".": it is a directory'],
    [
      "another table",
      "[profiles.board]\nbps = 1\n",
      "config.toml:1: [profiles.board]: there is no such table",
    ],
    ["the same with dots", "x.y.z = 1\n", "config.toml:1: [x.y]: there is no such table"],
    ["a list of tables", "[[profile]]\nx = 1\n", "config.toml:1: write [profile.NAME], with single brackets"],
    [
      "a dotted name",
      "[profile.my.board]\nbps = 1\n",
      'config.toml:1: [profile.my.board]: a name with a dot stands in quotes: [profile."my.board"]',
    ],
    [
      "a value's table",
      "[profile.a]\nbps = { x = 1 }\n",
      "config.toml:2: bps: it takes a value, and is no table",
    ],
    ["a dotted value", "[profile.a]\nbps.x = 1\n", "config.toml:2: bps: it takes a value, and is no table"],
    [
      "a name without a table",
      "[profile]\nboard = 1\n",
      "config.toml:2: profile.board: it is a table, write [profile.board]",
    ],
    ["no table of profiles", "profile = 1\n", "config.toml:1: profile: it is a table, write [profile.NAME]"],
    ["no port", "[profile.a]\nport = 1\n", "config.toml:2: port: it takes the name of a port, in quotes"],
    [
      "a profile as a port",
      '[profile.a]\nport = "@b"\n',
      "config.toml:2: port: it is a profile's name; include takes one",
    ],
    [
      "no ids",
      '[profile.a]\n\nmatch = ["usb:0403:6001", "0403"]\n',
      'config.toml:3: match: "0403" is not written as "usb:0403:6001" or "usb:0403:6001:SERIAL", as robin list shows them',
    ],
    [
      "a number",
      "[profile.a]\nmatch = 403\n",
      'config.toml:2: match: it takes USB ids as "usb:0403:6001", or a list of such',
    ],
    ["no profile", '[profile.a]\ninclude = "b"\n', 'config.toml:2: include "b": there is no such profile'],
    ["a circle", '[profile.a]\ninclude = "a"\n', 'config.toml:2: include "a": it leads back to itself'],
    ["no text", "[profile.a]\ndescription = 1\n", "config.toml:2: description: it takes a text, in quotes"],
    [
      "a terminal's sequence",
      '[profile."\\u001b[2J".x]\n',
      'config.toml:1: [profile.\\x1b[2J.x]: a name with a dot stands in quotes: [profile."\\x1b[2J.x"]',
    ],
    ["no TOML", "[profile.a]\nbps = 1 2\n", "config.toml:2: there is more on the line than belongs there"],
  ])("%s", async (_, text, told) => {
    write("config.toml", text);
    expect(await problems()).toEqual([told]);
  });

  it("in the file that it is in, and what is right there still counts", async () => {
    write("config.toml", 'include = ["bad.toml", "good.toml"]\n[profile.a]\nbps = 1\n');
    write("bad.toml", "[profile.a]\nbps = \n");
    write("good.toml", "[profile.b]\nbps = 2\n");
    expect(await problems()).toEqual(["bad.toml:2: a value is missing behind ="]);
    expect((await readProfiles(env)).profiles.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("where files lead in a circle", async () => {
    write("config.toml", 'include = "b.toml"\n[profile.a]\n');
    write("b.toml", '\ninclude = "config.toml"\n[profile.b]\n');
    expect(await problems()).toEqual(['b.toml:2: include "config.toml": it leads back to itself']);
  });

  it("where profiles do", async () => {
    write(
      "config.toml",
      '[profile.a]\ninclude = "b"\n[profile.b]\ninclude = ["a", "c"]\n[profile.c]\nbps = 3\n',
    );
    expect((await named("a")).problems.map(({ line }) => line)).toEqual([4]);
    expect((await named("a")).values.get("bps")).toBe("3");
    expect((await named("c")).problems).toEqual([]);
  });
});

describe("a device that nobody names a profile for", () => {
  it("has the one that claims it, by its serial number before the others of its kind; never one of two", async () => {
    write(
      "config.toml",
      `[profile.kind]
match = "usb:0403:6001"
[profile.one]
match = ["usb:1:1", "usb:0403:6001:A1"]
[profile.twin]
match = "usb:10c4:ea60"
[profile.other-twin]
match = "usb:10c4:ea60"
`,
    );
    const { profiles } = await readProfiles(env);
    const of = (vendorId: string, productId: string, serialNumber?: string) =>
      profileOf({ vendorId, productId, ...(serialNumber === undefined ? {} : { serialNumber }) }, profiles)
        ?.name;
    expect(of("0403", "6001")).toBe("kind");
    expect(of("0403", "6001", "B2")).toBe("kind");
    expect(of("0403", "6001", "A1")).toBe("one");
    expect(of("0001", "0001")).toBe("one");
    expect(of("10c4", "ea60")).toBeUndefined();
    expect(of("1a86", "7523")).toBeUndefined();
    expect(profileOf({}, profiles)).toBeUndefined();
    const rivals = profilesFor({ vendorId: "10c4", productId: "ea60" }, profiles);
    expect(rivals.map(({ name }) => name)).toEqual(["twin", "other-twin"]);
  });
});
