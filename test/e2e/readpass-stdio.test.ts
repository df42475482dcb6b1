/** `robin readpass` with pipes, files and nothing at all where a terminal might be. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hasFlag, type Termios } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";

let user: TestPty;
let before: Termios;
beforeEach(() => {
  user = new TestPty();
  before = user.termios;
});
afterEach(() => user.close());

/** A shell in a session whose controlling terminal is the user's; `"$@"` is robin. */
const inShell = (script: string) => ["setsid", "-c", "-w", "sh", "-c", script, "sh"];
/** The same without any terminal. */
const withoutTerminal = (script: string) => ["setsid", "-w", "sh", "-c", script, "sh"];

const readpass = (wrap: readonly string[], args: readonly string[] = []) =>
  runRobin(["readpass", ...args], { stdin: user, wrap });

describe("robin readpass where standard input is no terminal", () => {
  it("asks at the controlling terminal, and leaves the pipe to others", async () => {
    const robin = readpass(inShell(`printf 'data\\n' | { "$@"; cat; }`));
    await user.expect("enter password: ");
    expect(hasFlag(user.termios, "ECHO")).toBe(false);
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\ndata\n");
    expect(user.termios).toEqual(before);
  });

  it("asks at the terminal within $( ), whatever stderr is", async () => {
    const robin = readpass(inShell(`x=$("$@" </dev/null 2>/dev/null); echo "got $x"`), ["--prompt", "PIN: "]);
    await user.expect("PIN: ");
    await user.write("1234\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("got 1234\n");
    expect(await user.expect("\n")).toBe("PIN: \r\n");
  });

  it("ends the script at ^C within $( )", async () => {
    const robin = readpass(inShell(`x=$("$@"); echo went on`));
    await user.expect("enter password: ");
    await user.write("\x03");
    expect(await robin.status).not.toBe(0);
    expect(robin.stdout.toString()).toBe("");
    expect(user.termios).toEqual(before);
  });

  it("reads one line of stdin without a prompt where there is no terminal, and leaves the rest", async () => {
    const robin = readpass(withoutTerminal(`printf 's3\\0cret\\nrest\\n' | { "$@"; cat; }`));
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString("latin1")).toBe("s3\0cret\nrest\n");
    expect(robin.stderr).toBe("");
    expect(user.received.length).toBe(0);
  });

  it.each([
    ["without a newline at its end", "printf s3cret", "s3cret\n", 0],
    ["that is empty", "echo", "\n", 0],
    ["of 65536 bytes", "yes x | tr -d '\\n' | head -c 65536", `${"x".repeat(65536)}\n`, 0],
  ])("takes a line %s", async (_, command, stdout, status) => {
    const robin = readpass(withoutTerminal(`${command} | "$@"`));
    expect(await robin.status).toBe(status);
    expect(robin.stdout.toString()).toBe(stdout);
  });

  it("refuses a line that is longer, status 3, and nothing at all, status 5", async () => {
    const long = readpass(withoutTerminal(`yes x | tr -d '\\n' | head -c 65537 | "$@"`));
    expect(await long.status).toBe(3);
    expect(long.stderr).toBe("robin: read a secret from stdin: the line is longer than 65536 bytes\n");
    const none = readpass(withoutTerminal(`"$@" </dev/null`));
    expect(await none.status).toBe(5);
    expect(none.stderr).toBe("robin: read a secret from stdin: it ended before a line came\n");
    expect(long.stdout.length + none.stdout.length).toBe(0);
  });

  it("reads stdin with --stdin also where there is a terminal", async () => {
    const robin = readpass(inShell(`echo s3cret | "$@"`), ["--stdin"]);
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    user.drain();
    expect(user.received.length).toBe(0);
  });
});

describe("robin readpass at another terminal than its own", () => {
  it("asks there, and gives it back", async () => {
    const own = new TestPty();
    const robin = runRobin(["readpass"], { stdin: own, wrap: inShell(`exec "$@" <${user.path}`) });
    await user.expect("enter password: ");
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toBe("s3cret\n");
    expect(user.termios).toEqual(before);
    own.drain();
    expect(own.received.length).toBe(0);
    own.close();
  });

  it("ends when it is hung up, without a signal", async () => {
    const robin = runRobin(["readpass"], { stdin: user, wrap: ["setsid", "-w"] });
    await user.expect("enter password: ");
    user.closeSlave();
    user.hangUp();
    expect(await robin.status).toBe(129);
  });
});

describe("robin readpass whose stdout does not take the secret", () => {
  it("that is closed says so before it asks, status 3", async () => {
    const robin = readpass(inShell(`"$@" >&-`));
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toBe(
      "robin: write stdout: it is closed or /dev/null, so there is nowhere to put a secret\n",
    );
    user.drain();
    expect(user.received.length).toBe(0);
  });

  it("that is full is an error, status 7", async () => {
    const robin = readpass(inShell(`"$@" >/dev/full`));
    await user.expect("enter password: ");
    await user.write("s3cret\n");
    expect(await robin.status).toBe(7);
    expect(robin.stderr).toBe("robin: write stdout: no space left on device (ENOSPC)\n");
    expect(user.termios).toEqual(before);
  });

  it("whose reader has gone ends quietly", async () => {
    const robin = readpass(inShell(`{ "$@"; echo "status $?" >&2; } | true`));
    await user.expect("enter password: ");
    await user.write("s3cret\n");
    expect(await robin.status).toBe(0);
    expect(robin.stderr).toBe("status 0\n");
    expect(user.termios).toEqual(before);
  });
});

describe("robin readpass refuses", () => {
  it.each([
    [["secret"], 'argument "secret": robin readpass takes none (--prompt TEXT)'],
    [["--stdin", "--prompt", "x"], "options --stdin and --prompt: they contradict each other, give one"],
    [["--prompt"], "option --prompt: it needs a value (TEXT)"],
    [["--promt", "x"], "option --promt: there is no such option (did you mean --prompt?)"],
    [["--json"], "option --json: there is no such option"],
  ])("%j, status 2", async (args, message) => {
    const robin = runRobin(["readpass", ...args], { stdin: "ignore" });
    expect(await robin.status).toBe(2);
    expect(robin.stderr).toContain(message);
  });

  it("to ask without the libc layer, and says what to do, status 3", async () => {
    const robin = runRobin(["readpass"], { stdin: user, env: { ROBIN_DRIVER: "serialport" } });
    expect(await robin.status).toBe(3);
    expect(robin.stderr).toContain("hint: --stdin reads from a pipe");
    expect(user.received.length).toBe(0);
  });
});
