/** What is wrong with a notebook as a file of the repository: its kernel, its layout and the outputs it keeps. */
import { kernelspec } from "./committedNotebook";
import { type CellJson, type NotebookJson, notebookText, readNotebookJson, wholeText } from "./notebookJson";
import { hasOutputs, staleness } from "./sources";
import { findVolatile } from "./volatile";

/** Bytes a committed notebook may have: what a code-hosting page still shows. */
export const largestNotebook = 1_000_000;

export interface CommittedProblem {
  /** The cell to look at; undefined for the notebook as a whole. */
  cell?: string;
  message: string;
}

const way = (name: string): string => `npm run notebooks:refresh ${name}`;

/**
 * @param text the file's, of which the normal form is asked
 * @param name as it is given to the refresh: `06-dpo`
 */
export function committedProblems(text: string, name: string): CommittedProblem[] {
  const notebook = readNotebookJson(text);
  return [
    ...kernelProblems(notebook, name),
    ...notebook.cells.flatMap(solutionProblems),
    ...(hasOutputs(notebook) ? outputProblems(notebook, text, name) : []),
    ...layoutProblems(notebook, text, name),
  ];
}

function kernelProblems({ metadata }: NotebookJson, name: string): CommittedProblem[] {
  const spec = (metadata.kernelspec ?? {}) as Record<string, unknown>;
  const wrong = Object.entries(kernelspec).find(([key, value]) => spec[key] !== value);
  if (wrong === undefined) return [];
  const [key, value] = wrong;
  const asked = `metadata.kernelspec.${key} is ${JSON.stringify(spec[key])}, the course's kernel has ${JSON.stringify(value)}`;
  return [{ message: `${asked}; set it, or run ${way(name)}` }];
}

/** A solution lies folded below its exercise, or it is read before anybody has thought. */
function solutionProblems(cell: CellJson): CommittedProblem[] {
  if (cell.cell_type !== "code" || !/^\/\/\| solution:/.test(wholeText(cell.source))) return [];
  const { source_hidden } = (cell.metadata.jupyter ?? {}) as { source_hidden?: unknown };
  if (source_hidden === true) return [];
  return [
    { cell: cell.id, message: "a solution that lies open; set the cell's metadata.jupyter.source_hidden to true" },
  ];
}

function outputProblems(notebook: NotebookJson, text: string, name: string): CommittedProblem[] {
  const stale = staleness(notebook);
  if (stale) return [{ cell: stale.cell, message: `${stale.reason}; ${way(name)}, or clear all outputs` }];
  const problems: CommittedProblem[] = [];
  const bytes = Buffer.byteLength(text);
  if (bytes > largestNotebook) {
    const size = `${(bytes / 1e6).toFixed(2)} MB, at most ${largestNotebook / 1e6} MB is shown on a code-hosting page`;
    problems.push({ message: `has ${size}; draw less in one figure, or fewer of them` });
  }
  for (const cell of notebook.cells) {
    const found = findVolatile(printed(cell));
    if (found === undefined) continue;
    const message = `its output holds ${found.what}, ${JSON.stringify(found.found)}; ${way(name)}`;
    problems.push({ cell: cell.id, message });
  }
  return problems;
}

/** All that a reader sees of a cell's outputs; pictures and figures' data apart. */
function printed({ outputs = [] }: CellJson): string {
  return outputs
    .flatMap(({ text, evalue, traceback = [], data = {} }) => [
      ...[text, evalue, ...traceback].map(wholeText),
      ...Object.entries(data).flatMap(([type, value]) => (type.startsWith("text/") ? [wholeText(value)] : [])),
    ])
    .join("\n");
}

function layoutProblems(notebook: NotebookJson, text: string, name: string): CommittedProblem[] {
  if (text === notebookText(notebook)) return [];
  const lines = [text, notebookText(notebook)].map((one) => one.split("\n"));
  const at = lines[0].findIndex((line, i) => line !== lines[1][i]);
  return [{ message: `line ${at + 1} is not laid out as the course's files are; ${way(name)}, or align check --fix` }];
}
