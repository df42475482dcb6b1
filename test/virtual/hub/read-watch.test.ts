import { afterEach, describe, expect, it } from "vitest";
import { read, write } from "../../../src/tty/libc.js";
import { type ReadWatch, watchReads } from "../../../src/virtual/hub/read-watch.js";
import { TestPty } from "../../support/test-pty.js";
import { until } from "../../support/until.js";

let watch: ReadWatch;
const ptys: TestPty[] = [];
afterEach(() => {
  watch.close();
  for (const pty of ptys.splice(0)) pty.close();
});

function filled(): TestPty {
  const pty = new TestPty();
  ptys.push(pty);
  write(pty.master, Buffer.from("ab\ncd\n"), 0, 6);
  return pty;
}

describe("a watch for reads", () => {
  it("tells one read of the pty that is meant, and not the next one", async () => {
    watch = watchReads();
    const [pty, other] = [filled(), filled()];
    const told: string[] = [];
    watch.next(pty.path, () => told.push("pty"));
    watch.next(other.path, () => told.push("other"));
    const buffer = Buffer.alloc(1);
    await until("something to read", () => read(pty.slave, buffer) === 1);
    await until("the read to be told", () => told.length > 0);
    expect(read(pty.slave, buffer)).toBe(1);
    expect(read(other.slave, buffer)).toBe(1);
    await until("the other's read to be told", () => told.includes("other"));
    expect(told).toEqual(["pty", "other"]);
  });

  it("tells nothing that was taken back, and can be asked again", async () => {
    watch = watchReads();
    const pty = filled();
    const told: number[] = [];
    watch.next(pty.path, () => told.push(1))();
    watch.next(pty.path, () => told.push(2));
    await until("something to read", () => read(pty.slave, Buffer.alloc(1)) === 1);
    await until("the read to be told", () => told.length > 0);
    expect(told).toEqual([2]);
  });

  it("tells nothing where there is no inotify, and of a file that is gone", () => {
    watch = watchReads(() => {
      throw new Error("EMFILE");
    });
    watch.next("/dev/tty", () => expect.unreachable())();
    watch.close();
    watch = watchReads();
    watch.next("/dev/pts/nothing", () => expect.unreachable())();
  });
});
