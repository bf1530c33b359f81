/** One table in two forms: HTML that a screen reader can walk through, and aligned text. */
import { alignColumns } from "../../../alignColumns";
import { escapeHtml } from "../escape";
import type { MimeBundle } from "../host";

/** A cell's text, or a small picture with the text that stands for it. */
export type Cell = string | { html: string; text: string };

export interface TableForm {
  /** What the table shows; read first by a screen reader. */
  caption: string;
  /** None: a list of facts, whose rows speak for themselves. */
  columns: readonly string[];
  /** As they are shown; row by row, as many cells as columns. */
  rows: readonly (readonly Cell[])[];
  /** Which columns hold numbers: they are aligned to the right. Default none. */
  numeric?: readonly boolean[];
  /** True: the first cell of a row says what the row is. Default false. */
  hasRowHeadings?: boolean;
  /** Sentences below the table. */
  notes?: readonly string[];
}

export const tableBundle = (form: TableForm): MimeBundle => ({
  "text/html": tableHtml(form),
  "text/plain": tableText(form),
});

/**
 * Colours, borders and fonts are the page's own, so that light and dark ones both suit. The alignment stands twice: a
 * notebook's style sheet goes over the attribute, and a code-hosting page drops the style.
 */
export function tableHtml({ caption, columns, rows, numeric = [], hasRowHeadings, notes = [] }: TableForm): string {
  const align = (column: number): string => {
    const side = numeric[column] ? "right" : "left";
    return `align="${side}" style="text-align:${side}"`;
  };
  const heading = columns.map((name, column) => `<th scope="col" ${align(column)}>${escapeHtml(name)}</th>`).join("");
  const cellHtml = (cell: Cell, column: number): string => {
    const content = typeof cell === "string" ? escapeHtml(cell) : cell.html;
    return hasRowHeadings && column === 0
      ? `<th scope="row" ${align(column)}>${content}</th>`
      : `<td ${align(column)}>${content}</td>`;
  };
  const head = columns.length > 0 ? `<thead><tr>${heading}</tr></thead>` : "";
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`).join("");
  // A narrow table would break its caption after a few words; only a long caption may wrap.
  const wrap = caption.length <= 100 ? ";white-space:nowrap" : "";
  const title = `<caption style="text-align:left;caption-side:top${wrap}">${escapeHtml(caption)}</caption>`;
  const table = `<table class="course-table">${title}${head}<tbody>${body}</tbody></table>`;
  return table + notes.map(paragraph).join("");
}

export const tableText = ({ caption, columns, rows, numeric = [], notes = [] }: TableForm): string =>
  [caption, ...alignColumns([...(columns.length > 0 ? [columns] : []), ...rows.map(texts)], numeric), ...notes].join(
    "\n",
  );

const texts = (row: readonly Cell[]): string[] => row.map((cell) => (typeof cell === "string" ? cell : cell.text));

/** What is known about one thing: a row a fact. */
export const factsBundle = (
  caption: string,
  facts: readonly (readonly [name: string, value: Cell])[],
  notes: readonly string[] = [],
): MimeBundle => tableBundle({ caption, columns: [], rows: facts, hasRowHeadings: true, notes });

export const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;
