/** Waiting for a port: tried at each change, patient with one that has just come, and ended by its signal. */
import { describe, expect, it } from "vitest";
import { RobinError } from "../../src/errors.js";
import { awaitPort, isAbsent } from "../../src/port/await-port.js";
import { NO_DEVICE } from "../../src/port/device.js";
import { memoryPort } from "../../src/port/memory-port.js";
import type { Port } from "../../src/port/port.js";
import { errno, SysError } from "../../src/tty/sys-error.js";
import { until } from "../support/until.js";

const failed = (value: number) =>
  new RobinError("open-failed", `open p: ${value}`, { cause: new SysError("open", value) });
const busy = new RobinError("busy", "open p: held by x (PID 1)");
const { port } = memoryPort("p");

/** An open that fails with each of `errors` in turn and then gives the port. */
function opening(...errors: unknown[]) {
  const tries = { count: 0 };
  const open = async (): Promise<Port> => {
    const error = errors[tries.count++];
    if (error !== undefined) throw error;
    return port;
  };
  return { tries, open };
}

function changes() {
  const state = { change: () => {}, isWatched: false };
  return {
    state,
    watch: (onChange: () => void) => {
      state.change = onChange;
      state.isWatched = true;
      return {
        close: () => {
          state.isWatched = false;
        },
      };
    },
  };
}

describe("waiting for a port", () => {
  it("gives one that is there at once, and stops watching", async () => {
    const { state, watch } = changes();
    const { open, tries } = opening();
    expect(await awaitPort({ open, watch, patienceMs: 0 })).toBe(port);
    expect([tries.count, state.isWatched]).toEqual([1, false]);
  });

  it("tries again at each change and never without one while there is no device", async () => {
    const { state, watch } = changes();
    const { open, tries } = opening(failed(errno.ENOENT), failed(errno.ENOENT), failed(errno.ENODEV));
    const told: [string, boolean][] = [];
    const onAbsent = (error: RobinError, isFirst: boolean) => void told.push([error.message, isFirst]);
    const waiting = awaitPort({ open, watch, patienceMs: 0, onAbsent });
    for (const count of [1, 2, 3]) {
      await until(`try ${count}`, () => tries.count === count);
      await new Promise(setImmediate);
      expect(tries.count).toBe(count);
      state.change();
    }
    expect(await waiting).toBe(port);
    expect(told).toEqual([
      ["open p: 2", true],
      ["open p: 19", false],
    ]);
    expect(state.isWatched).toBe(false);
  });

  it("does not miss a change that comes while it tries", async () => {
    const { state, watch } = changes();
    let count = 0;
    const open = async () => {
      if (count++ > 0) return port;
      state.change();
      throw failed(errno.ENOENT);
    };
    expect(await awaitPort({ open, watch, patienceMs: 0 })).toBe(port);
  });

  it("bears the refusal of a device that has just come, without a word", async () => {
    const { watch } = changes();
    const told: RobinError[] = [];
    const { open } = opening(failed(errno.EACCES), busy);
    const onRefused = (error: RobinError) => void told.push(error);
    expect(await awaitPort({ open, watch, patienceMs: 10_000, onRefused })).toBe(port);
    expect(told).toEqual([]);
  });

  it("gives a lasting refusal as the answer when patience ends", async () => {
    const { state, watch } = changes();
    const open = async () => {
      throw failed(errno.EACCES);
    };
    await expect(awaitPort({ open, watch, patienceMs: 100 })).rejects.toThrow("open p: 13");
    expect(state.isWatched).toBe(false);
  });

  it("tells a lasting refusal once, and each other reason", async () => {
    const { state, watch } = changes();
    const told: string[] = [];
    let reason: RobinError | undefined = busy;
    const open = async () => {
      if (reason) throw reason;
      return port;
    };
    const waiting = awaitPort({
      open,
      watch,
      patienceMs: Number.POSITIVE_INFINITY,
      onRefused: (error) => {
        told.push(error.code);
        reason = reason === busy ? new RobinError("setup-failed", "set up p: no") : undefined;
        setImmediate(() => state.change());
      },
    });
    expect(await waiting).toBe(port);
    expect(told).toEqual(["busy", "setup-failed"]);
  });

  it("ends at once when its signal aborts", async () => {
    const { state, watch } = changes();
    const { open, tries } = opening(failed(errno.ENOENT));
    const abort = new AbortController();
    const waiting = awaitPort({ open, watch, patienceMs: 0, signal: abort.signal });
    await until("a try", () => tries.count === 1);
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(state.isWatched).toBe(false);
  });

  it.each([
    ["a usage error", new RobinError("usage", "no")],
    ["a fault", new TypeError("fault")],
    ["what is no port", new RobinError("open-failed", "open /etc: it is a directory, not a tty")],
  ])("does not wait out %s", async (_, error) => {
    const { watch } = changes();
    await expect(awaitPort({ ...opening(error), watch, patienceMs: 1e6 })).rejects.toBe(error);
  });

  it("tells want of a device from its refusal", () => {
    for (const value of [errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO, errno.ENOTDIR]) {
      expect(isAbsent(failed(value))).toBe(true);
    }
    for (const value of [errno.EACCES, errno.EBUSY]) expect(isAbsent(failed(value))).toBe(false);
    expect(isAbsent(busy)).toBe(false);
    expect(isAbsent(new RobinError("open-failed", "open /etc: it is a directory, not a tty"))).toBe(false);
  });
});

describe("a device that does not answer yet", () => {
  it("is tried again without a change, and a name that fits no device is not", async () => {
    const { watch } = changes();
    const { open, tries } = opening(failed(errno.EIO), failed(errno.EIO));
    expect(await awaitPort({ open, watch, patienceMs: 0 })).toBe(port);
    expect(tries.count).toBe(3);

    const { state, watch: watchAgain } = changes();
    const unknown = new RobinError("open-failed", "find usb:1:2: no such port is there", {
      cause: NO_DEVICE,
    });
    const second = opening(unknown);
    const waiting = awaitPort({ open: second.open, watch: watchAgain, patienceMs: 0 });
    const startMs = performance.now();
    await until("more than a retry's time", () => performance.now() - startMs > 400);
    expect(second.tries.count).toBe(1);
    state.change();
    expect(await waiting).toBe(port);
  });
});
