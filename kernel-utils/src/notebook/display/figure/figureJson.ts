import { series } from "../colors";
import type { Trace } from "../traces";
import { withBins } from "./bins";
import { withCategoryAxes } from "./categoryAxes";
import { withHover } from "./hover";
import type { FigureJson } from "./model";
import { withShapes } from "./shapes";
import { lightTheme } from "./theme";

export interface Figure {
  /** Traces, or lists of them as `curve` returns. */
  data: readonly (Trace | readonly Trace[])[];
  title: string;
  /** One sentence under the figure: what to see in it. */
  caption: string;
  /** The figure in words, for who cannot see it. Default: title, caption and the range of every trace. */
  alt?: string;
  /** What the axis counts, with its unit after a comma: "loss, nats a token". */
  xLabel?: string;
  yLabel?: string;
  /** Pixels. Default 380. */
  height?: number;
  /** Any plotly layout attribute; wins over the defaults. */
  layout?: Record<string, unknown>;
}

const config = { responsive: true, displaylogo: false };
const significantDigits = 6;

/** A figure as plotly takes it, in the course's look: plain JSON, the same for the same figure. */
export function figureJson(figure: Figure): FigureJson {
  const layout = layoutOf(figure);
  const data = withHover(withShapes(withBins(figure.data.flat().map(withoutEmptyName))), layout);
  return plainJson({ data, layout: withCategoryAxes(layout, data), config });
}

/** Plotly would call a trace without a name "trace 0". */
const withoutEmptyName = (trace: Trace): Trace => (trace.name ? trace : { showlegend: false, ...trace });

function layoutOf({ title, xLabel = "", yLabel = "", height = 380, layout = {} }: Figure): Record<string, unknown> {
  const { text, background, grid, axis: lines } = lightTheme;
  const axis = {
    // 10⁻³ and 10⁻⁶ on a logarithmic axis; plotly would write 0.001 and 1μ.
    exponentformat: "power",
    ...{ gridcolor: grid, zerolinecolor: lines, showline: true, linecolor: lines, automargin: true },
    ...{ ticks: "outside", ticklen: 4, tickcolor: lines, tickfont: { size: 12 } },
  };
  const names = ["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key))];
  const labels: Record<string, string> = { xaxis: xLabel, yaxis: yLabel };
  const axes = names.map((name) => {
    const given = (layout[name] ?? {}) as { title?: { text?: string } };
    const title = { text: labels[name] ?? "", font: { size: 13 }, ...given.title };
    return [name, { ...axis, ...(name.startsWith("x") ? { zeroline: false } : {}), ...given, title }];
  });
  return {
    title: { text: title, x: 0.01, xref: "container", xanchor: "left", font: { size: 16, weight: 700 } },
    ...{ height, autosize: true, hovermode: "closest", hoverlabel: { namelength: -1 }, colorway: series },
    ...{ paper_bgcolor: background, plot_bgcolor: background, font: { family: "sans-serif", size: 13, color: text } },
    margin: { t: 56, r: 20, b: 44, l: 50 },
    // Under everything else, over the whole width: it pushes the axes up by as many rows as it takes.
    legend: {
      orientation: "h",
      xref: "container",
      x: 0.01,
      xanchor: "left",
      yref: "container",
      y: 0,
      yanchor: "bottom",
    },
    ...layout,
    ...Object.fromEntries(axes),
  };
}

/** Typed arrays as lists, numbers to as many digits as a picture can show, nothing undefined, and "<" for itself. */
function plainJson(figure: FigureJson): FigureJson {
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === "number")
      return Number.isInteger(value) ? value : Number(value.toPrecision(significantDigits));
    return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value;
  };
  const copy = JSON.parse(JSON.stringify(figure, plain)) as FigureJson;
  const title = copy.layout.title as { text?: string };
  if (title.text) title.text = title.text.replace(/</g, "&lt;");
  return copy;
}
