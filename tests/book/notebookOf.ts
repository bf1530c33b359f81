/** Notebooks for the tests of pages, from their cells. */
import { type Chapter, type ChapterOptions, chapter, readOutputs } from "../../kernel-utils/src/book";
import { parseNotebook } from "../../kernel-utils/src/notebook/source";

export interface TestCell {
  id: string;
  source: string;
  kind?: "code" | "markdown";
  outputs?: object[];
  metadata?: object;
  attachments?: object;
}

export const code = (id: string, source: string, ...outputs: object[]): TestCell => ({ id, source, outputs });
export const prose = (id: string, source: string): TestCell => ({ id, source, kind: "markdown" });
export const data = (bundle: object, metadata = {}): object => ({
  output_type: "display_data",
  data: bundle,
  metadata,
});

export function notebookText(cells: readonly TestCell[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "tslab", language: "typescript" },
      alignment: { question: "Why?", minutes: 20 },
    },
    cells: cells.map(({ id, source, kind = "code", outputs = [], metadata = {}, attachments }) => ({
      ...{ cell_type: kind, id, source, metadata, ...(attachments && { attachments }) },
      ...(kind === "code" && { outputs, execution_count: null }),
    })),
  });
}

export function chapterOf(cells: readonly TestCell[], options: ChapterOptions = {}): Chapter {
  const text = notebookText(cells);
  const path = "notebooks/99-test.ipynb";
  return chapter("99-test", text, parseNotebook(text, path), readOutputs(text, path), options);
}
