/**
 * Ink's layout engine, started without waiting: the package itself waits for its WebAssembly while it is loaded, which a bundle
 * that is loaded by require cannot. src/tui/entry.ts waits for `started`.
 */
import { loadYoga } from "yoga-layout/load";

const yoga = {};
const started = loadYoga().then((loaded) => Object.assign(yoga, loaded));
Object.defineProperty(yoga, "started", { value: started });

export * from "yoga-layout/load";
export default yoga;
