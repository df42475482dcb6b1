/**
 * A module of the user's, TypeScript or JavaScript, run from where it lies, with nothing installed for it: `robin-serial` is
 * this robin. Knows nothing of devices.
 *
 * It is run as a CommonJS module of robin's own, because hooks for import() differ between the Nodes that robin runs on.
 * What that costs: only the file itself may `await` outside of functions, not those that it imports.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { RobinError } from "../../errors.js";
import { describeErrno } from "../../tty/sys-error.js";
import { compileModule, type Sucrase, SyntaxProblem } from "./compile-module.js";

/** The package's name, and the command's. */
const OWN_NAMES = ["robin-serial", "robin"];
/** What an import may mean that has no extension, or that of a file to be compiled. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  "": [".ts", ".js", ".mts", ".mjs", ".cjs", "/index.ts", "/index.js"],
  ".js": [".ts"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

interface Module {
  exports: { default?: unknown };
}

export interface LoadedModule {
  /** Its default export, or what it has assigned to module.exports; undefined where there is neither. */
  readonly value: unknown;
  /** `FILE:LINE` of the place in it, or in a file that it imports, where an error arose. */
  placeOf(error: unknown): string | undefined;
}

/** Throws RobinError: open-failed where it cannot be read, setup-failed where it cannot be run. */
export async function loadModule(file: string): Promise<LoadedModule> {
  const loader = new Loader(await import("sucrase"));
  const source = read(file);
  try {
    const value = await orNeverThere(loader.runFirst(resolve(file), source));
    return { value, placeOf: (error) => loader.placeOf(error) };
  } catch (error) {
    const place = loader.placeOf(error) ?? file;
    throw new RobinError("setup-failed", `load device ${place}: ${reason(error)}`, { cause: error });
  }
}

/** Rejects when nothing is left that could settle `running`: the process would end without a word. */
function orNeverThere<T>(running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onIdle = () => reject(new Error("it waits outside of functions for what never comes"));
    process.once("beforeExit", onIdle);
    running.then(resolve, reject).finally(() => process.off("beforeExit", onIdle));
  });
}

/** The first line of what an error says, and its kind where that says more. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ""] = error.message.split("\n");
  return ["Error", "SyntaxError"].includes(error.name) ? first : `${error.name}: ${first}`;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { errno = 0, code } = error as NodeJS.ErrnoException;
    const [, text] = describeErrno(-errno);
    throw new RobinError("open-failed", `load device ${file}: ${text} (${code})`, { cause: error });
  }
}

class Loader {
  readonly #sucrase: Sucrase;
  readonly #modules = new Map<string, Module>();

  constructor(sucrase: Sucrase) {
    this.#sucrase = sucrase;
  }

  async runFirst(path: string, source: string): Promise<unknown> {
    const module: Module = { exports: {} };
    await this.#run(path, source, module, true);
    const { exports } = module;
    if ("default" in exports || "__esModule" in exports) return exports.default;
    return Object.keys(exports).length > 0 ? exports : undefined;
  }

  placeOf(error: unknown): string | undefined {
    if (error instanceof SyntaxProblem) return shown(error.path, error.line);
    const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
    for (const line of lines) {
      for (const path of this.#modules.keys()) {
        const at = line.indexOf(`${path}:`);
        const number = at === -1 ? Number.NaN : Number.parseInt(line.slice(at + path.length + 1), 10);
        if (!Number.isNaN(number)) return shown(path, number);
      }
    }
    return undefined;
  }

  #run(path: string, source: string, module: Module, mayAwait: boolean): unknown {
    this.#modules.set(path, module); // before it runs: two files may import each other
    const run = compileModule(this.#sucrase, path, source, mayAwait);
    const meta = { url: pathToFileURL(path).href, filename: path, dirname: dirname(path) };
    return run(module.exports, this.#requireFrom(path), module, path, dirname(path), meta);
  }

  #requireFrom(from: string): (specifier: string) => unknown {
    const require = createRequire(from);
    return (specifier) => {
      if (OWN_NAMES.includes(specifier)) return createRequire(import.meta.url)("robin-serial");
      if (isBuiltin(specifier) || !/^(\.{0,2}\/|\.{1,2}$|file:)/.test(specifier)) return require(specifier);
      const path = find(
        resolve(dirname(from), specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier),
      );
      if (path === undefined) throw new Error(`import "${specifier}": no such file`);
      if ([".json", ".node"].includes(extname(path))) return require(path);
      const known = this.#modules.get(path);
      if (known) return known.exports;
      const module: Module = { exports: {} };
      this.#run(path, read(path), module, false);
      return module.exports;
    };
  }
}

/** The file that an import means. */
function find(path: string): string | undefined {
  const extension = extname(path);
  const bare = path.slice(0, path.length - extension.length);
  const meant = (MEANT[extension] ?? []).map((other) => bare + other);
  const others = (MEANT[""] ?? []).map((other) => path + other);
  return [path, ...meant, ...others].find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** As short as it can be said from where the user stands. */
function shown(path: string, line: number): string {
  const near = relative(process.cwd(), path);
  return `${near.startsWith("..") ? path : near}:${line}`;
}
