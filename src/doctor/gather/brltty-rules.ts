/**
 * udev's rules of brltty: which USB ids it takes for Braille displays. Knows where udev looks (udev(7)) and the two
 * ways in which brltty has written its rules.
 */
import { namesIn, realPath, textOf } from "../../port/discovery/sysfs.js";
import type { MachineFacts } from "../facts.js";

/** The first directory that has a file of a name is the one that counts. */
const DIRECTORIES = ["/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"];

export function readBrlttyRules(root: string): MachineFacts["brlttyRules"] {
  const files = new Map<string, string>();
  for (const directory of DIRECTORIES) {
    for (const name of namesIn(`${root}${directory}`)) {
      if (/brltty.*\.rules$/.test(name) && !files.has(name)) files.set(name, `${directory}/${name}`);
    }
  }
  return [...files.values()].flatMap((file) => {
    const ids = brlttyIds(textOf(realPath(`${root}${file}`) ?? "") ?? "");
    return ids.length > 0 ? [{ file, ids }] : [];
  });
}

/** `1a86/7523` from rows such as `ENV{PRODUCT}=="1a86/7523/*", ENV{BRLTTY_BRAILLE_DRIVER}="bm", …`. */
export function brlttyIds(rules: string): string[] {
  const rows = rules.split("\n").filter((line) => !/^\s*#/.test(line));
  return rows.flatMap((row) => {
    const product = /ENV\{PRODUCT\}=="([0-9a-f]{1,4})\/([0-9a-f]{1,4})\//i.exec(row);
    const vendor = /ATTRS?\{idVendor\}=="([0-9a-f]{4})"/i.exec(row);
    const model = /ATTRS?\{idProduct\}=="([0-9a-f]{4})"/i.exec(row);
    const ids = product ? [product[1]!, product[2]!] : vendor && model ? [vendor[1]!, model[1]!] : undefined;
    return ids ? [ids.map((id) => id.toLowerCase().padStart(4, "0")).join("/")] : [];
  });
}
