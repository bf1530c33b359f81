import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const root = path.join(__dirname, "..", "..");

export const fixture = (name: string): string => path.join(root, "tests", "fixtures", "notebooks", `${name}.ipynb`);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "align-test-"));
  folders.push(folder);
  return folder;
}

export interface ExecutedCell {
  cell_type: string;
  id: string;
  execution_count: number | null;
  metadata: { execution?: Record<string, string> };
  outputs: {
    output_type: string;
    name?: string;
    text?: string[];
    data?: Record<string, unknown>;
    ename?: string;
    traceback?: string[];
  }[];
}

/** The code cells of an executed copy, by id. */
export function executedCells(folder: string, name: string): Record<string, ExecutedCell> {
  const notebook = JSON.parse(readFileSync(path.join(folder, `${name}.ipynb`), "utf8"));
  const code = notebook.cells.filter((cell: ExecutedCell) => cell.cell_type === "code");
  return Object.fromEntries(code.map((cell: ExecutedCell) => [cell.id, cell]));
}

/** What a cell printed to one stream. */
export const printed = (cell: ExecutedCell, stream = "stdout"): string =>
  cell.outputs.flatMap((output) => (output.name === stream ? (output.text ?? []) : [])).join("");
