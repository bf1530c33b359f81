/** What differs between two texts of one notebook, said so that one knows where to look. */
import { type NotebookJson, notebookText } from "./notebookJson";

/** One line that names the first cell whose outputs or source differ; undefined where the texts are equal. */
export function firstDifference(committed: string, now: string): string | undefined {
  if (committed === now) return undefined;
  const [before, after] = [committed, now].map((text) => JSON.parse(text) as NotebookJson);
  for (const [i, cell] of after.cells.entries()) {
    const other = before.cells[i];
    if (other?.id !== cell.id) return `has other cells, from cell ${i + 1} on`;
    const [was, is] = [other, cell].map((one) => notebookText({ ...after, cells: [one] }).split("\n"));
    const line = is.findIndex((text, at) => text !== was[at]);
    if (line < 0 && was.length === is.length) continue;
    const shown = (lines: string[]): string => (lines[line] ?? "nothing").trim().slice(0, 160);
    return `[${cell.id}] has ${shown(was)}, and gives ${shown(is)}`;
  }
  return "has other metadata, or another layout";
}
