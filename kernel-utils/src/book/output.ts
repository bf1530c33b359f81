/** One output of a cell on the page, by the richest form that a page can show. */
import type { Assets } from "./assets";
import { type Block, html, markdown } from "./blocks";
import { escapeHtml, withoutAnsi } from "./escape";
import { figureHtml, isFigure } from "./figure";
import { type Bundle, type Output, textOf } from "./outputs";
import { preformatted, sanitiseHtml } from "./sanitise";

/** Longer text is cut: nobody reads it on a page, and the notebook has all of it. */
const longestText = 12_000;
/** Longer HTML gives way to the text form: cut HTML would show half a table. */
const longestHtml = 400_000;

const rasters: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

export function shortened(text: string): string {
  if (text.length <= longestText) return text;
  const left = (text.length - longestText).toLocaleString("en");
  return `${text.slice(0, longestText)}\n… and ${left} characters more; the notebook has them all`;
}

/** @param isExpected the cell is there to fail */
export function outputBlocks(output: Output, cell: string, assets: Assets, isExpected = false): Block[] {
  if (output.kind === "stream") {
    const text = withoutAnsi(output.text).replace(/\s+$/, "");
    return text === "" ? [] : [block(cell, preformatted(`stream ${output.name}`, shortened(text)))];
  }
  if (output.kind === "error") return [block(cell, errorHtml(output.name, output.message, isExpected))];
  return dataBlocks(output.data, output.metadata, cell, assets);
}

const block = (cell: string, text: string): Block => html(`<div class="output" v-pre>${text}</div>`, cell);

function errorHtml(name: string, message: string, isExpected: boolean): string {
  const label = isExpected ? "fails, as it should" : "error";
  const said = withoutAnsi(message);
  const text = said.startsWith(name) ? said : `${name}: ${said}`;
  return (
    `<div class="failure${isExpected ? " expected" : ""}"><span class="failure-label">${label}</span>` +
    `${preformatted("error", shortened(text))}</div>`
  );
}

function dataBlocks(data: Bundle, metadata: Bundle, cell: string, assets: Assets): Block[] {
  if (isFigure(data)) return [block(cell, figureHtml(data, metadata, cell, assets))];
  const rich = textOf(data["text/html"]);
  if (rich !== "" && rich.length <= longestHtml) return [block(cell, `<div class="rich">${sanitiseHtml(rich)}</div>`)];
  const prose = textOf(data["text/markdown"]);
  if (prose !== "") return framed(cell, shortened(prose));
  const latex = textOf(data["text/latex"]);
  if (latex !== "") return framed(cell, displayed(latex));
  return [block(cell, imageHtml(data, cell, assets) ?? textForm(data))];
}

const framed = (cell: string, text: string): Block[] => [
  html('<div class="output prose-output">', cell),
  markdown(text, cell),
  html("</div>", cell),
];

/** LaTeX as kernels send it, with or without its delimiters. */
function displayed(latex: string): string {
  const inner = latex.trim().replace(/^\$+|\$+$/g, "");
  return `$$\n${inner.replace(/\n\s*\n/g, "\n")}\n$$`;
}

function imageHtml(data: Bundle, cell: string, assets: Assets): string | undefined {
  const words = textOf(data["text/plain"]) || "an image without a description";
  const image = (source: string): string =>
    `<img src="${escapeHtml(source)}" alt="${escapeHtml(words)}" loading="lazy">`;
  const svg = textOf(data["image/svg+xml"]);
  // In an image element, no script of a drawing runs.
  if (svg !== "") return image(assets.addPicture(`${assets.stem(cell)}.svg`, svg));
  const type = Object.keys(rasters).find((name) => name in data);
  if (type === undefined) return undefined;
  return image(assets.addPicture(`${assets.stem(cell)}.${rasters[type]}`, Buffer.from(textOf(data[type]), "base64")));
}

function textForm(data: Bundle): string {
  const text = textOf(data["text/plain"]);
  if (text !== "") return preformatted("value", shortened(withoutAnsi(text)));
  const json = data["application/json"];
  if (json !== undefined) return preformatted("value", shortened(JSON.stringify(json, null, 2)));
  const types = Object.keys(data).join(", ") || "no type at all";
  return `<p class="unshown">An output of type ${escapeHtml(types)}, which this page cannot show.</p>`;
}
