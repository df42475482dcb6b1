/**
 * The text of a module, TypeScript or JavaScript, as a function that runs it as a CommonJS module. Types are taken out and
 * lines keep their numbers. Pure.
 */
import { Script } from "node:vm";

export type Sucrase = typeof import("sucrase");

/** What the module's code is given, in this order. */
const PARAMETERS = "exports, require, module, __filename, __dirname, __importMeta";

export type RunModule = (
  exports: object,
  require: (specifier: string) => unknown,
  module: object,
  filename: string,
  dirname: string,
  importMeta: object,
) => unknown;

/** Where a module is no module. */
export class SyntaxProblem extends Error {
  readonly path: string;
  readonly line: number;

  constructor(path: string, line: number, message: string, cause: unknown) {
    super(message, { cause });
    this.path = path;
    this.line = line;
  }
}

/** `mayAwait`: its code may wait outside of functions, and the result is a promise. Throws SyntaxProblem. */
export function compileModule(
  { transform }: Sucrase,
  path: string,
  source: string,
  mayAwait: boolean,
): RunModule {
  const isTypeScript = /\.[mc]?ts$/.test(path);
  let code: string;
  try {
    ({ code } = transform(source.replace(/^#!/, "//"), {
      transforms: isTypeScript ? ["typescript", "imports"] : ["imports"],
      disableESTransforms: true, // every Node that robin runs on knows them
    }));
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } };
    const text = message.replace(/^Error transforming .*?: /, "").replace(/ \(\d+:\d+\)$/, "");
    throw new SyntaxProblem(path, loc?.line ?? 1, text, error);
  }
  // import.meta is for modules of the other kind only, and there is no other name for what it tells.
  const body = code.replace(/\bimport\.meta\b/g, "__importMeta");
  try {
    const wrapped = `(${mayAwait ? "async " : ""}function (${PARAMETERS}) { ${body}\n})`;
    return new Script(wrapped, { filename: path }).runInThisContext() as RunModule;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    // V8 puts `FILE:LINE` in front of the stack.
    throw new SyntaxProblem(path, Number(/:(\d+)\n/.exec(stack)?.[1] ?? 1), message, error);
  }
}
