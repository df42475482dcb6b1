/** `robin lines` where there is no serial port: what a user types wrong, and what a pty has not got. */
import { rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PRESETS } from "../../src/port/lines/steps.js";
import { runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";

async function lines(...args: string[]) {
  const run = runRobin(["lines", ...args]);
  return { status: await run.status, stdout: run.stdout.toString(), stderr: run.stderr };
}

const FILE = `/tmp/robin-lines-${process.pid}`;
let pty: TestPty;
beforeEach(() => {
  pty = new TestPty();
  writeFileSync(FILE, "");
});
afterEach(() => {
  pty.close();
  rmSync(FILE);
});

describe("on a pty", () => {
  it.each<[string, string[], RegExp]>([
    [
      "a look",
      [],
      /^robin: read lines of PTY: the device has no modem lines\n {2}hint: a pty has data alone/,
    ],
    ["a watch", ["--watch"], /^robin: read lines of PTY: the device has no modem lines/],
    ["holding", ["--hold"], /^robin: read lines of PTY: /],
    ["setting", ["dtr=on"], /^robin: set lines of PTY: the device has no modem lines/],
    ["a preset", ["--preset", "esp32-reset"], /^robin: set lines of PTY: /],
    ["a touch", ["--preset", "rp2040-bootsel"], /^robin: set lines of PTY: /],
  ])("%s ends with status 3 and one line", async (_, args, says) => {
    const before = pty.termios;
    const { status, stdout, stderr } = await lines(pty.path, ...args);
    expect(stderr.replaceAll(pty.path, "PTY")).toMatch(says);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(pty.termios).toEqual(before);
  });

  it("says the same as JSON, as the last line of stdout", async () => {
    const { status, stdout } = await lines("--json", pty.path);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "unsupported",
        message: `read lines of ${pty.path}: the device has no modem lines`,
        hint: "a pty has data alone, no lines",
      },
    });
  });
});

describe("what cannot be opened", () => {
  it.each([
    ["/dev/null", 3, "open /dev/null: it is not a tty"],
    ["/tmp", 3, "open /tmp: it is a directory, not a tty"],
    [FILE, 3, `open ${FILE}: it is a regular file, not a tty`],
    ["ttyNONE7", 3, "open /dev/ttyNONE7: no such file or directory (ENOENT)"],
    ["", 2, "the port's name is empty"],
  ])("such as %j ends with status %i", async (port, status, says) => {
    const run = await lines(port);
    expect(run).toMatchObject({ status, stdout: "" });
    expect(run.stderr.split("\n")[0]).toBe(`robin: ${says}`);
  });
});

describe("what is typed wrong", () => {
  it.each<[string[], RegExp]>([
    [
      ["ttyS1", "dtt=on"],
      /^robin: step "dtt=on": there is no line "dtt" \(did you mean dtr\?\)\n {2}hint: such as/,
    ],
    [["ttyS1", "dtr=onn"], /"onn" is not on, off, toggle or pulse:TIME \(did you mean on\?\)/],
    [["ttyS1", "dtr=on", "cts=on"], /^robin: step "cts=on": CTS is the device's to drive/],
    [["ttyS1", "dtr=on,,rts=on"], /^robin: step "": there is nothing between its commas/],
    [["ttyS1", "100"], /write the unit of a time: 100ms or 100s/],
    [["ttyS1", "--preset", "esp32-rest"], /"esp32-rest" is not one of .* \(did you mean esp32-reset\?\)/],
    [["ttyS1", "dtr=on", "--preset", "esp32-boot"], /step "dtr=on": option --preset has steps of its own/],
    [["dtr=on", "ttyS1"], /^robin: step "dtr=on": the port comes first: robin lines \[options\] <port>/],
    [["ttyS1", "--wach"], /option --wach: there is no such option \(did you mean --watch\?\)/],
    [[], /^robin: no port was named: robin lines \[options\] <port> \[step\.\.\.\]/],
  ])("such as %j is a usage error, and no port is opened", async (args, says) => {
    const { status, stdout, stderr } = await lines(...args);
    expect(stderr).toMatch(says);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

describe("the help", () => {
  it("shows every preset with the steps that it plays", async () => {
    const { status, stdout } = await lines("--help");
    expect(status).toBe(0);
    for (const { name, steps } of PRESETS) {
      expect(stdout).toContain(`--preset ${name}`);
      expect(stdout).toContain(steps);
    }
  });
});
