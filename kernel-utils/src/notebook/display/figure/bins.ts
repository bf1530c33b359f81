import type { Trace } from "../traces";

/**
 * Gives the histograms of a panel one set of bins, so that their heights can be compared: of width 1, 2 or 5 times a
 * power of ten, so that readers can tell where a bin ends. Bins that the author chose stay.
 */
export function withBins(data: readonly Trace[]): Trace[] {
  const isOpen = (trace: Trace) => trace.type === "histogram" && trace.xbins === undefined;
  return data.map((trace) => {
    if (!isOpen(trace)) return trace;
    const together = data.filter((other) => isOpen(other) && other.xaxis === trace.xaxis);
    const wanted = together.flatMap(({ nbinsx }) => (typeof nbinsx === "number" ? [nbinsx] : []));
    const values = together.flatMap(({ x }) => x as number[]);
    const { nbinsx: _, ...rest } = trace;
    return { ...rest, xbins: roundBins(values, wanted.length > 0 ? Math.max(...wanted) : sturges(values.length)) };
  });
}

/** H. A. Sturges 1926: 1 + log2 n bins. */
const sturges = (count: number): number => 1 + Math.ceil(Math.log2(Math.max(2, count)));

function roundBins(values: readonly number[], most: number): { start: number; end: number; size: number } {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(high > low)) return { start: (values[0] ?? 0) - 0.5, end: (values[0] ?? 0) + 0.5, size: 1 };
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const countOf = (size: number) => Math.floor(high / size) + 1 - Math.floor(low / size);
  const widths = [1, 2, 5, 10, 20, 50].map((factor) => factor * power);
  const size = widths.find((width) => countOf(width) <= most) ?? widths[widths.length - 1];
  const start = Math.floor(low / size) * size;
  return { start, end: start + countOf(size) * size, size };
}
