/** Notebooks for tests: `[id, source]` is a code cell, `[id, source, "markdown"]` prose. */
export type TestCell = [id: string, source: string, kind?: "code" | "markdown" | "raw"];

const alignment = { kernelspec: { display_name: "TypeScript (alignment)", language: "typescript", name: "alignment" } };

/** The text of an .ipynb as the course writes it: indent 1, one string a source line. */
export function notebookText(cells: TestCell[], changes: Record<string, unknown> = {}): string {
  const written = cells.map(([id, source, kind = "code"]) => ({
    cell_type: kind,
    ...(kind === "code" ? { execution_count: null } : {}),
    id,
    metadata: {},
    ...(kind === "code" ? { outputs: [] } : {}),
    source: source.split(/(?<=\n)/),
  }));
  return JSON.stringify({ cells: written, metadata: alignment, nbformat: 4, nbformat_minor: 5, ...changes }, null, 1);
}
