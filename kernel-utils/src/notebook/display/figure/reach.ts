import { histogramCounts } from "./histogramCounts";
import type { DrawnTrace, ErrorBars } from "./model";
import type { Panel } from "./panels";

/** How far the data of one trace reach along one axis. */
export interface Reach {
  values: (number | string | null)[];
  /** Markers and texts stick out of their points, so they get some room. */
  sticksOut: boolean;
  /** Bars stand on zero, and zero gets no room beneath. */
  fromZero: boolean;
}

/** @param axis "x" or "y" */
export const reachesOf = (panel: Panel, axis: "x" | "y"): Reach[] =>
  panel.traces.map(({ trace }) => (axis === "x" ? xReach(trace) : yReach(trace)));

function xReach(trace: DrawnTrace): Reach {
  if (trace.type === "histogram") {
    const { edges } = histogramCounts(trace);
    return { values: edges, sticksOut: false, fromZero: false };
  }
  const sticksOut = trace.type === "scatter" && /markers|text/.test(trace.mode ?? "lines");
  return { values: trace.x, sticksOut, fromZero: false };
}

function yReach(trace: DrawnTrace): Reach {
  if (trace.type === "histogram")
    return { values: [0, ...histogramCounts(trace).counts], sticksOut: false, fromZero: true };
  const values = trace.error_y ? withErrors(trace.y, trace.error_y) : trace.y;
  const fromZero = trace.type === "bar" || trace.fill === "tozeroy";
  return { values: fromZero ? [0, ...values] : values, sticksOut: true, fromZero };
}

function withErrors(
  values: (number | null)[],
  { array, arrayminus = array, visible = true }: ErrorBars,
): (number | null)[] {
  if (!visible) return values;
  return values.flatMap((value, index) =>
    value === null ? [] : [value, value + (array[index] ?? 0), value - (arrayminus[index] ?? 0)],
  );
}
