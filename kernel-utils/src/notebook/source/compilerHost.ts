/** The compiler over files that exist only in memory, beside the libraries that lie on the disk. */
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const compilerOptions: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  moduleDetection: ts.ModuleDetectionKind.Force,
  esModuleInterop: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
};

/** @param texts the notebooks' virtual files by absolute name; everything else is read from the disk */
export function createProgram(texts: ReadonlyMap<string, string>): ts.Program {
  const options = { ...compilerOptions, typeRoots: typeRoots(path.dirname([...texts.keys()][0])) };
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, settings) => {
    const text = texts.get(name);
    return text === undefined ? librarySource(name, settings) : ts.createSourceFile(name, text, settings, true);
  };
  const library = path.join(__dirname, "index.ts");
  host.resolveModuleNameLiterals = (literals, containing) =>
    literals.map(({ text }) => {
      const resolve = (from: string) => ts.resolveModuleName(text, from, options, host);
      const found = resolve(containing);
      return found.resolvedModule || !texts.has(containing) ? found : resolve(library);
    });
  return ts.createProgram({ rootNames: [...texts.keys()], options, host });
}

const librarySources = new Map<string, { modified: number; source: ts.SourceFile }>();

/** A declaration file, parsed once a process and version: a Jest worker checks many notebooks against the same ones. */
function librarySource(
  name: string,
  settings: ts.CreateSourceFileOptions | ts.ScriptTarget,
): ts.SourceFile | undefined {
  const modified = ts.sys.getModifiedTime?.(name)?.getTime();
  if (modified === undefined) return undefined;
  const known = librarySources.get(name);
  if (known?.modified === modified) return known.source;
  const source = ts.createSourceFile(name, ts.sys.readFile(name) ?? "", settings);
  librarySources.set(name, { modified, source });
  return source;
}

/** Where `@types/node` is: above the notebook, or for a notebook elsewhere above this package. */
function typeRoots(folder: string): string[] {
  const above = (from: string): string[] => {
    const candidate = path.join(from, "node_modules", "@types");
    const parent = path.dirname(from);
    return [...(existsSync(candidate) ? [candidate] : []), ...(parent === from ? [] : above(parent))];
  };
  return [...above(folder), ...above(realpathSync(__dirname))];
}
