import { escapeHtml, jsonForScript } from "../escape";
import { drawScript } from "./browserScript";
import type { FigureJson } from "./model";

export interface FigurePage {
  /** Names the figure in its page. */
  id: string;
  figure: FigureJson;
  title: string;
  caption: string;
  alt: string;
  /** The still picture, without caption; shown until a script draws the figure, and where none may. */
  svg?: string;
}

/** A figure for a page: interactive where scripts run, a picture where they are taken out, words where neither shows. */
export function figureHtml({ id, figure, title, caption, alt, svg }: FigurePage): string {
  const height = typeof figure.layout.height === "number" ? figure.layout.height : 380;
  const words = escapeHtml(alt);
  const still = svg ? `<img alt="${words}" src="${svgUri(svg)}" style="max-width:100%">` : `<p>${words}</p>`;
  return [
    `<figure role="group" aria-label="${escapeHtml(title)}" class="course-figure" style="margin:0">`,
    `<div role="img" aria-label="${words}" data-figure="${id}" style="min-height:${height}px">${still}</div>`,
    `<figcaption>${escapeHtml(caption)}</figcaption>`,
    `<script type="application/json" class="plotly-figure" data-for="${id}">${jsonForScript(figure)}</script>`,
    `<script>${drawScript(id)}</script>`,
    "</figure>",
  ].join("\n");
}

/** An SVG as the source of an image; only what would end the attribute or the address is escaped, which keeps it small. */
function svgUri(svg: string): string {
  const address = svg.replace(/"/g, "'").replace(/[%#<>&]/g, (character) => encodeURIComponent(character));
  return `data:image/svg+xml;charset=utf-8,${address}`;
}

/** A short name made of a text: the same text, the same name (FNV-1a with 64 bits, as it is quick and needs no package). */
export function nameOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(36);
}
