/** A profile written into the file: which file, with what rights, in one step, and what is said of it. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configPath } from "../../src/profiles/config-path.js";
import { readProfiles } from "../../src/profiles/profiles.js";
import { readOriginal, replaceFile } from "../../src/profiles/replace-file.js";
import { type ProfilePort, saveProfile } from "../../src/profiles/save-profile.js";
import type { PlainValue } from "../../src/profiles/toml-write.js";

let home: string;
let env: NodeJS.ProcessEnv;
let path: string;
beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/robin-save-`);
  env = { HOME: home };
  path = configPath(env)!;
});
afterEach(() => rmSync(home, { recursive: true }));

function write(name: string, text: string): void {
  const file = `${dirname(path)}/${name}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const save = (name: string, values: Record<string, PlainValue>, port?: ProfilePort) =>
  saveProfile(name, new Map(Object.entries(values)), port, env, (key) => (key === "baud" ? "bps" : key));
const text = (file = path) => readFileSync(file, "utf8");

describe("the first profile", () => {
  it("makes the file and its directories, for its owner alone", async () => {
    const saved = await save("board", { bps: "9600" }, { port: "/dev/ttyS0" });
    expect(saved).toEqual({ path, line: 1, isNew: true, removed: [], remains: [] });
    expect(text()).toBe('[profile.board]\nport = "/dev/ttyS0"\nbps = 9600\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(["config.toml"]);
  });

  it.each(["", "a b", "ü", "a/b", "[x]", "a\nb"])("has no name such as %j", async (name) => {
    await expect(save(name, {})).rejects.toMatchObject({ code: "usage" });
    expect(existsSync(path)).toBe(false);
  });

  it("may have any other name, and is found by it", async () => {
    for (const name of ["A-b_1", "a.b", "..", "0", "__proto__", "constructor"])
      await save(name, { bps: "1" });
    const { profiles, problems } = await readProfiles(env);
    expect(problems).toEqual([]);
    expect(profiles.map((profile) => profile.name)).toEqual([
      "A-b_1",
      "a.b",
      "..",
      "0",
      "__proto__",
      "constructor",
    ]);
  });

  it("needs a home", async () => {
    await expect(saveProfile("x", new Map(), undefined, {})).rejects.toMatchObject({ code: "usage" });
  });
});

describe("the file", () => {
  it("keeps its mode, its byte order mark and its place behind a link", async () => {
    write("../../dotfiles/robin.toml", "\ufeff# mine\r\n[profile.a]\r\nbps = 1\r\n");
    const real = `${home}/dotfiles/robin.toml`;
    chmodSync(real, 0o640);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync("../../dotfiles/robin.toml", path);
    await save("board", { bps: "9600" });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readlinkSync(path)).toBe("../../dotfiles/robin.toml");
    expect(text(real)).toBe(
      "\ufeff# mine\r\n[profile.a]\r\nbps = 1\r\n\r\n[profile.board]\r\nbps = 9600\r\n",
    );
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(real))).toEqual(["robin.toml"]);
  });

  it("is made where a link leads to nothing yet", async () => {
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync("real.toml", path);
    await save("board", { bps: "9600" });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(text(`${dirname(path)}/real.toml`)).toBe("[profile.board]\nbps = 9600\n");
  });

  it("is another one, where the profile stands there", async () => {
    write("config.toml", 'include = "team.toml"\n');
    write("team.toml", "[profile.board]\nbps = 1 # team\n");
    const saved = await save("board", { bps: "9600" });
    expect(saved).toMatchObject({ path: `${dirname(path)}/team.toml`, isNew: false, line: 1 });
    expect(text(saved.path)).toBe("[profile.board]\nbps = 9600 # team\n");
    expect(text()).toBe('include = "team.toml"\n');
  });

  it("stays as it was where it is wrong, and that is told with its line", async () => {
    write("config.toml", "[profile.a]\nbps =\n");
    await expect(save("board", {})).rejects.toMatchObject({
      code: "usage",
      message: `${path}:2: a value is missing behind =`,
    });
    expect(text()).toBe("[profile.a]\nbps =\n");
  });

  it("stays as it was where the profile is written as nobody does", async () => {
    for (const odd of [
      "profile = { board.bps = 1 }\n",
      "[profile.board.x]\na = 1\n",
      "[[profile]]\nx = 1\n",
    ]) {
      write("config.toml", odd);
      await expect(save("board", { bps: "2" }), odd).rejects.toMatchObject({ code: "usage" });
      expect(text()).toBe(odd);
    }
  });

  it("is told where it cannot be written", async () => {
    write("config.toml", "");
    rmSync(path);
    mkdirSync(path);
    await expect(save("board", {})).rejects.toMatchObject({
      code: "open-failed",
      message: `save profile board to ${path}: illegal operation on a directory (EISDIR)`,
    });
    rmSync(path, { recursive: true });
    rmSync(dirname(path), { recursive: true });
    writeFileSync(dirname(path), "");
    await expect(save("board", {})).rejects.toMatchObject({ code: "open-failed", message: /\(ENOTDIR\)/ });
  });

  it("is not put in the place of what is no file", async () => {
    mkdirSync(dirname(path), { recursive: true });
    execFileSync("mkfifo", [`${home}/fifo`]);
    symlinkSync(`${home}/fifo`, path);
    await expect(readOriginal(path)).rejects.toMatchObject({
      code: "open-failed",
      message: `write ${home}/fifo: it is no regular file`,
    });
    await expect(save("board", {})).rejects.toMatchObject({ code: "open-failed" });
    expect(statSync(path).isFIFO()).toBe(true);
  });

  it("is left to who has changed it meanwhile", async () => {
    write("config.toml", "# one\n");
    const before = await readOriginal(path);
    writeFileSync(path, "# two\n");
    expect(await replaceFile(before, Buffer.from("# three\n"))).toBe(false);
    expect(text()).toBe("# two\n");
    expect(readdirSync(dirname(path))).toEqual(["config.toml"]);
  });

  it("has all of several profiles that are saved at once", async () => {
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => save(name, { bps: "1" })));
    const { profiles } = await readProfiles(env);
    expect(profiles.map(({ name }) => name).sort()).toEqual(names);
  });
});

describe("a profile that is there", () => {
  it("says what was taken out, and keeps its description and its comments", async () => {
    write("config.toml", '[profile.board] # mine\ndescription = "blue"\nhwflow = true # wired\nbaud = 1\n');
    expect(await save("board", { bps: "9600" }, { port: "x" })).toMatchObject({
      isNew: false,
      removed: ["hwflow"],
    });
    expect(text()).toBe('[profile.board] # mine\ndescription = "blue"\n# wired\nbaud = 9600\nport = "x"\n');
  });

  it("keeps a match that fits the device already, and loses one that does not", async () => {
    write("config.toml", '[profile.board]\nmatch = ["usb:0403:6001", "usb:1:2"] # both\n');
    await save("board", {}, { match: "usb:0403:6001:A1" });
    expect(text()).toBe('[profile.board]\nmatch = ["usb:0403:6001", "usb:1:2"] # both\n');
    await save("board", {}, { match: "usb:10c4:ea60" });
    expect(text()).toBe(
      '[profile.board]\n# both\nmatch = "usb:10c4:ea60"\n'
        .replace("# both\n", "")
        .replace('ea60"', 'ea60" # both'),
    );
    await save("board", {}, { port: "/dev/x" });
    expect(text()).toBe('[profile.board]\n# both\nport = "/dev/x"\n');
    await save("board", { echo: true }, undefined);
    expect(text()).toBe('[profile.board]\n# both\nport = "/dev/x"\necho = true\n');
  });

  it("includes others still where they say nothing else, and no more where they do", async () => {
    const base = "[profile.base]\nhwflow = true\n";
    write("config.toml", `[profile.board]\ninclude = "base"\n${base}`);
    await save("board", { hwflow: true, bps: "1" });
    expect(text()).toBe(`[profile.board]\ninclude = "base"\nhwflow = true\nbps = 1\n${base}`);
    expect(await save("board", { bps: "1" })).toMatchObject({ removed: ["include", "hwflow"], remains: [] });
    expect(text()).toBe(`[profile.board]\nbps = 1\n${base}`);
  });

  it("tells what another file still says of it", async () => {
    write("config.toml", 'include = "team.toml"\n[profile.board]\nbps = 1\n');
    write("team.toml", "[profile.board]\nbps = 2\nhex = true\n");
    expect(await save("board", { bps: "1" })).toMatchObject({
      remains: [`${dirname(path)}/team.toml:3 hex`],
    });
  });
});
