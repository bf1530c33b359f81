import { symbols } from "../colors";
import type { Trace } from "../traces";

/** Sizes at which the shapes look equally large. */
const markerSizes: Record<string, number> = { "triangle-up": 9, "triangle-down": 9, cross: 8, x: 8 };
const markerSize = 7;
/** Markers along a line that measured nothing at single points: only so many that one can tell the lines apart. */
const mostMarkers = 7;

/**
 * Gives the lines of a panel that holds several colours a marker each, so that no two differ by colour alone. A dashed
 * line needs none: dashes say already that it is a bound, a theory or a second setting.
 */
export function withShapes(data: readonly Trace[]): Trace[] {
  const colorsOf = new Map<unknown, Set<string>>();
  for (const trace of data.filter(isSeries)) {
    const panel = colorsOf.get(trace.xaxis) ?? new Set();
    colorsOf.set(trace.xaxis, panel.add(colorOf(trace)));
  }
  const isCrowded = (trace: Trace) => (colorsOf.get(trace.xaxis)?.size ?? 0) > 1;
  return data.map((trace) => (isSeries(trace) && isCrowded(trace) ? shaped(trace) : trace));
}

interface Styled {
  line?: { color?: string; width?: number; dash?: string };
  marker?: { color?: unknown; symbol?: string };
}

const isSeries = (trace: Trace): boolean =>
  (trace.type ?? "scatter") === "scatter" && Boolean(trace.name) && (trace as Styled).line?.width !== 0;

function colorOf(trace: Trace): string {
  const { line, marker } = trace as Styled;
  return line?.color ?? (typeof marker?.color === "string" ? marker.color : "");
}

function shaped(trace: Trace): Trace {
  const { line, marker } = trace as Styled;
  const symbol = symbols[colorOf(trace)];
  if (!symbol || marker?.symbol) return trace;
  const mode = String(trace.mode ?? "lines");
  if (mode.includes("markers")) return { ...trace, marker: { size: sizeOf(symbol), ...marker, symbol } };
  if (line?.dash && line.dash !== "solid") return trace;
  return {
    ...trace,
    mode: mode.replace("lines", "lines+markers"),
    marker: { ...marker, symbol, size: sizeOf(symbol), maxdisplayed: mostMarkers },
  };
}

const sizeOf = (symbol: string): number => markerSizes[symbol] ?? markerSize;
