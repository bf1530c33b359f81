/** The course of a series in the space of a word: a small line, and a row of blocks where only text can stand. */
import { escapeHtml } from "../escape";
import { formatValue } from "../formatValue";
import type { Cell } from "./htmlTable";

const [width, height, edge] = [120, 22, 2];
const points = 60;
const blocks = "▁▂▃▄▅▆▇█";
const blockCount = 16;

/** @param name said to those who do not see the line */
export function sparkline(values: readonly number[], name: string): Cell {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return "";
  const text = blockText(means(finite, blockCount));
  return { html: lineSvg(means(finite, points), name, finite, text), text };
}

/** Means over `count` neighbouring stretches; the values themselves where there are no more. */
function means(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, place) => {
    const part = values.slice(
      Math.floor((place * values.length) / count),
      Math.floor(((place + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** From 0 for the smallest to 1 for the largest; a constant stands in the middle. */
function heights(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
}

/**
 * @param instead stands in the drawing where nobody sees or hears it: an untrusted notebook loses the drawing's tags, and
 *   keeps the text in them
 */
function lineSvg(values: readonly number[], name: string, all: readonly number[], instead: string): string {
  const step = (width - 2 * edge) / (values.length - 1);
  const corners = heights(values).map((share, place) => {
    const [x, y] = [edge + place * step, height - edge - share * (height - 2 * edge)];
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const said = escapeHtml(`${name} goes from ${formatValue(all[0])} to ${formatValue(all[all.length - 1])}`);
  const line = `<polyline points="${corners.join(" ")}" fill="none" stroke="currentColor" stroke-width="1.5"/>`;
  const hidden = `<text display="none" aria-hidden="true">${instead}</text>`;
  return `<svg role="img" aria-label="${said}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${line}${hidden}</svg>`;
}

const blockText = (values: readonly number[]): string =>
  heights(values)
    .map((share) => blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))])
    .join("");
