/** The test module of a notebook: every code cell a function of its own over shared variables, handed to the run time. */
import { Script } from "node:vm";
import type { Cell, Notebook } from "../format";
import { describeProblem, type Problem } from "../problem";
import { exerciseOf, type Step, steps } from "../program";
import { codeProblems, expectedTypeError } from "../types";
import { cellCode, runtimeName } from "./cellCode";
import { MappedText } from "./mappedText";
import type { LocatedMessage, NotebookMeta } from "./meta";
import { stepMeta } from "./stepMeta";

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
  const all = steps(notebook);
  const { problems, refusals } = allProblems(notebook, all);
  const located = (problem: Problem): LocatedMessage => {
    const message = describeProblem(options.shownPath, problem);
    return { message, ...problem.cell.placeAt(problem.offset) };
  };
  const meta: NotebookMeta = {
    path: options.shownPath,
    file: notebook.path,
    steps: all.map((step) => stepMeta(step, options.cellTimeoutSeconds, refusalOf(step, refusals), located)),
  };
  const usesLibrary = all.some(({ cell }) => /from\s+["']kernel-utils["']/.test(cell.source));
  const out = head(meta, usesLibrary, options);
  out.write(`${runtimeName}.types(${JSON.stringify(problems.map(located))});\n`);
  const cannotRun = (step: Step): boolean => !!refusalOf(step, refusals) || !!expectedTypeError(step.cell);
  const runnable = all.map((step) => (cannotRun(step) ? undefined : step));
  writeCells(out, all, runnable);
  return out.write(`${runtimeName}.end();\n`);
}

type Refusals = ReadonlyMap<Cell, Problem>;
const refusalOf = ({ cell, stub }: Step, refusals: Refusals): Problem | undefined =>
  refusals.get(cell) ?? (stub && refusals.get(stub));

/** What is wrong with the notebook, and for each cell that cannot even be run the reason. */
function allProblems(notebook: Notebook, all: Step[]): { problems: Problem[]; refusals: Refusals } {
  const found = codeProblems([notebook])[0];
  const stopping = new Set(found.filter(stopsItsCell).map(({ cell }) => cell));
  const cells = all.flatMap(({ cell, stub }) => (stub ? [cell, stub] : [cell]));
  const sound = cells.filter((cell) => !stopping.has(cell) && !expectedTypeError(cell));
  const problems = [...found, ...sound.flatMap(engineProblem)];
  return { problems, refusals: new Map(problems.filter(stopsItsCell).map((problem) => [problem.cell, problem])) };
}

/** Type errors leave a cell that runs; a cell that does not parse or takes another's name does not. */
const stopsItsCell = ({ code, cell }: Problem): boolean =>
  ["redeclared", "rule", "engine"].includes(code) || (/^TS1\d{3}$/.test(code) && !expectedTypeError(cell));

/** The engine's own objection to a cell that parses, such as two functions of one name in strict code. */
function engineProblem(cell: Cell): Problem[] {
  const code = cellCode(cell, true);
  const out = new MappedText().write(`"use strict"; (async () => {\nlet ${["_", ...code.names].join(", ")};\n`);
  code.writeFunctions(out);
  code.writeBody(out);
  try {
    new Script(`${out.text}});`);
    return [];
  } catch (error) {
    return [{ cell, offset: 0, code: "engine", message: `${(error as Error).message}; the cell cannot run` }];
  }
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
