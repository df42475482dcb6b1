/** Changes below directories that may not be there, told once a turn. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DeviceWatch, watchDevices } from "../../../src/port/discovery/device-watch.js";
import { openInotify } from "../../../src/tty/inotify.js";
import { IN_CREATE } from "../../../src/tty/inotify-event.js";
import { until } from "../../support/until.js";

/** inotify(7): what is not to be asked for. */
const IN_MODIFY = 0x2;

let folder: string;
let count: number;
let watching: DeviceWatch | undefined;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/robin-watch-`);
  count = 0;
});
afterEach(() => {
  watching?.close();
  watching = undefined;
  delete process.env.ROBIN_DRIVER;
  rmSync(folder, { recursive: true, force: true });
});

function watch(...directories: string[]): void {
  watching = watchDevices(
    () => {
      count++;
    },
    directories.map((name) => `${folder}/${name}`),
  );
}

/** Waits until the kernel has told another watch of `directory` about what is done; then this one has heard it too. */
async function elsewhere(directory: string, action: () => void): Promise<void> {
  let told = false;
  const other = openInotify(() => {
    told = true;
  });
  other.add(directory, IN_MODIFY | IN_CREATE);
  action();
  await until("another watch to be told", () => told);
  other.close();
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function change(action: () => void): Promise<void> {
  const before = count;
  action();
  await until("a change", () => count > before);
}

describe.each(["inotify", "node"] as const)("a watch by %s", (way) => {
  beforeEach(() => {
    if (way === "node") process.env.ROBIN_DRIVER = "serialport"; // read at each look
  });

  it("tells that a device came, changed its rights and went", async () => {
    watch("");
    await change(() => writeFileSync(`${folder}/ttyUSB0`, ""));
    await change(() => chmodSync(`${folder}/ttyUSB0`, 0o600));
    await change(() => renameSync(`${folder}/ttyUSB0`, `${folder}/ttyUSB1`));
    await change(() => rmSync(`${folder}/ttyUSB1`));
  });

  it("watches a directory that is not there by the nearest one that is, and itself when it comes", async () => {
    watch("serial/by-id");
    await change(() => mkdirSync(`${folder}/serial`));
    await change(() => mkdirSync(`${folder}/serial/by-id`));
    await change(() => symlinkSync("../../ttyUSB0", `${folder}/serial/by-id/usb-x`));
    await change(() => rmSync(`${folder}/serial`, { recursive: true }));
    await change(() => mkdirSync(`${folder}/serial/by-id`, { recursive: true }));
    await until("the new directory to be watched", () => {
      const before = count;
      symlinkSync("../../ttyUSB1", `${folder}/serial/by-id/usb-${performance.now()}`);
      return until("this link", () => count > before, 200).catch(() => false);
    });
  });

  it("watches the way to what a file stands in the place of", async () => {
    writeFileSync(`${folder}/file`, "");
    watch("file/below");
    await change(() => rmSync(`${folder}/file`));
    await change(() => mkdirSync(`${folder}/file/below`, { recursive: true }));
  });

  it("watches several directories, and one only once", async () => {
    mkdirSync(`${folder}/a`);
    mkdirSync(`${folder}/b`);
    watch("a", "b", "a", "c/d");
    await change(() => writeFileSync(`${folder}/a/x`, ""));
    await change(() => writeFileSync(`${folder}/b/x`, ""));
    await change(() => mkdirSync(`${folder}/c`));
  });

  it("tells nothing after it was closed", async () => {
    watch("");
    writeFileSync(`${folder}/one`, "");
    watching!.close();
    watching!.close();
    let seen = 0;
    const other = watchDevices(() => seen++, [folder]);
    writeFileSync(`${folder}/two`, "");
    await until("another watch to see it", () => seen > 0);
    other.close();
    expect(count).toBe(0);
  });
});

describe("a watch by inotify", () => {
  it("tells all that happened together once", async () => {
    watch("", "deep/er");
    for (let n = 0; n < 100; n++) writeFileSync(`${folder}/tty${n}`, "");
    mkdirSync(`${folder}/deep/er`, { recursive: true });
    await until("the change", () => count > 0);
    expect(count).toBe(1);
  });

  it("does not wake up for what is written to a device", async () => {
    writeFileSync(`${folder}/null`, "");
    watch("");
    await elsewhere(folder, () => appendFileSync(`${folder}/null`, "x"));
    expect(count).toBe(0);
  });

  it("does not wake up for what happens beside the way to a directory that is not there", async () => {
    watch("serial/by-id");
    await elsewhere(folder, () => mkdirSync(`${folder}/other`));
    expect(count).toBe(0);
    await change(() => mkdirSync(`${folder}/serial`));
    expect(count).toBe(1);
  });
});
