/**
 * What robin asks of the JavaScript engine: to keep what it compiled, and to rest while nothing happens. Knows
 * Node's and V8's switches; nothing of ports.
 */
import module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** Everything that a session needs at its start has been compiled by then. */
const STARTED_MS = 1000;

let isKept = false;
let mayRest = true;

/** Writes the cache of compiled code, on Nodes that have one: they do it when they exit, which _exit does not let them. */
export function keepCompiledCode(): void {
  if (isKept) return;
  isKept = true;
  (module as { flushCompileCache?: () => void }).flushCompileCache?.();
}

/**
 * Keeps V8 from collecting the garbage of the start some 8 s after it, which would wake an idle session up 50 times
 * and cost 20 ms: its memory reducer does that by incremental marking, and only so. The heap of a session is 5 MB;
 * what collects it otherwise takes 3 ms.
 */
export function restWhenIdle(): void {
  setTimeout(() => {
    keepCompiledCode(); // first: a cache remembers the flags it was made under
    if (!mayRest) return;
    (require("node:v8") as typeof import("node:v8")).setFlagsFromString("--no-incremental-marking");
  }, STARTED_MS).unref();
}

/** For who makes garbage all the time: without incremental marking some 600 MB of it come together before V8 collects it. */
export function neverRest(): void {
  mayRest = false;
}
