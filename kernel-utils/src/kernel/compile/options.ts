import { existsSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/**
 * As strict as `align check` is on the whole notebook; modules are found as bundlers find them, so that packages which
 * only declare `exports` work.
 */
export const compilerOptions = (folder: string): ts.CompilerOptions => ({
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  preserveConstEnums: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  sourceMap: true,
  removeComments: true,
  newLine: ts.NewLineKind.LineFeed,
  types: ["node"],
  typeRoots: [...typeRootsAbove(folder), ...typeRootsAbove(__dirname)],
});

/** Every `node_modules/@types` from a folder upwards. */
function typeRootsAbove(folder: string): string[] {
  const candidate = path.join(folder, "node_modules", "@types");
  const parent = path.dirname(folder);
  return [...(existsSync(candidate) ? [candidate] : []), ...(parent === folder ? [] : typeRootsAbove(parent))];
}
