/** Shapes and notes of a layout, in the units of an axis, of a panel ("x domain") or of the whole plot ("paper"). */
import type { Axis } from "./axis";
import type { PlacedPanel } from "./geometry";
import type { View } from "./marks";
import type { Annotation, Shape } from "./model";
import { dashArray, element, round, textElement } from "./svg";
import type { Theme } from "./theme";

export interface PlacedView {
  panel: PlacedPanel;
  view: View;
}

type Place = (value: number) => number;

/** How values in this reference become pixels. */
function placer(ref: string, views: readonly PlacedView[], axis: "x" | "y"): Place {
  const across = axis === "x";
  const startOf = ({ panel }: PlacedView) => (across ? panel.left : panel.top + panel.height);
  const endOf = ({ panel }: PlacedView) => (across ? panel.left + panel.width : panel.top);
  const between =
    (start: number, end: number): Place =>
    (value) =>
      start + value * (end - start);
  if (ref === "paper") {
    const [starts, ends] = [views.map(startOf), views.map(endOf)];
    return across ? between(Math.min(...starts), Math.max(...ends)) : between(Math.max(...starts), Math.min(...ends));
  }
  const [name, isDomain] = ref.endsWith(" domain") ? [ref.slice(0, -" domain".length), true] : [ref, false];
  const owner = views.find(({ panel }) => `${axis}${panel.suffix}` === name) ?? views[0];
  if (isDomain) return between(startOf(owner), endOf(owner));
  const scale: Axis = owner.view[axis];
  return (value) => scale.at(scale.kind === "log" ? 10 ** value : value) ?? scale.pixels[0];
}

export function shapeMarkup(shape: Shape, views: readonly PlacedView[], theme: Theme): string {
  const x = placer(shape.xref ?? "x", views, "x");
  const y = placer(shape.yref ?? "y", views, "y");
  const [x0, x1, y0, y1] = [x(shape.x0), x(shape.x1), y(shape.y0), y(shape.y1)];
  const { color = theme.text, width = 2, dash } = shape.line ?? {};
  const stroke = { stroke: color, "stroke-width": width, "stroke-dasharray": dashArray(dash, width) };
  if (shape.type === "line") {
    const d = `M${round(x0)},${round(y0)}L${round(x1)},${round(y1)}`;
    return element("path", { d, opacity: shape.opacity, ...stroke });
  }
  const box = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
  return element("rect", { ...box, fill: shape.fillcolor ?? "none", opacity: shape.opacity, ...stroke });
}

export function annotationMarkup(note: Annotation, views: readonly PlacedView[], theme: Theme): string {
  const size = note.font?.size ?? 12;
  const anchors = { left: "start", center: "middle", right: "end" };
  const drop = { bottom: -6, middle: size * 0.35, top: size };
  return textElement(note.text, {
    x: placer(note.xref ?? "x", views, "x")(note.x),
    y: placer(note.yref ?? "y", views, "y")(note.y) + drop[note.yanchor ?? "middle"],
    ...{ "font-size": size, "text-anchor": anchors[note.xanchor ?? "center"], fill: note.font?.color ?? theme.text },
  });
}
