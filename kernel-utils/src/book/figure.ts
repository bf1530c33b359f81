/**
 * A figure on a page: its static image with text alternative and caption, which is all a reader without scripts or a
 * printer gets, and beside it the data from which the page draws the interactive one when a reader comes to it.
 */
import type { Assets } from "./assets";
import { escapeHtml } from "./escape";
import { type Bundle, textOf } from "./outputs";

const plotly = "application/vnd.plotly.v1+json";

export const isFigure = (data: Bundle): boolean => plotly in data;

interface Words {
  title: string;
  caption: string;
  alt: string;
}

const isObject = (value: unknown): value is Bundle => typeof value === "object" && value !== null;

/** What the figure says in words: its metadata, and the text form of the output where that says nothing. */
function wordsOf(data: Bundle, metadata: Bundle): Words {
  const alignment = isObject(metadata.alignment) ? metadata.alignment : {};
  const given = isObject(alignment.figure) ? alignment.figure : {};
  const spoken = textOf(data["text/plain"])
    .replace(/^\[figure\]\s*/, "")
    .trim();
  return {
    title: textOf(given.title),
    caption: textOf(given.caption),
    alt: textOf(given.alt) || spoken || textOf(given.caption) || "a figure without a description",
  };
}

/** The figure's own size in pixels, so that nothing moves on the page when the image comes. */
function sizeOf(svg: string, plot: unknown): string {
  const head = /<svg[^>]*>/.exec(svg)?.[0] ?? "";
  const box = /viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(head);
  if (box) return ` width="${Math.round(Number(box[1]))}" height="${Math.round(Number(box[2]))}"`;
  const layout = isObject(plot) && isObject(plot.layout) ? plot.layout : {};
  return typeof layout.height === "number" && typeof layout.width === "number"
    ? ` width="${layout.width}" height="${layout.height}"`
    : "";
}

/** The static image's address: the drawing where the run kept it, else the raster image a committed notebook keeps. */
function image(data: Bundle, stem: string, assets: Assets): string | undefined {
  const svg = textOf(data["image/svg+xml"]);
  if (svg !== "") return assets.addPicture(`${stem}.svg`, svg);
  const png = textOf(data["image/png"]);
  return png === "" ? undefined : assets.addPicture(`${stem}.png`, Buffer.from(png, "base64"));
}

export function figureHtml(data: Bundle, metadata: Bundle, cell: string, assets: Assets): string {
  const stem = assets.stem(cell);
  const plot = data[plotly];
  const words = wordsOf(data, metadata);
  const source = image(data, stem, assets);
  const address = assets.add(`${stem}.json`, `${JSON.stringify(plot)}\n`);
  const size = sizeOf(textOf(data["image/svg+xml"]), plot);
  const still = source
    ? `<img src="${escapeHtml(source)}" alt="${escapeHtml(words.alt)}"${size} loading="lazy" decoding="async">`
    : `<p class="plot-words">${escapeHtml(words.alt)}</p>`;
  const caption = words.caption || words.title;
  const below = caption === "" ? "" : `<figcaption>${escapeHtml(caption)}</figcaption>`;
  const name = words.title || caption || "figure";
  return (
    `<figure class="plot" data-plot="${escapeHtml(address)}" data-title="${escapeHtml(name)}">` +
    `<div class="plot-canvas">${still}</div>${below}</figure>`
  );
}
