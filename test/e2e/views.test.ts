/** What the screen shows of a session of the built command, with timestamps, hex view, colours, and nothing obeyed. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setFlag } from "../../src/tty/termios.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let device: TestPty;
let user: TestPty;
beforeEach(() => {
  device = new TestPty();
  user = new TestPty();
  // A terminal that makes CR LF of LF itself would hide what came.
  const { termios } = user;
  setFlag(termios, "OPOST", false);
  user.termios = termios;
});
afterEach(() => {
  device.close();
  user.close();
});

/** Starts a session at a terminal; `end` quits it and gives what the screen got since the greeting. */
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<() => Promise<string>> {
  const robin = runRobin([...args, device.path], { stdin: user, stdout: user, stderr: user, env });
  await user.expect("quits\r\n");
  user.clear();
  return async () => {
    await user.write("\x1cq");
    expect(await robin.status).toBe(0);
    user.drain();
    return user.received.toString("latin1");
  };
}

describe("timestamps", () => {
  it("stand in front of lines, with -t right before the port's name", async () => {
    const end = await start(["-t"]);
    await device.write("boot\r\n\r\n10%\r20%\r\nlogin: ");
    await user.expect("login: ");
    expect((await end()).replace(/\d\d:\d\d:\d\d\.\d{3}/g, "T")).toMatch(
      /^\[T\] boot\r\n\r\[T\] \r\n\[T\] 10%\r\[T\] 20%\r\n\[T\] login: \r?\nrobin: closed /,
    );
  });

  it("are of the moment when a line's first byte came", async () => {
    const end = await start(["--timestamp=epoch"]);
    await device.write("fir");
    await user.expect("fir");
    const seenMs = Date.now();
    await until("the clock to move on", () => Date.now() > seenMs + 30);
    await device.write("st\nsecond\n");
    await user.expect("second\n");
    const [first, second] = [...(await end()).matchAll(/\[(\d+\.\d{6})\] (?:first|second)\n/g)].map(
      ([, seconds]) => Number(seconds) * 1000,
    );
    expect(first).toBeLessThanOrEqual(seenMs + 1);
    expect(second).toBeGreaterThan(seenMs + 30);
    expect(second).toBeLessThanOrEqual(Date.now() + 1);
  });

  it("are in the zone of TZ, and in a pipe too", async () => {
    const env = { TZ: "Asia/Kolkata" };
    const robin = runRobin(["-t=%FT%T%:z", "--idle-exit", "300", device.path], { stdin: "pipe", env });
    await device.write("x\n");
    expect(await robin.status).toBe(0);
    expect(robin.stdout.toString()).toMatch(/^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30\] x\n/);
  });
});

describe("the hex view", () => {
  it("shows both ways on rows of their own, whole ones and what waits", async () => {
    const end = await start(["-x", "--echo"]);
    await device.write("Hello, robin\r\n\0\xffok");
    await user.expect("|ok|\r\n");
    await user.write("AT\r");
    await device.expect("AT\r");
    await user.expect("|AT.|\r\n");
    expect((await end()).replaceAll(/ {3,}/g, " ... ").split("\r\n").slice(0, 4)).toEqual([
      "< 00000000  48 65 6c 6c 6f 2c 20 72  6f 62 69 6e 0d 0a 00 ff  |Hello, robin....|",
      "< 00000010  6f 6b ... |ok|",
      "> 00000000  41 54 0d ... |AT.|",
      expect.stringMatching(/^robin: closed /),
    ]);
  });

  it("shows a row that has not waited long enough before robin says that it ends", async () => {
    const end = await start(["--hex"]);
    await device.write("x".repeat(17));
    await user.expect("|xxxxxxxxxxxxxxxx|\r\n");
    expect(await end()).toMatch(/00000010 {2}78 {48}\|x\|\r\nrobin: closed /);
  });
});

describe("--printable", () => {
  it("lets the device neither set title and clipboard nor make the terminal answer", async () => {
    const end = await start(["--printable"]);
    await device.write(
      "\x1b]0;owned\x07\x1b]52;c;aGk=\x1b\\\x9b5n\xc2\x9bc\x05\x1b[?2004h\rGr\xc3\xb6\xc3\x9fe\r\n.",
    );
    await user.expect("\n.");
    const shown = await end();
    expect(shown).toMatch(
      /^\^\[\]0;owned\^G\^\[\]52;c;aGk=\^\[\\<9b>5n<U\+009B>c\^E\^\[\[\?2004h\^MGr\xc3\xb6\xc3\x9fe\r\n\./,
    );
    expect(shown).not.toContain("\x1b");
  });

  it("shows the first half of a character when the other one does not come", async () => {
    const end = await start(["--printable"]);
    await device.write("a\xe2\x82");
    await user.expect("a<e2><82>");
    await device.write("\xac\r");
    await user.expect("<ac>^M");
    await end();
  });
});

describe("colours", () => {
  it("are on what is received and sent, and never on robin's words nor behind them", async () => {
    const end = await start(["-e", "--rx-color", "green", "--tx-color", "bold", "--color", "never"]);
    await device.write("ready\r\n> ");
    await user.expect("> ");
    await user.write("AT");
    await user.expect("AT");
    await device.write("OK");
    await user.expect("OK");
    await user.write("\x1cs");
    await user.expect("settings of");
    const shown = await end();
    expect(shown).toMatch(
      /^\x1b\[32mready\x1b\[39m\r\n\x1b\[32m> \x1b\[39m\x1b\[1mAT\x1b\[22m\x1b\[32mOK\x1b\[39m\r?\n(?:robin: [^\x1b]*)$/,
    );
  });
});

describe("a view that there is not", () => {
  it.each([
    [
      "--timestamp=tiem",
      /^robin: option --timestamp: time format "tiem": it is not one of time, start, line, iso, epoch, nor a pattern/,
    ],
    [
      "--timestamp=%Q",
      /^robin: option --timestamp: time format "%Q": there is no %Q\n {2}hint: letters: %Y /,
    ],
    ["--rx-color=pink", /^robin: option --rx-color: colour "pink": it is not one of black, red, green/],
  ])("is refused before the port is opened: %s", async (word, said) => {
    const robin = runRobin([word, "/dev/there-is-no-such-port"]);
    expect(await robin.status).toBe(2);
    expect(robin.stderr).toMatch(said);
  });
});
