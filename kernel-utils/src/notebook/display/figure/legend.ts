import { page } from "./geometry";
import type { DrawnLayout } from "./model";
import type { ColoredTrace } from "./panels";
import { dashArray, element, round, textElement } from "./svg";
import { symbolOutline } from "./symbols";
import { textWidth } from "./textWidth";
import type { Theme } from "./theme";

export const legendRow = 21;
const size = 13;
const [swatch, gap, between] = [30, 6, 20];

/** The traces with an entry; none where the figure has only one, as plotly does. */
export function legendEntries(traces: readonly ColoredTrace[], { showlegend }: DrawnLayout): ColoredTrace[] {
  const entries = traces.filter(({ trace }) => trace.showlegend !== false && trace.name);
  return showlegend === false || (showlegend === undefined && entries.length < 2) ? [] : entries;
}

/** Entries in rows that fit the page. */
export function legendRows(entries: readonly ColoredTrace[]): ColoredTrace[][] {
  const rows: ColoredTrace[][] = [];
  let free = 0;
  for (const entry of entries) {
    const width = widthOf(entry);
    if (width > free) {
      rows.push([]);
      free = page.width - 2 * page.edge;
    }
    rows[rows.length - 1].push(entry);
    free -= width;
  }
  return rows;
}

const widthOf = ({ trace }: ColoredTrace): number => swatch + gap + textWidth(trace.name ?? "", size) + between;

export function legendMarkup(rows: readonly ColoredTrace[][], top: number, theme: Theme): string {
  return rows
    .flatMap((row, index) => {
      let x = page.edge;
      const y = top + legendRow * index + legendRow / 2;
      return row.map((entry) => {
        const start = x;
        x += widthOf(entry);
        const label = { x: start + swatch + gap, y: y + 4.5, "font-size": size, fill: theme.text };
        return swatchMarkup(entry, start, y) + textElement(entry.trace.name ?? "", label);
      });
    })
    .join("");
}

function swatchMarkup({ trace, color }: ColoredTrace, x: number, y: number): string {
  if (trace.type !== "scatter") {
    return element("rect", { x: x + 9, y: y - 6, width: 12, height: 12, fill: color, opacity: trace.opacity });
  }
  const { mode = "lines", line: { width = 2, dash } = {}, marker } = trace;
  const stroke = { stroke: color, "stroke-width": width, "stroke-dasharray": dashArray(dash, width) };
  const line = mode.includes("lines") ? element("path", { d: `M${round(x)},${round(y)}h${swatch}`, ...stroke }) : "";
  if (!mode.includes("markers")) return line;
  const outline = symbolOutline(marker?.symbol ?? "circle", marker?.size ?? 6);
  return line + element("path", { d: `M${round(x + swatch / 2)},${round(y)}${outline}`, fill: color });
}
