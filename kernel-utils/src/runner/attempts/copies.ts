/** A learner's copies: which notebook of the course each is a copy of, and the exercise cells in it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { CourseError, messageOf } from "../../errors";
import { type Notebook, parseNotebook } from "../../notebook/source/format";

export interface Copy {
  file: string;
  /** The subfolder of DIR, or the file's name where copies lie in DIR itself. */
  learner: string;
  course: Notebook;
  /** Sources of the exercise cells as the learner left them, by exercise. */
  answers: Map<string, string>;
  problem?: string;
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
export function readCopy(
  folder: string,
  name: string,
  courses: readonly Notebook[],
): Copy | { file: string; problem: string } {
  const file = path.join(folder, name);
  const learner = path.dirname(name) === "." ? path.basename(name, ".ipynb") : path.dirname(name);
  let cells: { id?: string; source: string }[];
  try {
    cells = codeCells(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    return { file, problem: `${file}: cannot be read as a notebook: ${messageOf(error)}` };
  }
  const found = courses.map((course) => ({ course, answers: answersIn(cells, course) }));
  const best = found.reduce((a, b) => (b.answers.size > a.answers.size ? b : a));
  if (best.answers.size > 0) return { file, learner, ...best };
  return { file, problem: `${file}: has no exercise of ${courses.map((one) => one.path).join(", ")}` };
}

function codeCells(notebook: { cells: { cell_type: string; id?: string; source: string | string[] }[] }) {
  return notebook.cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ id, source }) => ({ id, source: typeof source === "string" ? source : source.join("") }));
}

function answersIn(cells: readonly { id?: string; source: string }[], course: Notebook): Map<string, string> {
  const answers = new Map<string, string>();
  for (const { id, directive } of course.cells) {
    if (directive?.name !== "exercise") continue;
    const begins = new RegExp(`^//\\|\\s*exercise:\\s*${directive.exercise}(?![a-z0-9-])`);
    const cell = cells.find(({ source }) => begins.test(source)) ?? cells.find((one) => one.id === id);
    if (cell) answers.set(directive.exercise, cell.source);
  }
  return answers;
}
