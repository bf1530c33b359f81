/**
 * Rows of text as lines: columns two spaces apart, each as wide as its longest entry, nothing behind the last one.
 * @param numbers the first column that is aligned to the right, or for each column whether it is; default none
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  numbers: number | readonly boolean[] = Number.POSITIVE_INFINITY,
): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  const isRight = (column: number): boolean => (typeof numbers === "number" ? column >= numbers : numbers[column]);
  const padded = (text: string, column: number): string =>
    isRight(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}
