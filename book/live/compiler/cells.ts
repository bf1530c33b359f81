/** Cells of a page as the notebook tools know them: places are lines and columns of the cell itself. */
import { parseDirective } from "../../../kernel-utils/src/notebook/source/directives";
import type { Cell, Notebook } from "../../../kernel-utils/src/notebook/source/format";
import { lineOf, type Problem } from "../../../kernel-utils/src/notebook/source/problem";
import type { CellProblem, PageCell } from "../protocol";

export function cellOf({ id, kind, source }: PageCell, index: number): Cell {
  const cell: Cell = {
    ...{ id, index, kind: kind === "code" ? "code" : "markdown", source, startLine: 1, outputCount: 0 },
    directive: kind === "code" ? parseDirective(source).directive : undefined,
    placeAt: (offset) => lineOf(cell, offset),
  };
  return cell;
}

export const notebookOf = (name: string, cells: PageCell[]): Notebook => ({
  path: `/course/notebooks/${name}.ipynb`,
  cells: cells.map(cellOf),
});

export const told = ({ cell, offset, code, message }: Problem): CellProblem => ({
  ...{ cell: cell.id, code, message },
  ...lineOf(cell, offset),
});
