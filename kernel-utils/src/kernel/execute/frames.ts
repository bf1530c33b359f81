/** Stacks that name cells and the lines their learners wrote, also where a cell prints an error by itself. */
import { SourceMap } from "node:module";
import { cellFile } from "../cells/cellFile";

interface Source {
  label: string;
  map: string;
  /** Lines above the cell in the text that was compiled. */
  lineOffset: number;
  parsed?: SourceMap;
}

const sources = new Map<string, Source>();

/** The name a run's code has for the engine. */
export const scriptName = (run: string): string => `align-cell:${run}`;

/** @param file `scriptName` of a cell, or the path of a compiled file */
export const rememberSource = (file: string, source: Source): void => void sources.set(file, source);

const cellPlace = /(align-cell:[^\s():]+):(\d+):(\d+)/;
const filePlace = /\(?(\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):(\d+)/;

/** Frames of the machinery: they say nothing about the cell, and differ from machine to machine. */
const machinery = /\(?(node:|internal\/)|[\\/]kernel[\\/](execute|cells)[\\/]/;

/** Deep libraries must not push the cell's own frame out of the stack. */
const framesKept = 40;

export function watchStacks(): void {
  Error.stackTraceLimit = framesKept;
  Error.prepareStackTrace = (error, frames) =>
    [header(error), ...readFrames(frames.map((frame) => `    at ${frame}`).join("\n"))].join("\n");
}

/** The stack of the caller as the engine has it, machinery included. */
export function rawStack(): string {
  const place: { stack?: string } = {};
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, frames) => frames.map((frame) => `    at ${frame}`).join("\n");
  Error.captureStackTrace(place);
  const { stack = "" } = place;
  Error.prepareStackTrace = prepareStackTrace;
  return stack;
}

function header(error: unknown): string {
  try {
    return withoutInnerNames(String(error));
  } catch {
    return "Error";
  }
}

/** Frames with the lines of the cell's source in place of those of the code that ran. */
export const readFrames = (stack: string): string[] =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !machinery.test(line))
    .map(nameLine)
    .filter((line) => line !== "");

function nameLine(frame: string): string {
  const found = cellPlace.exec(frame) ?? filePlace.exec(frame);
  const source = found && sources.get(found[1]);
  if (!found || !source) return frame;
  const place = lookUp(source, Number(found[2]), Number(found[3]));
  const name = found[1].startsWith("align-cell:") ? cellFile(source.label) : found[1];
  if (place === undefined && name !== found[1]) return ""; // the function around the cell: on no line of it
  const text = place ? `${name}:${place.line}:${place.column}` : name;
  return withoutInnerNames(frame).replace(`${found[1]}:${found[2]}:${found[3]}`, text);
}

function lookUp(source: Source, line: number, column: number): { line: number; column: number } | undefined {
  source.parsed ??= new SourceMap(JSON.parse(source.map));
  const entry = source.parsed.findEntry(line - 1, column - 1);
  if (!("originalLine" in entry) || entry.generatedLine !== line - 1) return undefined;
  const original = entry.originalLine - source.lineOffset;
  return original < 0 ? undefined : { line: original + 1, column: entry.originalColumn + 1 };
}

/** `$cells.beta` is `beta` to the learner. */
export const withoutInnerNames = (text: string): string =>
  text.replace(/\(0 ?, ?\$cells\.([\w$]+)\)/g, "$1").replace(/\$cells\.([\w$]+)/g, "$1");
