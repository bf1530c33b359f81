/** Makes the kernel's compiler write source maps, which the kernel itself neither asks for nor keeps. */
import type { CellName } from "../cells/reports";
import { rememberMaps } from "./sourceMaps";

let latestMaps = { toModule: "", toCell: "" };

/** Compiles a cell and remembers the maps that the compiler writes meanwhile. */
export function collectMaps<T>(cell: CellName, compile: () => T): T {
  latestMaps = { toModule: "", toCell: "" };
  const compiled = compile();
  if (cell !== null && latestMaps.toModule && latestMaps.toCell) rememberMaps(cell, latestMaps);
  return compiled;
}

type WriteFile = (file: string, text: string, ...rest: unknown[]) => void;
interface Builder {
  emit(file: unknown, write: WriteFile, ...rest: unknown[]): unknown;
}
interface WatchHost {
  afterProgramCreate?(builder: Builder): void;
}
interface Transpiled {
  outputText: string;
  sourceMapText?: string;
}
interface Compiler {
  createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): WatchHost;
  createWatchProgram(host: WatchHost): unknown;
  transpileModule(code: string, settings: { compilerOptions: object }): Transpiled;
}

const withoutMapLink = (code: string): string => code.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");

/** The compiler, as the kernel loads it, writing a source map for each of the two steps and keeping it from the kernel. */
export function keepSourceMaps(compiler: Compiler): unknown {
  return {
    ...compiler,
    createWatchCompilerHost: (files, options, ...rest) =>
      compiler.createWatchCompilerHost(files, { ...options, sourceMap: true }, ...rest),
    createWatchProgram(host) {
      const { afterProgramCreate } = host;
      host.afterProgramCreate = (builder) => afterProgramCreate?.call(host, withMaps(builder));
      return compiler.createWatchProgram(host);
    },
    transpileModule(code, settings) {
      const compilerOptions = { ...settings.compilerOptions, sourceMap: true };
      const transpiled = compiler.transpileModule(code, { ...settings, compilerOptions });
      latestMaps.toModule = transpiled.sourceMapText ?? "";
      return { ...transpiled, outputText: withoutMapLink(transpiled.outputText) };
    },
  } satisfies Compiler;
}

function withMaps(builder: Builder): Builder {
  const { emit } = builder;
  builder.emit = (file, write, ...rest) => {
    const keep: WriteFile = (name, text, ...more) => {
      if (name.endsWith("__tslab__.js.map")) latestMaps.toCell = text;
      else if (!name.endsWith(".map")) write(name, name.endsWith(".js") ? withoutMapLink(text) : text, ...more);
    };
    return emit.call(builder, file, keep, ...rest);
  };
  return builder;
}
