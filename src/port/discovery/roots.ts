/**
 * Where the kernel and udev show devices. Knows four paths; a test puts trees of its own in their place.
 */
export interface Roots {
  /** sysfs(5). */
  readonly sys: string;
  /** The device nodes, and udev's links below `serial/`. */
  readonly dev: string;
  /** udev's database, below `udev/`. */
  readonly run: string;
  /** proc(5). */
  readonly proc: string;
}

export const SYSTEM_ROOTS: Roots = { sys: "/sys", dev: "/dev", run: "/run", proc: "/proc" };
