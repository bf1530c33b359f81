/**
 * Reads a notebook of this course: nbformat 4.5, the TypeScript kernel, slugs for cell ids, known directives. Whatever is
 * wrong is said with the place in the file or the cell, because the next reader of the message has an editor open.
 */
import { readFileSync } from "node:fs";
import { CourseError, messageOf } from "../../errors";
import { type Directive, parseDirective } from "./directives";
import {
  type JsonArray,
  type JsonNode,
  type JsonObject,
  JsonSyntaxError,
  type Place,
  parseJson,
  placesIn,
} from "./json";

export interface Notebook {
  /** As it was given, so that messages name the file the way the user does. */
  path: string;
  cells: Cell[];
}

/** With its whole text, for what is asked of it as a file. */
export interface NotebookFile extends Notebook {
  text: string;
}

export interface Cell {
  id: string;
  /** Position in the notebook, from 0. */
  index: number;
  kind: "code" | "markdown" | "raw";
  source: string;
  directive?: Directive;
  /** Line of the .ipynb, from 1, on which the source begins. */
  startLine: number;
  /** Place in the .ipynb of the character at `offset` of the source; the place after the last one too. */
  placeAt(offset: number): Place;
}

/** A notebook that cannot be read, and the place in the file to look at. */
export class NotebookError extends CourseError {
  constructor(
    message: string,
    readonly place: Place,
    code: "bad-notebook" | "bad-file" = "bad-notebook",
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
  }
}

/** @throws NotebookError; CourseError or NotebookError `bad-file` when the file is not there or not JSON */
export function readNotebook(path: string): NotebookFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CourseError("bad-file", `${path}: cannot be read: ${messageOf(cause)}; check the path`, { cause });
  }
  return parseNotebook(text, path);
}

/** @throws NotebookError naming the first thing wrong, with line and column, or cell and line in the cell */
export function parseNotebook(text: string, path: string): NotebookFile {
  const context: Context = { path, placeOf: placesIn(text) };
  const root = parseRoot(text, context);
  checkVersion(root, context);
  checkKernel(root, context);
  const cells = root.members.get("cells");
  if (cells?.kind !== "array") return fail(context, root, 'has no list "cells"; every notebook has one');
  const notebook = { path, text, cells: cells.items.map((node, index) => readCell(node, index, context)) };
  checkIds(notebook, cells, context);
  checkExercises(notebook);
  return notebook;
}

/** Offset of a line (from 1) of a cell's source. */
export function offsetOfLine({ source }: Pick<Cell, "source">, line: number): number {
  const lines = source.split("\n").slice(0, line - 1);
  return lines.reduce((sum, text) => sum + text.length + 1, 0);
}

/** `notebooks/06-dpo.ipynb [beta-sweep, line 4]`: how every message names a line of a cell. */
export const whereIs = (path: string, cell: string, line?: number, column?: number): string =>
  `${path} [${cell}${line === undefined ? "" : `, line ${line}${column === undefined ? "" : `:${column}`}`}]`;

interface Context {
  path: string;
  placeOf(offset: number): Place;
}

function fail(context: Context, node: JsonNode, message: string): never {
  const place = context.placeOf(node.start);
  throw new NotebookError(`${context.path}:${place.line}:${place.column}: ${message}`, place);
}

function parseRoot(text: string, context: Context): JsonObject {
  let root: JsonNode;
  try {
    root = parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    const place = context.placeOf(cause.offset);
    const conflict = /^(<{7}|={7}|>{7})/m.test(text);
    const way = conflict ? "resolve the merge conflict" : "mend it there, or take the last version that opened";
    const message = `${context.path}:${place.line}:${place.column}: malformed JSON: ${cause.message}; ${way}`;
    throw new NotebookError(message, place, "bad-file", { cause });
  }
  return root.kind === "object" ? root : fail(context, root, "is JSON but not an object; a notebook is {…}");
}

const plain = (node: JsonNode | undefined): unknown =>
  node?.kind === "literal" || node?.kind === "string" ? node.value : undefined;

function checkVersion(root: JsonObject, context: Context): void {
  const [major, minor] = ["nbformat", "nbformat_minor"].map((key) => plain(root.members.get(key)));
  if (major === undefined) fail(context, root, 'has no "nbformat"; a notebook of this course is nbformat 4.5');
  if (major === 4 && typeof minor === "number" && minor >= 5) return;
  const node = root.members.get("nbformat") ?? root;
  fail(context, node, `is nbformat ${major}.${minor ?? "?"}, where cells have no ids; save it as nbformat 4.5`);
}

function checkKernel(root: JsonObject, context: Context): void {
  const metadata = root.members.get("metadata");
  const spec = metadata?.kind === "object" ? metadata.members.get("kernelspec") : undefined;
  const names = spec?.kind === "object" ? ["name", "language"].map((key) => plain(spec.members.get(key))) : [];
  if (names[0] === "alignment" || names[0] === "tslab" || String(names[1]).toLowerCase() === "typescript") return;
  const asked = names[0] === undefined ? "this one names no kernel" : `this one asks for ${names[0]}`;
  const rule = "this course's notebooks run on its TypeScript kernel";
  fail(context, spec ?? root, `${rule}; ${asked}; set metadata.kernelspec.name to "alignment"`);
}

function readCell(node: JsonNode, index: number, context: Context): Cell {
  if (node.kind !== "object") return fail(context, node, `cell ${index + 1} is not an object`);
  const kind = plain(node.members.get("cell_type"));
  if (kind !== "code" && kind !== "markdown" && kind !== "raw") {
    return fail(context, node, `cell ${index + 1} has cell_type ${JSON.stringify(kind)}; it is code, markdown or raw`);
  }
  const id = readId(node, index, context);
  const text = readSource(node, id, context);
  const { directive, problem } = parseDirective(kind === "code" ? text.source : "");
  if (problem) {
    const place = text.placeAt(offsetOfLine(text, problem.line));
    throw new NotebookError(`${whereIs(context.path, id, problem.line)}: ${problem.message}`, place);
  }
  return { id, index, kind, ...text, directive };
}

function readId(node: JsonObject, index: number, context: Context): string {
  const id = plain(node.members.get("id"));
  const shown = `cell ${index + 1}`;
  if (id === undefined) return fail(context, node, `${shown} has no id; give it a short name such as "beta-sweep"`);
  if (typeof id === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) && id.length <= 64) return id;
  const rule = "ids are slugs: lower-case words joined by hyphens, 64 characters at most";
  return fail(context, node.members.get("id") ?? node, `${shown} has the id ${JSON.stringify(id)}; ${rule}`);
}

function readSource(node: JsonObject, id: string, context: Context): Pick<Cell, "source" | "startLine" | "placeAt"> {
  const given = node.members.get("source");
  const parts = given?.kind === "array" ? given.items : [given];
  const offsets: number[] = [];
  let source = "";
  let end = given?.start ?? node.start;
  for (const part of parts) {
    if (part?.kind !== "string") {
      return fail(context, part ?? node, `[${id}] "source" is neither text nor a list of lines`);
    }
    source += part.value;
    for (const offset of part.offsets.slice(0, -1)) offsets.push(offset);
    end = part.offsets[part.offsets.length - 1];
  }
  const placeAt = (offset: number): Place => context.placeOf(offsets[offset] ?? end);
  return { source, startLine: placeAt(0).line, placeAt };
}

function checkIds(notebook: Notebook, nodes: JsonArray, context: Context): void {
  const seen = new Map<string, number>();
  for (const { id, index } of notebook.cells) {
    const first = seen.get(id);
    if (first !== undefined) {
      fail(context, nodes.items[index], `cell ${index + 1} repeats the id "${id}" of cell ${first + 1}; rename one`);
    }
    seen.set(id, index);
  }
}

/** A line is derived once, an exercise is set once and solved once, and `check` and `solution` name one set above. */
function checkExercises({ path, cells }: Notebook): void {
  const setIn = new Map<string, string>();
  for (const { id, directive, placeAt } of cells) {
    if (directive === undefined) continue;
    const refuse = (message: string): never => {
      throw new NotebookError(`${whereIs(path, id, 1)}: ${message}`, placeAt(0));
    };
    const key = subject(directive);
    if (directive.name === "check" || directive.name === "solution") {
      if (!setIn.has(`exercise ${directive.exercise}`)) refuse(noExercise(directive.name, directive.exercise, cells));
    }
    if (key === undefined) continue;
    if (setIn.has(key)) refuse(`${key} is already in [${setIn.get(key)}]; rename or remove one`);
    setIn.set(key, id);
  }
}

/** What at most one cell of a notebook may be; undefined for directives that many cells may carry. */
function subject(directive: Directive): string | undefined {
  if (directive.name === "derive") return `derive ${directive.line}`;
  if (directive.name === "exercise" || directive.name === "solution") {
    return `${directive.name} ${directive.exercise}`;
  }
  return undefined;
}

function noExercise(name: string, exercise: string, cells: Cell[]): string {
  const set = cells.flatMap(({ directive }) => (directive?.name === "exercise" ? [directive.exercise] : []));
  if (set.includes(exercise)) return `${name} ${exercise} comes before its exercise; move it below the stub`;
  const known = set.length === 0 ? "this notebook sets none" : `set are ${set.join(", ")}`;
  return `${name} names the exercise "${exercise}", which no cell sets; ${known}`;
}
