/**
 * Rows of text as lines: columns two spaces apart, each as wide as its longest entry, nothing behind the last one.
 * @param numbersFrom the first column that is aligned to the right; default none
 */
export function alignColumns(rows: readonly (readonly string[])[], numbersFrom = Number.POSITIVE_INFINITY): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  const padded = (text: string, column: number): string =>
    column >= numbersFrom ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}
