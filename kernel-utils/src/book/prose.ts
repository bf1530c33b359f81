/** A notebook's prose as a page's prose: the same Markdown, with what only notebooks write spelt as pages do. */
import type { Assets } from "./assets";
import { type Bundle, textOf } from "./outputs";

const code = /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|(`+)[^`][\s\S]*?\1(?!`)/g;

/** Changes a text everywhere but in its code. */
export function outsideCode(text: string, change: (part: string) => string): string {
  let result = "";
  let at = 0;
  for (const found of text.matchAll(code)) {
    const start = found.index ?? 0;
    result += change(text.slice(at, start)) + found[0];
    at = start + found[0].length;
  }
  return result + change(text.slice(at));
}

const images: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/svg+xml": "svg",
};

/** A file pasted into a cell, by its name; its address on the page. */
function attach(name: string, files: Record<string, Bundle>, cell: string, assets: Assets): string | undefined {
  const data = files[name];
  const type = Object.keys(images).find((known) => data !== undefined && known in data);
  if (type === undefined) return undefined;
  const text = textOf(data[type]);
  const content = type === "image/svg+xml" && text.includes("<") ? text : Buffer.from(text, "base64");
  return assets.addPicture(`${assets.stem(cell)}.${images[type]}`, content);
}

/**
 * `\[…\]` becomes `$$…$$`; comments, which no reader of a notebook sees, go; pasted images become files; links to other
 * notebooks lead to their pages; an include, which the site's generator would follow, is disarmed.
 */
export function pageProse(source: string, files: Record<string, Bundle>, cell: string, assets: Assets): string {
  const changed = outsideCode(source, (part) =>
    part
      .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
      .replace(/\\{1,2}\[([\s\S]*?)\\{1,2}\]/g, (_, inner: string) => `$$$$\n${inner.trim()}\n$$$$`)
      .replace(/\]\(attachment:([^)\s]+)/g, (whole, name: string) => {
        const address = attach(decodeURIComponent(name), files, cell, assets);
        return address === undefined ? whole : `](${address}`;
      })
      .replace(/\]\((?:\.\/)?([\w-]+)\.ipynb(#[\w-]*)?\)/g, "](./$1.md$2)")
      .replace(/^<<</gm, "\\<<<"),
  );
  return changed.replace(/<!--(\s*@include)/g, "<!-\u2060-$1").trim();
}

/** First heading of a notebook and what follows it. */
export function splitTitle(source: string): { title?: string; rest: string } {
  const found = /^\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|$)/.exec(source);
  return found ? { title: found[1], rest: source.slice(found[0].length) } : { rest: source };
}
