/** Where the text of each point stands so that texts lie neither on one another nor on points nor beyond the panel. */
import { placeAxis } from "./axis";
import { page, placePanels } from "./geometry";
import type { FigureJson, ScatterTrace } from "./model";
import { panelsOf } from "./panels";
import { textWidth } from "./textWidth";
import { drawnLayout, drawnTraces } from "./vocabulary";

export const pointTextSize = 12;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Around the point, the author's choice first. */
const places = [
  "top center",
  "bottom center",
  "middle right",
  "middle left",
  "top right",
  "top left",
  "bottom right",
  "bottom left",
];

/** A text's shift from its point: of its anchor and of its baseline, in pixels. */
export function textShift(
  place: string,
  markerSize = 6,
): { dx: number; dy: number; anchor: "start" | "middle" | "end" } {
  const [row, column] = place.split(" ");
  const gap = markerSize / 2 + (row === "middle" ? 4 : 3);
  return {
    dx: column === "left" ? -gap : column === "right" ? gap : 0,
    dy: row === "top" ? -gap - 1 : row === "bottom" ? gap + pointTextSize * 0.8 : pointTextSize * 0.35,
    anchor: column === "left" ? "end" : column === "right" ? "start" : "middle",
  };
}

/**
 * The figure with a `textposition` for every single point of its labelled traces. Each text takes the place where it
 * covers least of what has been placed before it.
 * @throws CourseError for a figure that the static picture cannot draw
 */
export function withTextPlaces(figure: FigureJson): FigureJson {
  const isLabelled = ({ mode, text }: Record<string, unknown>) => /text/.test(String(mode)) && Array.isArray(text);
  if (!figure.data.some(isLabelled)) return figure;
  const traces = drawnTraces(figure.data);
  const layout = drawnLayout(figure.layout);
  const panels = placePanels(panelsOf(traces, layout), layout, 0, (layout.height ?? 380) - 90);
  const chosen = new Map<unknown, string[]>();
  for (const panel of panels) {
    const [x, y] = [placeAxis(panel.x, [0, panel.width]), placeAxis(panel.y, [panel.height, 0])];
    const inside = { left: -page.gap, top: 0, right: panel.width + page.gap, bottom: panel.height };
    const scatter = panel.traces.flatMap(({ trace }) =>
      trace.type === "scatter" && /markers|text/.test(trace.mode ?? "") ? [trace] : [],
    );
    const pointsOf = (trace: ScatterTrace) =>
      trace.y.map((value, i) => [x.at(trace.x[i] ?? null) ?? 0, y.at(value) ?? 0]);
    const taken = scatter.flatMap((trace) => pointsOf(trace).map((point) => around(point, trace.marker?.size ?? 6)));
    for (const trace of scatter.filter((one) => one.mode?.includes("text"))) {
      const places = pointsOf(trace).map((point, i) => bestPlace(point, trace, i, taken, inside));
      chosen.set(trace, places);
    }
  }
  return {
    ...figure,
    data: figure.data.map((trace, i) =>
      chosen.has(traces[i]) ? { ...trace, textposition: chosen.get(traces[i]), cliponaxis: false } : trace,
    ),
  };
}

const around = ([x, y]: number[], size: number): Box => ({
  left: x - size / 2,
  top: y - size / 2,
  right: x + size / 2,
  bottom: y + size / 2,
});

function bestPlace(point: number[], trace: ScatterTrace, index: number, taken: Box[], inside: Box): string {
  const text = trace.text?.[index] ?? "";
  const first = typeof trace.textposition === "string" ? trace.textposition : places[0];
  const tried = [first, ...places.filter((place) => place !== first)].map((place, order) => {
    const box = textBox(point, text, place, trace.marker?.size);
    const width = (box.right - box.left) * (box.bottom - box.top);
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    return { place, box, cost: covered + 2 * (width - overlap(box, inside)) + order };
  });
  const best = tried.reduce((a, b) => (b.cost < a.cost ? b : a));
  taken.push(best.box);
  return best.place;
}

function textBox([x, y]: number[], text: string, place: string, markerSize?: number): Box {
  const { dx, dy, anchor } = textShift(place, markerSize);
  const width = textWidth(text, pointTextSize);
  const left = x + dx - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
  return { left, right: left + width, top: y + dy - pointTextSize * 0.8, bottom: y + dy + pointTextSize * 0.2 };
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
