/**
 * HTML out of a notebook's output, made safe: known elements and attributes stay, everything else goes, every element is
 * closed. What a cell shows may come from data, and a page must neither run it nor be broken by it.
 */
import { escapeHtml, escapeText } from "./escape";

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

const elements = words(
  "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 " +
    "h6 hr i img ins kbd li mark meter ol p pre progress q s samp section small span strong sub summary sup table tbody td " +
    "tfoot th thead time tr u ul var wbr svg g path line rect circle ellipse polyline polygon text tspan title desc",
);
const void_ = words("br col hr img wbr");
/** Elements that go with all they hold. */
const dropped = words("script style iframe object embed template noscript noembed noframes textarea select xmp math");
const attributes = words(
  "abbr alt aria-describedby aria-hidden aria-label aria-labelledby aria-live cite class colspan datetime dir headers " +
    "height href lang max min open role rowspan scope span src start style title value width tabindex " +
    "viewBox preserveAspectRatio d x y x1 x2 y1 y2 cx cy r rx ry dx dy points transform fill fill-opacity fill-rule stroke " +
    "stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity stroke-width opacity text-anchor dominant-baseline " +
    "font-size font-family font-weight font-style",
);
/** SVG spells some attributes in mixed case, HTML parsers give them in any. */
const spelling = new Map([...attributes].map((name) => [name.toLowerCase(), name]));

const tagPattern = /<(\/?)([a-zA-Z][^\s/>]*)([\s/](?:"[^"]*"|'[^']*'|[^'">])*)?>/y;
const attributePattern = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/** @returns balanced HTML with no script, no event handler, no foreign address and no style that loads anything */
export function sanitiseHtml(html: string): string {
  const open: string[] = [];
  let result = "";
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf("<", at);
    result += escapeText(html.slice(at, next < 0 ? html.length : next));
    if (next < 0) break;
    at = next;
    const comment = /<!--[\s\S]*?(?:-->|$)|<[!?][^>]*(?:>|$)/y;
    comment.lastIndex = at;
    if (comment.test(html)) {
      at = comment.lastIndex;
      continue;
    }
    tagPattern.lastIndex = at;
    const tag = tagPattern.exec(html);
    if (!tag) {
      // No tag at all, or one that never ends: then nothing after it is a tag either, as browsers have it.
      const end = /^<\/?[a-zA-Z]/.test(html.slice(at, at + 3)) ? html.length : at + 1;
      result += escapeText(html.slice(at, end));
      at = end;
      continue;
    }
    at = tagPattern.lastIndex;
    const [, slash, given, rest = ""] = tag;
    const name = given.toLowerCase();
    if (dropped.has(name)) {
      if (!slash && !rest.endsWith("/")) at = afterElement(html, name, at);
    } else if (!elements.has(name)) {
    } else if (slash) {
      result += close(open, name);
    } else {
      result += `<${name}${safeAttributes(name, rest)}>`;
      const isDone = void_.has(name);
      if (!isDone && rest.endsWith("/")) result += `</${name}>`;
      else if (!isDone) open.push(name);
    }
  }
  return result + [...open].reverse().map(endTag).join("");
}

const endTag = (name: string): string => `</${name}>`;

function afterElement(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}\\s*>`, "gi");
  end.lastIndex = from;
  return end.test(html) ? end.lastIndex : html.length;
}

/** Closes an element and whatever was left open inside it; an end tag without its beginning closes nothing. */
function close(open: string[], name: string): string {
  const place = open.lastIndexOf(name);
  return place < 0 ? "" : open.splice(place).reverse().map(endTag).join("");
}

function safeAttributes(element: string, text: string): string {
  const seen = new Set<string>();
  return [...text.matchAll(attributePattern)]
    .flatMap(([, given, double, single, bare]) => {
      const name = spelling.get(given.toLowerCase());
      const value = double ?? single ?? bare ?? "";
      if (name === undefined || seen.has(name) || !isSafe(element, name, value)) return [];
      seen.add(name);
      return [` ${name}="${escapeText(value).replace(/"/g, "&quot;").replace(/'/g, "&#39;")}"`];
    })
    .join("");
}

const loads = /url\s*\(|expression|import|\\|position\s*:|behavior|&/i;

function isSafe(element: string, name: string, value: string): boolean {
  if (name === "href") return element === "a" && /^(https?:\/\/|#|\.{1,2}\/|[\w-]+(\/[\w-]+)*\.html)/i.test(value);
  if (name === "src") return element === "img" && /^data:image\/(png|jpeg|gif|webp);base64,[\w+/=\s]*$/i.test(value);
  if (name === "tabindex") return value === "0" || value === "-1";
  if (name === "style" || name === "fill" || name === "stroke") return !loads.test(value);
  return true;
}

/** Preformatted text as one element. */
export const preformatted = (className: string, text: string): string =>
  `<pre class="${className}" tabindex="0">${escapeHtml(text)}</pre>`;
