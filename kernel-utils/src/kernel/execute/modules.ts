/** How cells load modules: as Node does, and also TypeScript files of the project and ES modules that await something. */
import { readFileSync, statSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { types } from "node:util";
import vm from "node:vm";
import { rememberSource } from "./frames";
import { tslab } from "./tslab";

type Loader = (request: string, parent: unknown, isMain: boolean) => unknown;
type Extension = (module: NodeModule & { _compile(code: string, file: string): void }, file: string) => void;
interface ModuleInternals {
  _load: Loader;
  _extensions: Record<string, Extension>;
}
const internals = Module as unknown as ModuleInternals;

/** Codes of a module that only `import` can load. */
const needsImport = ["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM", "ERR_PACKAGE_PATH_NOT_EXPORTED"];

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

export class Modules {
  readonly require: NodeJS.Require;
  private readonly ownRequire = createRequire(__filename);
  private readonly loadWithImport: (specifier: string) => Promise<unknown>;
  /** When each project file was last changed, as far as it is loaded. */
  private readonly projectFiles = new Map<string, number>();

  /** @param folder the notebook's folder */
  constructor(folder: string) {
    const script = new vm.Script("(specifier) => import(specifier)", {
      filename: path.join(folder, "cell.js"),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    this.loadWithImport = script.runInThisContext();
    const ownResolve = createRequire(path.join(folder, "cell.js"));
    const load = (request: string): unknown => this.load(ownResolve, request);
    this.require = Object.assign(load, ownResolve);
    const { _load } = internals;
    internals._load = (request, parent, isMain) =>
      request === "tslab" ? tslab : _load.call(Module, request, parent, isMain);
    for (const extension of [".ts", ".tsx", ".mts", ".cts"]) internals._extensions[extension] = this.loadTypeScript;
  }

  /** `import` in a cell, and `import()`. */
  async loadAsync(specifier: string): Promise<unknown> {
    try {
      return this.require(specifier);
    } catch (error) {
      if (!needsImport.includes(codeOf(error) ?? "")) throw error;
      return this.loadWithImport(specifier);
    }
  }

  /** Forgets project files when one of them has changed, so that the next import sees what is on the disk. */
  refresh(): void {
    const changed = [...this.projectFiles].some(([file, time]) => timeOf(file) !== time);
    if (!changed) return;
    for (const file of this.projectFiles.keys()) delete require.cache[file];
    this.projectFiles.clear();
  }

  private load(own: NodeJS.Require, request: string): unknown {
    try {
      return own(request);
    } catch (error) {
      if (codeOf(error) !== "MODULE_NOT_FOUND" || !isAbout(error, request)) throw error;
      const source = request.replace(/\.js$/, ".ts"); // TypeScript's own convention: `./x.js` means the file `./x.ts`
      if (request.startsWith(".") && source !== request) return own(source);
      if (request.startsWith(".") || path.isAbsolute(request)) throw error;
      return this.fallback(request, error);
    }
  }

  /** A notebook outside the project may use what the kernel brings along. */
  private fallback(request: string, error: unknown): unknown {
    try {
      return this.ownRequire(request);
    } catch (other) {
      throw codeOf(other) === "MODULE_NOT_FOUND" && isAbout(other, request) ? error : other;
    }
  }

  private readonly loadTypeScript: Extension = (module, file) => {
    const ts = require("typescript") as typeof import("typescript"); // only when a cell imports such a file
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      sourceMap: true,
    };
    const { outputText, sourceMapText = "" } = ts.transpileModule(readFileSync(file, "utf8"), {
      compilerOptions,
      fileName: file,
    });
    rememberSource(file, { label: file, map: sourceMapText, lineOffset: 0 });
    this.projectFiles.set(file, timeOf(file));
    module._compile(outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), file);
  };
}

const timeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Not about a module that the requested one needs. */
const isAbout = (error: unknown, request: string): boolean => String((error as Error).message).includes(`'${request}'`);

interface Interop {
  __esModule?: boolean;
  default?: unknown;
}

/** What `import x from` means: an ES module's default, or the whole of a CommonJS one. */
export function defaultOf(module: unknown): unknown {
  const { __esModule, default: value } = (module ?? {}) as Interop;
  return __esModule || types.isModuleNamespaceObject(module) ? value : module;
}

/** What `import * as x from` means. */
export function namespaceOf(module: unknown): unknown {
  if ((module as Interop | null)?.__esModule || types.isModuleNamespaceObject(module)) return module;
  return { ...(module as object), default: module };
}
