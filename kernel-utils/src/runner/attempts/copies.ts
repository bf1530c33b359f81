/** A learner's copies: which notebook of the course each is a copy of, and the exercise cells in it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";
import { type Notebook, offsetOfLine, parseNotebook } from "../../notebook/source/format";
import { type JsonNode, parseJson, placesIn } from "../../notebook/source/json";

/** An exercise cell as the learner left it. */
export interface Answer {
  source: string;
  /** Line of the copy's file, from 1, on which a line of the source, from 1, stands. */
  fileLine(line: number): number;
}

export interface Copy {
  file: string;
  /** The subfolder of DIR, or the file's name where copies lie in DIR itself. */
  learner: string;
  course: Notebook;
  /** By exercise. */
  answers: Map<string, Answer>;
}

/** A copy nothing of which can be graded. */
export interface Unreadable {
  file: string;
  learner: string;
  problem: string;
}

/** @throws CourseError `usage` when DIR is no folder or holds no notebooks */
export function copyFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (cause) {
    throw new CourseError("usage", `align run: --attempts ${folder} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const isCopy = (name: string) =>
    name.endsWith(".ipynb") && !name.split(path.sep).some((part) => part.startsWith("."));
  const found = names.filter(isCopy).sort();
  if (found.length === 0)
    throw new CourseError("usage", `align run: --attempts ${folder} holds no notebooks; name the learners' folder`);
  return found;
}

export const readCourse = (file: string): Notebook => parseNotebook(readFileSync(file, "utf8"), file);

/** Read leniently: a copy may have lost ids or gained cells; the course's notebook is the authority for the rest. */
export function readCopy(folder: string, name: string, courses: readonly Notebook[]): Copy | Unreadable {
  const file = path.join(folder, name);
  const learner = path.dirname(name) === "." ? path.basename(name, ".ipynb") : path.dirname(name);
  let cells: CodeCell[];
  try {
    cells = codeCells(readFileSync(file, "utf8"));
  } catch (error) {
    return { file, learner, problem: `${file}: cannot be read as a notebook: ${messageOf(error)}` };
  }
  const found = courses.map((course) => ({ course, answers: answersIn(cells, course) }));
  const best = found.reduce((a, b) => (b.answers.size > a.answers.size ? b : a));
  if (best.answers.size > 0) return { file, learner, ...best };
  return { file, learner, problem: `${file}: has no exercise of ${courses.map((one) => one.path).join(", ")}` };
}

interface CodeCell extends Answer {
  id?: string;
}

const member = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.kind === "object" ? node.members.get(name) : undefined;
const textOf = (node: JsonNode | undefined): string | undefined => (node?.kind === "string" ? node.value : undefined);

function codeCells(text: string): CodeCell[] {
  const cells = member(parseJson(text), "cells");
  if (cells?.kind !== "array") throw new Error('it has no list "cells"');
  const placeOf = placesIn(text);
  const code = cells.items.filter((cell) => textOf(member(cell, "cell_type")) === "code");
  return code.map((cell) => {
    const given = member(cell, "source");
    const items: readonly JsonNode[] = given?.kind === "array" ? given.items : given ? [given] : [];
    const parts = items.flatMap((part) => (part.kind === "string" ? [part] : []));
    const source = parts.map(({ value }) => value).join("");
    const offsets = parts.flatMap((part) => part.offsets.slice(0, -1)); // without the closing quotes
    const fileLine = (line: number) => placeOf(offsets[offsetOfLine({ source }, line)] ?? cell.start).line;
    return { id: textOf(member(cell, "id")), source, fileLine };
  });
}

function answersIn(cells: readonly CodeCell[], course: Notebook): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const { id, directive } of course.cells) {
    if (directive?.name !== "exercise") continue;
    const begins = new RegExp(`^//\\|\\s*exercise:\\s*${directive.exercise}(?![a-z0-9-])`);
    const cell = cells.find(({ source }) => begins.test(source)) ?? cells.find((one) => one.id === id);
    if (cell) answers.set(directive.exercise, cell);
  }
  return answers;
}
