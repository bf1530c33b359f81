import { type AxisPlan, planAxis } from "./axis";
import { type LabelBlock, labelBlock, tickSize } from "./labels";
import type { DrawnLayout } from "./model";
import type { Panel } from "./panels";
import { reachesOf } from "./reach";
import { textWidth } from "./textWidth";
import { type Tick, ticksOf } from "./ticks";

/** Pixels. The width is that of a page of prose, so that letters come out at the size of the text around them. */
export const page = { width: 700, edge: 14, gap: 18 };
const tickGap = 8;
const titleLine = 20;
const panelTitleLine = 26;
const [pixelsAcross, pixelsDown] = [75, 42]; // from one number to the next
const leastHeight = 110;

/** A panel with its axes planned and its place on the page. */
export interface PlacedPanel extends Panel {
  left: number;
  top: number;
  width: number;
  height: number;
  x: AxisPlan;
  y: AxisPlan;
  xTicks: Tick[];
  yTicks: Tick[];
  xLabels: LabelBlock;
  /** Pixels that the numbers on the left take. */
  yLabelWidth: number;
}

/** @param available pixels from the title's lower edge to the legend's upper one */
export function placePanels(
  panels: readonly Panel[],
  layout: DrawnLayout,
  top: number,
  available: number,
): PlacedPanel[] {
  const columns = Math.max(...panels.map(({ column }) => column)) + 1;
  const rows = Math.max(...panels.map(({ row }) => row)) + 1;
  const head = panels.some((panel) => hasTitle(panel, layout)) ? panelTitleLine : 6;
  const roughHeight = Math.max(leastHeight, available / rows - head - 2 * titleLine - 2 * tickGap);
  const planned = panels.map((panel) => {
    const [x, y] = [planOf(panel, panels, "x"), planOf(panel, panels, "y")];
    const yTicks = ticksOf(y, Math.max(2, Math.round(roughHeight / pixelsDown)));
    const shown = panel.yAttributes.showticklabels === false ? [] : yTicks;
    const yLabelWidth = Math.max(0, ...shown.map(({ label }) => textWidth(label, tickSize)));
    return { ...panel, x, y, yTicks, yLabelWidth };
  });

  const leftOf = (column: number) =>
    Math.max(...planned.filter((panel) => panel.column === column).map((panel) => sideOf(panel)));
  const lefts = Array.from({ length: columns }, (_, column) => leftOf(column));
  const width = (page.width - 2 * page.edge - page.gap * (columns - 1) - lefts.reduce((a, b) => a + b, 0)) / columns;

  const labelled = planned.map((panel) => {
    const xTicks = ticksOf(panel.x, Math.max(3, Math.round(width / pixelsAcross)));
    const room = panel.x.kind === "category" ? width / Math.max(1, xTicks.length) : Number.POSITIVE_INFINITY;
    return {
      ...panel,
      xTicks,
      xLabels: labelBlock(
        xTicks.map(({ label }) => label),
        room,
      ),
    };
  });
  const feet = Array.from({ length: rows }, (_, row) =>
    Math.max(...labelled.filter((panel) => panel.row === row).map((panel) => footOf(panel))),
  );
  const taken = feet.reduce((a, b) => a + b, 0) + rows * head;
  const height = Math.max(leastHeight, (available - taken) / rows);
  return labelled.map((panel) => ({
    ...{ ...panel, width, height },
    left: page.edge + lefts.slice(0, panel.column + 1).reduce((a, b) => a + b, 0) + panel.column * (width + page.gap),
    top: top + head + panel.row * (height + head) + feet.slice(0, panel.row).reduce((a, b) => a + b, 0),
  }));
}

/** Where the lowest panel ends, its axis title included. */
export const bottomOf = (panels: readonly PlacedPanel[]): number =>
  Math.max(...panels.map((panel) => panel.top + panel.height + footOf(panel)));

/** The plan of a panel's axis, over everything drawn on axes that match it. */
function planOf(panel: Panel, panels: readonly Panel[], axis: "x" | "y"): AxisPlan {
  const attributesOf = (one: Panel) => (axis === "x" ? one.xAttributes : one.yAttributes);
  const groupOf = (one: Panel) => attributesOf(one).matches ?? `${axis}${one.suffix}`;
  const matching = panels.filter((one) => groupOf(one) === groupOf(panel));
  const leader = matching.find((one) => attributesOf(one).range)?.[axis === "x" ? "xAttributes" : "yAttributes"];
  const attributes = { ...attributesOf(panel), range: attributesOf(panel).range ?? leader?.range };
  return planAxis(
    attributes,
    matching.flatMap((one) => reachesOf(one, axis)),
    axis === "y",
  );
}

const sideOf = (panel: { yLabelWidth: number; yAttributes: Panel["yAttributes"] }): number =>
  panel.yLabelWidth + tickGap + (panel.yAttributes.title?.text ? titleLine : 0);

const footOf = (panel: { xLabels: LabelBlock; xAttributes: Panel["xAttributes"] }): number =>
  (panel.xAttributes.showticklabels === false ? 0 : panel.xLabels.height) +
  tickGap +
  (panel.xAttributes.title?.text ? titleLine : 0);

const hasTitle = ({ suffix }: Panel, { annotations = [] }: DrawnLayout): boolean =>
  annotations.some(({ yref, y, yanchor }) => yref === `y${suffix} domain` && y >= 1 && yanchor === "bottom");
