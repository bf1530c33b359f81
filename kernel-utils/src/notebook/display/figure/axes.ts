/** Grid, lines, numbers and titles of one panel's axes. */
import type { PlacedPanel } from "./geometry";
import { tickSize } from "./labels";
import type { View } from "./marks";
import { element, round, textElement } from "./svg";
import type { Tick } from "./ticks";

const titleSize = 13;
const tickLength = 4;

export interface AxesMarkup {
  /** Behind the traces. */
  grid: string;
  /** Before them. */
  labels: string;
}

export function axesMarkup(panel: PlacedPanel, view: View): AxesMarkup {
  const { left, top, width, height } = panel;
  const [right, bottom] = [left + width, top + height];
  const { theme } = view;
  const rows = placed(panel.yTicks, view.y.at);
  const columns = panel.x.kind === "category" ? [] : placed(panel.xTicks, view.x.at);
  const gridLines = [
    ...rows.filter(({ label }) => label).map(({ at }) => `M${round(left)},${round(at)}h${round(width)}`),
    ...columns.filter(({ label }) => label).map(({ at }) => `M${round(at)},${round(top)}v${round(height)}`),
  ];
  const zero = panel.y.kind === "linear" && panel.y.domain[0] < 0 && panel.y.domain[1] > 0 ? view.y.at(0) : undefined;
  const grid = [
    element("path", { d: gridLines.join(""), stroke: theme.grid, fill: "none" }),
    zero === undefined
      ? ""
      : element("path", { d: `M${round(left)},${round(zero)}h${round(width)}`, stroke: theme.axis }),
  ].join("");
  const tickMarks = [
    `M${round(left)},${round(top)}V${round(bottom)}H${round(right)}`,
    ...rows.map(({ at, label }) => `M${round(left)},${round(at)}h${-tickLength / (label ? 1 : 2)}`),
    ...columns.map(({ at, label }) => `M${round(at)},${round(bottom)}v${tickLength / (label ? 1 : 2)}`),
  ];
  const lines = element("path", { d: tickMarks.join(""), stroke: theme.axis, fill: "none" });
  return { grid, labels: lines + numbers(panel, view) + titles(panel, view) };
}

const placed = (ticks: readonly Tick[], at: (value: Tick["value"]) => number | undefined) =>
  ticks.flatMap(({ value, label }) => {
    const position = at(value);
    return position === undefined ? [] : [{ at: position, label }];
  });

function numbers(panel: PlacedPanel, view: View): string {
  const { left, top, height, xLabels } = panel;
  const isShown = (attributes: PlacedPanel["xAttributes"]) => attributes.showticklabels !== false;
  const down = !isShown(panel.yAttributes)
    ? []
    : placed(panel.yTicks, view.y.at).map(({ at, label }) => label && textElement(label, { x: left - 7, y: at + 4 }));
  const across = !isShown(panel.xAttributes)
    ? []
    : panel.xTicks.map((tick, index) => {
        const at = view.x.at(tick.value);
        if (at === undefined || !tick.label) return "";
        const y = top + height + 17;
        if (xLabels.angle === 0) return stacked(xLabels.lines[index], at, y);
        return textElement(tick.label, {
          transform: `translate(${round(at + 4)},${round(y - 3)}) rotate(${-xLabels.angle})`,
        });
      });
  const fill = view.theme.quietText;
  const anchor = xLabels.angle === 0 ? "middle" : "end";
  return [
    down.length > 0 ? element("g", { "font-size": tickSize, fill, "text-anchor": "end" }, down.join("")) : "",
    across.length > 0 ? element("g", { "font-size": xLabels.size, fill, "text-anchor": anchor }, across.join("")) : "",
  ].join("");
}

/** Lines of text under one another, each centred on x. */
const stacked = (lines: readonly string[], x: number, y: number): string =>
  lines.map((line, row) => textElement(line, { x, y: y + 14 * row })).join("");

function titles(panel: PlacedPanel, { theme }: View): string {
  const { left, top, width, height } = panel;
  const style = { "font-size": titleSize, "text-anchor": "middle", fill: theme.text };
  const labelled = panel.xAttributes.showticklabels === false ? 0 : panel.xLabels.height;
  const across = panel.xAttributes.title?.text ?? "";
  const down = panel.yAttributes.title?.text ?? "";
  const turn = `translate(${round(left - panel.yLabelWidth - 16)},${round(top + height / 2)}) rotate(-90)`;
  return [
    across && textElement(across, { ...style, x: left + width / 2, y: top + height + labelled + 22 }),
    down && textElement(down, { ...style, transform: turn }),
  ].join("");
}
