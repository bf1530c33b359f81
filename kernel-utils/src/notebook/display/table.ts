import { formatValue } from "./formatValue";
import { displayHost, type MimeBundle } from "./host";
import { tableBundle } from "./rich/htmlTable";

/** What a data-frame library has to offer to be shown: Arquero's tables do. */
export interface TableLike {
  objects(options?: { limit?: number }): object[];
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
  displayHost().publish(rowsBundle(rows, options));
}

/** Rows as a table, without showing it. @param notes sentences below it */
export function rowsBundle(
  rows: readonly object[] | TableLike,
  { caption, columns: wanted, digits }: TableOptions,
  notes: readonly string[] = [],
): MimeBundle {
  const { columns, cells } = readRows(rows, wanted);
  const decimals = columns.map((_, column) => shortDecimals(cells.map((row) => row[column])));
  const text = cells.map((row) => row.map((value, column) => formatCell(value, decimals[column], digits)));
  const numeric = columns.map((_, column) => cells.every((row) => isNumberOrMissing(row[column])));
  return tableBundle({ caption, columns, rows: text, numeric, notes });
}

function readRows(rows: readonly object[] | TableLike, wanted?: readonly string[]) {
  const list = isTableLike(rows) ? rows.objects() : [...rows];
  const columns = wanted ?? (isTableLike(rows) ? rows.columnNames() : Object.keys(list[0] ?? {}));
  const cells = list.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]));
  return { columns: [...columns], cells };
}

/**
 * How many decimals a column of chosen numbers needs (0.1, 0.25, 3: two), so that they line up and claim no more digits
 * than they have; undefined for measured numbers and for columns of whole ones.
 */
function shortDecimals(column: readonly unknown[]): number | undefined {
  const needed = column.map((value) => (typeof value === "number" && Number.isFinite(value) ? decimalsOf(value) : 0));
  const most = Math.max(0, ...needed);
  return most > 0 && most <= 2 ? most : undefined;
}

const decimalsOf = (value: number): number => [0, 1, 2].find((count) => Number(value.toFixed(count)) === value) ?? 3;

/** Chosen numbers share their column's decimals; every other value is formatted by itself. */
const formatCell = (value: unknown, decimals: number | undefined, digits?: number): string =>
  decimals !== undefined && typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 1e6
    ? value.toFixed(decimals).replace(/^-/, "−")
    : formatValue(value, digits);

const isTableLike = (rows: readonly object[] | TableLike): rows is TableLike => "columnNames" in rows;
const isNumberOrMissing = (value: unknown): boolean =>
  typeof value === "number" || value === null || value === undefined;
