/** Turns whatever was thrown into a report whose stack names cells and their lines. */
import { cellFile, cellFrame } from "../cells/cellFile";
import { type Description, describeThrown } from "../cells/describeThrown";
import type { CellName, ErrorReport } from "../cells/reports";
import { report } from "./channel";
import { placeInCell } from "./sourceMaps";

/** Reports the error, and gives it the stack that was reported, because the kernel prints it into the notebook next. */
export function reportError(origin: ErrorReport["origin"], thrown: unknown, cell: CellName): void {
  const described = describeError(thrown);
  report({ event: "error", cell, origin, ...described });
  if (!(thrown instanceof Error)) return;
  try {
    thrown.stack = described.stack;
  } catch {
    // A frozen error keeps its stack.
  }
}

export const describeError = (thrown: unknown): Description => describeThrown(thrown, readFrames);

/** Frames of the machinery: they say nothing about the cell, and differ from machine to machine. */
const machinery = /\(?(node:|internal\/)|[\\/]node_modules[\\/](tslab|@tslab)[\\/]|[\\/]kernel[\\/]probe[\\/]/;

function readFrames(stack: string): string[] {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line) && !machinery.test(line));
  return frames.map(nameLine).filter((frame) => !isWrapper.test(frame));
}

/** The frame with the line of the cell's source in place of the line of the code that ran. */
const nameLine = (frame: string): string =>
  frame.replace(cellFrame, (_, cell: string, row: string, column: string) => {
    const place = placeInCell(cell, Number(row), Number(column));
    return cellFile(cell) + (place ? `:${place.line}:${place.column}` : "");
  });

/** The call of the function that the kernel wraps around a cell: on no line of the cell. */
const isWrapper = /^\s+at \[[^\]]+\]$/;
