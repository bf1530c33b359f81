/** A notebook as JSON, and the one way this course writes it to disk. */

export interface NotebookJson {
  cells: CellJson[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface CellJson {
  cell_type: "code" | "markdown" | "raw";
  id: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  execution_count?: number | null;
  outputs?: OutputJson[];
}

/** One entry of `outputs` in nbformat 4.5. */
export interface OutputJson {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

/** The JSON of a file that is known to be one. */
export const readNotebookJson = (text: string): NotebookJson => JSON.parse(text.replace(/^\uFEFF/, ""));

/** nbformat keeps text either whole or as a list of lines. */
export const wholeText = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text ?? ""));

/** One string a line, each with its line end: a changed line is one changed line in a diff. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * The normal form: keys sorted and indented by one space as Jupyter writes them, so that saving there changes nothing;
 * only lists of numbers, a figure's data, stand on one line. Ends with a line feed.
 */
export function notebookText(notebook: NotebookJson): string {
  const cells = notebook.cells.map((cell) => ({ ...cell, source: splitLines(wholeText(cell.source)) }));
  return `${write({ ...notebook, cells }, "")}\n`;
}

function write(value: unknown, indent: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent} `;
  const block = (open: string, items: string[], close: string): string =>
    items.length === 0 ? open + close : `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indent}${close}`;
  if (Array.isArray(value)) {
    if (value.every(isNumeric) && value.length > 0) return JSON.stringify(value);
    return block(
      "[",
      value.map((item) => write(item ?? null, inner)),
      "]",
    );
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return block(
    "{",
    sorted.map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner)}`),
    "}",
  );
}

/** A number, or a gap in a figure's data. */
const isNumeric = (item: unknown): boolean => typeof item === "number" || item === null;
