/**
 * Which kernels and processors the numbers and layouts of this folder are right for.
 * Knows the running platform; refuses to guess for one it was not written for.
 */

/**
 * asm-generic/ioctls.h and asm-generic/termbits.h hold on both: arch/x86 and arch/arm64 include them
 * unchanged. (alpha, mips, parisc, powerpc, sparc and xtensa have numbers of their own.) Both pass the
 * arguments of a variadic C function as those of an ordinary one, so ioctl(2) can be declared plainly.
 */
const ARCHITECTURES: readonly string[] = ["x64", "arm64"];

/** Why the libc layer cannot be used here, or undefined where it can. */
export function whyNoLibc(
  platform: string = process.platform,
  arch: string = process.arch,
  driver: string | undefined = process.env.ROBIN_DRIVER,
): string | undefined {
  if (driver === "serialport") return "ROBIN_DRIVER=serialport asks for the portable driver";
  if (platform !== "linux") return `the libc layer is written for Linux, not for ${platform}`;
  if (!ARCHITECTURES.includes(arch)) {
    return `the kernel's ioctl numbers for ${arch} are not known to robin (known: ${ARCHITECTURES.join(", ")})`;
  }
  return undefined;
}
