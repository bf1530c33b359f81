/**
 * Compiles cells one after another. Each cell is a module of its own that imports, on one line above its source, the
 * names of earlier cells that it mentions; so a name may be declared anew, and types are as the earlier cell has them,
 * including what its last line knew of them (a constant checked against undefined stays checked).
 */
import ts from "typescript";
import type { DiagnosticItem } from "../cells/reports";
import { type Declared, declaredNames, withoutExports } from "./declared";
import { cellItems, fileItems } from "./diagnostics";
import { LanguageHost } from "./languageHost";
import { type Region, shareNames } from "./shareNames";

export interface CompiledCell {
  js: string;
  /** Source map from `js` to the cell; line `mapLineOffset` + 1 of its source is the cell's first. */
  map: string;
  mapLineOffset: number;
}

export type Compilation = { number: number; cell: CompiledCell } | { number: number; items: DiagnosticItem[] };

/** A name that later cells can use. */
interface Living {
  declared: Declared;
  /** Number of the cell that declares it. */
  home: number;
  /** The cell behind whose last line more is known of its type than it was declared with. */
  narrowedIn?: number;
}

interface Written {
  file: string;
  region: Region;
  /** Names of earlier cells that this one mentions. */
  used: string[];
}

/** The object in which a cell exports the types that its variables have behind its last line. */
const endName = "$end";

export class NotebookCompiler {
  private readonly host: LanguageHost;
  private readonly service: ts.LanguageService;
  private readonly living = new Map<string, Living>();
  private readonly waiting = new Map<number, { declared: Declared[]; narrowed: Map<string, boolean> }>();
  private readonly checkedFiles = new WeakSet<ts.SourceFile>();
  private count = 0;

  constructor(private readonly folder: string) {
    this.host = new LanguageHost(folder);
    this.service = ts.createLanguageService(this.host, ts.createDocumentRegistry());
  }

  /** Forgets every cell: the process that held their values is gone. */
  reset(): void {
    this.living.clear();
    this.waiting.clear();
  }

  /** Reads the libraries, which takes the better part of a second, before the first cell needs them. */
  warm(source = ""): void {
    this.service.getSemanticDiagnostics(this.write("warm", source, []).file);
  }

  compile(source: string): Compilation {
    const number = ++this.count;
    const syntax = syntaxErrors(source);
    if (syntax.length > 0) return { number, items: syntax };
    const code = withoutExports(source);
    const declared = declaredNames(parse(code));
    const written = this.write(String(number), code, declared);
    const program = this.service.getProgram()!;
    const file = program.getSourceFile(written.file)!;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    const kindOf = (name: string) => this.living.get(name)?.declared.kind;
    const items = [...cellItems(found, file, written.region, kindOf), ...this.projectItems(program)];
    if (items.length > 0) return { number, items };
    this.waiting.set(number, { declared, narrowed: narrowedNames(program.getTypeChecker(), file) });
    return { number, cell: emit(program, file, written, declared) };
  }

  /** After the cell has run: from now on its names are those that later cells see. @param done the names with a value */
  commit(number: number, isOk: boolean, done: readonly string[]): void {
    const waiting = this.waiting.get(number);
    this.waiting.delete(number);
    if (waiting === undefined) return;
    const has = new Set(done);
    for (const declared of waiting.declared) {
      if (declared.kind === "type" || has.has(declared.name))
        this.living.set(declared.name, { declared, home: number });
    }
    for (const [name, isNarrowed] of isOk ? waiting.narrowed : []) {
      const living = this.living.get(name);
      if (living) living.narrowedIn = isNarrowed ? number : undefined;
    }
  }

  /** A cell that is still being written, with every name in reach. */
  draft<T>(source: string, ask: (service: ts.LanguageService, file: string, offset: number) => T): T {
    const { file, region } = this.write("draft", source, declaredNames(parse(source)), true);
    return ask(this.service, file, region.start);
  }

  names = (): string[] => [...this.living.keys()];

  /** What a list of completions calls a name of the cells so far. */
  shownKind = (name: string): string | undefined => this.living.get(name)?.declared.shown;

  private write(name: string, source: string, declared: Declared[], withAll = false): Written {
    const own = new Set(declared.map((one) => one.name));
    const words = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
    const used = this.names().filter((one) => !own.has(one) && (withAll || words.has(one)));
    const head = `${this.prelude(used)}\n`;
    const file = this.host.fileNamed(`cell-${name}`);
    this.host.write(file, head + source + suffix(declared, used, (one) => this.living.get(one)?.declared.kind));
    this.host.write(this.host.root, `import "./.align-cell-${name}";\n`);
    return { file, region: { start: head.length, end: head.length + source.length }, used };
  }

  /** One line. A type that was narrowed is given to a variable of its own, as if the cells stood in one file. */
  private prelude(used: string[]): string {
    return used
      .map((name) => {
        const { declared, home, narrowedIn } = this.living.get(name)!;
        const from = (cell: number): string => `from "./.align-cell-${cell}";`;
        if (narrowedIn === undefined) return `import { ${name} } ${from(home)}`;
        const end = `$end_${name}`;
        const imports = `import { ${name} as $declared_${name} } ${from(home)} import { ${endName} as ${end} } ${from(narrowedIn)}`;
        const type = declared.kind === "let" ? `: typeof $declared_${name}` : "";
        return `${imports} ${declared.kind} ${name}${type} = 0 as unknown as (typeof ${end})["${name}"];`;
      })
      .join(" ");
  }

  /** Mistakes in files of the project that cells import; what is checked is not checked again until it changes. */
  private projectItems(program: ts.Program): DiagnosticItem[] {
    const files = program
      .getSourceFiles()
      .filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && !this.host.isOurs(fileName))
      .filter(({ fileName }) => /\.[cm]?tsx?$/.test(fileName) && !fileName.includes("/node_modules/"));
    return files.flatMap((file) => {
      if (this.checkedFiles.has(file)) return [];
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      if (found.length === 0) this.checkedFiles.add(file);
      return fileItems(found, this.folder);
    });
  }
}

const parse = (source: string): ts.SourceFile =>
  ts.createSourceFile("cell.ts", source, { languageVersion: ts.ScriptTarget.ES2022 }, true);

/** By the cell alone: what follows it in its file would only blur where the mistake is. */
function syntaxErrors(source: string): DiagnosticItem[] {
  const file = parse(source);
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: readonly ts.Diagnostic[] };
  return cellItems(parseDiagnostics, file, { start: 0, end: source.length }, () => undefined);
}

/** Exports what the cell declares, and the types its variables have at its end. */
function suffix(declared: Declared[], used: string[], kindOf: (name: string) => string | undefined): string {
  const isVariable = (kind: string | undefined): boolean => kind === "let" || kind === "const";
  const own = declared.filter(({ kind }) => isVariable(kind)).map(({ name }) => name);
  const variables = [...own, ...used.filter((name) => isVariable(kindOf(name)))];
  const end = variables.length === 0 ? "" : `export const ${endName} = { ${variables.join(", ")} } as const;`;
  return `\nexport { ${declared.map(({ name }) => name).join(", ")} };${end}\n`;
}

/** For each variable in reach of the cell's end, whether more is known of its type there than it was declared with. */
function narrowedNames(checker: ts.TypeChecker, file: ts.SourceFile): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const last = file.statements.at(-1);
  if (!last || !ts.isVariableStatement(last)) return found;
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const symbol = checker.getShorthandAssignmentValueSymbol(node);
      const type = checker.getTypeAtLocation(node.name);
      // `never`: the end is out of reach, so nothing is known there.
      const isKnown = (type.flags & ts.TypeFlags.Never) === 0;
      if (symbol)
        found.set(node.name.text, isKnown && !checker.isTypeAssignableTo(declaredType(checker, symbol), type));
    }
    ts.forEachChild(node, visit);
  };
  visit(last);
  return found;
}

function declaredType(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Type {
  const origin = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getTypeOfSymbol(origin);
}

function emit(program: ts.Program, file: ts.SourceFile, written: Written, declared: Declared[]): CompiledCell {
  const names = new Set([...written.used, ...declared.map(({ name }) => name)]);
  const share = shareNames(program.getTypeChecker(), written.region, names);
  const out = { js: "", map: "" };
  const write = (name: string, text: string): void => {
    if (name.endsWith(".js")) out.js = text;
    if (name.endsWith(".map")) out.map = text;
  };
  program.emit(file, write, undefined, false, { before: [share] });
  const js = out.js.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n").replace(/(^|\n)export \{\};\s*$/, "$1");
  return { js, map: out.map, mapLineOffset: 1 };
}
