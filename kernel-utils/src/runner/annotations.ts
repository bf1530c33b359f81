import { readNotebook } from "../notebook/source";
import { offsetOfLine } from "../notebook/source/format";
import type { NotebookReport } from "./report";

const escaped = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const property = (text: string): string => escaped(text).replace(/:/g, "%3A").replace(/,/g, "%2C");

/** A workflow command of GitHub Actions: shows the message at its line of the file in a pull request. */
export function annotation(file: string, line: number | undefined, message: string): string {
  const place = line === undefined ? "" : `,line=${line}`;
  return `::error file=${property(file)}${place}::${escaped(message)}`;
}

/** One for each failure, at the line of the .ipynb. */
export function annotations({ path, problem, cells }: NotebookReport): string[] {
  if (problem !== undefined) return [annotation(path, undefined, problem)];
  const failures = cells.flatMap(({ id, failure }) => (failure ? [{ id, failure }] : []));
  if (failures.length === 0) return [];
  const sources = readNotebook(path).cells;
  return failures.map(({ id, failure }) => {
    const cell = sources.find((one) => one.id === id);
    const line = cell?.placeAt(offsetOfLine(cell, failure.line ?? 1)).line;
    return annotation(path, line, `[${id}] ${failure.message}`);
  });
}
