/** `robin plot` in front of a person, and as programs use it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { expectScreen, type Face, startFace } from "../support/face.js";
import { ICANON } from "../support/receiving.js";
import { type RobinRun, runRobin } from "../support/robin.js";
import { TestPty } from "../support/test-pty.js";
import { until } from "../support/until.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "robin-plot-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function newDevice(): TestPty {
  const device = new TestPty();
  onTestFinished(() => device.close());
  return device;
}

async function isSetUp(device: TestPty): Promise<void> {
  await until("the port to be set up", () => !(device.termios.lflag & ICANON));
}

/** A plot on a terminal, with a device that has said `lines`. */
async function plot(args: readonly string[], lines: string, options: Parameters<typeof startFace>[1] = {}) {
  const device = newDevice();
  const face = startFace(["plot", "--no-lock", ...args, device.path], { cwd: directory, ...options });
  await isSetUp(device);
  await device.write(lines);
  return { device, face, name: [[new RegExp(device.path, "g"), "PORT"]] as const };
}

/** Numbers without the clock: every run shows the same. */
const INDEX = ["--x", "index", "--points", "100"];
const WAVE = Array.from({ length: 60 }, (_, at) => {
  const [sine, ramp] = [20 + 5 * Math.sin(at / 6), at / 4];
  return `temp: ${sine.toFixed(2)} C, level: ${ramp.toFixed(2)}\r\n`;
}).join("");

/** Both have their last value. */
const isDrawn = (screen: string) => screen.includes("18.01") && screen.includes("14.75");
const isQuiet = (screen: string) => !screen.includes("connected to");

/** As `run` runs while stdout and stderr are no terminal. */
async function headless(
  args: readonly string[],
  device: TestPty,
  options: Parameters<typeof runRobin>[1] = {},
) {
  const run = runRobin(["plot", "--no-lock", ...args, device.path], {
    stdin: "ignore",
    cwd: directory,
    ...options,
  });
  await isSetUp(device);
  return run;
}

async function rowsOf(run: RobinRun, count: number): Promise<string[]> {
  return until(
    () => `${count} rows; there are ${run.stdout} ${run.stderr}`,
    () => {
      const rows = run.stdout.toString().split("\n").slice(0, -1);
      return rows.length >= count ? rows : undefined;
    },
  );
}

describe("robin plot on a terminal", () => {
  it.each([
    ["plot-80x24", ["--color", "always"], { rows: 24, columns: 80 }],
    ["plot-40x10", ["--color", "always"], { rows: 10, columns: 40 }],
    ["plot-no-color", [], { rows: 24, columns: 80 }],
    ["plot-ascii", [], { rows: 16, columns: 60, env: { LANG: "C" } }],
  ])("draws the numbers that come, with scale and legend: %s", async (golden, args, options) => {
    const { face, name } = await plot([...INDEX, "-q", ...args], WAVE, options);
    const rows = await face.until((screen) => isDrawn(screen) && isQuiet(screen));
    expectScreen(rows, golden, name);
    expect(face.isAlternate).toBe(true);
    expect(face.isCursorHidden).toBe(true);
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("has colours, one for each series, where nobody has forbidden them", async () => {
    const { face } = await plot([...INDEX, "--color", "always"], WAVE);
    await face.until((screen) => isDrawn(screen));
    const sent = face.user.received.toString();
    expect(sent).toMatch(/\x1b\[36m[\u2800-\u28ff]+/);
    expect(sent).toMatch(/\x1b\[33m[\u2800-\u28ff]+/);
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("pauses, zooms, hides, clears and lists its keys", async () => {
    const { device, face } = await plot([...INDEX, "-q"], WAVE);
    await face.until((screen) => isDrawn(screen));
    await face.type(" ");
    await face.until("paused");
    await device.write("temp: 99.5 C, level: 1\n");
    await face.until("paused, 1 row since");
    expect(face.screen().join("\n")).not.toContain("99.5");
    await face.type(" ");
    await face.until((screen) => screen.includes("99.5") && !screen.includes("paused"));
    await face.type("++");
    await face.until("zoom 4x");
    await face.type("---");
    await face.until((screen) => !screen.includes("zoom"));
    await face.type("1");
    await face.until(/temp hidden/);
    await face.type("2");
    await face.until("all series are hidden");
    await face.type("12");
    await face.until((screen) => !screen.includes("hidden"));
    await face.type("?");
    await face.until("space pause");
    await face.type("?");
    await face.until((screen) => !screen.includes("space pause"));
    await face.type("c");
    await face.until((screen) => !screen.includes("temp"));
    await device.write("other: 1\nother: 2\n");
    await face.until("other 2");
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it.each([
    ["q", "q"],
    ["^C", "\x03"],
    ["the escape key and q", "\x1cq"],
  ])("is left by %s, and gives the terminal back", async (_, keys) => {
    const { device, face } = await plot(INDEX, WAVE);
    await face.until((screen) => isDrawn(screen));
    await face.type(keys);
    expect(await face.ended()).toBe(0);
    expect(face.screen().join("\n")).toContain(`closed ${device.path}`);
    expect(device.received.toString()).toBe(""); // and the device heard nothing of it
  });

  it("is ended by a signal, with its picture written and the terminal given back", async () => {
    const { face } = await plot([...INDEX, "--svg", "p.svg"], WAVE);
    await face.until((screen) => isDrawn(screen));
    face.run.child.kill("SIGTERM");
    // setsid(1) gives the status on as a shell would.
    expect([143, "SIGTERM"]).toContain(await face.ended());
    expect(readFileSync(join(directory, "p.svg"), "utf8")).toContain("temp: last 18.01 C");
  });

  it("leaves the picture where the port is lost, and then the status is 5", async () => {
    const { device, face } = await plot([...INDEX, "--svg", "p.svg"], WAVE);
    await face.until((screen) => isDrawn(screen));
    device.hangUp();
    await face.until("lost: hung up or unplugged");
    expect(face.screen().join("\n")).toContain("14.75");
    await until("the picture", () => existsSync(join(directory, "p.svg")));
    await face.type("q");
    expect(await face.ended()).toBe(5);
    expect(face.screen().join("\n")).toContain("the port was lost");
  });

  it("writes what is seen by a key, under a name that is not taken", async () => {
    const { face } = await plot(INDEX, WAVE);
    await face.until((screen) => isDrawn(screen));
    await face.type("2s");
    await face.until(/the picture is \S+\.svg/);
    await face.type("s");
    const pictures = () => readdirSync(directory).filter((file) => file.endsWith(".svg"));
    await until("two pictures", () => pictures().length === 2);
    for (const file of pictures()) {
      const text = readFileSync(join(directory, file), "utf8");
      expect(text).toContain("temp: last 18.01 C");
      expect(text).not.toContain("level"); // it was hidden
    }
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("follows the window's size, down to where nothing can be seen", async () => {
    const { face } = await plot([...INDEX, "-q"], WAVE);
    await face.until((screen) => isDrawn(screen));
    face.resize(10, 40);
    await face.until(
      (screen, { terminal }: Face) => isDrawn(screen) && terminal.rows === 10 && !/\S.{40}/.test(screen),
    );
    face.resize(5, 20);
    await face.until(/^robin plot needs 2/);
    face.resize(24, 80);
    await face.until((screen) => isDrawn(screen));
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("says what has come where there are no numbers", async () => {
    const { face, device } = await plot([], "");
    await face.until("nothing has come yet");
    await device.write("I (27) boot: chip revision: v3.0\nready\n");
    await face.until(/2 lines have come, none with numbers alone/);
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("goes on drawing after ^Z, and with another device behind the same name", async () => {
    const first = newDevice();
    const link = join(directory, "port");
    symlinkSync(first.path, link);
    const face = startFace(["plot", "--no-lock", "--reconnect", ...INDEX, link], { cwd: directory });
    await isSetUp(first);
    await first.write("a:1\na:2\na:3");
    await face.until(/a 2/);
    await face.type("\x1a"); // there is no shell that would wake it up: it goes on by itself
    await face.until((_, { isAlternate }) => isAlternate);
    const second = newDevice();
    rmSync(link);
    first.hangUp();
    await face.until("waiting for the port");
    symlinkSync(second.path, link);
    await isSetUp(second);
    await second.write("9\na:4\n");
    await face.until(/a 4 \(1…4\)/); // the line that was cut has no end
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("takes numbers out of text by an expression, and over a series of the device's", async () => {
    const { face } = await plot(
      ["--match", "t=(?<t>\\d+) T=(?<temp>\\S+) deg", "--x", "t"],
      "x t=1 T=20.5 deg\nx t=2 T=21.5 deg\nnone\n",
    );
    const screen = (await face.until("21.5")).join("\n");
    expect(screen).toMatch(/1\S temp 21\.5/);
    expect(screen).not.toMatch(/ t \d/);
    await face.type("q");
    expect(await face.ended()).toBe(0);
  });

  it("keeps a log, a recording and a table beside", async () => {
    const { device, face } = await plot(
      [...INDEX, "--log", "a.log", "--record", "a.jsonl", "--csv", "{port}.csv"],
      WAVE,
    );
    await face.until((screen) => isDrawn(screen));
    await device.write("late: 5\r\n");
    await face.until(/late came behind its header/);
    await face.type("q");
    expect(await face.ended()).toBe(0);
    expect(face.screen().join(" ")).toContain("no column for late");
    expect(readFileSync(join(directory, "a.log"), "utf8")).toBe(`${WAVE}late: 5\r\n`);
    expect(readFileSync(join(directory, "a.jsonl"), "utf8")).toContain('"event":"end"');
    const table = readdirSync(directory).find((file) => file.endsWith(".csv"))!;
    const rows = readFileSync(join(directory, table), "utf8").split("\n");
    expect(rows[0]).toBe("time,temp,level");
    expect(rows).toHaveLength(62);
    expect(rows.at(-2)).toMatch(/^\d{10}\.\d{6},18\.01,14\.75$/);
  });

  it("answers keys while a device sends as fast as it can", async () => {
    const { device, face } = await plot(["-q"], "a:1,b:2\n");
    const chunk = Buffer.from("a:1.25,b:-3.5\r\na:1.5,b:7\r\n".repeat(400));
    let isOver = false;
    const flood = (async () => {
      while (!isOver) await device.write(chunk);
    })().catch(() => {});
    await face.until("b 7");
    const askedAtMs = performance.now();
    await face.type(" ");
    await face.until("paused");
    expect(performance.now() - askedAtMs).toBeLessThan(1000);
    await face.type("q");
    const status = await face.ended();
    isOver = true;
    device.close();
    await flood;
    expect(status).toBe(0);
  });
});

describe("robin plot where nothing can be drawn", () => {
  it.each([
    ["TERM=dumb", [], { TERM: "dumb" }],
    ["--screen-reader", ["--screen-reader"], {}],
  ])("tells the last values in lines: %s", async (_, args, env) => {
    const { device, face } = await plot(args, "temp: 20.5 C\ntemp: 21.5 C\n", { env });
    await face.until("temp 21.5 C");
    await device.write("temp: 22.5 C\n");
    await face.until("temp 22.5 C");
    expect(face.user.received.toString()).not.toContain("\x1b");
    await face.type("\x03");
    expect([130, "SIGINT"]).toContain(await face.ended());
  });

  it("prints the table for a script, and nothing else", async () => {
    const device = newDevice();
    const run = await headless(["--csv", "-"], device);
    await device.write("boot 1 2 x\r\ntime_ms,temp\r\n1,20.5\r\n2,nan\r\n3,1e3\r\n");
    const rows = await rowsOf(run, 4);
    expect(rows[0]).toBe("time,time_ms,temp");
    expect(rows.slice(1).map((row) => row.replace(/^\d{10}\.\d{6},/, ""))).toEqual([
      "1,20.5",
      "2,nan",
      "3,1e3",
    ]);
    device.hangUp();
    expect(await run.status).toBe(5);
    expect(run.stderr).toMatch(/^robin: bridge \S+: the port was lost/);
  });

  it("reads a recording that is played as any port, with the times of its rows", async () => {
    const at = 1_700_000_000;
    const records = [
      { event: "start", at, elapsed: 0, version: 1, program: "robin", port: "/dev/ttyUSB0" },
      { event: "rx", at: at + 0.1, elapsed: 0.1, text: "temp,hum\r\n1,2\r\n3," },
      { event: "rx", at: at + 0.2, elapsed: 0.2, text: "4\r\n" },
    ];
    writeFileSync(
      join(directory, "r.jsonl"),
      records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    );
    const link = join(directory, "played");
    const replay = runRobin(["replay", "--link", link, join(directory, "r.jsonl")], { stdin: "ignore" });
    await until("the port", () => existsSync(link));
    const run = runRobin(["plot", "--no-lock", "--csv", "-", link], { stdin: "ignore" });
    const rows = (await rowsOf(run, 3)).map((row) => row.split(","));
    expect(rows.map((cells) => cells.slice(1))).toEqual([
      ["temp", "hum"],
      ["1", "2"],
      ["3", "4"],
    ]);
    const [first, second] = [Number(rows[1]![0]), Number(rows[2]![0])];
    expect(Math.abs(Date.now() / 1000 - first)).toBeLessThan(30);
    expect(second - first).toBeGreaterThan(0.05);
    for (const { child } of [run, replay]) child.kill("SIGTERM");
    await Promise.all([run.status, replay.status]);
  });

  it("gives a lone row its header after a second", async () => {
    const device = newDevice();
    const run = await headless(["--csv", "-"], device);
    await device.write("a:1\n");
    expect((await rowsOf(run, 2))[0]).toBe("time,a");
    run.child.kill("SIGINT");
    expect(await run.status).toBe(130);
  });

  it("has a long table for names that come later", async () => {
    const device = newDevice();
    const run = await headless(["--csv", "-", "--csv-layout", "long"], device);
    await device.write("a:1\na:2\nb: 3 V\n");
    const rows = await rowsOf(run, 4);
    expect(rows.map((row) => row.replace(/^\d{10}\.\d{6}/, ""))).toEqual([
      "time,name,value,unit",
      ",a,1,",
      ",a,2,",
      ",b,3,V",
    ]);
    run.child.kill("SIGTERM");
    expect(await run.status).toBe(143);
  });

  it("ends when the reader of its table leaves", async () => {
    const device = newDevice();
    const run = await headless(["--csv", "-"], device);
    await device.write("1\n2\n");
    await rowsOf(run, 3);
    run.child.stdout!.destroy();
    const status = run.status;
    let isOver = false;
    void status.then(() => {
      isOver = true;
    });
    await until("the end", async () => {
      if (!isOver) await device.write("3\n").catch(() => {});
      return isOver;
    });
    expect(await status).toBe(0);
  });

  it("loses no row of a table, whatever ends it", async () => {
    const device = newDevice();
    const run = await headless(["--csv", "t.csv"], device);
    let text = "";
    for (let at = 0; at < 50_000; at++) text += `${at},${at % 7}\n`;
    await device.write(text);
    await until(
      "the port to be read",
      () => device.master !== undefined && read(join(directory, "t.csv")).includes(",49000,"),
    );
    run.child.kill("SIGTERM");
    expect(await run.status).toBe(143);
    const rows = read(join(directory, "t.csv")).split("\n").slice(1, -1);
    const numbers = rows.map((row) => Number(row.split(",")[1]));
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect(numbers.length).toBeGreaterThan(49_000);
  });

  it("writes no table over another, and no picture over what is no file", async () => {
    const device = newDevice();
    writeFileSync(join(directory, "t.csv"), "time,a\n");
    const refused = async (...args: string[]) => {
      const run = runRobin(["plot", "--no-lock", ...args, device.path], { stdin: "ignore", cwd: directory });
      return { status: await run.status, err: run.stderr };
    };
    const table = await refused("--csv", "t.csv");
    expect(table).toMatchObject({
      status: 3,
      err: expect.stringContaining("open table t.csv: it is there already"),
    });
    expect(readFileSync(join(directory, "t.csv"), "utf8")).toBe("time,a\n");
    mkdirSync(join(directory, "d.svg"));
    expect(await refused("--svg", "d.svg")).toMatchObject({
      status: 3,
      err: expect.stringContaining("it is no file"),
    });
    expect(await refused("--svg", "/dev/null")).toMatchObject({
      status: 3,
      err: expect.stringContaining("it is no file"),
    });
    const nowhere = await refused("--svg", "no/where.svg");
    expect(nowhere).toMatchObject({ status: 3, err: expect.stringContaining("mkdir -p no") });
    expect(await refused("--csv", "no/where.csv")).toMatchObject({ status: 3 });
  });

  it("replaces a picture in one step, also behind a link", async () => {
    const device = newDevice();
    writeFileSync(join(directory, "real.svg"), "old");
    symlinkSync("real.svg", join(directory, "p.svg"));
    const run = await headless(["--svg", "p.svg", "--csv", "-"], device);
    await device.write("1\n2\n3\n");
    await rowsOf(run, 4);
    expect(read(join(directory, "real.svg"))).toBe("old");
    device.hangUp();
    expect(await run.status).toBe(5);
    expect(read(join(directory, "real.svg"))).toContain("value: last 3");
    expect(readdirSync(directory).sort()).toEqual(["p.svg", "real.svg"]);
  });

  it.each([
    [[], /show a plot: stdout is no terminal/],
    [["--csv-layout", "long"], /there is no table/],
    [["--window", "30"], /it has no unit: write 30s/],
    [["--window", "10s", "--points", "5"], /contradict each other/],
    [["--window", "10s", "--x", "index"], /give --points N/],
    [["--points", "1"], /not a whole number from 2 to 1000000/],
    [["--min", "5", "--max", "5"], /not above the lower/],
    [["--min", "x"], /"x" is not a number/],
    [["--match", "("], /no regular expression/],
    [["--svg", "-"], /stdout has no room/],
    [["--raw"], /there is no such option/],
  ])("refuses what makes no sense: %j", async (args, text) => {
    const run = runRobin(["plot", ...args, "/dev/null"], { stdin: "ignore" });
    expect(await run.status).toBe(2);
    expect(run.stderr).toMatch(text);
  });
});

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
