/** The Jest transform of notebooks: `transform: { "\\.ipynb$": [<this file>, { cellTimeoutSeconds }] }`. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Notebook, NotebookError, parseNotebook } from "../format";
import { moduleText, unreadableModule } from "./moduleText";

/** The part of Jest's options that is read here. */
interface TransformOptions {
  config: { rootDir: string };
  configString: string;
  transformerConfig?: { cellTimeoutSeconds?: number };
}

const runtimePath = path.join(__dirname, "runtime.js");
const distRoot = path.join(__dirname, "..", "..", "..");

function transform(text: string, file: string, options: TransformOptions): { code: string; map?: string } {
  const shownPath = path.relative(options.config.rootDir, file);
  const notebook = read(text, shownPath);
  if (notebook instanceof NotebookError) {
    const { message, place } = notebook;
    return { code: unreadableModule({ message, ...place }, file, runtimePath) };
  }
  const cellTimeoutSeconds = options.transformerConfig?.cellTimeoutSeconds ?? 120;
  const out = moduleText({ ...notebook, path: file }, { shownPath, runtimePath, cellTimeoutSeconds });
  return { code: out.text, map: out.map(file, text) };
}

/** Everything the module depends on: the notebook, the options, this code, and the types it was checked against. */
function getCacheKey(text: string, file: string, options: TransformOptions): string {
  const hash = createHash("sha256");
  const { version } = require("typescript/package.json") as { version: string };
  const settings = [options.configString, JSON.stringify(options.transformerConfig ?? {}), version];
  for (const part of [text, file, ...settings, dependencies(options.config.rootDir)]) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 32);
}

let dependenciesDigest: string | undefined;

/** Digest of this transform, of the library's declarations and of the installed versions; once a process. */
function dependencies(rootDir: string): string {
  if (dependenciesDigest !== undefined) return dependenciesDigest;
  const hash = createHash("sha256");
  const names = readdirSync(distRoot, { recursive: true, encoding: "utf8" }).sort();
  const read = names.filter((name) => name.endsWith(".d.ts") || /^notebook[\\/]source[\\/].*\.js$/.test(name));
  const lock = path.join(rootDir, "package-lock.json");
  for (const name of read) hash.update(name).update(readFileSync(path.join(distRoot, name)));
  if (existsSync(lock)) hash.update(readFileSync(lock));
  dependenciesDigest = hash.digest("hex");
  return dependenciesDigest;
}

function read(text: string, shownPath: string): Notebook | NotebookError {
  try {
    return parseNotebook(text, shownPath);
  } catch (error) {
    if (error instanceof NotebookError) return error;
    throw error;
  }
}

export default { process: transform, getCacheKey };
