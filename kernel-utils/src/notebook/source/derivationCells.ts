/**
 * The statements of a notebook that its derivations need: those that begin one or state a line, and, as far back as it
 * goes, those that declare a name they use. Everything else, the training above all, is left out.
 */
import ts from "typescript";
import type { Cell, Notebook } from "./format";
import { steps } from "./program";
import { isOfDerivation } from "./statedLines";
import { declaredNames, namesUsed, parseModule } from "./syntax";

interface Piece {
  cell: Cell;
  start: number;
  end: number;
  declares: readonly string[];
  uses: ReadonlySet<string>;
  states: boolean;
}

/** The cells in running order with the statements that are not needed blanked out; offsets stay as they are. */
export function derivationCells(notebook: Notebook): Cell[] {
  const cells = steps(notebook).map(({ cell }) => cell);
  const pieces = cells.filter((cell) => cell.directive?.name !== "expect-error").flatMap(piecesOf);
  const needed = new Set(pieces.filter(({ states }) => states));
  for (const piece of needed) {
    // A set visits what is added while it is walked: the needs of needs are found too.
    for (const other of pieces) if (other.declares.some((name) => piece.uses.has(name))) needed.add(other);
  }
  return cells.flatMap((cell) => {
    const kept = [...needed].filter((piece) => piece.cell === cell);
    return kept.length > 0 ? [{ ...cell, source: keeping(cell.source, kept) }] : [];
  });
}

function piecesOf(cell: Cell): Piece[] {
  const file = parseModule(cell.source);
  return file.statements.map((statement) => ({
    cell,
    start: statement.getStart(file),
    end: statement.end,
    declares: declaredNames(statement).map(({ text }) => text),
    uses: namesUsed(statement),
    states: cell.directive?.name === "derive" || statesLine(statement),
  }));
}

/** Calls derivation(…) or line(…), or a method that states a line with its id, as in d.gradient("dpo.11", …). */
function statesLine(statement: ts.Statement): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found ||= isOfDerivation(node);
    if (!found) ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}

function keeping(source: string, kept: readonly Piece[]): string {
  const isKept = (offset: number): boolean => kept.some(({ start, end }) => offset >= start && offset < end);
  return Array.from({ length: source.length }, (_, i) => (source[i] === "\n" || isKept(i) ? source[i] : " ")).join("");
}
