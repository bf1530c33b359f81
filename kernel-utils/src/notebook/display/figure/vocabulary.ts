import { CourseError } from "../../../errors";
import * as is from "./attributes";
import type { Annotation, AxisAttributes, DrawnLayout, DrawnTrace, FigureJson, Shape } from "./model";
import { symbolNames } from "./symbols";

const dash = is.oneOf("solid", "dot", "dash", "dashdot");
const line = { color: is.color, width: is.finite, dash, shape: is.only("linear") };
const font = { family: is.ignored, size: is.finite, color: is.color, weight: is.ignored };
const hover = { hoverinfo: is.ignored, hovertemplate: is.ignored, hovertext: is.ignored, customdata: is.ignored };
const named = {
  ...{ type: is.text, name: is.text, legendgroup: is.text, showlegend: is.bool, legendrank: is.ignored },
  ...{ opacity: is.finite, xaxis: is.text, yaxis: is.text, visible: is.only(true), meta: is.ignored, ...hover },
};
const marker = {
  color: is.either(is.color, is.texts),
  size: is.finite,
  symbol: is.oneOf(...symbolNames),
  maxdisplayed: is.finite,
};
const errorBars = {
  ...{ type: is.only("data"), visible: is.bool, symmetric: is.bool, array: is.numbers, arrayminus: is.numbers },
  ...{ color: is.color, thickness: is.finite, width: is.ignored },
};

const traceSpecs: Record<string, is.Spec> = {
  scatter: {
    ...{ ...named, x: is.places, y: is.numbers, line, marker, cliponaxis: is.ignored },
    mode: is.oneOf("lines", "markers", "lines+markers", "markers+text", "text", "lines+markers+text"),
    ...{ connectgaps: is.only(false), text: is.texts, textposition: textPosition(), textfont: font },
    ...{ fill: is.oneOf("tonexty", "tozeroy", "none"), fillcolor: is.color, error_y: errorBars },
  },
  bar: { ...named, x: is.places, y: is.numbers, marker, error_y: errorBars },
  histogram: {
    ...{ ...named, x: is.numbers, marker },
    xbins: { start: is.finite, end: is.finite, size: is.finite },
  },
};

function textPosition(): is.Check {
  const rows = ["top", "middle", "bottom"];
  const one = is.oneOf(...rows.flatMap((row) => ["left", "center", "right"].map((column) => `${row} ${column}`)));
  return is.either(one, is.listOf("a list of these", one.accepts));
}

const axis = {
  ...{
    type: is.oneOf("linear", "log", "category", "-"),
    title: { text: is.text, font: is.ignored, standoff: is.finite },
  },
  ...{ range: is.pair, rangemode: is.oneOf("normal", "tozero"), autorange: is.only(true), matches: is.text },
  ...{ tickformat: is.text, exponentformat: is.ignored, minexponent: is.ignored, showticklabels: is.bool },
  ...{ showgrid: is.bool, gridcolor: is.color, zeroline: is.bool, zerolinecolor: is.color, linecolor: is.color },
  ...{
    showline: is.ignored,
    ticks: is.ignored,
    tickfont: is.ignored,
    ticklen: is.ignored,
    tickcolor: is.ignored,
    automargin: is.ignored,
  },
  ...{ hoverformat: is.ignored, dtick: is.ignored, nticks: is.ignored, tickangle: is.ignored, fixedrange: is.ignored },
  // Labels broken into lines; the picture breaks them itself.
  ...{ tickmode: is.only("array"), tickvals: is.texts, ticktext: is.ignored },
};

const layout = {
  ...{ title: is.ignored, height: is.finite, width: is.ignored, autosize: is.ignored, font: is.ignored },
  ...{ hovermode: is.ignored, hoverlabel: is.ignored, paper_bgcolor: is.ignored, plot_bgcolor: is.ignored },
  ...{ margin: is.ignored, legend: is.ignored, showlegend: is.bool, barmode: is.oneOf("group", "overlay") },
  ...{ colorway: is.texts, bargap: is.only(0.2), uirevision: is.ignored, template: is.ignored, dragmode: is.ignored },
  grid: { rows: is.finite, columns: is.finite, pattern: is.only("independent"), xgap: is.ignored, ygap: is.ignored },
};

const annotation = {
  ...{ text: is.text, x: is.finite, y: is.finite, xref: is.text, yref: is.text, showarrow: is.only(false), font },
  ...{ xanchor: is.oneOf("left", "center", "right"), yanchor: is.oneOf("bottom", "middle", "top") },
};

const shape = {
  ...{ type: is.oneOf("line", "rect"), x0: is.finite, x1: is.finite, y0: is.finite, y1: is.finite },
  ...{ xref: is.text, yref: is.text, line, fillcolor: is.color, opacity: is.finite, layer: is.ignored },
};

/** The traces as the static picture takes them. @throws CourseError for anything it cannot draw */
export function drawnTraces(data: FigureJson["data"]): DrawnTrace[] {
  return data.map((trace, index) => {
    const type = typeof trace.type === "string" ? trace.type : "scatter";
    const where = `the trace ${JSON.stringify(trace.name || index + 1)}`;
    if (!(type in traceSpecs)) {
      const known = Object.keys(traceSpecs).join(", ");
      throw new CourseError("bad-value", `figure: ${where} is a "${type}"; the static picture draws ${known}`);
    }
    checkTrace(where, trace, type);
    return { ...trace, type } as unknown as DrawnTrace;
  });
}

function checkTrace(where: string, trace: Record<string, unknown>, type: string): void {
  is.checkAttributes(where, trace, traceSpecs[type]);
  const needed = type === "histogram" ? ["x", "xbins"] : ["x", "y"];
  const missing = needed.find((name) => trace[name] === undefined);
  if (missing) {
    const wayOut = missing === "xbins" ? "; histogram(values, …) chooses them" : "";
    throw new CourseError("bad-value", `figure: ${where} has no ${missing}, which the static picture needs${wayOut}`);
  }
}

const isAxisName = (name: string): boolean => /^[xy]axis\d*$/.test(name);

/** The layout as the static picture takes it. @throws CourseError for anything it cannot draw */
export function drawnLayout(given: FigureJson["layout"]): DrawnLayout {
  const { annotations, shapes, ...rest } = given;
  const axes = Object.entries(rest).filter(([name]) => isAxisName(name));
  is.checkAttributes(
    "the layout",
    Object.fromEntries(Object.entries(rest).filter(([name]) => !isAxisName(name))),
    layout,
  );
  for (const [name, attributes] of axes) is.checkAttributes(`the layout's ${name}`, attributes, axis);
  return {
    ...(rest as Omit<DrawnLayout, "axes">),
    annotations: listOf<Annotation>("an annotation", annotations, annotation),
    shapes: listOf<Shape>("a shape", shapes, shape),
    axes: Object.fromEntries(axes) as Record<string, AxisAttributes>,
  };
}

function listOf<T>(where: string, given: unknown, spec: is.Spec): T[] {
  const list = Array.isArray(given) ? given : [];
  for (const one of list) is.checkAttributes(where, one, spec);
  return list as T[];
}
