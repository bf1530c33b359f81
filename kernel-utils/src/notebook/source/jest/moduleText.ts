/** The test module of a notebook: every code cell a function of its own over shared variables, handed to the run time. */
import type { Directive } from "../directives";
import { type Cell, type Notebook, offsetOfLine } from "../format";
import { describeProblem, type Problem } from "../problem";
import { exerciseOf, type Step, steps } from "../program";
import { codeProblems, expectedTypeError } from "../types";
import { cellCode, runtimeName } from "./cellCode";
import { MappedText } from "./mappedText";
import type { LocatedMessage, NotebookMeta, StepMeta } from "./meta";

export interface ModuleOptions {
  /** How messages name the notebook. */
  shownPath: string;
  /** What the module requires as its run time. */
  runtimePath: string;
  /** Longest a cell may run that does not say `slow`. */
  cellTimeoutSeconds: number;
}

/** @returns the module and, by its `map`, the way back to the .ipynb */
export function moduleText(notebook: Notebook, options: ModuleOptions): MappedText {
  const problems = codeProblems([notebook])[0];
  const all = steps(notebook);
  const refusals = new Map(problems.filter(stopsItsCell).map((problem) => [problem.cell, problem]));
  const located = (problem: Problem): LocatedMessage => {
    const message = describeProblem(options.shownPath, problem);
    return { message, ...problem.cell.placeAt(problem.offset) };
  };
  const meta: NotebookMeta = {
    path: options.shownPath,
    file: notebook.path,
    steps: all.map((step) => stepMeta(step, refusals, located, options)),
  };
  const usesLibrary = all.some(({ cell }) => /from\s+["']kernel-utils["']/.test(cell.source));
  const out = head(meta, usesLibrary, options);
  out.write(`${runtimeName}.types(${JSON.stringify(problems.map(located))});\n`);
  const refused = (cell: Cell | undefined): boolean => cell !== undefined && refusals.has(cell);
  const cannotRun = ({ cell, stub }: Step): boolean => refused(cell) || refused(stub) || !!expectedTypeError(cell);
  const runnable = all.map((step) => (cannotRun(step) ? undefined : step));
  writeCells(out, all, runnable);
  return out.write(`${runtimeName}.end();\n`);
}

/** A module with one failing test, for a file that is no notebook. */
export function unreadableModule({ message, line, column }: LocatedMessage, file: string, runtimePath: string): string {
  const meta: NotebookMeta = { path: file, file, steps: [] };
  return `require(${JSON.stringify(runtimePath)}).unreadable(${JSON.stringify(meta)}, ${JSON.stringify({ message, line, column })});\n`;
}

function head(meta: NotebookMeta, usesLibrary: boolean, { runtimePath, shownPath }: ModuleOptions): MappedText {
  const library = usesLibrary ? `() => require("kernel-utils")` : "undefined";
  return new MappedText()
    .write(`"use strict";\n// Generated from the cells of ${shownPath}: edit them, not this.\n`)
    .write(
      `const ${runtimeName} = require(${JSON.stringify(runtimePath)}).open(${JSON.stringify(meta)}, ${library});\n`,
    );
}

function writeCells(out: MappedText, all: Step[], runnable: (Step | undefined)[]): void {
  const codes = runnable.map((step) => step && cellCode(step.cell, true));
  const names = [...new Set(codes.flatMap((code) => code?.names ?? []))];
  out.write("{\n").write(names.length > 0 ? `let ${names.join(", ")};\n` : "");
  codes.forEach((code, i) => {
    const { cell } = all[i];
    out.write(`\n// ---------- [${cell.id}] ----------\n`);
    code?.writeFunctions(out);
    out.write(`${runtimeName}.cell(${i}, async () => {\n`);
    code?.writeBody(out);
    out.write("});\n");
    if (cell.directive?.name === "check") writeStub(out, all, runnable, i);
  });
  out.write("}\n");
}

/** The stub as the learner finds it, with its check, in a scope of their own: once, at the first check. */
function writeStub(out: MappedText, all: Step[], runnable: (Step | undefined)[], at: number): void {
  const exercise = exerciseOf(all[at].cell.directive);
  const home = all.findIndex(({ stub }) => stub && exerciseOf(stub.directive) === exercise);
  const first = all.findIndex(
    ({ cell }) => cell.directive?.name === "check" && exerciseOf(cell.directive) === exercise,
  );
  if (first !== at || !runnable[home] || !runnable[at]) return;
  out.write(`// ---------- [${all[home].stub!.id}], the stub ----------\n`);
  out.write(`${runtimeName}.stub(${home}, async () => {\n`);
  cellCode(all[home].stub!, false).writeBody(out);
  out.write("{\n");
  cellCode(all[at].cell, false).writeBody(out);
  out.write("}\n});\n");
}

/** Type errors leave a cell that runs; a cell that does not parse or takes another's name does not. */
const stopsItsCell = ({ code, cell }: Problem): boolean =>
  code === "redeclared" || code === "rule" || (/^TS1\d{3}$/.test(code) && expectedTypeError(cell) === undefined);

function stepMeta(
  { cell, stub }: Step,
  refusals: ReadonlyMap<Cell, Problem>,
  located: (problem: Problem) => LocatedMessage,
  { cellTimeoutSeconds }: ModuleOptions,
): StepMeta {
  const refusal = refusals.get(cell) ?? (stub && refusals.get(stub));
  const slow = cell.directive?.name === "slow" ? cell.directive.seconds : 0;
  return {
    id: cell.id,
    title: `[${cell.id}] ${title(cell)}`.trim(),
    directive: cell.directive,
    seconds: Math.max(cellTimeoutSeconds, slow),
    lines: linePlaces(cell),
    refused: refusal && located(refusal),
    stub: stub && stubMeta(stub),
  };
}

function stubMeta(stub: Cell): StepMeta["stub"] {
  const attempted = !/\btodo\s*\(/.test(stub.source);
  const what = attempted ? "its answer passes the check" : "says not attempted yet";
  return {
    id: stub.id,
    title: `[${stub.id}] stub ${exerciseOf(stub.directive)}: ${what}`,
    attempted,
    lines: linePlaces(stub),
  };
}

const linePlaces = (cell: Cell): [number, number][] =>
  cell.source.split("\n").map((_, i) => {
    const { line, column } = cell.placeAt(offsetOfLine(cell, i + 1));
    return [line, column];
  });

/** What the cell is, in its own words: its directive, or the comment it begins with. */
function title({ directive, source }: Cell): string {
  const comment = /^\s*(?:\/\/\|.*\n)?\s*\/[/*]+\s*(.*?)\s*(?:\*\/)?$/m.exec(source.slice(0, 400))?.[1] ?? "";
  if (directive === undefined) return source.trimStart().startsWith("/") ? comment : "";
  return directiveTitle(directive);
}

function directiveTitle(directive: Directive): string {
  switch (directive.name) {
    case "derive":
      return `derive ${directive.line} from ${directive.from}`;
    case "expect-error":
      return `fails with ${directive.code}`;
    case "slow":
      return `slow, at most ${directive.seconds} s`;
    default:
      return `${directive.name} ${directive.exercise}`;
  }
}
