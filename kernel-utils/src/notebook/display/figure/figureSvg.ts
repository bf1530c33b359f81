import { escapeHtml } from "../escape";
import { axesMarkup } from "./axes";
import { placeAxis } from "./axis";
import { bottomOf, type PlacedPanel, page, placePanels } from "./geometry";
import { legendEntries, legendMarkup, legendRow, legendRows } from "./legend";
import { marksOf, type View } from "./marks";
import type { FigureJson } from "./model";
import { annotationMarkup, type PlacedView, shapeMarkup } from "./overlays";
import { panelsOf } from "./panels";
import { element, round, textElement } from "./svg";
import { wrapText } from "./textWidth";
import { lightTheme, type Theme } from "./theme";
import { drawnLayout, drawnTraces } from "./vocabulary";

export interface FigureText {
  title: string;
  /** Drawn under the figure; left out where the page around it says the same. */
  caption?: string;
  /** The figure in words, for who cannot see it. */
  alt: string;
}

/** Fonts of about one width, so that what was measured here holds where the picture is read. */
const fonts = "Helvetica, Arial, Liberation Sans, DejaVu Sans Condensed, sans-serif";
const titleSize = 16;
const [titleLine, captionLine, captionSize] = [22, 18, 13];

/**
 * A plotly figure as a still picture, 700 pixels wide, drawn without a browser and at once. The same figure gives the
 * same bytes. Its background is its own, so that it reads on any page.
 *
 * @throws CourseError `bad-value` for a trace or an attribute that it cannot draw: never a picture that leaves it out
 */
export function figureSvg(figure: FigureJson, text: FigureText, theme: Theme = lightTheme): string {
  const traces = drawnTraces(figure.data);
  const layout = drawnLayout(figure.layout);
  const panels = panelsOf(traces, layout);
  const inOrder = traces.flatMap((trace) =>
    panels.flatMap((panel) => panel.traces.filter((one) => one.trace === trace)),
  );
  const rows = legendRows(legendEntries(inOrder, layout));
  const titleLines = wrapText(text.title, page.width - 2 * page.edge, titleSize, true);
  const top = page.edge + titleLine * titleLines.length + 4;
  const legendHeight = rows.length > 0 ? rows.length * legendRow + 8 : 0;
  const available = (layout.height ?? 380) - top - legendHeight - page.edge;
  const placed = placePanels(panels, layout, top, available);
  const views = placed.map((panel) => ({ panel, view: viewOf(panel, theme) }));

  const legendTop = bottomOf(placed) + 8;
  const captionTop = legendTop + legendHeight;
  const captions = text.caption ? wrapText(text.caption, page.width - 2 * page.edge, captionSize) : [];
  const height = captionTop + captions.length * captionLine + page.edge;
  const lines = (given: string[], y: number, step: number, style: Record<string, string | number>) =>
    given.map((line, row) => textElement(line, { x: page.edge, y: y + row * step, ...style })).join("");
  const body = [
    element("title", {}, escapeHtml(text.title)),
    element("desc", {}, escapeHtml(text.alt)),
    element("rect", { width: page.width, height, fill: theme.background, rx: 4 }),
    lines(titleLines, page.edge + titleSize, titleLine, {
      "font-size": titleSize,
      "font-weight": "bold",
      fill: theme.text,
    }),
    ...views.map((one) => panelMarkup(one, layout.barmode ?? "group")),
    ...(layout.shapes ?? []).map((shape) => shapeMarkup(shape, views, theme)),
    ...(layout.annotations ?? []).map((note) => annotationMarkup(note, views, theme)),
    legendMarkup(rows, legendTop, theme),
    lines(captions, captionTop + captionSize, captionLine, { "font-size": captionSize, fill: theme.quietText }),
  ].join("");
  const size = { viewBox: `0 0 ${page.width} ${Math.round(height)}`, width: page.width, height: Math.round(height) };
  return element("svg", { xmlns: "http://www.w3.org/2000/svg", ...size, role: "img", "font-family": fonts }, body);
}

function viewOf({ x, y, left, top, width, height }: PlacedPanel, theme: Theme): View {
  return { x: placeAxis(x, [left, left + width]), y: placeAxis(y, [top + height, top]), theme };
}

/** Cut at the panel's edges by an SVG element of its size: no id that could meet another figure's on the page. */
function panelMarkup({ panel, view }: PlacedView, barmode: string): string {
  const { left, top, width, height } = panel;
  const { grid, labels } = axesMarkup(panel, view);
  const marks = marksOf(panel.traces, view, barmode);
  const clipped = marks.map((mark) => mark.clipped).join("");
  const box = { x: left, y: top, width, height, viewBox: [left, top, width, height].map(round).join(" ") };
  return [grid, clipped && element("svg", box, clipped), labels, ...marks.map((mark) => mark.free)].join("");
}
