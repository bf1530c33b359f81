/**
 * The program a notebook is: its code cells in order in one module, solutions in the place of their stubs. A stub stays,
 * in a block of its own where its names shadow nothing, so that it is checked as strictly as the rest.
 */
import type { Directive } from "./directives";
import { type Cell, type Notebook, offsetOfLine } from "./format";

/** One code cell as it takes its turn. */
export interface Step {
  cell: Cell;
  /** The stub this cell, a solution, is run in place of. */
  stub?: Cell;
}

/** The code cells in the order they run in when answers are wanted. */
export function steps(notebook: Notebook): Step[] {
  const code = notebook.cells.filter((cell) => cell.kind === "code");
  const solutions = new Map(
    code.flatMap((cell) => (cell.directive?.name === "solution" ? [[cell.directive.exercise, cell]] : [])),
  );
  return code.flatMap((cell): Step[] => {
    if (cell.directive?.name === "solution") return [];
    const solution = cell.directive?.name === "exercise" && solutions.get(cell.directive.exercise);
    return [solution ? { cell: solution, stub: cell } : { cell }];
  });
}

/** One TypeScript text for a whole notebook, and the way back from its lines to the cells'. */
export interface VirtualFile {
  text: string;
  /** @param offset into `text`; undefined on a line no cell wrote */
  locate(offset: number): { step: number; cell: Cell; offset: number } | undefined;
}

interface OwnedLine {
  start: number;
  step: number;
  cell: Cell;
  /** Line of the cell's source, from 1. */
  line: number;
}

/** @param leftOut cells that do not parse: their lines stay empty */
export function virtualFile(all: Step[], leftOut: ReadonlySet<Cell> = new Set()): VirtualFile {
  let text = "";
  const owned: OwnedLine[] = [];
  const add = (step: number, cell: Cell): void => {
    text += `// [${cell.id}]\n`;
    if (leftOut.has(cell)) return;
    cell.source.split("\n").forEach((line, i) => {
      owned.push({ start: text.length, step, cell, line: i + 1 });
      text += `${line}\n`;
    });
  };
  all.forEach(({ cell, stub }, step) => {
    add(step, cell);
    if (stub === undefined) return;
    text += "{\n";
    add(step, stub);
    text += "}\n";
  });
  return { text, locate: (offset) => locate(owned, offset) };
}

function locate(owned: OwnedLine[], offset: number): ReturnType<VirtualFile["locate"]> {
  const found = owned.filter((line) => line.start <= offset).at(-1);
  if (found === undefined) return undefined;
  const { step, cell, line, start } = found;
  return { step, cell, offset: Math.min(offsetOfLine(cell, line) + offset - start, cell.source.length) };
}

export const exerciseOf = (directive: Directive | undefined): string | undefined =>
  directive && "exercise" in directive ? directive.exercise : undefined;
