/** What `align check` finds: everything that can be known of notebooks without running them. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { CourseError } from "../../errors";
import { committedProblems } from "../committed";
import { unknownCitations } from "./citations";
import { type Notebook, NotebookError, type NotebookFile, readNotebook } from "./format";
import { checkMathematics } from "./mathematics";
import { describeProblem, type Problem } from "./problem";
import { codeProblems } from "./types";

export interface NotebookReport {
  path: string;
  /** One line each, naming notebook, cell and line; empty for a notebook in order. */
  problems: string[];
  /** For each of them, the line of the .ipynb to look at, from 1; undefined where it is about the whole file. */
  lines: (number | undefined)[];
  /** The file itself could not be read, or is not JSON. */
  unreadable: boolean;
  cells: number;
  mathematics: { checked: number; total: number; definitions: number; cited: number };
}

export interface CheckOptions {
  /** Keys and arXiv numbers that notebooks may cite; without them citations are not looked at. */
  citable?: ReadonlySet<string>;
}

/** @param paths notebooks, in the order of the reports */
export function checkNotebooks(paths: string[], { citable }: CheckOptions = {}): NotebookReport[] {
  const read = paths.map(readOrReport);
  const notebooks = read.flatMap(({ notebook }) => (notebook ? [notebook] : []));
  const problems = codeProblems(notebooks);
  const cited = (notebook: Notebook): Problem[] => (citable ? unknownCitations(notebook, citable) : []);
  return read.map(
    ({ notebook, failed }) =>
      failed ?? report(notebook!, [...problems[notebooks.indexOf(notebook!)], ...cited(notebook!)]),
  );
}

/** The notebooks of files and folders; a folder means those directly in it. @throws CourseError where there are none */
export function findNotebooks(targets: string[]): string[] {
  return targets.flatMap((target) => {
    const stat = statSync(target, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) return [target];
    const names = readdirSync(target).filter((name) => name.endsWith(".ipynb"));
    if (names.length === 0) throw new CourseError("usage", `${target}: holds no notebook; name one, or another folder`);
    return names.sort().map((name) => path.join(target, name));
  });
}

const noMathematics = { checked: 0, total: 0, definitions: 0, cited: 0 };

function readOrReport(file: string): { notebook?: NotebookFile; failed?: NotebookReport } {
  try {
    return { notebook: readNotebook(file) };
  } catch (error) {
    if (!(error instanceof CourseError)) throw error;
    const unreadable = error.code === "bad-file";
    const lines = [error instanceof NotebookError ? error.place.line : undefined];
    return {
      failed: { path: file, problems: [error.message], lines, unreadable, cells: 0, mathematics: noMathematics },
    };
  }
}

function report(notebook: NotebookFile, code: Problem[]): NotebookReport {
  const { problems, ...mathematics } = checkMathematics(notebook);
  const { wholeFile, inCells } = committed(notebook);
  const found = [...code, ...problems, ...inCells, ...madeUpIds(notebook)].sort((a, b) => a.cell.index - b.cell.index);
  return {
    path: notebook.path,
    problems: [...wholeFile, ...found.map((problem) => describeProblem(notebook.path, problem))],
    lines: [...wholeFile.map(() => undefined), ...found.map(({ cell, offset }) => cell.placeAt(offset).line)],
    unreadable: false,
    cells: notebook.cells.length,
    mathematics,
  };
}

/** What is wrong with it as a file of the repository: kernel, layout, outputs that are old, large or different every time. */
function committed({ path: file, text, cells }: NotebookFile): { wholeFile: string[]; inCells: Problem[] } {
  const all = committedProblems(text, path.basename(file, ".ipynb"));
  return {
    wholeFile: all.flatMap(({ cell, message }) => (cell === undefined ? [`${file}: ${message}`] : [])),
    inCells: all.flatMap(({ cell: id, message }): Problem[] => {
      const cell = cells.find((one) => one.id === id);
      return cell === undefined ? [] : [{ cell, offset: 0, code: "committed", message }];
    }),
  };
}

function madeUpIds({ cells }: Notebook): Problem[] {
  return cells
    .filter(({ id }) => looksRandom(id))
    .map((cell) => {
      const message = `the id ${cell.id} looks like one an editor made up; name the cell for what it does`;
      return { cell, offset: 0, code: "habit", message };
    });
}

/** Eight or more hexadecimal digits with a digit among them, as editors write ids. */
const looksRandom = (id: string): boolean => /^(?=\D*\d)[0-9a-f]{8,}(-[0-9a-f]{4,})*$/.test(id);
