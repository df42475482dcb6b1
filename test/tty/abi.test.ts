/** Where the kernel's numbers are known to be right, and the reason where they are not. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { whyNoLibc } from "../../src/tty/abi.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe("the libc layer", () => {
  it.each(["x64", "arm64"])("is used on Linux on %s", (arch) => {
    expect(whyNoLibc("linux", arch, undefined)).toBeUndefined();
    expect(whyNoLibc("linux", arch, "")).toBeUndefined();
    expect(whyNoLibc("linux", arch, "tty")).toBeUndefined();
  });

  it.each(["arm", "ia32", "mips", "mipsel", "ppc64", "riscv64", "s390x", "loong64"])(
    "is not used on %s, whose numbers robin does not know",
    (arch) => {
      expect(whyNoLibc("linux", arch, undefined)).toBe(
        `the kernel's ioctl numbers for ${arch} are not known to robin (known: x64, arm64)`,
      );
    },
  );

  it.each(["darwin", "win32", "freebsd", "android"])("is not used on %s", (platform) => {
    expect(whyNoLibc(platform, "x64", undefined)).toBe(
      `the libc layer is written for Linux, not for ${platform}`,
    );
  });

  it("is not used where ROBIN_DRIVER asks for the portable driver", () => {
    expect(whyNoLibc("linux", "x64", "serialport")).toBe(
      "ROBIN_DRIVER=serialport asks for the portable driver",
    );
  });

  it("refuses its first call there, with that reason", async () => {
    vi.stubEnv("ROBIN_DRIVER", "serialport");
    vi.resetModules();
    const libc = await import("../../src/tty/libc.js");
    expect(() => libc.dup(0)).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: "load libc: ROBIN_DRIVER=serialport asks for the portable driver",
      }),
    );
  });
});
