/**
 * One cell as JavaScript that can stand inside a function and still share its names with the other cells: declarations
 * become assignments to variables of the module, functions move to the module, imports become calls of require.
 */
import ts from "typescript";
import { type Cell, offsetOfLine } from "../format";
import { declaredNames } from "../syntax";
import type { MappedText, TracedText } from "./mappedText";
import { decodeMappings } from "./sourceMap";

/** The run-time object that the generated module talks to. */
export const runtimeName = "__notebook";

export interface CellCode {
  /** Variables the module must declare for this cell. */
  names: string[];
  /** Functions that move to the module. */
  functionNames: string[];
  /** @param assigned as assignments to variables that exist, for code that is evaluated cell by cell */
  writeFunctions(into: MappedText, assigned?: boolean): void;
  writeBody(into: MappedText): void;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * @param shared false keeps the names of the cell to itself, for a stub that must not replace its solution
 * @param withValue gives the value of a last expression to the run time, for a front end that shows it
 */
export function cellCode(cell: Cell, shared: boolean, withValue = false): CellCode {
  const code = transpile(cell);
  const file = ts.createSourceFile("cell.js", code.text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const moved = shared ? file.statements.filter(isNamedFunction) : [];
  const statements = file.statements.filter((statement) => !moved.includes(statement as NamedFunction));
  // Inner edits first: where two insert at one place, that is their order.
  const edits = [
    ...dynamicImports(file),
    ...statements.flatMap((statement) => editsOf(statement, shared)),
    ...(withValue ? lastValue(file.statements) : []),
  ];
  const cuts = moved.map((statement) => ({ start: statement.getStart(file), end: statement.end, text: "" }));
  return {
    names: shared ? statements.flatMap(declaredNames).map(({ text }) => text) : [],
    functionNames: moved.map(({ name }) => name.text),
    writeFunctions: (into, assigned = false) => {
      moved.forEach(({ name }, i) => {
        const { start, end } = cuts[i];
        write(into.write(assigned ? `${name.text} = ` : ""), code, start, end, edits).write(assigned ? ";\n" : "\n");
      });
    },
    writeBody: (into) => {
      const outside = edits.filter(({ start }) => !cuts.some((cut) => cut.start <= start && start < cut.end));
      write(into, code, 0, code.text.length, [...outside, ...cuts]).write("\n");
    },
  };
}

/** `f(x);` as a last statement becomes `__notebook.value = (f(x));`. */
function lastValue(statements: readonly ts.Statement[]): Edit[] {
  const last = statements.filter((statement) => !ts.isExportDeclaration(statement)).at(-1); // the compiler's `export {}`
  if (last === undefined || !ts.isExpressionStatement(last)) return [];
  const { expression } = last;
  return [insert(expression.getStart(), `${runtimeName}.value = (`), insert(expression.end, ")")];
}

type NamedFunction = ts.FunctionDeclaration & { name: ts.Identifier };
const isNamedFunction = (statement: ts.Statement): statement is NamedFunction =>
  ts.isFunctionDeclaration(statement) && statement.name !== undefined;

/** JavaScript without types, every import kept (a later cell may use it), traced to the characters of the .ipynb. */
function transpile(cell: Cell): TracedText {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    verbatimModuleSyntax: true,
    sourceMap: true,
  };
  const { outputText, sourceMapText } = ts.transpileModule(cell.source, { compilerOptions, fileName: "cell.ts" });
  const text = outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, "");
  const lineStarts = startsOfLines(text);
  const { mappings } = JSON.parse(sourceMapText ?? '{"mappings":""}') as { mappings: string };
  const traces = decodeMappings(mappings).map(({ line, column, sourceLine, sourceColumn }) => ({
    offset: lineStarts[line] + column,
    place: cell.placeAt(offsetOfLine(cell, sourceLine + 1) + sourceColumn),
  }));
  return { text, traces: traces.filter(({ offset }) => offset < text.length) };
}

function startsOfLines(text: string): number[] {
  let at = 0;
  return text.split("\n").map((line) => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

function write(into: MappedText, code: TracedText, start: number, end: number, edits: Edit[]): MappedText {
  const inside = edits.filter((edit) => edit.start >= start && edit.end <= end);
  let at = start;
  for (const edit of inside.sort((a, b) => a.start - b.start || a.end - b.end)) {
    into.copy(code, at, edit.start).replace(code, edit.start, edit.text);
    at = edit.end;
  }
  return into.copy(code, at, end);
}

function editsOf(statement: ts.Statement, shared: boolean): Edit[] {
  const start = statement.getStart();
  if (ts.isExportDeclaration(statement)) return [{ start, end: statement.end, text: "" }];
  if (ts.isImportDeclaration(statement)) return [{ start, end: statement.end, text: importCode(statement, shared) }];
  if (!shared) return [];
  if (ts.isVariableStatement(statement)) return assignments(statement);
  if (!ts.isClassDeclaration(statement) || !statement.name) return [];
  return [insert(start, `;${statement.name.text} = `), insert(statement.end, ";")];
}

const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** `const a = 1, { b } = c` becomes `;(a = 1, { b } = c);`: the bracket lets a pattern stand first. */
function assignments(statement: ts.VariableStatement): Edit[] {
  const { declarations } = statement.declarationList;
  const unset = declarations.filter(({ initializer }) => initializer === undefined);
  return [
    { start: statement.getStart(), end: declarations[0].getStart(), text: ";(" },
    ...unset.map(({ end }) => insert(end, " = undefined")),
    { start: declarations[declarations.length - 1].end, end: statement.end, text: ");" },
  ];
}

/** On the line of the import, so that a module that is not there is reported on that line. */
function importCode({ importClause, moduleSpecifier }: ts.ImportDeclaration, shared: boolean): string {
  const loaded = `require(${moduleSpecifier.getText()})`;
  const target = (name: string, value: string): string =>
    shared ? `;(${name} = ${value});` : `const ${name} = ${value};`;
  if (!importClause) return `${loaded};`;
  const { name, namedBindings } = importClause;
  const code = name ? target(name.text, `${runtimeName}.defaultOf(${loaded})`) : "";
  if (!namedBindings) return code;
  if (ts.isNamespaceImport(namedBindings)) {
    return code + target(namedBindings.name.text, `${runtimeName}.namespaceOf(${loaded})`);
  }
  const pattern = namedBindings.elements.map((e) =>
    e.propertyName ? `${e.propertyName.text}: ${e.name.text}` : e.name.text,
  );
  return code + target(`{ ${pattern.join(", ")} }`, loaded);
}

/** `import(x)` becomes a promise of `require(x)`: the modules of this lane are CommonJS. */
function dynamicImports(file: ts.SourceFile): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0]) {
      const load = `${runtimeName}.load(() => require(`;
      edits.push({ start: node.getStart(), end: node.arguments[0].getStart(), text: load }, insert(node.end, ")"));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}
