/** One cell as JavaScript, by the same rewriting that the test lane uses. */
import type { Cell } from "../../../kernel-utils/src/notebook/source/format";
import { cellCode } from "../../../kernel-utils/src/notebook/source/jest/cellCode";
import { MappedText } from "../../../kernel-utils/src/notebook/source/jest/mappedText";
import { decodeMappings } from "../../../kernel-utils/src/notebook/source/jest/sourceMap";
import { parseCell } from "../../../kernel-utils/src/notebook/source/syntax";
import type { CellProblem, CompiledCell } from "../protocol";
import { told } from "./cells";

/** What stops a cell from running at all: its syntax, and what the kernel refuses. */
export const syntaxProblems = (cell: Cell): CellProblem[] => parseCell(cell).problems.map(told);

/** @param cell one that parses */
export function compileCell(cell: Cell): CompiledCell {
  const code = cellCode(cell, true, true);
  const out = new MappedText();
  code.writeFunctions(out, true);
  code.writeBody(out);
  const { mappings } = JSON.parse(out.map("cell.ts", "")) as { mappings: string };
  return { names: [...code.names, ...code.functionNames], text: out.text, mappings: decodeMappings(mappings) };
}
