/** Traces as markup, each within the pair of axes it belongs to. */
import { line as d3Line } from "d3-shape";
import { CourseError } from "../../../errors";
import { type Axis, isWithin } from "./axis";
import { histogramCounts } from "./histogramCounts";
import type { BarTrace, ErrorBars, HistogramTrace, ScatterTrace } from "./model";
import type { ColoredTrace } from "./panels";
import { type Point, runsOf, simplify } from "./simplify";
import { dashArray, element, round, textElement } from "./svg";
import { symbolOutline } from "./symbols";
import { pointTextSize, textShift } from "./textPlaces";
import type { Theme } from "./theme";

export interface View {
  x: Axis;
  y: Axis;
  theme: Theme;
}

/** Markup that is cut off at the panel's edge, and markup that may stick out. */
export interface Marks {
  clipped: string;
  free: string;
}

const pathOf = d3Line<Point>().digits(1);

export function marksOf(traces: readonly ColoredTrace[], view: View, barmode: string): Marks[] {
  const grouped = barmode === "group" ? traces.filter(({ trace }) => trace.type === "bar") : [];
  let markedBefore = 0;
  return traces.map(({ trace, color }, index) => {
    if (trace.type === "histogram") return histogramMarks(trace, color, view);
    if (trace.type === "bar") {
      const place = grouped.findIndex((other) => other.trace === trace);
      return barMarks(trace, color, view, Math.max(0, place), Math.max(1, grouped.length));
    }
    const before = traces[index - 1]?.trace;
    return scatterMarks(trace, color, view, before?.type === "scatter" ? before : undefined, () => markedBefore++);
  });
}

function pointsOf({ x, y }: Pick<ScatterTrace, "x" | "y">, view: View): (Point | undefined)[] {
  return y.map((value, index) => {
    const [px, py] = [view.x.at(x[index] ?? null), view.y.at(value)];
    return px === undefined || py === undefined ? undefined : [px, py];
  });
}

function scatterMarks(
  trace: ScatterTrace,
  color: string,
  view: View,
  before: ScatterTrace | undefined,
  nextMarked: () => number,
): Marks {
  const { mode = "lines", line = {}, opacity } = trace;
  const points = pointsOf(trace, view);
  const { width = 2, dash } = line;
  const clipped = [fillOf(trace, view, before)];
  if (mode.includes("lines") && width > 0) {
    const d = runsOf(points)
      .map((run) => pathOf(simplify(run)))
      .join("");
    const stroke = { stroke: color, "stroke-width": width, "stroke-dasharray": dashArray(dash, width) };
    if (d) clipped.push(element("path", { d, fill: "none", "stroke-linejoin": "round", opacity, ...stroke }));
  }
  const free = [errorBarsOf(trace, points, color, view)];
  if (mode.includes("markers")) free.push(markersOf(trace, points, color, view, nextMarked));
  if (mode.includes("text")) free.push(textsOf(trace, points, view));
  return { clipped: clipped.join(""), free: free.join("") };
}

/** A band between this trace and the one before it, or down to zero. */
function fillOf(trace: ScatterTrace, view: View, before: ScatterTrace | undefined): string {
  if (!trace.fill || trace.fill === "none") return "";
  if (trace.fill === "tonexty" && before?.x.length !== trace.x.length) {
    throw new CourseError(
      "bad-value",
      `figure: "${trace.name}" fills to a trace that it does not share its places with`,
    );
  }
  const floor = view.y.at(0) ?? view.y.pixels[0];
  const upper = pointsOf(trace, view);
  const lower =
    trace.fill === "tonexty" && before
      ? pointsOf(before, view)
      : upper.map((point) => point && ([point[0], floor] as Point));
  // A place without either edge is a gap in the band.
  const both = (edge: readonly (Point | undefined)[]) =>
    runsOf(edge.map((point, i) => (upper[i] && lower[i] ? point : undefined)));
  const bottoms = both(lower);
  const d = both(upper).map(
    (run, i) => `${pathOf(simplify(run))}L${pathOf(simplify([...bottoms[i]].reverse()))?.slice(1)}Z`,
  );
  return d.length > 0 ? element("path", { d: d.join(""), fill: trace.fillcolor ?? "rgba(0,0,0,0.1)" }) : "";
}

function markersOf(
  trace: ScatterTrace,
  points: readonly (Point | undefined)[],
  color: string,
  view: View,
  nextMarked: () => number,
): string {
  const { symbol = "circle", size = 6, maxdisplayed = 0, color: own } = trace.marker ?? {};
  const inside = points.filter((_, i) => isWithin(view.x, trace.x[i] ?? null) && isWithin(view.y, trace.y[i]));
  const shown = maxdisplayed > 0 ? thinned(inside, maxdisplayed, nextMarked()) : inside;
  const outline = symbolOutline(symbol, size);
  const d = shown.flatMap((point) => (point ? [`M${round(point[0])},${round(point[1])}${outline}`] : [])).join("");
  const fill = typeof own === "string" ? own : color;
  return d ? element("path", { d, fill, opacity: trace.opacity }) : "";
}

/** Every so many points, the start moved from trace to trace so that markers of close curves do not meet; as plotly does. */
function thinned<T>(points: readonly T[], most: number, before: number): T[] {
  const step = Math.ceil(points.length / most);
  const start = Math.round((before * step) / 3 + (Math.floor(before / 3) * step) / 7.1);
  return points.filter((_, i) => (i + start) % step === 0);
}

function textsOf(
  { text = [], textposition, marker }: ScatterTrace,
  points: readonly (Point | undefined)[],
  view: View,
): string {
  const texts = points.map((point, i) => {
    if (!point || !text[i]) return "";
    const place = Array.isArray(textposition) ? textposition[i] : textposition;
    const { dx, dy, anchor } = textShift(place ?? "middle center", marker?.size);
    return textElement(text[i], { x: point[0] + dx, y: point[1] + dy, "text-anchor": anchor });
  });
  return element("g", { "font-size": pointTextSize, fill: view.theme.text }, texts.join(""));
}

function errorBarsOf(
  { error_y: errors, y }: { error_y?: ErrorBars; y: (number | null)[] },
  points: readonly (Point | undefined)[],
  color: string,
  view: View,
): string {
  if (!errors || errors.visible === false) return "";
  const { array, arrayminus = array, thickness = 1.5 } = errors;
  const cap = 4;
  const d = points.flatMap((point, i) => {
    const value = y[i];
    if (!point || value === null) return [];
    const [top, bottom] = [view.y.at(value + (array[i] ?? 0)), view.y.at(value - (arrayminus[i] ?? 0))];
    if (top === undefined || bottom === undefined) return [];
    const left = `${round(point[0] - cap)},`;
    return [`M${left}${round(top)}h${2 * cap}m${-cap},0V${round(bottom)}M${left}${round(bottom)}h${2 * cap}`];
  });
  return element("path", { d: d.join(""), fill: "none", stroke: errors.color ?? color, "stroke-width": thickness });
}

const barShare = 0.8; // plotly's bargap of 0.2

function barMarks(trace: BarTrace, color: string, view: View, place: number, groupSize: number): Marks {
  if (view.x.kind !== "category") {
    throw new CourseError(
      "bad-value",
      `figure: the bars "${trace.name}" stand on numbers; bars(labels, …) takes texts`,
    );
  }
  const slot = Math.abs(
    (view.x.at(view.x.labels[1]) ?? view.x.pixels[1]) - (view.x.at(view.x.labels[0]) ?? view.x.pixels[0]),
  );
  const room = (view.x.labels.length > 1 ? slot : Math.abs(view.x.pixels[1] - view.x.pixels[0])) * barShare;
  const width = room / groupSize;
  const floor = view.y.at(0) ?? view.y.pixels[0];
  const centers = trace.x.map((label) => (view.x.at(label) ?? 0) - room / 2 + (place + 0.5) * width);
  const tops = trace.y.map((value) => view.y.at(value));
  const fills = trace.marker?.color;
  const rectangles = tops.map((top, i) => {
    if (top === undefined) return "";
    const fill = Array.isArray(fills) ? fills[i % fills.length] : color;
    const box = { x: centers[i] - width / 2, y: Math.min(top, floor), width, height: Math.abs(top - floor) };
    return element("rect", { ...box, fill, opacity: trace.opacity });
  });
  const points = tops.map((top, i): Point | undefined => (top === undefined ? undefined : [centers[i], top]));
  return { clipped: rectangles.join(""), free: errorBarsOf(trace, points, view.theme.text, view) };
}

function histogramMarks(trace: HistogramTrace, color: string, view: View): Marks {
  const { edges, counts } = histogramCounts(trace);
  const floor = view.y.at(0) ?? view.y.pixels[0];
  const steps = counts.map((count, bin) => {
    const [left, right, top] = [view.x.at(edges[bin]), view.x.at(edges[bin + 1]), view.y.at(count)];
    return `${bin === 0 ? `M${round(left ?? 0)},${round(floor)}` : ""}V${round(top ?? floor)}H${round(right ?? 0)}`;
  });
  const d = `${steps.join("")}V${round(floor)}Z`;
  return { clipped: element("path", { d, fill: color, opacity: trace.opacity }), free: "" };
}
