import type { Trace } from "../traces";
import { tickSize } from "./labels";
import { textWidth, wrapText } from "./textWidth";

const plotWidth = 620; // pixels, on a page of usual width
const mostLines = 3;

/**
 * The axes that carry labels: no grid lines through the bars, and long labels in lines, where plotly would turn them by
 * 30 degrees and cut them off.
 */
export function withCategoryAxes(layout: Record<string, unknown>, data: readonly Trace[]): Record<string, unknown> {
  const columns = (layout.grid as { columns?: number } | undefined)?.columns ?? 1;
  const axes = new Map<string, Set<string>>();
  for (const { x, xaxis = "x" } of data) {
    if (!Array.isArray(x) || typeof x[0] !== "string") continue;
    const name = String(xaxis).replace("x", "xaxis");
    axes.set(name, new Set([...(axes.get(name) ?? []), ...(x as string[])]));
  }
  const changed = [...axes].map(([name, labels]) => {
    const attributes = { showgrid: false, ...wrapped([...labels], plotWidth / columns / labels.size - 4) };
    return [name, { ...attributes, ...(layout[name] as object) }];
  });
  return { ...layout, ...Object.fromEntries(changed) };
}

/** Labels that fit in lines but not on one; plotly slants the others as it likes. */
function wrapped(labels: string[], room: number): Record<string, unknown> {
  const lines = labels.map((label) => wrapText(label, room, tickSize));
  const isFitting = lines.every(
    (parts) => parts.length <= mostLines && parts.every((part) => textWidth(part, tickSize) <= room),
  );
  if (!isFitting || lines.every((parts) => parts.length === 1)) return {};
  return { tickmode: "array", tickvals: labels, ticktext: lines.map((parts) => parts.join("<br>")) };
}
