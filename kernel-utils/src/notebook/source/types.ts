/**
 * The strict type check of whole notebooks, by today's TypeScript. The kernel checks cell by cell, not strictly, and with
 * an older compiler; here one program sees every cell at once, so a name used above its cell is found without running.
 */
import path from "node:path";
import ts from "typescript";
import { createProgram } from "./compilerHost";
import type { Cell, Notebook } from "./format";
import type { Problem } from "./problem";
import { type Step, steps, type VirtualFile, virtualFile } from "./program";
import { exerciseProblems, nameProblems, type ParsedCell, parseCell } from "./syntax";

/** A notebook with its cells parsed and put in running order. */
interface Prepared {
  notebook: Notebook;
  steps: Step[];
  parsed: Map<Cell, ParsedCell>;
  file: VirtualFile;
  fileName: string;
}

/**
 * @param accepted codes of problems with names that the front end takes, such as "shorthand" where no kernel loses names
 * @returns for each notebook, in its order, what is wrong with its code; expected errors are taken away already
 */
export function codeProblems(notebooks: Notebook[], accepted: readonly string[] = []): Problem[][] {
  const prepared = notebooks.map(prepare);
  const structural = prepared.map((one) => structuralProblems(one).filter(({ code }) => !accepted.includes(code)));
  const sound = prepared.filter((_, i) => structural[i].length === 0);
  const program =
    sound.length > 0 ? createProgram(new Map(sound.map(({ fileName, file }) => [fileName, file.text]))) : undefined;
  return prepared.map((one, i) => {
    const found = program && structural[i].length === 0 ? typeProblems(program, one) : structural[i];
    return withoutExpected(one.notebook, [...found, ...expectedSyntax(one), ...exerciseProblems(one.notebook)]);
  });
}

/** The code a cell says it must fail to compile with; undefined for a failure at run time. */
export const expectedTypeError = ({ directive }: Cell): string | undefined =>
  directive?.name === "expect-error" && /^TS\d+$/.test(directive.code) ? directive.code : undefined;

function prepare(notebook: Notebook, number: number): Prepared {
  const all = steps(notebook);
  const cells = all.flatMap(({ cell, stub }) => (stub ? [cell, stub] : [cell]));
  const parsed = new Map(cells.map((cell) => [cell, parseCell(cell)]));
  const unparsable = new Set(cells.filter((cell) => parsed.get(cell)!.problems.some(({ code }) => code !== "rule")));
  const { dir, name } = path.parse(path.resolve(notebook.path));
  return {
    notebook,
    steps: all,
    parsed,
    file: virtualFile(all, unparsable),
    fileName: path.join(dir, `${name}.${number}.cells.ts`),
  };
}

/** What must be mended before types mean anything: they would only repeat it in every cell below. */
function structuralProblems({ steps, parsed }: Prepared): Problem[] {
  const own = [...parsed.values()].flatMap(({ cell, problems }) => (expectedTypeError(cell) ? [] : problems));
  return [...own, ...nameProblems(steps, parsed)];
}

/** Syntax errors of cells that ask for a type error: maybe the very one. */
const expectedSyntax = ({ parsed }: Prepared): Problem[] =>
  [...parsed.values()].flatMap(({ cell, problems }) => (expectedTypeError(cell) ? problems : []));

function typeProblems(program: ts.Program, { steps, parsed, file, fileName }: Prepared): Problem[] {
  const source = program.getSourceFile(fileName)!;
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  const early = earlyUses(program.getTypeChecker(), source, file, steps, parsed);
  const others = diagnostics.flatMap(({ start, code, messageText }): Problem[] => {
    const place = file.locate(start ?? 0);
    if (place === undefined || early.has(start ?? 0)) return [];
    const message = ts.flattenDiagnosticMessageText(messageText, "; ").replace(/\s+/g, " ");
    return [{ cell: place.cell, offset: place.offset, code: `TS${code}`, message }];
  });
  return [...early.values(), ...others].sort((a, b) => a.cell.index - b.cell.index || a.offset - b.offset);
}

/** Uses of a name above the cell that declares it: closures too, which TypeScript lets pass and the kernel does not. */
function earlyUses(
  checker: ts.TypeChecker,
  source: ts.SourceFile,
  file: VirtualFile,
  all: Step[],
  parsed: ReadonlyMap<Cell, ParsedCell>,
): Map<number, Problem> {
  const declaringStep = new Map<string, number>();
  all.forEach(({ cell }, i) => {
    for (const name of parsed.get(cell)!.declared.keys()) declaringStep.set(name, i);
  });
  const found = new Map<number, Problem>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const place = file.locate(node.getStart(source));
      const home = declaringStep.get(node.text);
      if (place && home !== undefined && place.step < home && isModuleLevel(checker, source, node)) {
        const message = `${node.text} is used before its cell; move it below [${all[home].cell.id}]`;
        found.set(node.getStart(source), { cell: place.cell, offset: place.offset, code: "used-early", message });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Does this identifier mean a name of the module itself, not a property or a local of the same spelling? */
function isModuleLevel(checker: ts.TypeChecker, source: ts.SourceFile, node: ts.Identifier): boolean {
  const shorthand = ts.isShorthandPropertyAssignment(node.parent);
  const symbol = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
  const locals = (source as ts.SourceFile & { locals?: ts.SymbolTable }).locals;
  return symbol !== undefined && locals?.get(node.escapedText) === symbol;
}

/** Takes away what an `expect-error: TS…` cell asked for, and says so where it did not happen. */
function withoutExpected({ cells }: Notebook, problems: Problem[]): Problem[] {
  const expecting = cells.filter((cell) => expectedTypeError(cell) !== undefined);
  const missed = expecting.flatMap((cell): Problem[] => {
    const expected = expectedTypeError(cell)!;
    if (problems.some((problem) => problem.cell === cell && problem.code === expected)) return [];
    const seen = problems.some((problem) => problem.cell === cell) ? "another one" : "none";
    return [{ cell, offset: 0, code: "expect-error", message: `expected the type error ${expected}, found ${seen}` }];
  });
  return [...problems.filter(({ cell, code }) => expectedTypeError(cell) !== code), ...missed];
}
