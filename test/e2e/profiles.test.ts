/**
 * Profiles as a person has them: a file written by hand, `robin @board`, `robin config`, `--save`. Devices that can be plugged in are
 * trees in a mount namespace, with a pty where the adapter's node would be.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFlag } from "../../src/tty/termios.js";
import { DeviceTree } from "../port/discovery/device-tree.js";
import { UNSHARE, whyNoMounts } from "../support/mount-namespace.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let home: string;
let file: string;
let device: TestPty;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/robin-profiles-`);
  file = `${home}/.config/robin/config.toml`;
  mkdirSync(`${home}/.config/robin`, { recursive: true });
  device = new TestPty();
});
afterEach(() => {
  device.close();
  rmSync(home, { recursive: true });
});

type Options = Parameters<typeof runRobin>[1] & {};

function robin(args: readonly string[], options: Options = {}): RobinRun {
  const env = { HOME: home, XDG_CONFIG_HOME: "", ...options.env };
  return runRobin(args, { stdin: "ignore", ...options, env });
}

/** How it ended and what it said, without the directory. */
async function ended(run: RobinRun): Promise<{ status: number | string; said: string; out: string }> {
  const status = await run.status;
  const plain = (text: string) => text.replaceAll(`${home}/.config/robin/`, "").replaceAll(home, "~");
  return { status, said: plain(run.stderr), out: plain(run.stdout.toString()) };
}

const told = (args: readonly string[], options?: Options) => ended(robin(args, options));
const config = (text: string) => writeFileSync(file, text);

describe("robin config", () => {
  it("shows the files, and the profiles with their ports", async () => {
    config(`include = "team.toml"

[profile.board]
description = "the blue one"
match = ["usb:0403:6001:A1", "usb:10c4:ea60"]

[profile.rig]
port = "/dev/ttyS0"
`);
    writeFileSync(`${home}/.config/robin/team.toml`, '[profile.modem]\nport = "modem"\n');
    expect(await told(["config"])).toEqual({
      status: 0,
      said: "",
      out: `config.toml
team.toml

PROFILE  PORT                               DESCRIPTION
board    usb:0403:6001:A1 or usb:10c4:ea60  the blue one
rig      /dev/ttyS0                         -
modem    modem                              -
`,
    });
    const { out } = await told(["config", "--json"]);
    expect(JSON.parse(out)).toEqual({
      file: "config.toml",
      files: ["config.toml", "team.toml"],
      profiles: [
        {
          ...{ name: "board", description: "the blue one", file: "config.toml", line: 3 },
          match: ["usb:0403:6001:A1", "usb:10c4:ea60"],
        },
        { name: "rig", port: "/dev/ttyS0", file: "config.toml", line: 7 },
        { name: "modem", port: "modem", file: "team.toml", line: 1 },
      ],
      problems: [],
    });
  });

  it("says where the file would be, and how to get one", async () => {
    rmSync(file, { force: true });
    expect(await told(["config"])).toEqual({
      status: 0,
      said: "robin: there is no configuration file config.toml\n  hint: robin PORT --save NAME writes one\n",
      out: "",
    });
    expect(await told(["config", "--path"])).toEqual({ status: 0, said: "", out: "config.toml\n" });
    expect(await told(["config", "--path"], { env: { XDG_CONFIG_HOME: "/x" } })).toMatchObject({
      out: "/x/robin/config.toml\n",
    });
    expect(JSON.parse((await told(["config", "--json"])).out)).toMatchObject({ files: [], profiles: [] });
  });

  it("tells everything that is wrong, in the order of the file, with status 2", async () => {
    config(`bps = 9600
include = "nope.toml"
[profile.board]
bsp = 115200
hwflow = "yes"
include = "bord"
[profle.x]
[profile.rig]
parity = "evn"
swflow = true
hwflow = true
`);
    const { status, said, out } = await told(["config"], { env: { ROBIN_BPS: "x", ROBIN_LOK: "0" } });
    expect(out).toContain("\nboard\nrig\n");
    expect(said).toBe(`robin: variable ROBIN_LOK: there is no such option (did you mean ROBIN_LOCK?)
robin: config.toml:1: bps: there is no such key outside of a profile, write it below [profile.NAME]
robin: config.toml:2: include "nope.toml": no such file or directory (ENOENT)
robin: config.toml:4: bsp: there is no such option (did you mean bps?)
robin: config.toml:5: hwflow: it takes true or false, not a text
robin: config.toml:6: include "bord": there is no such profile (did you mean board?)
robin: config.toml:7: [profle.x]: there is no such table (did you mean profile?)
robin: config.toml:9: parity: "evn" is not one of none, even, odd, mark, space (did you mean even?)
robin: config.toml:11: options hwflow and swflow: they contradict each other, give one
robin: variable ROBIN_BPS: "x" is not a whole number from 1 to 4294967295
`);
    expect(status).toBe(2);
  });

  it("shows each value of a session with where it comes from", async () => {
    config(`[profile.board] # the blue one
port = "/dev/ttyS0"
bps = 115200
include = "base"

[profile.base]
hwflow = true
drain = 100
`);
    const args = ["config", "@board", "--drain", "50", "-e"];
    const { status, said, out } = await told(args, { env: { ROBIN_BPS: "9600" } });
    expect([status, said]).toEqual([0, ""]);
    const rows = out.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
    expect(rows.filter((row) => !row.endsWith("default"))).toEqual([
      "OPTION | VALUE | FROM",
      "port | /dev/ttyS0 | config.toml:2 [profile.board]",
      "bps | 9600 | ROBIN_BPS",
      "hwflow | on | config.toml:7 [profile.base]",
      "drain | 50 | command line",
      "echo | on | command line",
      "",
    ]);
    expect(rows).toContain("lock | on | default");
    expect(rows).toContain("escape | ^\\ | default");
    expect(rows.some((row) => row.startsWith("swflow"))).toBe(false);

    const json = JSON.parse((await told([...args, "--json"], { env: { ROBIN_BPS: "9600" } })).out);
    const place = { origin: "profile", file: "config.toml" };
    expect(json).toContainEqual({
      option: "bps",
      value: "9600",
      origin: "environment",
      variable: "ROBIN_BPS",
    });
    expect(json).toContainEqual({ option: "hwflow", value: true, ...place, profile: "base", line: 7 });
    expect(json).toContainEqual({ option: "echo", value: true, origin: "command line" });
    expect(json).toContainEqual({ option: "lock", value: true, origin: "default" });
  });

  it("takes another port, a speed, and no profile at all", async () => {
    config('[profile.board]\nport = "a"\nbps = 1\n');
    const rows = async (...args: string[]) =>
      (await told(["config", ...args])).out
        .split("\n")
        .map((line) => line.replaceAll(/ {2,}/g, " "))
        .slice(1, 3);
    expect(await rows("@board", "/dev/x")).toEqual([
      "port /dev/x command line",
      "bps 1 config.toml:3 [profile.board]",
    ]);
    expect(await rows("@board", "/dev/x", "300")).toEqual([
      "port /dev/x command line",
      "bps 300 command line",
    ]);
    expect(await rows("@board", "300")).toEqual([
      "port a config.toml:2 [profile.board]",
      "bps 300 command line",
    ]);
    expect(await rows("/dev/x", "300")).toEqual(["port /dev/x command line", "bps 300 command line"]);
    expect(await rows("-b", "7", "-h")).toEqual(["bps 7 command line", "hwflow on command line"]);
  });

  it.each([
    [
      ["config", "@bord"],
      "robin: profile bord: there is no such profile (did you mean board?)\n  hint: there are board\n",
    ],
    [
      ["config", "@board", "-b", "x"],
      'robin: option --bps: "x" is not a whole number from 1 to 4294967295\n',
    ],
    [
      ["config", "@board", "x", "1", "2"],
      'robin: argument "2": one port and one speed are all: robin [options] <port> [bps]\n',
    ],
    [["config", "@board", "x", "--profile", "y"], "robin: argument @board and option --profile: give one\n"],
    [["config", "--save", "x"], "robin: option --save: there is no such option\n"],
    [["config", "--pth"], "robin: option --pth: there is no such option (did you mean --path?)\n"],
  ])("%j is a usage error", async (args, text) => {
    config('[profile.board]\nport = "a"\n');
    const { status, said, out } = await told(args);
    expect(said).toContain(text);
    expect([status, out]).toEqual([2, ""]);
  });
});

describe("robin @board", () => {
  it("opens the profile's port with its options, those of the command line over them", async () => {
    config(
      `[profile.board]\nport = "${device.path}"\nbps = 57600\ncrnl = true\nomap = "crlf"\nlog = "~/x.log"\n`,
    );
    const run = robin(["@board", "19200"], { stdin: "pipe" });
    await until("the speed", () => device.termios.ospeed === 19200);
    expect(hasFlag(device.termios, "ONLCR")).toBe(true);
    run.child.stdin!.write("a\r");
    await device.expect("a\r\n");
    await device.write("answer");
    await until("the answer", () => run.stdout.toString() === "answer");
    run.child.stdin!.end();
    expect(await ended(run)).toMatchObject({ status: 0, said: "" });
    expect(readFileSync(`${home}/x.log`, "latin1")).toBe("answer");
  });

  it("is as quiet, and as loud, as all of it says", async () => {
    config(
      `[profile.board]\nport = "${device.path}"\nverbose = 1\n[profile.still]\nport = "${device.path}"\nquiet = true\n`,
    );
    expect((await told(["@board", "--save", "loud"])).said).toMatch(/robin: connected to \/dev\/pts/);
    expect((await told(["@still", "--save", "still2"])).said).toBe("");
    expect((await told(["@board"], { env: { ROBIN_QUIET: "1" } })).said).toBe("");
  });

  it.each([
    ["bps = 115_200 baud", "4: there is more on the line than belongs there"],
    ["bsp = 9600", "4: bsp: there is no such option (did you mean bps?)"],
    ['bps = "fast"', '4: bps: "fast" is not a whole number from 1 to 4294967295'],
    ["echo = 'on'", "4: echo: it takes true or false, not a text"],
    ["save = 'x'", "4: save: it is for the command line alone"],
  ])("with %j in the file opens nothing and says where, status 2", async (line, text) => {
    config(`# mine\n[profile.board]\nport = "${device.path}"\n${line}\n`);
    const before = device.termios;
    const { status, said } = await told(["@board"]);
    expect(said.split("\n")[0]).toBe(`robin: config.toml:${text}`);
    expect(status).toBe(2);
    expect(device.termios).toEqual(before);
  });

  it("says a wrong variable too", async () => {
    const { status, said } = await told([device.path], { env: { ROBIN_PARITY: "evn" } });
    expect(said).toContain('robin: variable ROBIN_PARITY: "evn" is not one of');
    expect(status).toBe(2);
  });

  it("is not kept from working by another profile, nor a session without one by a broken file", async () => {
    config(`[profile.board]\nport = "${device.path}"\n[profile.bad]\nfoo = 1\n`);
    expect(await told(["@board"])).toMatchObject({ status: 0, said: "" });
    config("[profile.board\n");
    expect(await told([device.path])).toMatchObject({ status: 0, said: "" });
  });
});

describe("other commands", () => {
  it("take @board for its port, and leave its options alone", async () => {
    config(`[profile.board]\nport = "${device.path}"\nbps = 57600\n`);
    const before = device.termios;
    const { status, out } = await told(["termios", "@board", "--json"]);
    expect([status, JSON.parse(out).ospeed]).toEqual([0, before.ospeed]);
    expect((await told(["doctor", "@board"])).out).toContain(device.path);
    expect((await told(["lines", "@board"])).said).toContain(device.path);
    expect(device.termios).toEqual(before);
    for (const command of ["termios", "doctor", "lines"]) {
      expect(await told([command, "@bord"])).toMatchObject({
        status: 2,
        said: "robin: profile bord: there is no such profile (did you mean board?)\n  hint: there are board\n",
      });
    }
  });
});

describe("robin PORT --save NAME", () => {
  it("writes what holds for the session, goes on, and is what robin @NAME has then", async () => {
    const run = robin([device.path, "57600", "-h", "--escape", "^A", "--imap", "lfcrlf", "--save", "board"], {
      stdin: "pipe",
      env: { ROBIN_CRNL: "1" },
    });
    await run.said("profile board is saved: ");
    await until("the speed", () => device.termios.ospeed === 57600);
    run.child.stdin!.end();
    expect(await ended(run)).toEqual({
      status: 0,
      said: "robin: profile board is saved: config.toml:1\n",
      out: "",
    });
    expect(readFileSync(file, "utf8")).toBe(`[profile.board]
port = "${device.path}"
bps = 57600
hwflow = true
crnl = true
escape = "^A"
imap = "lfcrlf"
`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { out } = await told(["config", "@board", "--json"]);
    const held = JSON.parse(out).filter(({ origin }: { origin: string }) => origin === "profile");
    expect(
      Object.fromEntries(
        held.map(({ option, value }: { option: string; value: unknown }) => [option, value]),
      ),
    ).toEqual({
      ...{ port: device.path, bps: "57600", hwflow: true, crnl: true, escape: "^A", imap: "lfcrlf" },
    });
  });

  it("updates a profile, and leaves the rest of the file as it is", async () => {
    const rest = "# mine\r\n[profile.other] # x\r\nbps = 300\r\n\r\n";
    config(
      `${rest}[profile.board] # the blue one\r\nhwflow = true # wired\r\nport = "old"\r\nbps = 0x2580\r\n`,
    );
    const run = robin([device.path, "-b", "9600", "--save", "board"]);
    expect((await ended(run)).said).toBe(
      "robin: profile board is updated: config.toml:5, without what it had of hwflow\n",
    );
    expect(readFileSync(file, "utf8")).toBe(
      `${rest}[profile.board] # the blue one\r\n# wired\r\nport = "${device.path}"\r\nbps = 0x2580\r\n`,
    );
  });

  it("keeps the port of the profile that it was started with", async () => {
    config(`[profile.a]\nmatch = "usb:1:2"\nport = "${device.path}"\nbps = 9600\n`);
    await told(["@a", "-b", "300", "--save", "a"]);
    expect(readFileSync(file, "utf8")).toContain(`match = "usb:1:2"\nport = "${device.path}"\nbps = 300\n`);
    await told(["@a", "--save", "b"]);
    expect(readFileSync(file, "utf8")).toContain(`\n[profile.b]\nport = "${device.path}"\nbps = 300\n`);
  });

  it("saves nothing that is wrong, and connects to nothing where it cannot save", async () => {
    expect((await told([device.path, "-b", "x", "--save", "board"])).status).toBe(2);
    expect(existsSync(file)).toBe(false);
    expect(await told([device.path, "--save", "a b"])).toMatchObject({
      status: 2,
      said: 'robin: save profile "a b": a name has letters, digits, and any of - _ .\n',
    });
    config("[profile.x]\nbps =\n");
    expect(await told([device.path, "--save", "board"])).toMatchObject({
      status: 2,
      said: "robin: config.toml:2: a value is missing behind =\n  hint: nothing was saved\n",
    });
    rmSync(file);
    mkdirSync(file);
    expect(await told([device.path, "--save", "board"])).toMatchObject({ status: 3 });
  });
});

describe("a file with rights of its own", () => {
  /** Root may do everything, so robin is run as nobody then. */
  const wrap =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  beforeEach(() => {
    chmodSync(device.path, 0o666);
    for (const directory of ["", "/.config", "/.config/robin"]) chmodSync(`${home}${directory}`, 0o777);
  });

  it("that may not be read is told, and keeps only those from working who need it", async () => {
    config("[profile.board]\n");
    chmodSync(file, 0);
    const line = "robin: config.toml: permission denied (EACCES)\n";
    expect(await told(["config"], { wrap })).toEqual({ status: 2, out: "", said: line });
    expect(await told(["@board"], { wrap })).toMatchObject({
      status: 2,
      said: expect.stringContaining(line),
    });
    expect(await told([device.path], { wrap })).toMatchObject({ status: 0, said: "" });
  });

  it("that is read-only is not written, nor is one whose directory is, and the status is 3", async () => {
    config("# mine\n");
    chmodSync(file, 0o444);
    const save = () => told([device.path, "--save", "board"], { wrap });
    const refused = "robin: save profile board to config.toml: permission denied (EACCES)\n";
    expect(await save()).toEqual({ status: 3, out: "", said: refused });
    chmodSync(file, 0o666);
    chmodSync(`${home}/.config/robin`, 0o555);
    expect(await save()).toEqual({ status: 3, out: "", said: refused });
    chmodSync(`${home}/.config/robin`, 0o777);
    expect(readFileSync(file, "utf8")).toBe("# mine\n");
    expect(await save()).toMatchObject({ status: 0 });
  });
});

const noMounts = whyNoMounts();
const skipped = noMounts && ` (skipped: ${noMounts})`;

describe.skipIf(skipped)(`an adapter that a profile matches${skipped ?? ""}`, () => {
  let tree: DeviceTree;
  beforeEach(() => {
    tree = new DeviceTree();
    writeFileSync(`${tree.root}/dev/null`, "");
    mkdirSync(`${tree.root}/dev/pts`);
  });
  afterEach(() => tree.remove());

  /** Robin on the machine that the tree is; with `node`, the pty is at that name, as an adapter's tty would be. */
  function onTree(args: readonly string[], { node, ...options }: Options & { node?: string } = {}): RobinRun {
    const t = tree.root;
    const atNode = node === undefined ? "" : `mount --bind ${device.path} ${t}/dev/${node} &&`;
    const mounts = `${atNode} mount --bind /dev/null ${t}/dev/null && mount --bind /dev/pts ${t}/dev/pts &&
      mount --bind ${t}/sys /sys && mount --bind ${t}/run /run && mount --rbind ${t}/dev /dev && exec "$@"`;
    return robin(args, { wrap: [...UNSHARE, "sh", "-c", mounts, "sh"], ...options });
  }

  /** Plugs an adapter in whose node leads to the pty: there is never another node of that name, and its last change is the last. */
  function plugIn(name: string, adapter: Parameters<DeviceTree["usbSerial"]>[1]): void {
    const node = `${tree.root}/dev/${name}`;
    const target = device.path.replace("/dev/", "");
    symlinkSync(target, node);
    tree.usbSerial(name, adapter);
    symlinkSync(target, `${tree.root}/${name}`);
    renameSync(`${tree.root}/${name}`, node);
  }

  it("has that profile, which is told; not with --no-profile, nor with --raw", async () => {
    config('[profile.board]\nmatch = "usb:0403:6001"\nbps = 57600\n');
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    const opened = async (...options: string[]) => {
      const { status, said } = await ended(onTree(["ttyUSB0", "-v", ...options], { node: "ttyUSB0" }));
      expect(status, said).toBe(0);
      return said;
    };
    const with57600 = await opened();
    expect(with57600).toContain("robin: profile board (it matches 0403:6001)\n");
    expect(with57600).toContain("connected to /dev/ttyUSB0: 57600 ");
    for (const option of ["--no-profile", "--raw"]) expect(await opened(option)).not.toMatch(/57600|profile/);
    expect(await opened("-b", "300")).toContain("connected to /dev/ttyUSB0: 300 ");
  });

  it("may be two's: then neither is used, and both are told", async () => {
    config('[profile.a]\nmatch = "usb:0403:6001"\nbps = 1\n[profile.b]\nmatch = "usb:0403:6001"\nbps = 2\n');
    tree.usbSerial("ttyUSB0", {});
    const { out, said } = await ended(onTree(["config", "ttyUSB0"]));
    expect(said).toBe("robin: profiles a and b match 0403:6001: none is used, name one: --profile a\n");
    expect(out).toMatch(/^bps +as the port stands +default$/m);
  });

  it("is found by robin @board; none and several are told with what there is", async () => {
    config('[profile.board]\nmatch = ["usb:0403:6001", "usb:10c4:ea60"]\nbps = 57600\n');
    const none = await ended(onTree(["@board"]));
    expect(none).toMatchObject({ status: 3 });
    expect(none.said).toContain("robin: find usb:0403:6001 or usb:10c4:ea60: no such port is there\n");
    plugIn("ttyUSB0", { serial: "A1" });
    const one = onTree(["@board"], { stdin: "pipe" });
    await until("the speed", () => device.termios.ospeed === 57600);
    one.child.stdin!.end();
    expect(await ended(one)).toMatchObject({ status: 0 });
    plugIn("ttyUSB1", { vendorId: "10c4", productId: "ea60", at: "1-2" });
    const several = await ended(onTree(["@board"]));
    expect(several).toMatchObject({ status: 3 });
    expect(several.said).toContain("2 ports fit: /dev/ttyUSB0 (serial A1, 1-1); /dev/ttyUSB1 (1-2)\n");
  });

  it("is waited for by robin @board --wait, and by its name alone where a profile may be for it", async () => {
    config('[profile.board]\nmatch = "usb:0403:6001"\nbps = 57600\nwait = true\n');
    const byName = onTree(["@board"], { stdin: "pipe" });
    await byName.said("robin: waiting for usb:0403:6001\n");
    plugIn("ttyUSB0", {});
    await until("the speed", () => device.termios.ospeed === 57600);
    byName.child.stdin!.end();
    expect(await ended(byName)).toMatchObject({ status: 0, said: "robin: waiting for usb:0403:6001\n" });
    rmSync(`${tree.root}/dev/ttyUSB0`);

    const byPort = onTree(["config", "ttyUSB0"]);
    expect((await ended(byPort)).out).not.toContain("57600");
    const waiting = onTree(["--wait", "latest", "-v"], { stdin: "pipe" });
    await waiting.said("robin: waiting for latest\n");
    plugIn("ttyUSB0", {});
    await waiting.said("connected to ");
    waiting.child.stdin!.end();
    expect((await ended(waiting)).said.match(/waiting for/g)).toHaveLength(1);
  });

  it("is saved by its ids, which stay; by its link where it has a twin or where that was named", async () => {
    tree.usbSerial("ttyUSB0", { serial: "A1" });
    const saved = async (port: string) => {
      rmSync(file, { force: true });
      await onTree([port, "--save", "x"], { node: "ttyUSB0" }).status;
      return readFileSync(file, "utf8").split("\n")[1];
    };
    expect(await saved("ttyUSB0")).toBe('match = "usb:0403:6001:A1"');
    expect(await saved("/dev/ttyUSB0")).toBe('match = "usb:0403:6001:A1"');
    expect(await saved("latest")).toBe('match = "usb:0403:6001:A1"');
    expect(await saved("usb:403:6001")).toBe('match = "usb:0403:6001"');
    tree.link("dev/serial/by-id/usb-A1", "dev/ttyUSB0");
    expect(await saved("/dev/serial/by-id/usb-A1")).toBe('port = "/dev/serial/by-id/usb-A1"');
    tree.usbSerial("ttyUSB1", { serial: "A1", at: "1-2" });
    expect(await saved("ttyUSB0")).toBe('port = "/dev/serial/by-id/usb-A1"');
  });
});
