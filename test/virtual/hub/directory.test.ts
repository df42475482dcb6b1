import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  defaultDirectory,
  type HubDirectory,
  holdDirectory,
  LOCK_NAME,
} from "../../../src/virtual/hub/directory.js";
import { askHub, openDoor, SOCKET_NAME } from "../../../src/virtual/hub/status-socket.js";

let root: string;
const held: HubDirectory[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "robin-hub-"));
});
afterEach(() => {
  for (const one of held.splice(0)) one.close();
  rmSync(root, { recursive: true });
});

function hold(path: string, isOwn = false): HubDirectory {
  const directory = holdDirectory(path, isOwn);
  held.push(directory);
  return directory;
}
const uid = process.getuid!();

describe("the directory of a hub that names none", () => {
  it("is the user's runtime directory, or /tmp where that is not set, not there, no path or another user's", () => {
    expect(defaultDirectory({ XDG_RUNTIME_DIR: root }, uid)).toBe(`${root}/robin`);
    for (const runtime of [undefined, "", "run", join(root, "gone")]) {
      expect(defaultDirectory({ XDG_RUNTIME_DIR: runtime }, uid)).toBe(`/tmp/robin-${uid}`);
    }
    expect(defaultDirectory({ XDG_RUNTIME_DIR: root }, uid + 1)).toBe(`/tmp/robin-${uid + 1}`);
  });

  it("is made for its user alone, and taken away again", () => {
    const path = join(root, "robin");
    const directory = hold(path, true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    directory.close();
    expect(existsSync(path)).toBe(false);
  });

  it("is refused where somebody else may have a hand in it", ({ skip }) => {
    const path = join(root, "robin");
    symlinkSync(root, path);
    expect(() => hold(path, true)).toThrow(`use directory ${path}: it is a symbolic link`);
    rmSync(path);
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => hold(path, true)).toThrow(`use directory ${path}: others may write to it`);
    rmSync(path, { recursive: true });
    writeFileSync(path, "");
    expect(() => hold(path, true)).toThrow(`use directory ${path}: it is no directory`);
    if (uid !== 0) skip("only root can give a directory to another user");
    rmSync(path);
    mkdirSync(path);
    chownSync(path, 65534, 65534);
    expect(() => hold(path, true)).toThrow(`use directory ${path}: it belongs to another user (UID 65534)`);
  });
});

describe("a hub's directory", () => {
  it("stays where it was there before, or is not empty", () => {
    hold(root).close();
    expect(existsSync(root)).toBe(true);
    const path = join(root, "bus");
    const directory = hold(path);
    writeFileSync(join(path, "kept"), "");
    directory.close();
    expect(existsSync(path)).toBe(true);
  });

  it("is one hub's, and free as soon as that one lets go", () => {
    const first = hold(root);
    expect(() => hold(root)).toThrow(
      expect.objectContaining({
        code: "busy",
        message: expect.stringMatching(/^hold directory .*: held by \S+ \(PID \d+\)$/),
      }),
    );
    first.close();
    hold(root);
  });

  it("is taken away by the next hub where it was made by one that was killed", () => {
    const path = join(root, "bus");
    mkdirSync(path);
    writeFileSync(join(path, LOCK_NAME), JSON.stringify({ pid: 1, isMade: true, links: [] }));
    hold(path).close();
    expect(existsSync(path)).toBe(false);
  });

  it("is cleared of the links that a killed hub has noted, whoever has their ptys now, and of nothing else", () => {
    const links = ["left", "moved"].map((name) => ({ path: join(root, name), target: "/dev/pts/0" }));
    const first = hold(root);
    first.note(links);
    const said = readFileSync(join(root, LOCK_NAME));
    first.close();
    writeFileSync(join(root, LOCK_NAME), said); // as if it had been killed
    symlinkSync("/dev/pts/0", join(root, "left"));
    symlinkSync("/dev/pts/1", join(root, "moved"));
    symlinkSync("/dev/pts/0", join(root, "other"));
    hold(root).close();
    expect(readdirSync(root).sort()).toEqual(["moved", "other"]);
  });

  it("is held also where the note in it is broken, or asks for what no hub would", () => {
    symlinkSync("/etc", join(root, "link"));
    const notes = ["", "{", "17", '{"pid":"x"}', '{"pid":1,"links":[null,{"path":"x"}]}'];
    notes.push(JSON.stringify({ pid: 1, links: [{ path: join(root, "link"), target: "/etc" }] }));
    for (const note of notes) {
      writeFileSync(join(root, LOCK_NAME), note);
      hold(root).close();
    }
    expect(readdirSync(root)).toEqual(["link"]);
  });

  it("is cleared of nothing by a note that is another user's", ({ skip }) => {
    if (uid !== 0) skip("only root can give a file to another user");
    const path = join(root, "left");
    symlinkSync("/dev/pts/0", path);
    writeFileSync(join(root, LOCK_NAME), JSON.stringify({ pid: 1, links: [{ path, target: "/dev/pts/0" }] }));
    chownSync(join(root, LOCK_NAME), 65534, 65534);
    hold(root).close();
    expect(readdirSync(root)).toEqual(["left"]);
  });

  it("needs a parent, and is no file", () => {
    expect(() => hold(join(root, "a/b"))).toThrow(
      `make directory ${root}/a/b: no such file or directory (ENOENT)`,
    );
    writeFileSync(join(root, "file"), "");
    expect(() => hold(join(root, "file"))).toThrow(`open directory ${root}/file: not a directory (ENOTDIR)`);
  });
});

describe("a hub's door", () => {
  it("answers everyone who asks, is its user's alone, and is gone when it is closed", async () => {
    const { fd, path } = hold(root);
    const closeDoor = await openDoor(path, fd, () => ({ ports: [1] }));
    expect(statSync(join(root, SOCKET_NAME)).mode & 0o777).toBe(0o600);
    expect(await Promise.all([askHub(root), askHub(root)])).toEqual([{ ports: [1] }, { ports: [1] }]);
    closeDoor();
    await expect(askHub(root)).rejects.toThrow(`ask the hub in ${root}: no hub runs there`);
    await expect(askHub(join(root, "nowhere"))).rejects.toThrow("no hub runs there");
  });

  it("takes the place of one that a killed hub has left, and knows no limit of a path's length", async () => {
    const path = join(root, "x".repeat(150));
    const { fd } = hold(path);
    writeFileSync(join(path, SOCKET_NAME), "stale");
    const closeDoor = await openDoor(path, fd, () => ({ fine: true }));
    expect(await askHub(path)).toEqual({ fine: true });
    closeDoor();
  });

  it("is closed to who asks and does not go", async () => {
    const { fd, path } = hold(root);
    const closeDoor = await openDoor(path, fd, () => ({}));
    const client = connect({ path: join(root, SOCKET_NAME), allowHalfOpen: true });
    let isShown = false;
    const ended = new Promise((resolve) => client.once("error", resolve).once("close", resolve));
    client.once("data", () => {
      isShown = true;
      // The door's own end is closed by then, and who writes to it is told.
      const knock = setInterval(() => client.write("still here"), 50);
      void ended.then(() => clearInterval(knock));
    });
    await ended;
    expect(isShown).toBe(true);
    client.destroy();
    closeDoor();
  });

  it("tells a hub that is dumb from none", async () => {
    const server = createServer((client) => client.end("{")).listen(join(root, SOCKET_NAME));
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(askHub(root)).rejects.toThrow(`ask the hub in ${root}: its answer makes no sense`);
    server.close();
  });
});
