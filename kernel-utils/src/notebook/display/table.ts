import { escapeHtml } from "./escape";
import { formatValue } from "./formatValue";
import { html } from "./text";

/** What a data-frame library has to offer to be shown: Arquero's tables do. */
export interface TableLike {
  objects(): object[];
  columnNames(): string[];
}

export interface TableOptions {
  /** What the table shows; read first by a screen reader. */
  caption: string;
  /** Which columns, in which order; default: the keys of the first row. */
  columns?: readonly string[];
  /** Significant digits of a number. Default 4. */
  digits?: number;
}

/** Shows rows as an HTML table with a caption, column headings and right-aligned numbers. */
export function table(rows: readonly object[] | TableLike, options: TableOptions): void {
  const { columns, cells } = readRows(rows, options.columns);
  const text = cells.map((row) => row.map((value) => formatValue(value, options.digits)));
  const numeric = columns.map((_, column) => cells.every((row) => isNumberOrMissing(row[column])));
  html(tableHtml(columns, text, numeric, options.caption), { text: tableText(columns, text, options.caption) });
}

function readRows(rows: readonly object[] | TableLike, wanted?: readonly string[]) {
  const list = isTableLike(rows) ? rows.objects() : [...rows];
  const columns = wanted ?? (isTableLike(rows) ? rows.columnNames() : Object.keys(list[0] ?? {}));
  const cells = list.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]));
  return { columns: [...columns], cells };
}

const isTableLike = (rows: readonly object[] | TableLike): rows is TableLike => "columnNames" in rows;
const isNumberOrMissing = (value: unknown): boolean =>
  typeof value === "number" || value === null || value === undefined;

function tableHtml(columns: string[], rows: string[][], numeric: boolean[], caption: string): string {
  const align = (column: number) => `style="text-align:${numeric[column] ? "right" : "left"}"`;
  const heading = columns.map((name, column) => `<th scope="col" ${align(column)}>${escapeHtml(name)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((value, column) => `<td ${align(column)}>${escapeHtml(value)}</td>`).join("");
    return `<tr>${cells}</tr>`;
  });
  const title = `<caption style="text-align:left;caption-side:top">${escapeHtml(caption)}</caption>`;
  return `<table class="course-table">${title}<thead><tr>${heading}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function tableText(columns: string[], rows: string[][], caption: string): string {
  const width = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
  const lineOf = (row: string[]) =>
    row
      .map((value, column) => value.padEnd(width[column]))
      .join("  ")
      .trimEnd();
  return [caption, lineOf(columns), ...rows.map(lineOf)].join("\n");
}
