/** A tree of files in a place of its own, in which the kernel's and udev's files can be what a test wants. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DoctorRoots } from "../../src/doctor/gather/machine.js";

export class Tree {
  readonly root = mkdtempSync(join(tmpdir(), "robin-doctor-"));
  readonly roots: DoctorRoots = {
    root: this.root,
    sys: `${this.root}/sys`,
    dev: `${this.root}/dev`,
    run: `${this.root}/run`,
    proc: `${this.root}/proc`,
  };

  /** Files by their path below the root. */
  files(contents: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(contents)) {
      mkdirSync(join(this.root, dirname(path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
    return this;
  }

  /** A link at `path` to `target`, both below the root. */
  link(path: string, target: string): this {
    mkdirSync(join(this.root, dirname(path)), { recursive: true });
    symlinkSync(join(this.root, target), join(this.root, path));
    return this;
  }

  /** A device of sysfs: a directory with a uevent and attributes. */
  device(path: string, attributes: Readonly<Record<string, string>> = {}): this {
    const rows = Object.entries({ uevent: "", ...attributes });
    return this.files(Object.fromEntries(rows.map(([name, value]) => [`${path}/${name}`, `${value}\n`])));
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
