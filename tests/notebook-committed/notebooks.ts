/** Notebooks for the tests of what is committed: a code cell an entry, with its outputs. */
import { kernelspec, type NotebookJson, type OutputJson } from "../../kernel-utils/src/notebook/committed";

export const notebook = (cells: Record<string, { source: string; outputs?: OutputJson[] }>): NotebookJson => ({
  cells: Object.entries(cells).map(([id, { source, outputs = [] }]) => ({
    ...{ cell_type: "code", id, metadata: {}, source, outputs, execution_count: null },
  })),
  metadata: { kernelspec, language_info: { name: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
});

export const stream = (text: string, name = "stdout"): OutputJson => ({ output_type: "stream", name, text });

export const display = (data: Record<string, unknown>, metadata: Record<string, unknown> = {}): OutputJson => ({
  ...{ output_type: "display_data", data, metadata },
});
