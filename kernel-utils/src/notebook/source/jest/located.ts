/** Errors as a reader of the notebook needs them: notebook, cell and line in the message, the .ipynb line on top. */
import { whereIs } from "../format";
import type { LocatedMessage, NotebookMeta } from "./meta";

/** Where a cell's lines begin in the .ipynb. */
interface Lines {
  id: string;
  lines: [number, number][];
}

/** Frames of the machinery that called the cell. */
const ownFrame = /notebook[\\/]source[\\/]jest[\\/]/;

const alreadyLocated = new WeakSet<Error>();

/**
 * The error, its message led by `notebook [cell, line n]`; its stack led by the frame inside the notebook.
 * @param how it came about, if not by the cell's own call
 */
export function locatedError(thrown: unknown, cell: Lines, meta: NotebookMeta, how?: string): Error {
  const error = asError(thrown);
  if (alreadyLocated.has(error)) return error;
  alreadyLocated.add(error);
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line) && !ownFrame.test(line));
  const inside = frames.findIndex((frame) => frame.includes(meta.file));
  const place = inside < 0 ? undefined : placeIn(frames[inside], meta.file);
  const found = place && lineInCell(place, [cell, ...cellsOf(meta)]);
  const where = whereIs(meta.path, found?.id ?? cell.id, found?.line);
  const message = `${where}: ${how ? `${how}: ` : ""}${error.message}`;
  // The frame of the notebook comes first: Jest shows the code around the first frame.
  const ordered = inside < 0 ? frames : [frames[inside], ...frames.slice(0, inside), ...frames.slice(inside + 1)];
  return withStack(error, message, ordered);
}

/** An error that points to a place nothing was thrown from: a type error, a broken file, a cell that timed out. */
export function errorAt({ message, line, column }: LocatedMessage, file: string): Error {
  return withStack(new Error(message), message, [`    at cell (${file}:${line}:${column})`]);
}

/** An error whose message is all there is to see. */
export const quietError = (message: string): Error => withStack(new Error(message), message, []);

function withStack(error: Error, message: string, frames: string[]): Error {
  const located = Object.assign(error, { message });
  located.stack = [`${error.name}: ${message}`, ...frames].join("\n");
  return located;
}

/** Errors from another realm (Node's own modules) are not instanceof this one's Error. */
function asError(thrown: unknown): Error {
  const isError = typeof thrown === "object" && thrown !== null && "message" in thrown && "stack" in thrown;
  return isError ? (thrown as Error) : new Error(`thrown: ${String(thrown)}`);
}

function placeIn(frame: string, file: string): [number, number] | undefined {
  const [, line, column] = /^:(\d+):(\d+)/.exec(frame.slice(frame.indexOf(file) + file.length)) ?? [];
  return line === undefined ? undefined : [Number(line), Number(column)];
}

const cellsOf = ({ steps }: NotebookMeta): Lines[] => steps.flatMap((step) => (step.stub ? [step, step.stub] : [step]));

/** The last line that begins at or before the place, over all cells: right even when the JSON is one line. */
function lineInCell(place: [number, number], cells: Lines[]): { id: string; line: number } | undefined {
  const starts = cells.flatMap(({ id, lines }) => lines.map((start, i) => ({ id, line: i + 1, start })));
  const before = starts.filter(({ start }) => compare(start, place) <= 0);
  return before.sort((a, b) => compare(a.start, b.start)).at(-1);
}

const compare = (a: [number, number], b: [number, number]): number => a[0] - b[0] || a[1] - b[1];
