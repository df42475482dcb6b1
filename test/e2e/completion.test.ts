/** Completion as a person has it: real shells, each in a terminal of its own, with the script that robin prints. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openInotify } from "../../src/tty/inotify.js";
import { IN_OPEN } from "../../src/tty/inotify-event.js";
import { DeviceTree } from "../port/discovery/device-tree.js";
import { UNSHARE, whyNoMounts } from "../support/mount-namespace.js";
import { SHELL_KINDS, Shell, SOURCED_ZSH, whyNoShell } from "../support/shell.js";
import { until } from "../support/until.js";

const noTree = whyNoMounts();

/** What a maker or an attacker may write into a device. */
const HOSTILE = "x$(touch pwned)`touch pwned`;touch pwned|'\"\\!%F{red}*";

/** A machine of the test's own, with adapters: what a command line has to begin with to be on it, and how often a port was opened. */
function machine() {
  const tree = new DeviceTree();
  onTestFinished(() => tree.remove());
  const t = tree.root;
  tree.usbSerial("ttyUSB0", { product: "FT232R USB UART", serial: "A50285BI" });
  const twin = { vendorId: "1a86", productId: "7523" };
  tree.usbSerial("ttyUSB1", { ...twin, at: "1-2", product: `${HOSTILE}\u001b[2J`, serial: HOSTILE });
  tree.usbSerial("ttyUSB2", { ...twin, at: "1-3", product: "CH340", serial: "second" });
  for (const name of ["null", "tty"]) writeFileSync(`${t}/dev/${name}`, "");
  mkdirSync(`${t}/dev/pts`);
  symlinkSync("/proc/self/fd", `${t}/dev/fd`);
  const mounts = ["null", "tty", "pts"].map((name) => `mount --bind /dev/${name} ${t}/dev/${name}`);
  const all = [...mounts, `mount --bind ${t}/sys /sys`, `mount --rbind ${t}/dev /dev`].join(" && ");
  let opened = 0;
  const inotify = openInotify((events) => {
    opened += events.length;
  });
  onTestFinished(() => inotify.close());
  for (const number of [0, 1, 2]) inotify.add(`${t}/dev/ttyUSB${number}`, IN_OPEN);
  return {
    wrap: [...UNSHARE, "sh", "-c", `${all} && exec "$@"`, "sh"],
    /** Opens a port itself, and waits until that is seen: what came before it is then seen too. */
    async opens() {
      readFileSync(`${t}/dev/ttyUSB0`);
      await until("the test's own open", () => opened > 0);
      return opened - 1;
    },
  };
}

for (const kind of SHELL_KINDS) {
  const why = whyNoShell(kind);
  /** Fish puts no blank behind a colon. */
  const blank = kind.program === "fish" ? "" : " ";

  describe.skipIf(why !== undefined)(`completion in ${kind.name}${why ? ` (skipped: ${why})` : ""}`, () => {
    it("knows commands, options and their values, also behind an equals sign and in a list", async () => {
      const shell = new Shell(kind);
      await shell.completes("robin --ba", "robin --baud ");
      await shell.completes("robin term", "robin termios ");
      await shell.completes("robin dem", `robin demo:${blank}`);
      await shell.lists("robin li", [/list +\(?list the serial ports/, /lines +\(?show, set and follow/]);
      await shell.lists("robin --parity ", [/none\s+(.*\s+)?odd/, "even", "mark", "space"]);
      await shell.completes("robin --parity=e", "robin --parity=even ");
      await shell.completes("robin -e --imap lfcrlf,sp", "robin -e --imap lfcrlf,spchex ");
      await shell.completes("robin --imap=lfcrlf,sp", "robin --imap=lfcrlf,spchex ");
      await shell.completes("robin -b 4608", "robin -b 460800 ");
      await shell.completes("robin list --wa", "robin list --watch ");
      await shell.completes("robin lines x dtr=pu", "robin lines x dtr=pulse:100ms ");
      await shell.completes("robin termios x -pare", "robin termios x -parenb ");
    });

    it("knows profiles", async () => {
      const shell = new Shell(kind);
      shell.write(
        "config/robin/config.toml",
        '[profile.board]\nport = "/dev/ttyUSB7"\n\n[profile.bench]\ndescription = "on the\\tbench"\n',
      );
      await shell.completes("robin @bo", "robin @board ");
      await shell.lists("robin @b", [/@bench +\(?on the\\x09bench/, /@board +\(?\/dev\/ttyUSB7/]);
    });

    it("leaves files and other programs to the shell", async () => {
      const shell = new Shell(kind);
      writeFileSync(join(shell.home, "work/my boot.log"), "");
      mkdirSync(join(shell.home, "work/mine"));
      await shell.completes("robin --log my", "robin --log my\\ boot.log ");
      expect(await shell.calls()).toEqual(["--log", "my boot.log"]);
      await shell.completes("robin --log=my", "robin --log=my\\ boot.log ");
      expect(await shell.calls()).toEqual(["--log=my boot.log"]);
      await shell.completes("robin hub --dir=m", "robin hub --dir=mine/");
      await shell.completes("robin run -- readli", "robin run -- readlink ");
      await shell.completes("robin run -e ^a cat my", "robin run -e ^a cat my\\ boot.log ");
    });

    it("goes by what stands before the cursor, and by words without their quotes", async () => {
      const shell = new Shell(kind);
      await shell.fresh();
      await shell.type("robin 'li'st --wa zz\x1b[D\x1b[D\x1b[D\t");
      await shell.until("robin 'li'st --watch ");
      await shell.completes(`robin "dem`, /^robin "demo:"? ?$/);
    });

    it("says nothing into the line when robin fails", async () => {
      const shell = new Shell(kind, { robin: "touch ~/asked; echo out of order >&2; kill -9 $$" });
      await shell.fresh();
      await shell.type("robin --ba\t\t");
      await shell.until(() => existsSync(join(shell.home, "asked")));
      await shell.type("x");
      await shell.until("robin --bax");
      expect(shell.screen()).toEqual(["> robin --bax"]);
    });

    it("runs nothing of what it is answered", async () => {
      const hostile = ["$(touch pwned)", "`touch pwned`", ";touch pwned", "a[$(touch pwned)]"];
      const candidates = hostile.map((one) => `${one}\t${one}`);
      const forTheShell = hostile.flatMap((one) =>
        ["", "command ", "prefix "].map((what) => `\t${what}${one}`),
      );
      for (const lines of [candidates, [...forTheShell, ...candidates]]) {
        const quoted = lines.map((line) => `'${line}'`).join(" ");
        const shell = new Shell(kind, { robin: `touch ~/asked; printf '%s\\n' ${quoted}` });
        await shell.fresh();
        await shell.type("robin \t\t");
        await shell.until(() => existsSync(join(shell.home, "asked")));
        await shell.type("\x07");
        await shell.fresh();
        expect(existsSync(join(shell.home, "work/pwned"))).toBe(false);
      }
    });

    describe.skipIf(noTree !== undefined)(`with adapters${noTree ? ` (skipped: ${noTree})` : ""}`, () => {
      it("names ports with their product, and shows no product's escape sequence, and opens none", async () => {
        const { wrap, opens } = machine();
        const shell = new Shell(kind, { wrap });
        await shell.lists("robin /dev/ttyUSB", [
          /ev\/ttyUSB0 +\(?FT232R USB UART \(ftdi_sio 0403:6001\)/,
          /ev\/ttyUSB1 +\(?x\$\(touch pwned\).*\\x1b\[2J/,
          /ev\/ttyUSB2 +\(?CH340/,
        ]);
        await shell.completes("robin usb:04", "robin usb:0403:6001 ");
        await shell.completes("robin ttyUSB0 4608", "robin ttyUSB0 460800 ");
        await shell.completes("robin usb:1a86:7523:x", /^robin usb:1a86:7523:.+ $/);
        expect(await shell.calls()).toEqual([`usb:1a86:7523:${HOSTILE}`]);
        expect(existsSync(join(shell.home, "work/pwned"))).toBe(false);
        expect(await opens()).toBe(0);
      });
    });
  });
}

const noZsh = whyNoShell(SOURCED_ZSH);
describe.skipIf(noZsh !== undefined)(
  `completion in zsh that has sourced it${noZsh ? ` (skipped: ${noZsh})` : ""}`,
  () => {
    it("is the same", async () => {
      await new Shell(SOURCED_ZSH).completes("robin --parity=e", "robin --parity=even ");
    });
  },
);
