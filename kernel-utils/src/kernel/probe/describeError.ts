/** Turns whatever was thrown into a report whose stack names cells and their lines. */
import { cellFile, cellFrame } from "./cellFile";
import { report } from "./channel";
import type { CellName, ErrorReport } from "./reports";
import { placeInCell } from "./sourceMaps";

type Description = Pick<ErrorReport, "name" | "code" | "message" | "stack">;

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

export function describeError(thrown: unknown): Description {
  if (!isErrorLike(thrown)) {
    const message =
      typeof thrown === "string" ? thrown : safely(() => String(thrown), "an object without a description");
    const stack = `threw a value that is no Error: ${message}`;
    return { name: thrown === null ? "null" : typeof thrown, message, stack };
  }
  const name = safely(() => String(thrown.name || thrown.constructor?.name), "") || "Error";
  const message = safely(() => String(thrown.message), "");
  const code = "code" in thrown ? String(thrown.code) : undefined;
  const frames = readFrames(safely(() => String(thrown.stack ?? ""), ""));
  return { name, code, message, stack: [`${name}: ${message}`, ...frames].join("\n") };
}

interface ErrorLike {
  name?: unknown;
  message: unknown;
  stack?: unknown;
}

/** Not instanceof: errors of other realms (a vm context, a worker) are errors too. */
const isErrorLike = (thrown: unknown): thrown is ErrorLike =>
  typeof thrown === "object" && thrown !== null && "message" in thrown;

/** Getters of a thrown object may throw in their turn. */
function safely(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

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
