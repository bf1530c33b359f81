import type { Trace } from "../traces";

interface Titled {
  title?: { text?: string };
}
interface PanelTitle {
  text: string;
  xref?: string;
}

/** What a pointer on a figure reads: both values under the names and units of their axes, and the series' name. */
export function withHover(data: readonly Trace[], layout: Record<string, unknown>): Trace[] {
  return data.map((trace) => {
    if (trace.hovertemplate !== undefined || trace.hoverinfo !== undefined) return trace;
    return { ...trace, hovertemplate: templateOf(trace, layout) };
  });
}

function templateOf(trace: Trace, layout: Record<string, unknown>): string {
  const [xAxis, yAxis] = [String(trace.xaxis ?? "x"), String(trace.yaxis ?? "y")];
  const titleOf = (name: string) => (layout[name] as Titled | undefined)?.title?.text ?? "";
  const panelTitles = (layout.annotations ?? []) as PanelTitle[];
  const panelTitle = panelTitles.find(({ xref }) => xref === `${xAxis} domain`)?.text ?? "";
  const x = titleOf(xAxis.replace("x", "xaxis"));
  // A panel's title names its quantity where the axis has no title of its own.
  const y = trace.type === "histogram" ? "count" : titleOf(yAxis.replace("y", "yaxis")) || panelTitle;
  const isLabelled = trace.type === "bar" || (Array.isArray(trace.x) && typeof trace.x[0] === "string");
  const xValue = isLabelled ? "%{x}" : "%{x:.4~g}";
  const lines = [
    ...(trace.text === undefined ? [] : ["%{text}"]),
    [x, xValue].filter(Boolean).join(" = "),
    [y, trace.type === "histogram" ? "%{y}" : "%{y:.4~g}"].filter(Boolean).join(" = "),
  ];
  return `${lines.join("<br>")}<extra>${trace.name ?? ""}</extra>`;
}
