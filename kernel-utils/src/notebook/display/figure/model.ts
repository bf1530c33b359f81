/** What the static picture draws: the part of plotly's figure that the course uses, with its types. */

/** A plotly figure as it goes over the wire; typed only as far as everybody needs. */
export interface FigureJson {
  data: Record<string, unknown>[];
  layout: Record<string, unknown>;
  config?: Record<string, unknown>;
}

export type Dash = "solid" | "dot" | "dash" | "dashdot";

export interface LineStyle {
  color?: string;
  width?: number;
  dash?: Dash;
}

export interface MarkerStyle {
  /** One colour, or one a bar. */
  color?: string | string[];
  size?: number;
  symbol?: string;
  /** At most so many markers along a line; 0: all. */
  maxdisplayed?: number;
}

export interface ErrorBars {
  visible?: boolean;
  symmetric?: boolean;
  array: (number | null)[];
  arrayminus?: (number | null)[];
  color?: string;
  thickness?: number;
}

interface TraceBase {
  name?: string;
  legendgroup?: string;
  showlegend?: boolean;
  opacity?: number;
  xaxis?: string;
  yaxis?: string;
}

export interface ScatterTrace extends TraceBase {
  type: "scatter";
  mode?: string;
  x: (number | string | null)[];
  y: (number | null)[];
  line?: LineStyle;
  marker?: MarkerStyle;
  text?: string[];
  /** One place for all texts, or one for each. */
  textposition?: string | string[];
  fill?: "tonexty" | "tozeroy" | "none";
  fillcolor?: string;
  error_y?: ErrorBars;
}

export interface BarTrace extends TraceBase {
  type: "bar";
  x: (number | string | null)[];
  y: (number | null)[];
  marker?: MarkerStyle;
  error_y?: ErrorBars;
}

export interface HistogramTrace extends TraceBase {
  type: "histogram";
  x: (number | null)[];
  xbins: { start: number; end: number; size: number };
  marker?: MarkerStyle;
}

export type DrawnTrace = ScatterTrace | BarTrace | HistogramTrace;

export interface AxisAttributes {
  type?: "linear" | "log" | "category" | "-";
  title?: { text?: string };
  /** Exponents of ten on a logarithmic axis. */
  range?: [number, number];
  rangemode?: "normal" | "tozero";
  tickformat?: string;
  matches?: string;
  showticklabels?: boolean;
  showgrid?: boolean;
  zeroline?: boolean;
  gridcolor?: string;
  zerolinecolor?: string;
  linecolor?: string;
}

export interface Annotation {
  text: string;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xanchor?: "left" | "center" | "right";
  yanchor?: "bottom" | "middle" | "top";
  font?: { size?: number; color?: string };
}

export interface Shape {
  type: "line" | "rect";
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  xref?: string;
  yref?: string;
  line?: LineStyle;
  fillcolor?: string;
  opacity?: number;
}

export interface DrawnLayout {
  title?: { text?: string };
  height?: number;
  showlegend?: boolean;
  barmode?: "group" | "overlay";
  grid?: { rows?: number; columns?: number };
  annotations?: Annotation[];
  shapes?: Shape[];
  colorway?: string[];
  /** `xaxis`, `yaxis2` and so on. */
  axes: Record<string, AxisAttributes>;
}
