import { palette, translucent } from "./colors";

/** One plotly trace; see plotly.com/javascript/reference for every attribute. */
export interface Trace {
  type?: string;
  name?: string;
  [attribute: string]: unknown;
}

export interface CurveOptions {
  name: string;
  /** `#RRGGBB`; see `colors`. */
  color?: string;
  /** Lower and upper edge of an interval, drawn as a shaded band. */
  band?: readonly [lower: ArrayLike<number>, upper: ArrayLike<number>];
  dash?: "solid" | "dot" | "dash" | "dashdot";
  /** Dots as well as the line: for few, measured points. */
  markers?: boolean;
}

/** A line through points, with an optional band. A NaN is a gap, never a zero. */
export function curve(x: ArrayLike<number>, y: ArrayLike<number>, options: CurveOptions): Trace[] {
  const { name, color = palette.blue, band, dash = "solid", markers = false } = options;
  const line: Trace = {
    type: "scatter",
    mode: markers ? "lines+markers" : "lines",
    ...{ name, legendgroup: name, x: gaps(x), y: gaps(y) },
    ...{ line: { color, width: 2, dash }, connectgaps: false },
  };
  return band ? [...bandTraces(x, band, name, color), line] : [line];
}

function bandTraces(x: ArrayLike<number>, [lower, upper]: readonly ArrayLike<number>[], name: string, color: string) {
  const edge = { type: "scatter", mode: "lines", x: gaps(x), line: { width: 0 }, legendgroup: name };
  const quiet = { showlegend: false, hoverinfo: "skip" };
  const fill = { fill: "tonexty", fillcolor: translucent(color, 0.18) };
  return [
    { ...edge, ...quiet, name: `${name}, lower`, y: gaps(lower) },
    { ...edge, ...quiet, ...fill, name: `${name}, upper`, y: gaps(upper) },
  ];
}

export interface BarsOptions {
  name?: string;
  /** One colour, or one a bar. */
  color?: string | readonly string[];
  /** Lower and upper end of each bar's interval, in the units of `values`. */
  interval?: readonly (readonly [number, number])[];
}

/** One bar a label, with optional error bars. */
export function bars(labels: readonly string[], values: ArrayLike<number>, options: BarsOptions = {}): Trace {
  const { name, color = palette.blue, interval } = options;
  const reach = interval && {
    type: "data",
    symmetric: false,
    array: interval.map(([, upper], index) => upper - values[index]),
    arrayminus: interval.map(([lower], index) => values[index] - lower),
    ...{ color: palette.black, thickness: 1.5, width: 4 },
  };
  return { type: "bar", name: name ?? "", x: [...labels], y: gaps(values), marker: { color }, error_y: reach };
}

/** More points than this are drawn smaller. */
const manyPoints = 100;

/** Separate points, with a text a point shown on hovering. */
export function points(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { name, color = palette.blue, labels }: { name: string; color?: string; labels?: readonly string[] },
): Trace {
  const size = x.length > manyPoints ? 5 : 8;
  return { type: "scatter", mode: "markers", name, x: gaps(x), y: gaps(y), marker: { color, size }, text: labels };
}

/** How often each value occurs, in bins of a round width, the same for all of a panel; `bins` says how many at most. */
export function histogram(
  values: ArrayLike<number>,
  { name, color = palette.blue, bins }: { name: string; color?: string; bins?: number },
): Trace {
  const kept = Array.from(values).filter(Number.isFinite);
  return { type: "histogram", name, x: kept, opacity: 0.65, marker: { color }, nbinsx: bins };
}

/** JSON has no NaN: what is not finite becomes null, which plotly draws as a gap. */
const gaps = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? value : null));
