/** The notebook as it is committed: its sources, what of an executed copy's outputs is kept, and whose outputs they are. */
import { languageInfo } from "../../languageInfo";
import { keptOutputs, type ToPng } from "./keptOutputs";
import { type CellJson, type NotebookJson, notebookText } from "./notebookJson";
import { contentHashes, type OutputsRecord } from "./sources";

/** The kernel that every notebook of the course asks for. */
export const kernelspec = { display_name: "TypeScript (alignment)", language: "typescript", name: "alignment" };

/** What only the machine that ran the notebook knows. */
export type Provenance = Pick<OutputsRecord, "tool" | "backend" | "node">;

/** Sources alone, in the normal form: no outputs and no word about them. */
export const withoutOutputs = (notebook: NotebookJson): string =>
  notebookText(withMetadata({ ...notebook, cells: notebook.cells.map((cell) => withOutputs(cell, [])) }, undefined));

/**
 * @param source the notebook in the repository
 * @param executed its executed copy; a cell is known by its id
 * @returns the text to commit; the same bytes for the same sources, kernel, library and settings
 */
export async function committedNotebook(
  source: NotebookJson,
  executed: NotebookJson,
  toPng: ToPng,
  provenance: Provenance,
): Promise<string> {
  const outputsOf = new Map(executed.cells.map(({ id, outputs = [] }) => [id, outputs]));
  const cells: CellJson[] = [];
  for (const cell of source.cells) {
    cells.push(withOutputs(cell, await keptOutputs(outputsOf.get(cell.id) ?? [], toPng)));
  }
  const notebook = withMetadata({ ...source, cells }, undefined);
  return notebookText(withMetadata(notebook, { ...contentHashes(notebook), ...provenance }));
}

/** A code cell with these outputs and no count: counts would change in every cell below a new one. */
function withOutputs(cell: CellJson, outputs: CellJson["outputs"]): CellJson {
  const { execution: _, collapsed: __, scrolled: ___, ...metadata } = cell.metadata;
  return cell.cell_type === "code" ? { ...cell, metadata, outputs, execution_count: null } : { ...cell, metadata };
}

function withMetadata(notebook: NotebookJson, outputs: OutputsRecord | undefined): NotebookJson {
  const alignment = { ...(notebook.metadata.alignment as object | undefined), outputs };
  return { ...notebook, metadata: { ...notebook.metadata, alignment, kernelspec, language_info: languageInfo() } };
}
