import type { Trace } from "./traces";

export interface Panel {
  title: string;
  data: readonly (Trace | readonly Trace[])[];
  xLabel?: string;
  yLabel?: string;
}

/**
 * The same kind of figure several times, side by side: what `plot` takes as `data` and `layout`.
 * `sharedY` gives all of them one scale.
 * A name that occurs in several panels has one entry in the legend, which hides or shows it everywhere.
 */
export function smallMultiples(
  panels: readonly Panel[],
  { columns = Math.min(panels.length, 3), sharedY = false } = {},
) {
  const rows = Math.ceil(panels.length / columns);
  const named = new Set<string>();
  const layout: Record<string, unknown> = {
    grid: { rows, columns, pattern: "independent", xgap: gapBetween(panels, columns), ygap: 0.32 },
    height: 90 + 250 * rows,
    annotations: panels.map((panel, index) => panelTitle(panel.title, suffix(index))),
  };
  const data = panels.flatMap((panel, index) => {
    layout[`xaxis${suffix(index)}`] = { title: { text: panel.xLabel ?? "" } };
    // On one scale the numbers need to stand on the left only.
    const shared = sharedY && index > 0 ? { matches: "y", showticklabels: index % columns === 0 } : {};
    layout[`yaxis${suffix(index)}`] = { title: { text: panel.yLabel ?? "" }, ...shared };
    return panel.data.flat().map((trace) => inPanel(trace, suffix(index), named));
  });
  return { data, layout };
}

/** As a share of a panel's width: room for the numbers of the next panel, and for its axis title where it has one. */
const gapBetween = (panels: readonly Panel[], columns: number): number =>
  0.06 * columns + (panels.some(({ yLabel }, index) => yLabel && index % columns > 0) ? 0.05 * columns : 0);

/** Plotly counts axes from 1 and leaves the 1 out. */
const suffix = (index: number): string => (index === 0 ? "" : String(index + 1));

const panelTitle = (text: string, axis: string) => ({
  ...{ text, showarrow: false, font: { size: 14 } },
  ...{ xref: `x${axis} domain`, yref: `y${axis} domain`, x: 0.5, y: 1, xanchor: "center", yanchor: "bottom" },
});

function inPanel(trace: Trace, axis: string, named: Set<string>): Trace {
  const name = trace.name ?? "";
  const repeated = named.has(name);
  named.add(name);
  const hidden = repeated || name === "" ? { showlegend: false } : {};
  return { legendgroup: name, ...trace, xaxis: `x${axis}`, yaxis: `y${axis}`, ...hidden };
}
