/**
 * From a line of the JavaScript the kernel runs back to the line of the cell it came from. The kernel compiles a cell in
 * two steps, TypeScript to ES module to CommonJS, and keeps no map; the probe asks the compiler for both.
 */
import { SourceMap } from "node:module";

export interface CellMaps {
  /** CommonJS back to the ES module. */
  toModule: string;
  /** ES module back to the cell, below the line the kernel puts above it. */
  toCell: string;
}

export interface CellPlace {
  line: number;
  column: number;
}

/** Lines the kernel puts above a cell before it compiles it (`export {};`). */
const linesAbove = 1;

const mapsOf = new Map<string, CellMaps>();

export const rememberMaps = (cell: string, maps: CellMaps): void => void mapsOf.set(cell, maps);

/** @param line of the code that ran, from 1 @returns the place in the cell's source, from 1; undefined: unknown */
export function placeInCell(cell: string, line: number, column: number): CellPlace | undefined {
  const maps = mapsOf.get(cell);
  if (maps === undefined) return undefined;
  const inModule = lookUp(maps.toModule, line - 1, column - 1);
  const inCell = inModule && lookUp(maps.toCell, inModule.line, inModule.column);
  if (inCell === undefined || inCell.line < linesAbove) return undefined;
  return { line: inCell.line - linesAbove + 1, column: inCell.column + 1 };
}

/** @param line from 0 @returns undefined for a line that the map does not speak of, such as the kernel's own last one */
function lookUp(map: string, line: number, column: number): CellPlace | undefined {
  const entry = new SourceMap(JSON.parse(map)).findEntry(line, column);
  if (!("originalLine" in entry) || entry.generatedLine !== line) return undefined;
  return { line: entry.originalLine, column: entry.originalColumn };
}
