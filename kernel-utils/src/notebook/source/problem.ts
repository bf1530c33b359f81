import { type Cell, whereIs } from "./format";

/** One thing wrong with a notebook that reads well as a file: where, and what to do about it. */
export interface Problem {
  cell: Cell;
  /** Offset into the cell's source. */
  offset: number;
  /** `TS2345` for what TypeScript says, a word of our own otherwise. */
  code: string;
  message: string;
}

/** Line and column, from 1, of an offset into the source of a cell. */
export function lineOf({ source }: Cell, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

/** `notebooks/06-dpo.ipynb [beta-sweep, line 4:7]: betas is used before its cell; move it below [betas]` */
export function describeProblem(path: string, { cell, offset, code, message }: Problem): string {
  const { line, column } = lineOf(cell, offset);
  return `${whereIs(path, cell.id, line, column)}: ${message}${/^TS\d/.test(code) ? ` (${code})` : ""}`;
}
