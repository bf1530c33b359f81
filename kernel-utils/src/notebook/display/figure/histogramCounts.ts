import type { HistogramTrace } from "./model";

/** How often each bin is hit, without the empty bins at both ends; edges are one more than counts. */
export function histogramCounts({ x, xbins: { start, end, size } }: HistogramTrace): {
  edges: number[];
  counts: number[];
} {
  const bins = Math.max(1, Math.ceil((end - start) / size - 1e-9));
  const all = new Array<number>(bins).fill(0);
  for (const value of x) {
    const bin = value === null ? -1 : Math.floor((value - start) / size + 1e-9);
    if (bin >= 0 && bin < bins) all[bin]++;
  }
  const first = Math.max(
    0,
    all.findIndex((count) => count > 0),
  );
  const last = all.reduce((found, count, bin) => (count > 0 ? bin : found), first);
  const counts = all.slice(first, last + 1);
  return { edges: Array.from({ length: counts.length + 1 }, (_, bin) => start + (first + bin) * size), counts };
}
