/** What the language service sees: cells that exist only in memory, beside the files on the disk. */
import { statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { compilerOptions } from "./options";

/** Functions that every cell may call besides Node's own. */
const globals = `
/** Asks the learner for a line of text and waits for it. @returns null where the question was dismissed */
declare function prompt(message?: string): string | null;
/** As \`prompt\`, but what is typed is not shown. */
declare function password(message?: string): string | null;
`;

export class LanguageHost implements ts.LanguageServiceHost {
  /** The file whose imports make up the program; its name never changes, so the compiler keeps what it knows. */
  readonly root: string;
  private readonly options: ts.CompilerOptions;
  private readonly texts = new Map<string, { text: string; version: number }>();
  private readonly resolved = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private readonly globalsFile: string;
  private version = 0;

  constructor(private readonly folder: string) {
    this.options = compilerOptions(folder);
    this.root = this.fileNamed("notebook");
    this.globalsFile = path.join(folder, ".align-globals.d.ts").split(path.sep).join("/");
    this.write(this.root, "export {};\n");
    this.write(this.globalsFile, globals);
  }

  fileNamed = (name: string): string => path.join(this.folder, `.align-${name}.ts`).split(path.sep).join("/");

  write(file: string, text: string): void {
    if (this.texts.get(file)?.text !== text) this.texts.set(file, { text, version: ++this.version });
  }

  drop(file: string): void {
    this.texts.delete(file);
  }

  isOurs = (file: string): boolean => this.texts.has(file);

  getCompilationSettings = (): ts.CompilerOptions => this.options;
  getScriptFileNames = (): string[] => [this.root, this.globalsFile];
  getCurrentDirectory = (): string => this.folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  directoryExists = ts.sys.directoryExists;
  getDirectories = ts.sys.getDirectories;
  readDirectory = ts.sys.readDirectory;
  realpath = ts.sys.realpath;
  useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;
  fileExists = (file: string): boolean => this.texts.has(file) || ts.sys.fileExists(file);
  readFile = (file: string): string | undefined => this.texts.get(file)?.text ?? ts.sys.readFile(file);

  /** Files of the project may change under the kernel's hands; packages and declarations stay as first seen, as at run time. */
  getScriptVersion = (file: string): string => {
    const own = this.texts.get(file);
    if (own) return String(own.version);
    if (file.endsWith(".d.ts") || file.includes("/node_modules/")) return "1";
    return String(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  };

  /** Kept, because every program asks for every file again. */
  getScriptSnapshot = (file: string): ts.IScriptSnapshot | undefined => {
    const version = this.getScriptVersion(file);
    const known = this.snapshots.get(file);
    if (known?.version === version) return known.snapshot;
    const text = this.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(file, { version, snapshot });
    return snapshot;
  };

  /** From the file itself, else from this package: a notebook outside the project may use what the kernel brings along. */
  resolveModuleNameLiterals = (
    literals: readonly ts.StringLiteralLike[],
    containing: string,
    _redirect: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    source: ts.SourceFile,
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] =>
    literals.map((literal) => {
      const mode = ts.getModeForUsageLocation(source, literal, options);
      const key = `${path.dirname(containing)}|${mode}|${literal.text}`;
      const known = this.resolved.get(key);
      if (known) return known;
      const resolve = (from: string) =>
        ts.resolveModuleName(literal.text, from, options, this, this.cache, undefined, mode);
      const own = this.isOurs(containing) ? this.resolveFresh(literal.text, containing) : resolve(containing);
      const found = own.resolvedModule || !this.isOurs(containing) ? own : resolve(path.join(__dirname, "index.ts"));
      if (found.resolvedModule) this.resolved.set(key, found); // what is missing now may be there at the next try
      return found;
    });

  private readonly cache = ts.createModuleResolutionCache(process.cwd(), (name) => name);

  /** Asked for by the language service, though not declared: without it every program reads every package.json again. */
  getModuleResolutionCache = (): ts.ModuleResolutionCache => this.cache;

  /** Without a cache, which would remember a package as missing that is being installed meanwhile. */
  private resolveFresh = (name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations =>
    ts.resolveModuleName(name, from, this.options, this);
}
