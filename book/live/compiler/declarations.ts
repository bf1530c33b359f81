/** The compiler's view of the disk in memory, and the declarations that a page loads for the type check. */
import path from "path-browserify";
import ts from "typescript";
import { disk } from "../platform/disk";

const decoder = new TextDecoder();

/** The system that TypeScript finds where there is no Node. */
const system: ts.System = {
  args: [],
  newLine: "\n",
  useCaseSensitiveFileNames: true,
  write: () => undefined,
  readFile: (name) => (isFile(name) ? decoder.decode(disk.read(name)) : undefined),
  writeFile: () => undefined,
  resolvePath: (name) => path.resolve(name),
  fileExists: (name) => isFile(name),
  directoryExists: (name) => disk.exists(name) && disk.stat(name).isDirectory(),
  createDirectory: () => undefined,
  getExecutingFilePath: () => "/course/node_modules/typescript/lib/typescript.js",
  getCurrentDirectory: () => "/course",
  getDirectories: (name) =>
    disk.exists(name) ? disk.list(name).filter((child) => disk.stat(path.join(name, child)).isDirectory()) : [],
  readDirectory: () => [],
  getModifiedTime: (name) => (isFile(name) ? new Date(0) : undefined),
  exit: () => undefined,
};

const isFile = (name: string): boolean => disk.exists(name) && disk.stat(name).isFile();

let loaded: Promise<void> | undefined;

/** Loads them once; a load that failed may be tried again. */
export function loadDeclarations(assets: string): Promise<void> {
  loaded ??= load(assets).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(assets: string): Promise<void> {
  const response = await fetch(`${assets}declarations.json`);
  if (!response.ok) throw new Error(`${assets}declarations.json: ${response.status} ${response.statusText}`);
  const files = (await response.json()) as Record<string, string>;
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(files)) disk.put(`/course/${name}`, encoder.encode(text));
  disk.makeFolders("/course/notebooks");
  (ts as unknown as { setSys(system: ts.System): void }).setSys(system);
}
