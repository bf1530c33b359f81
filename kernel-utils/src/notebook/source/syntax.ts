/**
 * What can be said of one cell alone: does it parse, which names does it declare, and does it keep the rules that make
 * a cell run in the kernel (which compiles cell by cell and takes no `export`).
 */
import ts from "typescript";
import type { Cell, Notebook } from "./format";
import type { Problem } from "./problem";
import { exerciseOf, type Step } from "./program";

export interface ParsedCell {
  cell: Cell;
  /** Syntax errors and broken rules, in order. */
  problems: Problem[];
  /** Names declared at the top level, with their offsets; a name may occur twice (overloads, merged interfaces). */
  declared: Map<string, number>;
  /** Names that stand alone in an object literal, as in { model }, and are not the cell's own; with their offsets. */
  shorthand: Map<string, number>;
}

export function parseCell(cell: Cell): ParsedCell {
  const file = parseModule(cell.source);
  const problems = syntaxErrors(file).map(
    ({ code, start, messageText }): Problem => ({
      cell,
      offset: Math.min(start ?? 0, cell.source.length),
      code: `TS${code}`,
      message: ts.flattenDiagnosticMessageText(messageText, "; "),
    }),
  );
  const declared = new Map<string, number>();
  for (const statement of file.statements) {
    for (const name of declaredNames(statement)) declared.set(name.text, name.getStart(file));
    const broken = brokenRule(statement);
    if (broken) problems.push({ cell, offset: statement.getStart(file), code: "rule", message: broken });
  }
  return { cell, problems, declared, shorthand: shorthandNames(file) };
}

/** { name } where the cell itself binds no such name, at any depth. */
function shorthandNames(file: ts.SourceFile): Map<string, number> {
  const names = new Map<string, number>();
  const own = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) names.set(node.name.text, node.name.getStart(file));
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) for (const name of bound(node.name)) own.add(name.text);
    if (ts.isFunctionLike(node) && node.name && ts.isIdentifier(node.name)) own.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const name of own) names.delete(name);
  return names;
}

/** Parses as a module even without an import, so that top-level await is itself. */
export function parseModule(text: string): ts.SourceFile {
  const setExternalModuleIndicator = (file: ts.SourceFile): void => {
    Object.assign(file, { externalModuleIndicator: true });
  };
  const options = { languageVersion: ts.ScriptTarget.ES2022, setExternalModuleIndicator };
  return ts.createSourceFile("cell.ts", text, options, true);
}

/** The parser's own findings: not in the public type, though every source file carries them. */
const syntaxErrors = (file: ts.SourceFile): ts.DiagnosticWithLocation[] =>
  (file as ts.SourceFile & { parseDiagnostics: ts.DiagnosticWithLocation[] }).parseDiagnostics;

/** The identifiers a top-level statement declares, imports included. */
export function declaredNames(statement: ts.Statement): ts.Identifier[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.flatMap((d) => bound(d.name));
  if (ts.isImportDeclaration(statement)) return importedNames(statement.importClause);
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return named && statement.name && ts.isIdentifier(statement.name) ? [statement.name] : [];
}

const bound = (name: ts.BindingName): ts.Identifier[] =>
  ts.isIdentifier(name) ? [name] : name.elements.flatMap((e) => (ts.isOmittedExpression(e) ? [] : bound(e.name)));

function importedNames(clause: ts.ImportClause | undefined): ts.Identifier[] {
  const bindings = clause?.namedBindings;
  const named = bindings && (ts.isNamespaceImport(bindings) ? [bindings.name] : bindings.elements.map((e) => e.name));
  return [...(clause?.name ? [clause.name] : []), ...(named ?? [])];
}

/** Every name that could be meant by an identifier below the node; names of properties are none. */
export function namesUsed(node: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (part: ts.Node): void => {
    if (ts.isIdentifier(part) && !isPropertyName(part)) names.add(part.text);
    ts.forEachChild(part, visit);
  };
  visit(node);
  return names;
}

const isPropertyName = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);

function brokenRule(statement: ts.Statement): string | undefined {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement) || modifiers.some(isExport)) {
    return "a cell exports nothing, the kernel refuses it; remove the word export";
  }
  if (ts.isForOfStatement(statement) && statement.awaitModifier) {
    return "the kernel cannot run a top-level for await; put the loop in an async function and await that";
  }
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined;
  const from = statement.moduleSpecifier.text;
  return from.startsWith(".") || from.startsWith("/")
    ? `cells import packages by name, not the file "${from}"; move it to kernel-utils`
    : undefined;
}

const isExport = (modifier: ts.Modifier): boolean => modifier.kind === ts.SyntaxKind.ExportKeyword;

/** Names two cells declare, and solutions that leave out what their stub declares. */
export function nameProblems(all: Step[], parsed: ReadonlyMap<Cell, ParsedCell>): Problem[] {
  const problems: Problem[] = [];
  const firstIn = new Map<string, Cell>();
  for (const { cell, stub } of all) {
    for (const [name, offset] of parsed.get(cell)!.declared) {
      const first = firstIn.get(name);
      if (first) problems.push({ cell, offset, code: "redeclared", message: redeclared(name, first) });
      else firstIn.set(name, cell);
    }
    for (const [name, offset] of parsed.get(cell)!.shorthand) {
      const first = firstIn.get(name);
      if (first && first !== cell) problems.push({ cell, offset, code: "shorthand", message: lost(name, first) });
    }
    const wanted = stub ? [...parsed.get(stub)!.declared.keys()] : [];
    for (const name of wanted.filter((name) => !parsed.get(cell)!.declared.has(name))) {
      const message = `this solution does not define ${name}, which its stub [${stub!.id}] does; define it`;
      problems.push({ cell, offset: 0, code: "solution", message });
    }
  }
  return problems;
}

const redeclared = (name: string, first: Cell): string =>
  `${name} is already declared in [${first.id}]; choose another name, or two orders of running mean two things`;

/** tslab 1.0.22 rewrites names of earlier cells everywhere but there. */
const lost = (name: string, first: Cell): string =>
  `the kernel loses ${name} of [${first.id}] in the shorthand { ${name} }; write { ${name}: ${name} }`;

/** Exercises nobody can check or nobody has solved. */
export function exerciseProblems({ cells }: Notebook): Problem[] {
  const has = (name: "check" | "solution", exercise: string): boolean =>
    cells.some(({ directive }) => directive?.name === name && exerciseOf(directive) === exercise);
  return cells.flatMap((cell) =>
    cell.directive?.name === "exercise" ? missing(cell, cell.directive.exercise, has) : [],
  );
}

function missing(cell: Cell, exercise: string, has: (name: "check" | "solution", id: string) => boolean): Problem[] {
  return (["check", "solution"] as const)
    .filter((name) => !has(name, exercise))
    .map((name) => ({
      cell,
      offset: 0,
      code: "exercise",
      message: `no cell is the ${name} of this exercise; add one that begins //| ${name}: ${exercise}`,
    }));
}
