/** What a run was made on. */
import { cpus, release, type } from "node:os";
import { koffiVersion } from "./libc.mjs";

export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? "unknown processor",
    cpus: cpus().length,
    kernel: `${type()} ${release()}`,
    node: process.versions.node,
    koffi: koffiVersion,
  };
}
