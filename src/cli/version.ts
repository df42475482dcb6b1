/**
 * Which robin this is. Knows where the package has it.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Such as `0.1.0`. */
export function version(): string {
  const manifest = createRequire(import.meta.url).resolve("robin-serial/package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
