/** `robin run --link`: the session as a serial port for other programs. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { close, O_NOCTTY, O_NONBLOCK, O_RDWR, open, read, write } from "../../src/tty/libc.js";
import { errno } from "../../src/tty/sys-error.js";
import { hasFlag } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let user: TestPty;
let folder: string;
let link: string;
beforeEach(() => {
  user = new TestPty();
  folder = mkdtempSync(`${tmpdir()}/robin-run-`);
  link = `${folder}/port`;
});
afterEach(() => {
  user.close();
  rmSync(folder, { recursive: true, force: true });
});

const SHELL = ["sh", "-c", 'echo ready; while read line; do echo "got <$line>"; done'];
const start = (...command: string[]) =>
  runRobin(["run", "--link", link, ...command], { stdin: user, stdout: user });

describe("the link", () => {
  it("is a port for a second robin: both see what is printed, both type", async () => {
    const robin = start(...SHELL);
    await user.expect("ready");
    const other = runRobin(["-v", link]);
    await other.said("connected");
    await user.write("from the user\r");
    await user.expect("got <from the user>");
    await until("the other to see it", () => other.stdout.includes("got <from the user>"));
    other.child.stdin!.write("from the other\r");
    await user.expect("got <from the other>");
    await until("its answer", () => other.stdout.includes("got <from the other>"));
    await user.write("\x1cq");
    expect(await robin.status).toBe(129);
    expect(await other.status).toBe(5); // its port is gone
    expect(existsSync(link)).toBe(false);
  });

  it("serves a program in the background, whose own input has ended", async () => {
    const robin = runRobin(["run", "-v", "--link", link, ...SHELL], { stdin: "ignore" });
    await robin.said("running sh");
    const script = `import serial; p = serial.Serial("${link}", 115200, timeout=5); p.write(b"ping\\r"); print(p.read_until(b"<ping>"))`;
    const { stdout, stderr, error } = spawnSync("/usr/bin/python3", ["-c", script]);
    if (error || stderr.includes("No module")) return console.warn("skipped: there is no pyserial");
    expect(stderr.toString()).toBe("");
    expect(stdout.toString()).toContain("got <ping>");
    robin.child.kill("SIGTERM");
    expect(await robin.status).toBe(143);
    expect(existsSync(link)).toBe(false);
  });

  it("gives its reader the command's last words before it is gone", async () => {
    const robin = start("sh", "-c", "read line; echo the very last words; exit 4");
    await until("the link", () => existsSync(link));
    await until("raw", () => !hasFlag(user.termios, "ICANON"));
    const reader = open(link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    write(reader, Buffer.from("go\r"), 0, 3);
    await user.expect("very last words");
    const into = Buffer.alloc(1000);
    await until("them at the link", () => {
      const n = read(reader, into);
      if (n < 0 && n !== -errno.EAGAIN) throw new Error("the link is gone, and they with it");
      return n > 0 && into.toString("latin1", 0, n).endsWith("the very last words\r\n");
    });
    expect(await robin.status).toBe(4);
    close(reader);
  });

  it("never slows the user: a reader that does not read loses bytes, which is told at the end", async () => {
    const robin = runRobin(["run", "--link", link, "sh", "-c", "read line; head -c 1000000 /dev/zero"], {
      stdin: "pipe",
    });
    await until("the link", () => existsSync(link));
    const reader = open(link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    robin.child.stdin!.write("go\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout).toHaveLength(1_000_000);
    expect(robin.stderr).toMatch(
      new RegExp(`^robin: send to ${link}: 9\\d{5} bytes were dropped, its reader was too slow\\n$`),
    );
    close(reader);
  });

  it.each(["SIGHUP", "SIGINT", "SIGTERM", "SIGQUIT"] as const)("is taken back after %s", async (signal) => {
    const robin = start(...SHELL);
    await user.expect("ready");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    await until("raw", () => !hasFlag(user.termios, "ICANON"));
    robin.child.kill(signal);
    expect(await robin.status).toBe(128 + constants.signals[signal]);
    expect(existsSync(link)).toBe(false);
  });

  it("is taken back after the command's end, and where there is no such command", async () => {
    expect(await start("true").status).toBe(0);
    expect(() => lstatSync(link)).toThrow("ENOENT");
    expect(await start("no-such-program-anywhere").status).toBe(127);
    expect(() => lstatSync(link)).toThrow("ENOENT");
  });

  it("never takes the place of a file, and then the command is not started: status 3", async () => {
    writeFileSync(link, "precious");
    const robin = start("sh", "-c", `: >${folder}/started`);
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain(`robin: make link ${link}: `);
    expect(readFileSync(link, "utf8")).toBe("precious");
    expect(existsSync(`${folder}/started`)).toBe(false);
  });
});
